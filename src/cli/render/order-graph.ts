import type { OrderEntry, OrderOutline, OrderReport } from '../../operations/order-report.js'
import { printable } from './text.js'

interface Node {
  readonly id: string
  readonly label: string
  readonly shape: 'order' | 'group' | 'module' | 'missing'
}

interface Edge {
  readonly from: string
  readonly to: string
  readonly optional: boolean
}

/** The order as a Mermaid flowchart. A composite is there once, with its groups, however often it is named. */
export function printMermaid(report: OrderReport): string {
  const { nodes, edges } = graphOf(report)
  const quoted = (label: string): string => `"${printable(label).replaceAll('#', '#35;').replaceAll('"', '#quot;')}"`
  const shapes = { order: ['((', '))'], group: ['(', ')'], module: ['[', ']'], missing: ['{{', '}}'] } as const
  return [
    'flowchart LR',
    ...nodes.map(({ id, label, shape }) => `  ${id}${shapes[shape][0]}${quoted(label)}${shapes[shape][1]}`),
    ...edges.map(({ from, to, optional }) => `  ${from} ${optional ? '-.->' : '-->'} ${to}`),
  ].join('\n')
}

/** The order as a graph of Graphviz. */
export function printDot(report: OrderReport): string {
  const { nodes, edges } = graphOf(report)
  const quoted = (label: string): string => `"${printable(label).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
  const shapes = { order: 'circle', group: 'ellipse', module: 'box', missing: 'hexagon' } as const
  return [
    'digraph order {',
    '  rankdir=LR',
    ...nodes.map(({ id, label, shape }) => `  ${id} [label=${quoted(label)}, shape=${shapes[shape]}]`),
    ...edges.map(({ from, to, optional }) => `  ${from} -> ${to}${optional ? ' [style=dashed]' : ''}`),
    '}',
  ].join('\n')
}

function graphOf(report: OrderReport): { readonly nodes: readonly Node[]; readonly edges: readonly Edge[] } {
  const graph = new Graph()
  const groups = (from: string, order: OrderOutline, name: string): void => {
    order.forEach((group, i) => {
      const to = graph.add(`${name} ${i + 1}`, 'group')
      graph.join(from, to, false)
      for (const entry of group) graph.join(to, module(entry), entry.optional)
    })
  }
  const module = (entry: OrderEntry): string => {
    const { id, known } = graph.module(entry)
    if (!known) groups(id, entry.groups, 'group')
    return id
  }
  if (report.orderExtensions.length > 0) {
    groups(graph.add('extensions', 'order'), report.orderExtensions, 'extension group')
  }
  groups(graph.add('order', 'order'), report.order, 'group')
  return graph
}

const MISSING: readonly OrderEntry['state'][] = ['absent', 'unreadable']

class Graph {
  readonly nodes: Node[] = []
  readonly edges: Edge[] = []
  readonly #modules = new Map<string, string>()

  add(label: string, shape: Node['shape']): string {
    const id = `n${this.nodes.length}`
    this.nodes.push({ id, label, shape })
    return id
  }

  join(from: string, to: string, optional: boolean): void {
    this.edges.push({ from, to, optional })
  }

  /** The node of a module, which is there once. */
  module({ kind, id, version, state }: OrderEntry): { readonly id: string; readonly known: boolean } {
    const name = version === '' ? id : `${id}@${version}`
    const known = this.#modules.get(`${kind} ${name}`)
    if (known !== undefined) return { id: known, known: true }
    const node = this.add(name, MISSING.includes(state) ? 'missing' : 'module')
    this.#modules.set(`${kind} ${name}`, node)
    return { id: node, known: false }
  }
}
