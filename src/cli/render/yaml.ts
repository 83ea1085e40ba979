import type { Document, DocumentObject } from './document.js'
import { isUnsafe } from './text.js'

/** Columns of one level. */
const INDENT = 4

/**
 * A document in YAML 1.2 that readers of 1.1 understand alike, laid out as go-yaml does: four blanks for each level, two below
 * the dash of a list. A text is quoted wherever it could be taken for anything else.
 *
 * @see https://yaml.org/spec/1.2.2/
 */
export function printYaml(document: DocumentObject): string {
  return membersOf(document, 0).join('\n')
}

function membersOf(object: DocumentObject, indent: number): string[] {
  return Object.entries(object).flatMap(([key, value]) => {
    if (value === undefined) return []
    const label = `${' '.repeat(indent)}${printText(key)}:`
    const [first, ...rest] = nodeOf(value, levelBelow(indent))
    return first?.isBlock === true
      ? [label, first.text, ...textsOf(rest)]
      : [`${label} ${first?.text}`, ...textsOf(rest)]
  })
}

/** A line of a node, and whether it stands below its key instead of beside it. */
interface Line {
  readonly text: string
  readonly isBlock: boolean
}

function nodeOf(value: Document, indent: number): Line[] {
  if (typeof value === 'string') return textOf(value, indent)
  if (typeof value !== 'object' || value === null) return [beside(String(value))]
  const lines = isList(value) ? value.flatMap((item) => itemOf(item, indent)) : membersOf(value, indent)
  if (lines.length > 0) return lines.map((text) => ({ text, isBlock: true }))
  return [beside(isList(value) ? '[]' : '{}')]
}

function itemOf(item: Document, indent: number): string[] {
  const dash = `${' '.repeat(indent)}- `
  const [first, ...rest] = nodeOf(item, indent + 2)
  const text = first === undefined ? '' : first.isBlock ? first.text.trimStart() : first.text
  return [`${dash}${text}`, ...textsOf(rest)]
}

/** Where what is below a key begins: at the next multiple of four, wherever the key stands. */
function levelBelow(indent: number): number {
  return INDENT * Math.floor((indent + INDENT) / INDENT)
}

/** Several lines as they are, where nothing in them needs an escape, nor their place a number that go-yaml gets wrong in lists. */
function textOf(text: string, indent: number): Line[] {
  const lines = text.split('\n')
  const isPlain = lines.length > 1 && !needsEscape(lines.join('')) && !/^[ \n]| $| \n/.test(text)
  if (!isPlain) return [beside(printText(text))]
  const [, end = ''] = /(\n?\n?)$/.exec(text) ?? []
  const body = end === '' ? lines : lines.slice(0, -1)
  return [
    beside(['|-', '|', '|+'][end.length] ?? ''),
    ...body.map((line) => ({ text: line === '' ? '' : `${' '.repeat(indent)}${line}`, isBlock: true })),
  ]
}

function beside(text: string): Line {
  return { text, isBlock: false }
}

function textsOf(lines: readonly Line[]): string[] {
  return lines.map(({ text }) => text)
}

/** What some reader takes for null, a boolean, an infinity, or a merge. */
const WORD = /^(?:~|null|Null|NULL|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|<<|=)$/
const BOOLEAN = /^(?:[yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|true|True|TRUE|false|False|FALSE)$/
/** Without underscores, which may stand anywhere in them. Larger ones are none. */
const INTEGER = /^[-+]?(?:0[xX][\da-fA-F]{1,16}|0[oO]?[0-7]{1,21}|0[bB][01]{1,64})$/
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/
/** To the base of 60, such as a time. */
const SEXAGESIMAL = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/
const DATE = /^\d{4}-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12]\d|3[01])$/
const CLOCK = /^(?:[01]?\d|2[0-3])(?::[0-5]?\d){2}(?:[.,]\d+)?$/
const ZONE = /(?:Z|[-+]\d\d:\d\d)$/

/** Whether a reader of YAML 1.1 or 1.2 could take a plain text for something else. */
function isAmbiguous(text: string): boolean {
  if (text === '' || [WORD, BOOLEAN, SEXAGESIMAL].some((other) => other.test(text))) return true
  return /^[-+.\d]/.test(text) && (isNumber(text) || isTimestamp(text))
}

function isNumber(text: string): boolean {
  // Only the digits of what begins with a point are no underscores.
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '')
  return INTEGER.test(digits) || (FLOAT.test(digits) && Number.isFinite(Number(digits)))
}

function isTimestamp(text: string): boolean {
  const [, date = '', separator, time = ''] = /^([\d-]+)(?:([Tt ])(.*))?$/.exec(text) ?? []
  if (!DATE.test(date) || separator === undefined) return separator === undefined && DATE.test(date)
  return separator === ' ' ? CLOCK.test(time) : ZONE.test(time) && CLOCK.test(time.replace(ZONE, ''))
}

/** What begins something else than a plain text, or ends one. */
const INDICATOR = /^(?:[,[\]{}#&*!|>'"%@`]|[-?:](?:[ \t]|$)|---|\.\.\.)|:(?:[ \t]|$)|[ \t]#|^ | $/

/** In double quotes where it could be taken for something else, as go-yaml does, in single ones where it could not be read. */
function printText(text: string): string {
  if (needsEscape(text) || isAmbiguous(text)) return quoted(text)
  return INDICATOR.test(text) ? `'${text.replaceAll("'", "''")}'` : text
}

/** What go-yaml does not print as it is, beside what must not be seen: half of a character beyond U+FFFF too. */
const UNPRINTABLE = /[^\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd]/

/** Whether a text has a character that must not be seen, or that go-yaml does not print as it is. */
function needsEscape(text: string): boolean {
  return isUnsafe(text) || UNPRINTABLE.test(text)
}

/** Escapes that are shorter than a number. */
const SHORT: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
}

function quoted(text: string): string {
  return `"${Array.from(text, (c) => SHORT[c] ?? (needsEscape(c) ? escaped(c) : c)).join('')}"`
}

/** As short as the number of the character allows. */
function escaped(c: string): string {
  const code = c.codePointAt(0) ?? 0
  const [letter, digits] =
    code <= 0xff ? (['x', 2] as const) : code <= 0xffff ? (['u', 4] as const) : (['U', 8] as const)
  return `\\${letter}${code.toString(16).toUpperCase().padStart(digits, '0')}`
}

function isList(value: Document): value is readonly Document[] {
  return Array.isArray(value)
}
