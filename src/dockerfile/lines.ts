import { quoted, Refusal } from './refusal.js'
import { isAsciiSpace, trimStart } from './space.js'

/** The longest line of a file that the scanner of BuildKit takes, in bytes, its line break included: Go's `bufio.MaxScanTokenSize`. */
const MAX_LINE_BYTES = 65_536

/** The most bytes that a UTF-16 unit of a string becomes in UTF-8. */
const MAX_BYTES_PER_UNIT = 3

const BYTE_ORDER_MARK = '\u{feff}'

/** `# escape=\``: a comment before everything else that says how the file is to be read. */
const DIRECTIVE = /^#[\t\n\f\r ]*([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=([^\n]*)$/

/** Where something is in a file; both count from 1, columns in UTF-16 units. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** One instruction's text: its continuation lines are joined, comments between them left out. */
export interface LogicalLine {
  readonly text: string
  /** The first line, and the last one before heredocs. */
  readonly line: number
  readonly endLine: number
  /** Where each part of `text` is in the file, by its first index in `text`. */
  readonly parts: readonly { readonly from: number; readonly place: Place }[]
}

/** Where in the file the character at `index` of `logical.text` is. */
export function placeOf(logical: LogicalLine, index: number): Place {
  const part = logical.parts.findLast(({ from }) => from <= index)
  const { line, column } = part?.place ?? { line: logical.line, column: 1 }
  return { line, column: column + index - (part?.from ?? 0) }
}

/**
 * The lines of a Dockerfile, as BuildKit joins them: one that ends in the escape character goes on in the next one.
 *
 * Who takes a line may take raw ones after it (a heredoc's) before it takes another.
 */
export class LineReader {
  readonly #lines: readonly string[]
  #at = 0
  #escape = '\\'
  readonly #directives = new Set<string>()
  #directivesEnded = false

  constructor(text: string) {
    this.#lines = text.replace(BYTE_ORDER_MARK, (mark, at) => (at === 0 ? '' : mark)).split('\n')
    if (this.#lines.at(-1) === '') this.#lines = this.#lines.slice(0, -1)
  }

  /** The character that escapes, and that joins lines: `\`, or a backtick when the file says so. */
  get escape(): string {
    return this.#escape
  }

  /** How many lines were taken. */
  get line(): number {
    return this.#at
  }

  /** The next line as it is, without its break; undefined at the end. @throws Refusal for one that is too long */
  raw(): string | undefined {
    const line = this.#lines[this.#at]
    if (line === undefined) return undefined
    if (line.length * MAX_BYTES_PER_UNIT >= MAX_LINE_BYTES && Buffer.byteLength(line) >= MAX_LINE_BYTES) {
      throw new Refusal(`a line of more than ${MAX_LINE_BYTES - 1} bytes`)
    }
    this.#at += 1
    return withoutBreak(line)
  }

  /** The next instruction's text; undefined at the end. @throws Refusal for a directive that is repeated or unknown to `escape` */
  logical(): LogicalLine | undefined {
    for (let raw = this.raw(); raw !== undefined; raw = this.raw()) {
      const first = trimStart(raw)
      this.#readDirective(first)
      if (first === '' || first.startsWith('#')) continue
      return this.#joined(first, raw.length - first.length + 1)
    }
    return undefined
  }

  #joined(first: string, column: number): LogicalLine {
    const line = this.#at
    let { text, goesOn } = this.#continued(first)
    const texts = [text]
    const parts = [{ from: 0, place: { line, column } }]
    let length = text.length
    while (goesOn) {
      const next = this.raw()
      if (next === undefined) break
      const seen = trimStart(next)
      if (seen === '' || seen.startsWith('#')) continue
      ;({ text, goesOn } = this.#continued(next))
      parts.push({ from: length, place: { line: this.#at, column: 1 } })
      texts.push(text)
      length += text.length
    }
    return { text: texts.join(''), line, endLine: this.#at, parts }
  }

  /** `line` without the escape character at its end, unless that one is escaped itself. */
  #continued(line: string): { text: string; goesOn: boolean } {
    let end = line.length
    while (line[end - 1] === ' ' || line[end - 1] === '\t') end -= 1
    const goesOn = end > 0 && line[end - 1] === this.#escape && line[end - 2] !== this.#escape
    return { text: goesOn ? line.slice(0, end - 1) : line, goesOn }
  }

  #readDirective(line: string): void {
    if (this.#directivesEnded) return
    const [, name, value] = DIRECTIVE.exec(line) ?? []
    const key = name?.toLowerCase()
    const said = trimmedAscii(value ?? '')
    if ((key !== 'syntax' && key !== 'escape' && key !== 'check') || value === '') {
      this.#directivesEnded = true
      return
    }
    if (this.#directives.has(key)) throw new Refusal(`a second parser directive ${key}`)
    this.#directives.add(key)
    if (key !== 'escape') return
    if (said !== '\\' && said !== '`')
      throw new Refusal(`the escape character ${quoted(said)}, which is neither \\ nor \``)
    this.#escape = said
  }
}

function withoutBreak(line: string): string {
  let end = line.length
  while (line[end - 1] === '\r') end -= 1
  return line.slice(0, end)
}

/** Directives know the white space of ASCII only. */
function trimmedAscii(text: string): string {
  let [from, to] = [0, text.length]
  const isBlank = (at: number) => isAsciiSpace(text.charAt(at)) && text[at] !== '\v'
  while (from < to && isBlank(from)) from += 1
  while (to > from && isBlank(to - 1)) to -= 1
  return text.slice(from, to)
}
