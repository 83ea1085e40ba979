import { decodeUtf8 } from '../bytes.js'
import { CnbError, type ErrorCode, type Place } from '../errors.js'
import { limitHint, type Limits } from '../limits.js'
import type { Json } from './image.js'

/** What parsing needs to know. */
export interface JsonOptions {
  /** What the text is called in messages. */
  readonly file: string
  readonly limits: Pick<Limits, 'jsonBytes' | 'jsonDepth'>
}

/**
 * The value that `bytes` spell in JSON, stricter than `JSON.parse`, because two readers of the same bytes must not see
 * different things: a key may stand only once in its object, a number must be one that a double holds, a string must be
 * sound Unicode. Objects become Maps in the order of the text. Uses constant stack however deep the text is nested.
 *
 * @throws CnbError E_JSON, E_JSON_DUP, or E_OCI_LIMIT for size and depth; each names the byte and the line
 * @see https://www.rfc-editor.org/rfc/rfc8259
 * @see https://www.rfc-editor.org/rfc/rfc7493 (I-JSON)
 */
export function parseJson(bytes: Uint8Array, options: JsonOptions): Json {
  const { file, limits } = options
  if (bytes.length > limits.jsonBytes) {
    throw new CnbError('E_OCI_LIMIT', `${file} has ${bytes.length} bytes, more than ${limits.jsonBytes}`, {
      place: { file },
      hint: limitHint('jsonBytes'),
    })
  }
  const text = decodeUtf8(bytes)
  if (text === undefined) throw notUtf8(bytes, file)
  return new Reader(text, file, limits.jsonDepth).document()
}

/** An object or array whose end has not been read. */
type Open =
  | { readonly kind: 'array'; readonly items: Json[] }
  | { readonly kind: 'object'; readonly members: Map<string, Json>; key: string }

const SPACE = /[ \t\n\r]*/y
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
// eslint-disable-next-line no-control-regex
const PLAIN = /[^"\\\u0000-\u001f]*/y
const HEX4 = /[0-9a-fA-F]{4}/y
const WORDS = new Map<string, Json>([
  ['true', true],
  ['false', false],
  ['null', null],
])
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])

class Reader {
  readonly #text: string
  readonly #file: string
  readonly #maxDepth: number
  #at = 0

  constructor(text: string, file: string, maxDepth: number) {
    this.#text = text
    this.#file = file
    this.#maxDepth = maxDepth
  }

  document(): Json {
    const open: Open[] = []
    for (;;) {
      let value = this.#value(open)
      // A value is complete: put it into what is open, and close what ends here.
      while (value !== undefined) {
        const parent = open.at(-1)
        if (parent === undefined) return this.#end(value)
        value = this.#add(parent, value) ? undefined : close(open)
      }
    }
  }

  /** The next value, or undefined after it opened an object or array that has something in it. */
  #value(open: Open[]): Json | undefined {
    this.#skip(SPACE)
    const first = this.#text[this.#at]
    if (first === '"') return this.#string()
    if (first === '[' || first === '{') return this.#opening(open, first)
    if (first === '-' || (first !== undefined && first >= '0' && first <= '9')) return this.#number()
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length
        return value
      }
    }
    throw this.#unexpected('a value')
  }

  #opening(open: Open[], bracket: '[' | '{'): Json | undefined {
    if (open.length >= this.#maxDepth) {
      throw this.#error('E_OCI_LIMIT', `nested more than ${this.#maxDepth} deep`, limitHint('jsonDepth'))
    }
    this.#at++
    this.#skip(SPACE)
    if (bracket === '[') {
      if (this.#take(']')) return []
      open.push({ kind: 'array', items: [] })
    } else {
      if (this.#take('}')) return new Map()
      const members = new Map<string, Json>()
      open.push({ kind: 'object', members, key: this.#key(members) })
    }
    return undefined
  }

  /** Puts `value` into `parent`. True when another one follows, false when `parent` ends here. */
  #add(parent: Open, value: Json): boolean {
    if (parent.kind === 'array') parent.items.push(value)
    else parent.members.set(parent.key, value)
    this.#skip(SPACE)
    if (this.#take(',')) {
      this.#skip(SPACE)
      if (parent.kind === 'object') parent.key = this.#key(parent.members)
      return true
    }
    const end = parent.kind === 'array' ? ']' : '}'
    if (!this.#take(end)) throw this.#unexpected(`, or ${end}`)
    return false
  }

  #key(members: ReadonlyMap<string, Json>): string {
    const start = this.#at
    if (this.#text[this.#at] !== '"') throw this.#unexpected('a key in quotes')
    const key = this.#string()
    if (members.has(key)) {
      this.#at = start
      throw this.#error('E_JSON_DUP', `key ${JSON.stringify(key)} stands twice in one object`)
    }
    this.#skip(SPACE)
    if (!this.#take(':')) throw this.#unexpected(':')
    return key
  }

  #string(): string {
    const start = this.#at++
    let value = ''
    for (;;) {
      value += this.#skip(PLAIN)
      const stop = this.#text[this.#at]
      if (stop === '"') break
      if (stop !== '\\') throw this.#unexpected('the end of a string')
      this.#at++
      value += this.#escape()
    }
    this.#at++
    if (!value.isWellFormed()) {
      this.#at = start
      throw this.#error('E_JSON', 'a string holds half of a surrogate pair')
    }
    return value
  }

  #escape(): string {
    const letter = this.#text[this.#at] ?? ''
    const plain = ESCAPES.get(letter)
    if (plain !== undefined) {
      this.#at++
      return plain
    }
    if (letter !== 'u') throw this.#unexpected('an escape')
    this.#at++
    const hex = this.#skip(HEX4)
    if (hex === '') throw this.#unexpected('four hex digits')
    return String.fromCharCode(Number.parseInt(hex, 16))
  }

  #number(): number {
    const start = this.#at
    const digits = this.#skip(NUMBER)
    if (digits === '') throw this.#unexpected('a number')
    const value = Number(digits)
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
      this.#at = start
      throw this.#error('E_JSON', `number ${digits} is too large to be read exactly`)
    }
    return value === 0 ? 0 : value
  }

  #end(value: Json): Json {
    this.#skip(SPACE)
    if (this.#at < this.#text.length) throw this.#unexpected('the end')
    return value
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const [found = ''] = pattern.exec(this.#text) ?? []
    this.#at += found.length
    return found
  }

  #unexpected(wanted: string): CnbError {
    const code = this.#text.codePointAt(this.#at)
    const found = code === undefined ? 'the end' : JSON.stringify(String.fromCodePoint(code))
    return this.#error('E_JSON', `expected ${wanted}, found ${found}`)
  }

  #error(code: ErrorCode, problem: string, hint?: string): CnbError {
    const before = this.#text.slice(0, this.#at)
    return new CnbError(code, `${this.#file} at byte ${Buffer.byteLength(before)}: ${problem}`, {
      place: placeAfter(before, this.#file),
      hint,
    })
  }
}

/** Takes the innermost open object or array as a value. */
function close(open: Open[]): Json | undefined {
  const last = open.pop()
  return last?.kind === 'object' ? last.members : last?.items
}

function placeAfter(before: string, file: string): Place {
  const lastBreak = before.lastIndexOf('\n')
  return { file, line: before.split('\n').length, column: before.length - lastBreak }
}

function notUtf8(bytes: Uint8Array, file: string): CnbError {
  // The longest sound start, by halving: whatever follows it is the first bad byte or the start of a bad sequence.
  let sound = 0
  let bad = bytes.length
  while (bad - sound > 1) {
    const middle = (sound + bad) >> 1
    if (isUtf8Start(bytes.subarray(0, middle))) sound = middle
    else bad = middle
  }
  return new CnbError('E_JSON', `${file} at byte ${sound}: not UTF-8`, { place: { file } })
}

/** True when more bytes could make `bytes` UTF-8. */
function isUtf8Start(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

/**
 * `value` as Go's `encoding/json` writes it: no spaces, keys in Map order, `<`, `>`, `&`, U+2028 and U+2029 escaped, DEL not.
 * Image configs and labels are written so, and their digests depend on it.
 */
export function printJson(value: Json): string {
  if (typeof value === 'string') return printString(value)
  if (value === null || typeof value !== 'object') return String(value)
  if (value instanceof Map) {
    return `{${[...(value as ReadonlyMap<string, Json>)].map(([key, item]) => `${printString(key)}:${printJson(item)}`).join(',')}}`
  }
  return `[${(value as readonly Json[]).map(printJson).join(',')}]`
}

const UNSAFE = /[<>&\u2028\u2029]/g

function printString(text: string): string {
  // JSON.stringify has the same short forms and lower-case \u00xx, and leaves DEL alone.
  return JSON.stringify(text).replaceAll(UNSAFE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
