import { CnbError } from '../errors.js'
import { limitHint, type Limits } from '../limits.js'
import type { ChunkReader } from './chunks.js'

/** Stops what decompresses to far more than it is: a few MiB can hold as many TiB of zeros. */
export class RatioGuard {
  readonly #reader: ChunkReader
  readonly #file: string
  readonly #limits: Limits
  #out = 0

  /** @param reader gives the compressed bytes */
  constructor(reader: ChunkReader, { file, limits }: { readonly file: string; readonly limits: Limits }) {
    this.#reader = reader
    this.#file = file
    this.#limits = limits
  }

  /** Counts bytes that came out. @throws CnbError E_RATIO */
  count(chunk: Uint8Array): void {
    this.#out += chunk.length
    const { ratio, ratioFloor } = this.#limits
    if (this.#out <= ratioFloor || this.#out <= ratio * this.#reader.consumed) return
    const sizes = `${this.#reader.consumed} bytes became ${this.#out}, more than ${ratio} times as many`
    throw new CnbError('E_RATIO', `${this.#file}: ${sizes}`, {
      place: { file: this.#file },
      hint: limitHint('ratio'),
    })
  }
}
