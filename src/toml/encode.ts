/** A table to print: its keys in order. What is undefined is left out. */
export type PrintableTable = ReadonlyMap<string, PrintableValue | undefined>

/** What a key of a printable table may hold. */
export type PrintableValue = string | boolean | readonly string[] | PrintableTable | readonly PrintableTable[]

const INDENT = '  '

/**
 * `table` as text, laid out to the byte as BurntSushi/toml 1.3.2 does, because these bytes are hashed: two blanks for each
 * level, the values of a table before its sub-tables, a blank line before every `[[header]]` and before a `[header]` of the
 * first level, unless it is the first line.
 *
 * @see https://github.com/BurntSushi/toml/blob/v1.3.2/encode.go
 */
export function printToml(table: PrintableTable): string {
  const lines: string[] = []
  printBody(table, [], lines)
  return lines.map((line) => `${line}\n`).join('')
}

function printBody(table: PrintableTable, path: readonly string[], lines: string[]): void {
  const values = [...table].filter((entry): entry is [string, PrintableValue] => entry[1] !== undefined)
  for (const [key, value] of values) {
    if (!isTable(value) && !isTables(value)) lines.push(`${INDENT.repeat(path.length)}${printTomlPair(key, value)}`)
  }
  for (const [key, value] of values) {
    const below = [...path, key]
    if (isTable(value)) {
      if (path.length === 0) blankLine(lines)
      printHeader('[', below, ']', lines)
      printBody(value, below, lines)
    } else if (isTables(value)) {
      for (const item of value) {
        blankLine(lines)
        printHeader('[[', below, ']]', lines)
        printBody(item, below, lines)
      }
    }
  }
}

function printHeader(open: string, path: readonly string[], close: string, lines: string[]): void {
  lines.push(`${INDENT.repeat(path.length - 1)}${open}${path.map(printKey).join('.')}${close}`)
}

function blankLine(lines: string[]): void {
  if (lines.length > 0) lines.push('')
}

/** @see https://toml.io/en/v1.0.0#keys */
const BARE_KEY = /^[A-Za-z0-9_-]+$/

function printKey(key: string): string {
  return BARE_KEY.test(key) ? key : printString(key)
}

/** A value in one piece, on one line. */
export function printTomlValue(value: PrintableValue): string {
  if (typeof value === 'string') return printString(value)
  if (typeof value === 'boolean') return String(value)
  if (!isTable(value)) return `[${value.map(printTomlValue).join(', ')}]`
  const pairs = [...value].flatMap(([key, below]) => (below === undefined ? [] : printTomlPair(key, below)))
  return `{ ${pairs.join(', ')} }`
}

/** `key = value`, on one line. */
export function printTomlPair(key: string, value: PrintableValue): string {
  return `${printKey(key)} = ${printTomlValue(value)}`
}

const SHORT_ESCAPES = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\f', '\\f'],
  ['\r', '\\r'],
])

// oxlint-disable-next-line no-control-regex
const UNSAFE = /["\\\u0000-\u001f\u007f]/g

function printString(text: string): string {
  return `"${text.replaceAll(UNSAFE, (unit) => SHORT_ESCAPES.get(unit) ?? `\\u${hex4(unit)}`)}"`
}

function hex4(unit: string): string {
  return unit.charCodeAt(0).toString(16).padStart(4, '0')
}

/** Whether a value is a table. */
export function isTable(value: PrintableValue | undefined): value is PrintableTable {
  return value instanceof Map
}

function isTables(value: PrintableValue): value is readonly PrintableTable[] {
  return Array.isArray(value) && value[0] instanceof Map
}
