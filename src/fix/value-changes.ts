import type { KeyPath } from '../toml/document.js'
import { isTable, printTomlValue, type PrintableTable, type PrintableValue } from '../toml/encode.js'

/** One step from what a file says to what it is to say. A path leads to a key, or to an item of a list. */
export type ValueChange =
  | { readonly kind: 'set'; readonly path: KeyPath; readonly value: string | boolean }
  | { readonly kind: 'remove'; readonly path: KeyPath }
  /** A new item, which stands at `index` afterwards. */
  | { readonly kind: 'insert'; readonly path: KeyPath; readonly index: number; readonly item: PrintableItem }

/** What a list consists of. */
export type PrintableItem = string | PrintableTable

/**
 * The steps from `before` to `after`, to be made one after the other. Of what both say there is none; what is empty is as good
 * as absent.
 */
export function changesBetween(before: PrintableTable, after: PrintableTable, path: KeyPath = []): ValueChange[] {
  const keys = new Set([...before.keys(), ...after.keys()])
  return [...keys].flatMap((key) => changesOf(before.get(key), after.get(key), [...path, key]))
}

function changesOf(
  before: PrintableValue | undefined,
  after: PrintableValue | undefined,
  path: KeyPath,
): ValueChange[] {
  if (isSame(before, after)) return []
  if (isEmpty(after)) return [{ kind: 'remove', path }]
  if (isTable(after)) return changesBetween(isTable(before) ? before : new Map(), after, path)
  if (isList(after)) return listChanges(isList(before) ? before : [], after, path)
  return [{ kind: 'set', path, value: after }]
}

/** From the end to the beginning, so that no step moves what another one is about. */
function listChanges(before: readonly PrintableItem[], after: readonly PrintableItem[], path: KeyPath): ValueChange[] {
  const changes: ValueChange[] = []
  const removed = (from: number, to: number): ValueChange[] =>
    Array.from({ length: to - from }, (_, i) => ({ kind: 'remove', path: [...path, to - 1 - i] }))
  const pairs = pairsOf(before, after)
  let end = before.length
  for (const [i, item] of [...after.entries()].toReversed()) {
    const pair = pairs.get(i)
    if (pair === undefined) {
      changes.push({ kind: 'insert', path, index: end, item })
    } else {
      changes.push(...removed(pair + 1, end), ...changesOfItem(before[pair], item, [...path, pair]))
      end = pair
    }
  }
  return [...changes, ...removed(0, end)]
}

function changesOfItem(before: PrintableItem | undefined, after: PrintableItem, path: KeyPath): ValueChange[] {
  return isTable(before) && isTable(after) ? changesBetween(before, after, path) : []
}

/** Which item of `before` an item of `after` was: what is the same, or else what is called the same; in the order of both. */
function pairsOf(before: readonly PrintableItem[], after: readonly PrintableItem[]): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>()
  let from = 0
  for (const [i, item] of after.entries()) {
    const rest = before.slice(from)
    const same = rest.findIndex((old) => isSame(old, item))
    const at = same < 0 ? rest.findIndex((old) => nameOf(old) === nameOf(item)) : same
    if (at < 0) continue
    pairs.set(i, from + at)
    from += at + 1
  }
  return pairs
}

/** The first key of a table says what it is about. */
function nameOf(item: PrintableItem): PrintableValue | undefined {
  return isTable(item) ? [...item.values()][0] : item
}

function isSame(a: PrintableValue | undefined, b: PrintableValue | undefined): boolean {
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) && isEmpty(b)
  return printTomlValue(a) === printTomlValue(b)
}

function isEmpty(value: PrintableValue | undefined): value is undefined {
  return value === undefined || (isList(value) && value.length === 0) || (isTable(value) && value.size === 0)
}

/** True of strings as well as of tables. */
export function isList(value: PrintableValue | undefined): value is readonly string[] | readonly PrintableTable[] {
  return Array.isArray(value)
}
