import { limitHint, type Limits } from '../limits.js'

/** A string token, quotes included. */
export interface StringSpan {
  readonly start: number
  readonly end: number
}

/** Why a text must not reach the parser, and where. */
export interface ScanProblem {
  readonly rule: 'toml-syntax' | 'toml-limit'
  readonly message: string
  readonly fix: string
  readonly offset: number
}

/** What a scan found. */
export interface Scan {
  readonly problem: ScanProblem | undefined
  /** Strings longer than `LONG_STRING`. */
  readonly longStrings: readonly StringSpan[]
}

/**
 * UTF-16 units. The parser passes a string's characters as arguments of one call, which overflows the stack somewhere
 * above 100,000; longer strings than this are kept away from it.
 */
const LONG_STRING = 20_000

/** UTF-16 units of a bare key or a number, for the same reason; the longest number that is not padded has far fewer. */
const LONG_WORD = 20_000

/** TOML allows these characters nowhere. A carriage return is part of a line end or it is nothing. */
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\r(?!\n)/

/**
 * Looks, in one linear pass, for what the parser must not see because its stack or its time would not bear it: depth,
 * number of keys and items, long words and strings. What is wrong in any other way is left for the parser to say.
 */
export function scanToml(text: string, limits: Limits): Scan {
  const longStrings: StringSpan[] = []
  const scan = (problem?: ScanProblem): Scan => ({ problem, longStrings })
  const forbidden = FORBIDDEN.exec(text)
  if (forbidden !== null) return scan(forbiddenCharacter(forbidden))
  let depth = 0
  let dots = 0
  let entries = 0
  /** Behind an equals sign, where a bracket opens an array and not a table header. */
  let inValue = false
  /** Where the key begins that an equals sign may follow. */
  let keyStart: number | undefined
  let at = 0
  while (at < text.length) {
    switch (text.charAt(at)) {
      case '#':
        at = endOf(text, '\n', at)
        continue
      case '"':
      case "'": {
        const end = stringEnd(text, at)
        if (end === undefined) return scan()
        if (end - at > limits.tomlString)
          return scan(tooMuch('tomlString', `a string of ${end - at} characters`, limits, at))
        keyStart ??= at
        if (end - at > LONG_STRING) longStrings.push({ start: at, end })
        at = end
        continue
      }
      case '[':
      case '{':
        if (depth === 0 && !inValue) entries++
        depth++
        dots = 0
        break
      case ']':
      case '}':
        depth = Math.max(0, depth - 1)
        dots = 0
        break
      case '.':
        dots++
        break
      case '=':
      case ',':
        inValue = true
        entries++
        dots = 0
        break
      case '\n':
        if (depth === 0) inValue = false
        dots = 0
        break
      default: {
        const end = wordEnd(text, at)
        if (end - at > LONG_WORD) {
          const message = `a word of ${end - at} characters, limit ${LONG_WORD}`
          return scan({ rule: 'toml-limit', message, fix: 'put text in quotes', offset: at })
        }
        if (end > at) keyStart ??= at
        at = Math.max(end, at + 1)
        continue
      }
    }
    if (depth > limits.tomlDepth || dots > limits.tomlDepth) {
      return scan(tooMuch('tomlDepth', `nesting of more than ${limits.tomlDepth} levels`, limits, at))
    }
    if (entries > limits.tomlKeys) {
      const start = text.charAt(at) === '=' ? (keyStart ?? at) : at
      return scan(tooMuch('tomlKeys', `more than ${limits.tomlKeys} keys, tables and array items`, limits, start))
    }
    if ('[{,\n'.includes(text.charAt(at))) keyStart = undefined
    at++
  }
  return scan()
}

/** A problem with the flag that lifts it. */
export function tooMuch(
  limit: 'tomlBytes' | 'tomlDepth' | 'tomlKeys' | 'tomlString',
  what: string,
  limits: Limits,
  offset: number,
): ScanProblem {
  return {
    rule: 'toml-limit',
    message: `${what}, limit ${limits[limit]}`,
    fix: limitHint(limit),
    offset,
  }
}

function forbiddenCharacter(match: RegExpExecArray): ScanProblem {
  const unit = match[0].charCodeAt(0)
  const name = unit === 0x0d ? 'carriage return without line feed' : `control character U+${hex4(unit)}`
  return { rule: 'toml-syntax', message: `${name} in the text`, fix: 'write it as an escape', offset: match.index }
}

function hex4(unit: number): string {
  return unit.toString(16).toUpperCase().padStart(4, '0')
}

/** Where the string token that opens at `start` ends, or undefined when it does not. */
export function stringEnd(text: string, start: number): number | undefined {
  const quote = text[start] ?? ''
  if (text.startsWith(quote.repeat(3), start)) return multiLineEnd(text, start, quote)
  for (let at = start + 1; at < text.length; at++) {
    const unit = text[at]
    if (unit === quote) return at + 1
    if (unit === '\n') return undefined
    if (unit === '\\' && quote === '"') at++
  }
  return undefined
}

function multiLineEnd(text: string, start: number, quote: string): number | undefined {
  for (let at = start + 3; at < text.length; at++) {
    const unit = text[at]
    if (unit === '\\' && quote === '"') at++
    else if (unit === quote && text.startsWith(quote.repeat(3), at)) {
      // One or two quotes may stand right before the closing ones.
      let end = at + 3
      while (text[end] === quote && end < at + 5) end++
      return end
    }
  }
  return undefined
}

function endOf(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from)
  return at === -1 ? text.length : at
}

function wordEnd(text: string, from: number): number {
  let at = from
  while (at < text.length && isWordUnit(text.charCodeAt(at))) at++
  return at
}

/** Letters, digits, `-`, `_`, `+`, `:`. */
function isWordUnit(unit: number): boolean {
  return (
    (unit >= 0x61 && unit <= 0x7a) ||
    (unit >= 0x30 && unit <= 0x3a) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    unit === 0x2d ||
    unit === 0x5f ||
    unit === 0x2b
  )
}
