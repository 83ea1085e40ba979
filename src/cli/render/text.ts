const MAX_VALUE = 200

/** Controls, line and paragraph separators, and what turns the direction of text: none of them may reach a terminal. */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- these are what it looks for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g

/** What no terminal shows, so that two values look alike. */
const INVISIBLE = /[\u00ad\u200b\u2060-\u2064]/g

/** `text` with everything escaped that could move the cursor, colour the screen or reorder the line. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (c) => (c === '\n' ? '\\n' : c === '\t' ? '\\t' : escapeUnit(c)))
}

/** As `printable`, but as `\\uXXXX`, which JSON and TOML read as the character that it is; lines stay lines. */
export function printableDocument(text: string): string {
  return text.replace(UNSAFE, (c) => (c === '\n' ? c : escapeUnit(c)))
}

/** The escape of a character that JSON, TOML and quoted YAML have in common. */
export function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Whether a text would be changed by `printable`. */
export function isUnsafe(text: string): boolean {
  return text.search(UNSAFE) >= 0
}

/** A value out of the input that is wrong: printable, all of it visible, and cut to a length that leaves the message readable. */
export function printableValue(text: string): string {
  const safe = printable(text).replace(INVISIBLE, escapeUnit)
  return safe.length > MAX_VALUE ? `${safe.slice(0, MAX_VALUE)}… (${text.length} characters)` : safe
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes for people: `512 B`, `1.5 MB`. */
export function printBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit] ?? ''}`
}

/** `1 layer`, `2 layers`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Words of ours as a sentence, with a capital unless a name comes first, and a full stop. */
export function sentence(text: string): string {
  return `${text.replace(/^[a-z]+(?=[ ,])/, (word) => word.charAt(0).toUpperCase() + word.slice(1))}.`
}
