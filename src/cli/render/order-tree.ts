import type { OrderEntry, OrderOutline, OrderReport } from '../../operations/order-report.js'
import { trimmed } from './columns.js'
import { counted, printable } from './text.js'
import { type Branch, drawTree } from './tree.js'

/** An order with its composites opened, and what is worth knowing of it. */
export function printOrderTree(report: OrderReport): string {
  const { from, order, orderExtensions, findings, notes } = report
  const parts = [
    [`${printable(from)}: ${counted(order.length, 'group')}, ${waysOf(report)}`],
    orderExtensions.length === 0 ? [] : [EXTENSIONS_TITLE, ...lines(orderExtensions)],
    lines(order),
    listed(
      'worth knowing',
      findings.map(({ message }) => message),
    ),
    listed('not looked at', notes),
  ]
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')
}

const EXTENSIONS_TITLE = 'before every group, the first of these groups of extensions with which it passes, or none'

/** Whose ways these are. */
export function waysOf({ lifecycle, platformApi }: OrderReport): string {
  return `as lifecycle ${printable(lifecycle)} takes them on Platform API ${printable(platformApi)}`
}

/** Lines below a title; none where there is nothing to list. */
export function listed(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [title, ...items.map((item) => `  ${printable(item)}`)]
}

function lines(order: OrderOutline): string[] {
  return drawTree(branches(order)).map(trimmed)
}

function branches(order: OrderOutline): Branch[] {
  return order.map((group, i) => ({
    text: `group ${i + 1}${order.length > 1 ? ` of ${order.length}` : ''}${group.length === 0 ? ', empty' : ''}`,
    below: group.map(branchOf),
  }))
}

function branchOf(entry: OrderEntry): Branch {
  const { id, version, groups } = entry
  return { text: printable(version === '' ? id : `${id}@${version}`), note: noteOf(entry), below: branches(groups) }
}

const STATES: Readonly<Record<OrderEntry['state'], string>> = {
  component: '',
  composite: '',
  above: 'opened above',
  circle: 'is in itself: the lifecycle crashes',
  closed: 'too deep to be shown',
  absent: 'not on the builder',
  unreadable: 'cannot be read',
}

function noteOf({ kind, version, optional, isSystem, state }: OrderEntry): string {
  return [
    kind === 'extension' ? 'extension' : '',
    isSystem ? 'system' : '',
    optional && kind === 'buildpack' ? 'optional' : '',
    version === '' ? 'no version' : '',
    STATES[state],
  ]
    .filter((part) => part !== '')
    .join(', ')
}
