import type { Document, DocumentObject } from './document.js'
import { escapeUnit, isUnsafe } from './text.js'

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

/** Several lines as they are, where nothing in them needs an escape. */
function textOf(text: string, indent: number): Line[] {
  const lines = text.split('\n')
  const isPlain = lines.length > 1 && !needsEscape(lines.join('')) && /^[^\s]/.test(text) && !/\s$/.test(text)
  if (!isPlain) return [beside(printText(text))]
  return [
    beside('|-'),
    ...lines.map((line) => ({ text: line === '' ? '' : `${' '.repeat(indent)}${line}`, isBlock: true })),
  ]
}

function beside(text: string): Line {
  return { text, isBlock: false }
}

function textsOf(lines: readonly Line[]): string[] {
  return lines.map(({ text }) => text)
}

/** What some reader takes for null, a boolean or an infinity. */
const WORD = /^(?:~|null|true|false|yes|no|on|off|y|n|<<|=|[-+]?\.inf|\.nan)$/i
/** What some reader takes for a number, or for one of base 60, such as a time. */
const NUMBER =
  /^[-+]?(?:(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:e[-+]?\d+)?|\d[\d_]*(?::[\d_]+)+(?:\.[\d_]*)?|0x[\da-f_]+|0o[0-7_]+|0b[01_]+)$/i
const DATE = /^\d{4}-\d\d?-\d\d?(?:$|[Tt\s])/
/** What begins something else than a plain text. */
const INDICATOR = /^(?:[,[\]{}#&*!|>'"%@`]|[-?:](?:\s|$)|---|\.\.\.)/

function printText(text: string): string {
  if (text === '' || needsEscape(text) || [WORD, NUMBER, DATE].some((other) => other.test(text))) {
    return quoted(text)
  }
  const isPlain = !INDICATOR.test(text) && !/^\s|\s$|:\s|:$|\s#/.test(text)
  return isPlain ? text : `'${text.replaceAll("'", "''")}'`
}

/** Whether a text has a character that must not be seen, or that YAML does not allow as it is. */
function needsEscape(text: string): boolean {
  return isUnsafe(text) || /[\ufffe\uffff]/.test(text)
}

/** Escapes that are shorter than a number. */
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\u001b': '\\e',
  '\u2028': '\\L',
  '\u2029': '\\P',
}

function quoted(text: string): string {
  const escaped = text.split('').map((c) => SHORT[c] ?? (needsEscape(c) ? escapeUnit(c) : c))
  return `"${escaped.join('')}"`
}

function isList(value: Document): value is readonly Document[] {
  return Array.isArray(value)
}
