import { DEFLATE_BLOCK_BYTES, DICTIONARY_BYTES, type DeflateEngine } from './deflate.js'

/** Samples of a block that tell whether it is worth compressing, and the bytes of each. */
export const PROBE_SAMPLES = 4
export const PROBE_BYTES = 4096
/**
 * A block is stored when the squares of its byte counts sum to less than 1.13 / 256 of the square of their total; if all
 * bytes were equally frequent it would be 1 / 256. Scaled to integers, because floating point must not decide on bytes.
 */
export const PROBE_LIMIT = [113, 25_600] as const

/**
 * One block as deflate: compressed, or stored when compressing would gain next to nothing (what is compressed already).
 * The result ends on a byte boundary and does not end the stream.
 */
export function compressBlock(
  engine: DeflateEngine,
  block: Uint8Array,
  dictionary: Uint8Array | undefined,
): Uint8Array {
  return looksCompressed(block) ? storedBlock(block) : engine.deflate(block, dictionary)
}

/** The same bytes, made beside the main thread. */
export async function compressBlockAsync(
  engine: DeflateEngine,
  block: Uint8Array,
  dictionary: Uint8Array | undefined,
): Promise<Uint8Array> {
  return looksCompressed(block) ? storedBlock(block) : engine.deflateAsync(block, dictionary)
}

/** True when the bytes of the samples are about equally frequent. @internal */
export function looksCompressed(block: Uint8Array): boolean {
  const total = PROBE_SAMPLES * PROBE_BYTES
  if (block.length < total) return false
  const counts = new Uint32Array(256)
  for (let sample = 0; sample < PROBE_SAMPLES; sample++) {
    const start = sample * Math.floor(block.length / PROBE_SAMPLES)
    for (let i = start; i < start + PROBE_BYTES; i++) {
      const byte = block[i] ?? 0
      counts[byte] = (counts[byte] ?? 0) + 1
    }
  }
  let squares = 0
  for (const count of counts) squares += count * count
  const [limit, scale] = PROBE_LIMIT
  return squares * scale < limit * total * total
}

/** Bytes that one stored block of deflate holds at most, and what it costs. */
const STORED_BYTES = 0xffff
const STORED_HEADER_BYTES = 5

/** `block` as stored blocks. zlib's own level 0 cuts where its caller's writes end, so its bytes depend on them. @internal */
export function storedBlock(block: Uint8Array): Uint8Array {
  const count = Math.ceil(block.length / STORED_BYTES)
  const out = Buffer.allocUnsafe(block.length + count * STORED_HEADER_BYTES)
  let end = 0
  for (let start = 0; start < block.length; start += STORED_BYTES) {
    const part = block.subarray(start, start + STORED_BYTES)
    out[end] = 0
    out.writeUInt16LE(part.length, end + 1)
    out.writeUInt16LE(part.length ^ 0xffff, end + 3)
    out.set(part, end + STORED_HEADER_BYTES)
    end += STORED_HEADER_BYTES + part.length
  }
  return out
}

/** Takes one block and what it may refer back to. Both are only lent: they change after the call. */
export type TakeBlock = (block: Uint8Array, dictionary: Uint8Array | undefined) => void

/** Cuts a stream of bytes into blocks, wherever its chunks end. */
export class BlockCutter {
  /** Dictionary and block side by side, so that the end of one is the next one's dictionary without a second copy. */
  readonly #bytes = Buffer.allocUnsafeSlow(DICTIONARY_BYTES + DEFLATE_BLOCK_BYTES)
  /** The dictionary stands in front of the block and ends where that begins. */
  #dictionary = 0
  #block = 0
  readonly #take: TakeBlock

  constructor(take: TakeBlock) {
    this.#take = take
  }

  push(chunk: Uint8Array): void {
    for (let start = 0; start < chunk.length;) {
      const part = chunk.subarray(start, start + DEFLATE_BLOCK_BYTES - this.#block)
      this.#bytes.set(part, DICTIONARY_BYTES + this.#block)
      this.#block += part.length
      start += part.length
      if (this.#block === DEFLATE_BLOCK_BYTES) this.#cut()
    }
  }

  /** Ends the block here. With `forget` the next one refers to nothing before it, so its bytes depend on itself only. */
  boundary(forget: boolean): void {
    if (this.#block > 0) this.#cut()
    if (forget) this.#dictionary = 0
  }

  #cut(): void {
    const block = this.#bytes.subarray(DICTIONARY_BYTES, DICTIONARY_BYTES + this.#block)
    const before = this.#bytes.subarray(DICTIONARY_BYTES - this.#dictionary, DICTIONARY_BYTES)
    this.#take(block, before.length === 0 ? undefined : before)
    const end = DICTIONARY_BYTES + this.#block
    this.#dictionary = Math.min(DICTIONARY_BYTES, this.#dictionary + this.#block)
    this.#bytes.copyWithin(DICTIONARY_BYTES - this.#dictionary, end - this.#dictionary, end)
    this.#block = 0
  }
}
