import { createReadStream, createWriteStream, mkdirSync, rmSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { once } from 'node:events'

/** A stretch of bytes, both ends included. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Bytes that only grow until they are sealed. */
export interface Content {
  readonly size: number
  append(chunk: Uint8Array): Promise<void>
  /** The bytes so far, or a stretch of them. */
  read(range?: Range): Readable
  remove(): void
}

/** In the memory of the test, when no directory is given. */
export function newContent(directory: string | undefined): Content {
  return directory === undefined ? new MemoryContent() : new FileContent(directory)
}

class MemoryContent implements Content {
  #chunks: Uint8Array[] = []
  size = 0

  async append(chunk: Uint8Array): Promise<void> {
    this.#chunks.push(chunk)
    this.size += chunk.length
  }

  read(range: Range = { start: 0, end: this.size - 1 }): Readable {
    const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
    this.#chunks = [bytes]
    return Readable.from([bytes.subarray(range.start, range.end + 1)], { objectMode: false })
  }

  remove(): void {
    this.#chunks = []
  }
}

class FileContent implements Content {
  readonly #path: string
  #sink
  size = 0

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true })
    this.#path = join(directory, randomUUID())
    this.#sink = createWriteStream(this.#path)
  }

  async append(chunk: Uint8Array): Promise<void> {
    this.size += chunk.length
    if (!this.#sink.write(chunk)) await once(this.#sink, 'drain')
  }

  read(range: Range = { start: 0, end: this.size - 1 }): Readable {
    const { start, end } = range
    if (end < start) return Readable.from([], { objectMode: false })
    return Readable.from(this.#flushedStretch({ start, end }), { objectMode: false })
  }

  async *#flushedStretch(range: Range): AsyncGenerator<Uint8Array> {
    await new Promise<void>((resolve, reject) => {
      this.#sink.write(Buffer.alloc(0), (error) => (error ? reject(error) : resolve()))
    })
    yield* createReadStream(this.#path, { ...range }) as AsyncIterable<Uint8Array>
  }

  remove(): void {
    this.#sink.destroy()
    rmSync(this.#path, { force: true })
  }
}
