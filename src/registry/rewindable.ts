import type { RequestBody } from '../http/message.js'

/**
 * A stream that can be read again from the last byte that was given up: what was read and not released is kept. A part that
 * is sent is kept until the registry has acknowledged it, so a failure in the middle costs no second opening of the source.
 */
export class Rewindable {
  readonly #source: AsyncIterator<Uint8Array>
  /** Where in the stream `#kept` begins. */
  #start = 0
  #kept: Uint8Array[] = []
  #pulling: Promise<boolean> | undefined
  #failure: { readonly error: unknown } | undefined

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** `length` bytes from `offset` on, which must not have been released. */
  part(offset: number, length: number): RequestBody {
    return { size: length, open: (skip = 0) => this.#read(offset + skip, offset + length) }
  }

  /** Gives up what lies before `offset`. */
  release(offset: number): void {
    for (
      let first = this.#kept[0];
      first !== undefined && this.#start + first.length <= offset;
      first = this.#kept[0]
    ) {
      this.#start += first.length
      this.#kept.shift()
    }
  }

  /** What the source failed with is thrown: a request that fails because of it says less. */
  checkSource(): void {
    if (this.#failure !== undefined) throw this.#failure.error
  }

  /** Leaves the source. */
  async close(): Promise<void> {
    this.#kept = []
    await this.#source.return?.()
  }

  async *#read(offset: number, end: number): AsyncGenerator<Uint8Array> {
    let at = offset
    while (at < end) {
      const piece = this.#at(at)
      if (piece === undefined) {
        if (!(await this.#pull())) return
        continue
      }
      const wanted = piece.subarray(0, end - at)
      at += wanted.length
      yield wanted
    }
  }

  /** What is kept from `offset` to the end of a piece. */
  #at(offset: number): Uint8Array | undefined {
    let start = this.#start
    if (offset < start) throw new Error(`byte ${offset} was released`)
    for (const piece of this.#kept) {
      if (offset < start + piece.length) return piece.subarray(offset - start)
      start += piece.length
    }
    return undefined
  }

  /** Takes one more piece from the source, false at its end. Readers that a failed request left behind wait for the same one. */
  #pull(): Promise<boolean> {
    this.checkSource()
    this.#pulling ??= this.#next().finally(() => {
      this.#pulling = undefined
    })
    return this.#pulling
  }

  async #next(): Promise<boolean> {
    try {
      const { done, value } = await this.#source.next()
      if (done === true) return false
      if (value.length > 0) this.#kept.push(value)
      return true
    } catch (error) {
      this.#failure = { error }
      throw error
    }
  }
}
