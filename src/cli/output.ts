import { COLOUR, PLAIN, type Palette } from './render/style.js'
import { printableDocument } from './render/text.js'

/** Where words go: results to stdout, everything said on the way to stderr. */
export interface Streams {
  writeOut(text: string): void
  writeErr(text: string): void
  /** Whether stderr is a terminal that can move its cursor, and its width in columns. */
  readonly terminal: boolean
  /** Whether stdout is one. */
  readonly outTerminal: boolean
  readonly columns: number
}

/** How much is said, and how. */
export interface OutputOptions {
  readonly quiet: boolean
  readonly verbose: boolean
  readonly timestamps: boolean
  readonly noColor: boolean
  readonly forceColor: boolean
}

/** Speaks to people and prints results. Verbose wins over quiet, as in pack. */
export class Output {
  readonly palette: Palette
  /** For results that people read. */
  readonly outPalette: Palette
  readonly #streams: Streams
  readonly #options: OutputOptions
  readonly #now: () => number
  #status = ''

  constructor(streams: Streams, options: OutputOptions, now: () => number) {
    this.#streams = streams
    this.#options = options
    this.#now = now
    const paletteOf = (terminal: boolean): Palette =>
      options.forceColor || (terminal && !options.noColor) ? COLOUR : PLAIN
    this.palette = paletteOf(streams.terminal)
    this.outPalette = paletteOf(streams.outTerminal)
  }

  /** True when a status line can be shown and rewritten. */
  get live(): boolean {
    return this.#streams.terminal && !this.#muted && !this.#options.timestamps
  }

  get columns(): number {
    return this.#streams.columns
  }

  get #muted(): boolean {
    return this.#options.quiet && !this.#options.verbose
  }

  /** The result for people. Shown whatever the level. */
  result(text: string): void {
    this.#clear()
    this.#streams.writeOut(`${text}\n`)
  }

  /** A result for programs, on one line, with nothing in it that a terminal obeys. */
  json(value: object): void {
    this.result(printableDocument(JSON.stringify(value)))
  }

  info(text: string): void {
    if (!this.#muted) this.#say(text)
  }

  detail(text: string): void {
    if (this.#options.verbose) this.#say(text)
  }

  /** Warnings and errors: shown whatever the level. */
  urgent(text: string): void {
    this.#say(text)
  }

  /** Shows `text` as the last line until the next word is said. */
  status(text: string): void {
    if (!this.live || text === this.#status) return
    this.#clear()
    this.#streams.writeErr(text)
    this.#status = text
  }

  /** Takes the status line away. */
  done(): void {
    this.#clear()
  }

  #clear(): void {
    if (this.#status === '') return
    this.#streams.writeErr('\r\u001b[2K')
    this.#status = ''
  }

  #say(text: string): void {
    this.#clear()
    const stamp = this.#options.timestamps ? `${timestamp(new Date(this.#now()))} ` : ''
    this.#streams.writeErr(
      text
        .split('\n')
        .map((line) => `${stamp}${line}\n`)
        .join(''),
    )
  }
}

/** Local time as pack prints it: `YYYY/MM/DD hh:mm:ss.uuuuuu`. */
function timestamp(date: Date): string {
  const pad = (value: number, width = 2): string => String(value).padStart(width, '0')
  const day = `${date.getFullYear()}/${pad(date.getMonth() + 1)}/${pad(date.getDate())}`
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`
  return `${day} ${time}.${pad(date.getMilliseconds() * 1000, 6)}`
}
