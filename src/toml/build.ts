import type { AST } from 'toml-eslint-parser'
import type { Limits } from '../limits.js'
import type { TomlArray, TomlEntry, TomlNode, TomlScalar, TomlTable } from './document.js'
import type { CutSource } from './long-strings.js'
import { TomlRefusal, syntaxRefusal } from './refusal.js'
import { tooMuch } from './scan.js'

interface GrowingTable extends TomlTable {
  readonly entries: Map<string, TomlEntry>
}

interface GrowingArray extends TomlArray {
  readonly items: TomlNode[]
}

/** The text that was parsed, and what bounds it. */
export interface BuildContext {
  readonly source: string
  readonly cut: CutSource
  readonly limits: Limits
}

interface Building extends BuildContext {
  /** Tables that dotted keys made. Only these may get more by dotted keys. */
  readonly dotted: Set<TomlNode>
}

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n

/** The root table of a parsed program. @throws TomlRefusal */
export function buildTable(program: AST.TOMLProgram, context: BuildContext): TomlTable {
  const building = { ...context, dotted: new Set<TomlNode>() }
  const root = emptyTable(0)
  for (const part of program.body[0].body) {
    if (part.type === 'TOMLKeyValue') addKeyValue(root, part, 0, building)
    else addTable(root, part, building)
  }
  return root
}

/** Adds `[a.b]` or `[[a.b]]` and what is below it. */
function addTable(root: GrowingTable, part: AST.TOMLTable, context: Building): void {
  const headerStart = startOf(part, context)
  const { resolvedKey } = part
  let node: GrowingTable | GrowingArray = root
  let depth = 0
  let keys = 0
  resolvedKey.forEach((step, i) => {
    depth = deeper(depth, headerStart, context)
    const grow = (start: number): GrowingTable | GrowingArray =>
      typeof resolvedKey[i + 1] === 'number' ? { kind: 'array', start, items: [] } : emptyTable(start)
    if (typeof step === 'number') {
      node = itemOf(node, step, () => emptyTable(headerStart))
      return
    }
    const keyStart = startOf(part.key.keys[keys++] ?? part, context)
    node = valueOf(node, keyName(part.key.keys[keys - 1], keyStart, context), keyStart, grow)
  })
  const table = asTable(node, headerStart)
  for (const pair of part.body) addKeyValue(table, pair, depth, context)
}

/** Adds `a.b = value` to a table that is `depth` containers below the root. */
function addKeyValue(table: GrowingTable, pair: AST.TOMLKeyValue, depth: number, context: Building): void {
  let target = table
  for (const key of pair.key.keys.slice(0, -1)) {
    const start = startOf(key, context)
    depth = deeper(depth, start, context)
    target = dottedTable(target, keyName(key, start, context), start, context)
  }
  const last = pair.key.keys.at(-1)
  const keyStart = startOf(last ?? pair, context)
  const name = keyName(last, keyStart, context)
  if (target.entries.has(name)) throw definedTwice(name, keyStart)
  target.entries.set(name, { keyStart, node: buildNode(pair.value, depth, context) })
}

function buildNode(content: AST.TOMLContentNode, depth: number, context: Building): TomlNode {
  const start = startOf(content, context)
  if (content.type === 'TOMLValue') return buildScalar(content, start, context)
  const below = deeper(depth, start, context)
  if (content.type === 'TOMLArray') {
    return { kind: 'array', start, items: content.elements.map((element) => buildNode(element, below, context)) }
  }
  const table = emptyTable(start)
  for (const pair of content.body) addKeyValue(table, pair, below, context)
  return table
}

function buildScalar(value: AST.TOMLValue, start: number, { source, cut }: BuildContext): TomlScalar {
  const text = source.slice(start, cut.original(value.range[1]))
  const { kind } = value
  if (kind === 'string') return { kind, start, text, value: cut.stringAt(start) ?? value.value }
  if (kind === 'integer') return { kind, start, text, value: integerOf(value.bigint, text, start) }
  if (kind === 'float') return { kind, start, text, value: value.value }
  if (kind === 'boolean') return { kind, start, text, value: value.value }
  return { kind, start, text }
}

function integerOf(value: bigint, text: string, start: number): number | bigint {
  if (value < INT64_MIN || value > INT64_MAX)
    throw syntaxRefusal(`${text} does not fit into 64 bits`, start, `quote it: "${text}"`)
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function emptyTable(start: number): GrowingTable {
  return { kind: 'table', start, entries: new Map() }
}

/** The container at `name` of `parent`, made when it is not there. */
function valueOf(
  parent: GrowingTable | GrowingArray,
  name: string,
  keyStart: number,
  grow: (start: number) => GrowingTable | GrowingArray,
): GrowingTable | GrowingArray {
  const table = asTable(parent, keyStart)
  const present = table.entries.get(name)
  if (present !== undefined) return asContainer(present.node, name, keyStart)
  const node = grow(keyStart)
  table.entries.set(name, { keyStart, node })
  return node
}

/** The table at `name` of `parent`, which is there already only if a dotted key made it. */
function dottedTable(parent: GrowingTable, name: string, keyStart: number, { dotted }: Building): GrowingTable {
  const table = asTable(valueOf(parent, name, keyStart, emptyTable), keyStart)
  if (table.start !== keyStart && !dotted.has(table)) throw definedTwice(name, keyStart)
  dotted.add(table)
  return table
}

function itemOf(parent: GrowingTable | GrowingArray, index: number, grow: () => GrowingTable): GrowingTable {
  if (parent.kind !== 'array') throw new Error('the parser resolved an array position in a table')
  const present = parent.items[index]
  if (present !== undefined) return asTable(present, present.start)
  const item = grow()
  parent.items.push(item)
  return item
}

function asContainer(node: TomlNode, name: string, start: number): GrowingTable | GrowingArray {
  // Every container of this document was made here, and those that can still grow are never handed out before the end.
  if (node.kind === 'table' || node.kind === 'array') return node as GrowingTable | GrowingArray
  throw definedTwice(name, start)
}

function asTable(node: TomlNode, start: number): GrowingTable {
  if (node.kind === 'table') return node as GrowingTable
  throw syntaxRefusal('a table is defined where another value stands', start, 'rename one of the two')
}

function definedTwice(name: string, start: number): TomlRefusal {
  return syntaxRefusal(`key ${name} is defined twice`, start, 'keep one of the two')
}

function keyName(key: AST.TOMLBare | AST.TOMLQuoted | undefined, start: number, context: BuildContext): string {
  if (context.cut.stringAt(start) !== undefined) throw syntaxRefusal('a key that is too long', start, 'shorten it')
  if (key === undefined) throw new Error('the parser made a key without parts')
  return key.type === 'TOMLBare' ? key.name : key.value
}

function startOf(node: AST.TOMLNode, { cut }: BuildContext): number {
  return cut.original(node.range[0])
}

/** One level below `depth`. @throws TomlRefusal where that is too deep */
function deeper(depth: number, offset: number, { limits }: BuildContext): number {
  if (depth >= limits.tomlDepth) {
    throw new TomlRefusal(tooMuch('tomlDepth', `nesting of more than ${limits.tomlDepth} levels`, limits, offset))
  }
  return depth + 1
}
