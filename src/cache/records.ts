import { join } from 'node:path'
import { decodeUtf8, encodeUtf8 } from '../bytes.js'
import { makeDirectory, touchFile, writeUnsynced } from '../files.js'
import { digestOf, hexOf } from '../oci/digest.js'
import { readOwnFile } from './own-file.js'

/** What a record is about. */
export type RecordKind =
  /** A blob of the cache: what it is, and by what its file is known again. Kept by the cache itself. */
  | 'blob'
  /** What a source gave: by the key of the source. */
  | 'layer'
  /** Which layers elsewhere were read and found sound. */
  | 'checked'
  /** What a download answered: by its URL. */
  | 'url'
  /** What a buildpack registry held: by its URL, and by that and a version in it. */
  | 'index'
  /** What a tag stood for. */
  | 'tag'

/** Bytes of the largest record: the memory of some ten thousand layers. */
const RECORD_BYTES = 32 * 1024 * 1024

/** Milliseconds after which a use is noted again: often enough to know what is old, seldom enough to cost nothing. */
const TOUCH_AFTER = 60 * 60 * 1000

/** What records need to know of the world. */
export interface RecordsOptions {
  readonly directory: string
  readonly user: number | undefined
  readonly now: () => number
}

/** A record as it was found. */
export interface KeptRecord {
  readonly text: string
  /** When it was written or used, in milliseconds since 1970. */
  readonly touchedAt: number
}

/**
 * Small texts by kind and key, one file each. A record is a help and not a promise: one that was cut short by a power cut, or
 * that somebody else may have written, is as good as none, and one that cannot be written is not written. Its file is named
 * after its key and says so inside, so that none can be put in the place of another. Keys are not kept, for they may hold
 * secrets.
 */
export class Records {
  readonly #options: RecordsOptions

  constructor(options: RecordsOptions) {
    this.#options = options
  }

  read(kind: RecordKind, key: string): string | undefined {
    const record = this.peek(kind, key)
    const now = this.#options.now()
    if (record !== undefined && record.touchedAt + TOUCH_AFTER < now)
      touchFile(this.#fileOf(kind, nameOf(kind, key)), now)
    return record?.text
  }

  /** As `read`, but it does not count as a use. */
  peek(kind: RecordKind, key: string): KeptRecord | undefined {
    const name = nameOf(kind, key)
    const file = readOwnFile(this.#fileOf(kind, name), RECORD_BYTES, this.#options.user)
    const text = file && decodeUtf8(file.bytes)
    if (file === undefined || !text?.startsWith(`${name}\n`)) return undefined
    return { text: text.slice(name.length + 1), touchedAt: file.mtimeMs }
  }

  write(kind: RecordKind, key: string, text: string): void {
    // Most of what a run finds out the one before it knew.
    if (this.read(kind, key) === text) return
    const name = nameOf(kind, key)
    const path = this.#fileOf(kind, name)
    try {
      makeDirectory(join(this.#options.directory, kind))
      writeUnsynced(path, encodeUtf8(`${name}\n${text}`))
    } catch {
      // What was to be remembered will be found out again.
    }
  }

  #fileOf(kind: RecordKind, name: string): string {
    return join(this.#options.directory, kind, name)
  }
}

function nameOf(kind: RecordKind, key: string): string {
  return hexOf(digestOf(encodeUtf8(`${kind}\0${key}`)))
}
