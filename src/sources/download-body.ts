import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Cache } from '../cache/cache.js'
import { CnbError } from '../errors.js'
import { limitHint } from '../limits.js'
import { TempFile } from '../files.js'
import { leave } from '../http/body.js'
import { excerpt } from '../http/excerpt.js'
import type { Response } from '../http/message.js'
import { shownUrl } from '../http/origin.js'
import { Hasher, type Digest } from '../oci/digest.js'
import { KIND_NAMES, sniff, SNIFFED_BYTES, type ContentKind } from '../tar/sniff.js'

/** What servers answer where there is no such file. Whatever else is no archive is the archive reader's to say. */
const ANSWERS = new Set<ContentKind>(['html', 'xml', 'json', 'text', 'lfs', 'empty'])

/** What a file in the making is bounded by. */
export interface IncomingFileOptions {
  readonly cache: Cache
  /** Bytes. */
  readonly limit: number
  /** For messages. */
  readonly shown: string
  /** Called for each piece with its length. */
  readonly progress: (bytes: number) => void
}

/** A file that is being downloaded: written to the cache and hashed as it comes, and looked at as soon as it can be. */
export class IncomingFile {
  readonly #options: IncomingFileOptions
  #temp: TempFile | undefined
  #hasher = new Hasher()
  #size = 0
  /** The first bytes, until there are enough to tell what they are. */
  #head: Uint8Array | undefined = new Uint8Array()

  constructor(options: IncomingFileOptions) {
    this.#options = options
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size
  }

  /** What came so far is void. */
  restart(): void {
    this.#temp?.discard()
    this.#temp = new TempFile(this.#options.cache.reserve())
    this.#hasher = new Hasher()
    this.#size = 0
    this.#head = new Uint8Array()
  }

  /**
   * Takes the whole body.
   *
   * @returns its digest
   * @throws CnbError E_SIZE, E_NOT_ARCHIVE, E_IO; what reading the body throws
   */
  async receive(response: Response): Promise<Digest> {
    const { progress } = this.#options
    await this.#begin(response)
    for await (const piece of response.body) {
      this.#size += piece.length
      if (this.#size > this.#options.limit) throw this.#tooLarge(`more than ${this.#options.limit}`)
      this.#look(piece, response)
      this.#hasher.update(piece)
      this.#temp?.write(piece)
      progress(piece.length)
    }
    this.#judge(response)
    return this.#hasher.digest()
  }

  /** Puts what was received into the cache. @returns where it is there @throws CnbError E_IO */
  keep(digest: Digest): string {
    const temp = this.#temp
    if (temp === undefined) throw new Error('nothing was received')
    // Not synced: it can be fetched again, and is hashed before a later run relies on it.
    temp.close()
    return this.#options.cache.keep(temp.path, { digest, kind: 'download', isSynced: false })
  }

  /** Removes the file, unless it was kept. */
  discard(): void {
    this.#temp?.discard()
  }

  async #begin(response: Response): Promise<void> {
    try {
      this.#temp = new TempFile(this.#options.cache.reserve())
      this.#checkRoom(response, dirname(this.#temp.path))
    } catch (error) {
      await leave(response)
      throw error
    }
  }

  #checkRoom({ headers }: Response, directory: string): void {
    const announced = headers.get('content-length')
    if (announced === undefined) return
    const size = Number(announced)
    if (size > this.#options.limit) throw this.#tooLarge(announced)
    const { bavail, bsize } = statfsSync(directory)
    const free = bavail * bsize
    if (size <= free) return
    throw new CnbError('E_IO', `${this.#options.shown} has ${size} bytes, but only ${free} are free in ${directory}`, {
      value: announced,
    })
  }

  #tooLarge(size: string): CnbError {
    return new CnbError('E_SIZE', `${this.#options.shown} has ${size} bytes`, {
      value: size,
      hint: limitHint('downloadBytes'),
    })
  }

  #look(piece: Uint8Array, response: Response): void {
    if (this.#head === undefined) return
    this.#head = Buffer.concat([this.#head, piece.subarray(0, SNIFFED_BYTES - this.#head.length)])
    if (this.#head.length === SNIFFED_BYTES) this.#judge(response)
  }

  /** Refuses what is plainly the answer of a server that does not have the file. */
  #judge({ headers, url }: Response): void {
    const head = this.#head
    this.#head = undefined
    if (head === undefined) return
    const kind = sniff(head)
    if (!ANSWERS.has(kind)) return
    const [name, hint] = KIND_NAMES[kind]
    const text = excerpt(head)
    const type = headers.get('content-type')
    const details = [type, text === '' ? undefined : `“${text}”`].filter((detail) => detail !== undefined)
    throw new CnbError(
      'E_NOT_ARCHIVE',
      `${shownUrl(url)} is no archive, but ${name}${details.length > 0 ? ` (${details.join(', ')})` : ''}`,
      { value: text, hint },
    )
  }
}
