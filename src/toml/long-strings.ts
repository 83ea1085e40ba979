import { syntaxRefusal } from './refusal.js'
import type { StringSpan } from './scan.js'

/** A source whose long strings were taken out, with the way back. */
export interface CutSource {
  /** The source with `""` in place of each long string. */
  readonly text: string
  /** The offset in the source of an offset in `text`. */
  original(offset: number): number
  /** The value of the long string that begins at an offset of the source, if one does. */
  stringAt(offset: number): string | undefined
}

const PLACEHOLDER = '""'

/** `source` without the strings at `spans`, which are sorted and do not overlap. */
export function cutLongStrings(source: string, spans: readonly StringSpan[]): CutSource {
  if (spans.length === 0) return { text: source, original: (offset) => offset, stringAt: () => undefined }
  const pieces: string[] = []
  const cuts: { readonly at: number; readonly removed: number }[] = []
  const values = new Map<number, string>()
  let from = 0
  let removed = 0
  for (const { start, end } of spans) {
    pieces.push(source.slice(from, start), PLACEHOLDER)
    values.set(start, decodeTomlString(source.slice(start, end), start))
    from = end
    cuts.push({ at: start - removed + PLACEHOLDER.length, removed: (removed += end - start - PLACEHOLDER.length) })
  }
  return {
    text: pieces.join('') + source.slice(from),
    original: (offset) => offset + (cuts.findLast((cut) => cut.at <= offset)?.removed ?? 0),
    stringAt: (offset) => values.get(offset),
  }
}

const SHORT_ESCAPES = new Map([
  ['b', '\b'],
  ['t', '\t'],
  ['n', '\n'],
  ['f', '\f'],
  ['r', '\r'],
  ['"', '"'],
  ['\\', '\\'],
])

/**
 * An escape, or what cannot be one: `\` and the four or eight digits of a code point, one character, or blanks up to and
 * over a line end.
 */
const ESCAPE = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([ \t]*\n[ \t\n]*)|([^]?))/g

/** What the string token `raw`, quotes included, stands for. @throws TomlRefusal on an escape that is none */
export function decodeTomlString(raw: string, start: number): string {
  const quote = raw.slice(0, 1)
  const multiline = raw.startsWith(quote.repeat(3))
  const margin = multiline ? 3 : 1
  const unified = raw.slice(margin, raw.length - margin).replaceAll('\r\n', '\n')
  const body = multiline && unified.startsWith('\n') ? unified.slice(1) : unified
  if (quote === "'") return body
  return body.replace(ESCAPE, (whole, four?: string, eight?: string, lineEnd?: string, short?: string) => {
    if (lineEnd !== undefined && multiline) return ''
    const hex = four ?? eight
    const decoded = hex === undefined ? SHORT_ESCAPES.get(short ?? '') : scalarOf(Number.parseInt(hex, 16))
    if (decoded === undefined) throw syntaxRefusal(`invalid escape ${whole}`, start, 'write a backslash as \\\\')
    return decoded
  })
}

/** The character of a code point, or undefined for a surrogate and what lies beyond Unicode. */
function scalarOf(codePoint: number): string | undefined {
  if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) return undefined
  return String.fromCodePoint(codePoint)
}
