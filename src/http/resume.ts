import { leave } from './body.js'
import { HttpError, network } from './failure.js'
import type { Response } from './message.js'
import type { Tries } from './tries.js'

/** Fresh bytes after which earlier failures do not count any more. */
const PROGRESS = 1024 * 1024

/** What is known of a body beforehand, and of who reads it. */
export interface DownloadOptions {
  /** Bytes. */
  readonly size?: number | undefined
  /**
   * Called when the body starts over because it may have changed: what came before is void. Without it the content is known
   * to be always the same, because the caller checks its digest, and what was delivered already is skipped.
   */
  readonly onRestart?: (() => void) | undefined
}

/** What a resumed body needs to go on. */
export interface ResumeOptions extends DownloadOptions {
  /** Such as `GET https://example.org/a`. */
  readonly doing: string
  /** Makes the request again with further headers; an answer with 416 is one, too. */
  readonly again: (headers: Readonly<Record<string, string>>) => Promise<Response>
  readonly tries: Tries
  readonly signal: AbortSignal | undefined
}

/** The body of an answer to GET; when it is cut, it goes on where it was. */
export class ResumedBody implements AsyncIterableIterator<Uint8Array> {
  readonly #options: ResumeOptions
  #pieces: AsyncIterator<Uint8Array> | undefined
  /** Bytes that were handed over. */
  #delivered = 0
  /** Bytes of the present answer that were handed over before. */
  #skip = 0
  /** Bytes that came since the last failure. */
  #fresh = 0
  #known: Representation
  #mayResume = true

  constructor(first: Response, options: ResumeOptions) {
    this.#options = options
    this.#known = representationOf(first, options.size)
    this.#pieces = first.body[Symbol.asyncIterator]()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    for (;;) {
      try {
        this.#pieces ??= await this.#reopen()
        const piece = await this.#pieces.next()
        if (piece.done === true) {
          this.#checkEnd()
          return piece
        }
        const fresh = this.#withoutSkipped(piece.value)
        if (fresh.length > 0) return { done: false, value: fresh }
      } catch (error) {
        this.#pieces = undefined
        // All has come, and only the end of the connection was not as it should be.
        if (error instanceof HttpError && this.#delivered === this.#known.size) return { done: true, value: undefined }
        await this.#failed(error)
      }
    }
  }

  /** Leaves the rest. */
  async return(): Promise<IteratorResult<Uint8Array>> {
    await this.#pieces?.return?.()
    return { done: true, value: undefined }
  }

  #withoutSkipped(piece: Uint8Array): Uint8Array {
    const fresh = piece.subarray(this.#skip)
    this.#skip -= piece.length - fresh.length
    this.#delivered += fresh.length
    this.#fresh += fresh.length
    return fresh
  }

  #checkEnd(): void {
    const { size } = this.#known
    if (size === undefined || this.#delivered >= size) return
    throw network(`${this.#options.doing}: the answer ended after ${this.#delivered} of ${size} bytes`, { kind: 'cut' })
  }

  async #failed(error: unknown): Promise<void> {
    const { tries, signal } = this.#options
    if (this.#fresh >= PROGRESS) tries.progressed()
    this.#fresh = 0
    await tries.failed(error, true, signal)
  }

  async #reopen(): Promise<AsyncIterator<Uint8Array>> {
    const range = this.#range()
    const response = await this.#options.again(range ?? {})
    if (response.status === 200) this.#startOver(response)
    else if (range === undefined || !isRest(response, this.#delivered, this.#known)) {
      this.#mayResume = false
      await leave(response)
      throw network(`${this.#options.doing}: the rest that was asked for was answered with something else`, {
        kind: 'cut',
      })
    }
    return response.body[Symbol.asyncIterator]()
  }

  /** The headers that ask for the rest; undefined when only the whole will do. Nothing at or past the end is ever asked for. */
  #range(): Record<string, string> | undefined {
    const { size, validator } = this.#known
    const isSafe = validator !== undefined || this.#options.onRestart === undefined
    if (!this.#mayResume || !isSafe || this.#delivered === 0) return undefined
    if (size === undefined || this.#delivered >= size) return undefined
    const condition = validator === undefined ? undefined : { 'if-range': validator }
    return { range: `bytes=${this.#delivered}-`, ...condition }
  }

  #startOver(response: Response): void {
    const { onRestart, size } = this.#options
    this.#known = representationOf(response, size)
    this.#skip = onRestart === undefined ? this.#delivered : 0
    if (onRestart === undefined || this.#delivered === 0) return
    this.#delivered = 0
    onRestart()
  }
}

/** What tells whether two answers are of the same bytes. */
interface Representation {
  readonly size: number | undefined
  /** A strong ETag, or else the date of the last change. */
  readonly validator: string | undefined
}

function representationOf({ headers }: Response, size: number | undefined): Representation {
  const length = headers.get('content-length')
  return { size: length === undefined ? size : Number(length), validator: validatorOf(headers) }
}

function validatorOf(headers: Response['headers']): string | undefined {
  const etag = headers.get('etag')
  return etag === undefined ? headers.get('last-modified') : /^"[^"]*"$/.test(etag) ? etag : undefined
}

/** True for an answer that is what is missing from `start` on, of the same bytes as before. */
function isRest({ status, headers }: Response, start: number, known: Representation): boolean {
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '')
  if (status !== 206 || range === null) return false
  const [, from, to, total] = range
  const etag = headers.get('etag')
  return (
    Number(from) === start &&
    Number(to) >= start &&
    (known.size === undefined || Number(to) < known.size) &&
    (total === '*' || Number(total) === known.size) &&
    (etag === undefined ||
      known.validator === undefined ||
      !known.validator.startsWith('"') ||
      etag === known.validator)
  )
}
