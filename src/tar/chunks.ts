/** Bytes as they come, in pieces of any size. */
export type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>

const NOTHING = new Uint8Array()

/** An input that can pass over bytes without reading them, such as a file. */
interface SkippingInput {
  /** Returns how many bytes there were to pass over. */
  skip(bytes: number): number
}

/** Reads pieces of wanted sizes from pieces of given sizes, without a copy where one piece holds what is wanted. */
export class ChunkReader {
  readonly #input: (Iterator<Uint8Array> | AsyncIterator<Uint8Array>) & Partial<SkippingInput>
  #chunk: Uint8Array = NOTHING
  #consumed = 0

  constructor(input: Chunks) {
    this.#input = Symbol.asyncIterator in input ? input[Symbol.asyncIterator]() : input[Symbol.iterator]()
  }

  /** Bytes handed out or skipped so far. */
  get consumed(): number {
    return this.#consumed
  }

  /** `size` bytes if they are here already. */
  take(size: number): Uint8Array | undefined {
    if (this.#chunk.length < size) return undefined
    const taken = this.#chunk.subarray(0, size)
    this.#chunk = this.#chunk.subarray(size)
    this.#consumed += size
    return taken
  }

  /** `size` bytes in one piece, or all that are left. */
  async read(size: number): Promise<Uint8Array> {
    const taken = this.take(size)
    if (taken !== undefined) return taken
    const parts: Uint8Array[] = []
    for (let missing = size; missing > 0;) {
      const part = await this.some(missing)
      if (part === undefined) break
      parts.push(part)
      missing -= part.length
    }
    return parts.length === 1 ? (parts[0] ?? NOTHING) : Buffer.concat(parts)
  }

  /** At least one byte and at most `size`; undefined at the end. */
  async some(size: number): Promise<Uint8Array | undefined> {
    while (this.#chunk.length === 0) {
      const next = await this.#input.next()
      if (next.done === true) return undefined
      this.#chunk = next.value
    }
    return this.take(Math.min(size, this.#chunk.length))
  }

  /** Puts bytes back that were just taken. */
  unread(bytes: Uint8Array): void {
    this.#chunk = this.#chunk.length === 0 ? bytes : Buffer.concat([bytes, this.#chunk])
    this.#consumed -= bytes.length
  }

  /** Drops `size` bytes; returns how many there were. */
  async skip(size: number): Promise<number> {
    let skipped = this.#chunk.length === 0 ? 0 : (this.take(Math.min(size, this.#chunk.length))?.length ?? 0)
    if (this.#input.skip !== undefined) {
      const passed = this.#input.skip(size - skipped)
      this.#consumed += passed
      return skipped + passed
    }
    while (skipped < size) {
      const part = await this.some(size - skipped)
      if (part === undefined) break
      skipped += part.length
    }
    return skipped
  }

  /** Whatever has not been read, as it comes. */
  async *rest(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (let part = await this.some(Infinity); part !== undefined; part = await this.some(Infinity)) yield part
    } finally {
      await this.close()
    }
  }

  /** Tells the input that no more will be read. */
  async close(): Promise<void> {
    await this.#input.return?.()
  }
}
