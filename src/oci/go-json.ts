import { compareBytes } from '../bytes.js'
import type { Json, JsonObject } from './image.js'

/** The members that are there, in this order, as Go writes a struct. */
export function inOrder(members: readonly (readonly [string, Json | undefined])[]): JsonObject {
  const kept = new Map<string, Json>()
  for (const [key, value] of members) if (value !== undefined) kept.set(key, value)
  return kept
}

/** The same members with keys in byte order, as Go writes a map. */
export function sortedByKey<T extends Json>(members: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map([...members].sort(([a], [b]) => compareBytes(a, b)))
}

/** `text` unless it is empty, as Go's `omitempty` has it. */
export function unlessBlank(text: string): string | undefined {
  return text === '' ? undefined : text
}

/** `items` unless there are none, as Go's `omitempty` has it. */
export function unlessEmpty<T>(items: readonly T[] | undefined): readonly T[] | undefined {
  return items?.length === 0 ? undefined : items
}

/** `members` in byte order unless there are none, as Go's `omitempty` has it. */
export function mapUnlessEmpty<T extends Json>(
  members: ReadonlyMap<string, T> | undefined,
): ReadonlyMap<string, T> | undefined {
  return members === undefined || members.size === 0 ? undefined : sortedByKey(members)
}
