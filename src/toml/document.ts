import type { Place } from '../errors.js'

/** Keys and array positions from the root of a document, such as `['order', 2, 'group', 0, 'id']`. */
export type KeyPath = readonly (string | number)[]

/** Where the value at a path stands; an absent one stands where its nearest present ancestor does. */
export type Locate = (path: KeyPath) => Place

/** A value with the offset, in UTF-16 units of the source, at which it begins. Plain data without prototypes in the way. */
export type TomlNode = TomlTable | TomlArray | TomlScalar

/** A table, however it is written. */
export interface TomlTable {
  readonly kind: 'table'
  readonly start: number
  /** In the order of the file. A Map, so that `__proto__` is a key like any other. */
  readonly entries: ReadonlyMap<string, TomlEntry>
}

/** A value with the place of its key. */
export interface TomlEntry {
  readonly keyStart: number
  readonly node: TomlNode
}

/** An array, of values or of tables. */
export interface TomlArray {
  readonly kind: 'array'
  readonly start: number
  readonly items: readonly TomlNode[]
}

/** A single value; `text` is how the file spells it. */
export type TomlScalar = { readonly start: number; readonly text: string } & (
  | { readonly kind: 'string'; readonly value: string }
  /** A bigint where a number would round. */
  | { readonly kind: 'integer'; readonly value: number | bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** Kept as `text`, the source text: a Date would depend on the time zone of the machine. */
  | { readonly kind: 'offset-date-time' | 'local-date-time' | 'local-date' | 'local-time' }
)

/** A TOML file that was read: its values, and where each of them stands. */
export class TomlDocument {
  readonly file: string
  /** The text without a byte order mark. */
  readonly source: string
  readonly root: TomlTable
  readonly #lineStarts: readonly number[]

  constructor(file: string, source: string, root: TomlTable) {
    this.file = file
    this.source = source
    this.root = root
    this.#lineStarts = lineStartsOf(source)
  }

  /** Where the value at `path` stands. Keys that differ only in case are found, as in the decoder. */
  readonly locate: Locate = (path) => {
    let node: TomlNode = this.root
    for (const step of path) {
      const next: TomlNode | undefined = child(node, step)?.node
      if (next === undefined) break
      node = next
    }
    return this.placeAt(node.start)
  }

  /** The value at `path`, found as `locate` finds it. */
  valueAt(path: KeyPath): TomlNode | undefined {
    return this.entryAt(path)?.node
  }

  /** The value at `path` with the place of its key, found as `locate` finds it. */
  entryAt(path: KeyPath): TomlEntry | undefined {
    let entry: TomlEntry | undefined = { keyStart: 0, node: this.root }
    for (const step of path) entry = entry && child(entry.node, step)
    return entry
  }

  has(path: KeyPath): boolean {
    return this.valueAt(path) !== undefined
  }

  /** The place of an offset in `source`; columns count UTF-16 units, as editors do. */
  placeAt(offset: number): Place {
    return { file: this.file, ...lineAndColumn(this.#lineStarts, offset) }
  }
}

/** The entry of `table` whose key is `key`, or else is `key` in other case. ASCII only: a look-alike is another key. */
export function entryOf(table: TomlTable, key: string): TomlEntry | undefined {
  const exact = table.entries.get(key)
  if (exact !== undefined) return exact
  const folded = foldKey(key)
  for (const [name, entry] of table.entries) {
    if (foldKey(name) === folded) return entry
  }
  return undefined
}

/** `key` in the form in which keys are compared when they are not equal to the letter. */
export function foldKey(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

function child(node: TomlNode, step: string | number): TomlEntry | undefined {
  if (node.kind === 'table') return typeof step === 'string' ? entryOf(node, step) : undefined
  if (node.kind !== 'array' || typeof step !== 'number') return undefined
  const item = node.items[step]
  return item === undefined ? undefined : { keyStart: item.start, node: item }
}

/** The offsets at which the lines of `source` begin. */
export function lineStartsOf(source: string): number[] {
  const starts = [0]
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** Line and column of `offset`, both from 1. */
export function lineAndColumn(lineStarts: readonly number[], offset: number): { line: number; column: number } {
  let low = 0
  let high = lineStarts.length
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((lineStarts[middle] ?? 0) <= offset) low = middle
    else high = middle
  }
  return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 }
}
