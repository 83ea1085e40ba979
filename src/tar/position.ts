import { decodeUtf8 } from '../bytes.js'
import { CnbError, type ErrorCode } from '../errors.js'

/** Characters of a name that are shown. */
const SHOWN = 200

/** `text` in quotes, cut, with everything escaped that could move a cursor or hide: controls, bidi marks, separators. */
export function quoted(text: string): string {
  const cut = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
  return JSON.stringify(cut).replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Bytes for people: those that are no printable ASCII show as `\\xNN`. */
export function escaped(latin1: string): string {
  return latin1.replace(/[^\x20-\x7e]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

function textOf(name: string | Buffer): string {
  return typeof name === 'string' ? name : (decodeUtf8(name) ?? escaped(name.toString('latin1')))
}

/** Where a reader is, for what it has to say: the archive, the entry (from 1) with its name, the byte (from 0). */
export class ArchivePosition {
  readonly file: string
  entry = 0
  /** As text once it is known to be text. */
  name: string | Buffer | undefined
  /** Of the entry's header. */
  offset: number | undefined

  constructor(file: string) {
    this.file = file
  }

  /** The error to throw here. `problem` completes a sentence about the entry. */
  error(code: ErrorCode, problem: string, details: { value?: string | undefined; hint?: string } = {}): CnbError {
    const name = this.name === undefined ? undefined : textOf(this.name)
    const entry = this.entry === 0 ? '' : `entry ${this.entry}${name === undefined ? '' : ` ${quoted(name)}`}`
    const byte = this.offset === undefined ? '' : `byte ${this.offset}`
    const where = [entry, byte].filter((part) => part !== '').join(' at ')
    return new CnbError(code, `${where === '' ? '' : `${where} of `}${this.file}: ${problem}`, {
      place: { file: this.file },
      value: details.value ?? name,
      hint: details.hint,
    })
  }
}
