import { crc32 } from 'node:zlib'
import { BlockCutter, PROBE_BYTES, PROBE_LIMIT, PROBE_SAMPLES, compressBlock, compressBlockAsync } from './blocks.js'
import { BLOCK_BYTES, DICTIONARY_BYTES, LEVEL, MEM_LEVEL, SEGMENT_BYTES, type DeflateEngine } from './deflate.js'

/**
 * The gzip frame around the blocks of a layer. Node's own writes the host's system into the header.
 *
 * @see https://www.rfc-editor.org/rfc/rfc1952#section-2.3
 */

/** Deflate, no flags, no time, the fastest level, unknown system. */
export const GZIP_HEADER: Uint8Array = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 0xff)

/** An empty last block with fixed codes. It ends every stream, so no block depends on whether it is the last. */
const LAST_BLOCK = [3, 0]

/**
 * Names everything that decides which bytes a layer gets. A blob that was made under another version is made anew.
 * The number in front changes when the writing of headers, or anything else that has no constant here, changes.
 */
export const ASSEMBLY_VERSION = [
  'trowel-1',
  `block=${BLOCK_BYTES}`,
  `segment=${SEGMENT_BYTES}`,
  `dictionary=${DICTIONARY_BYTES}`,
  `deflate=${LEVEL},${MEM_LEVEL}`,
  `probe=${PROBE_SAMPLES}x${PROBE_BYTES},${PROBE_LIMIT.join('/')}`,
  `gzip=${Buffer.from(GZIP_HEADER).toString('hex')}`,
].join(' ')

/** What follows the last block: the end of the deflate stream, then the checksum and size of what went in. */
export function gzipTrailer(checksum: number, size: number): Uint8Array {
  const trailer = Buffer.alloc(LAST_BLOCK.length + 8)
  trailer.set(LAST_BLOCK)
  trailer.writeUInt32LE(checksum, LAST_BLOCK.length)
  trailer.writeUInt32LE(size % 2 ** 32, LAST_BLOCK.length + 4)
  return trailer
}

/**
 * Compresses a stream that is handed in piece by piece. Every call returns what came out, which may be nothing; joined,
 * that is one gzip member whose bytes depend on the content and the boundaries alone.
 */
export class GzipWriter {
  readonly #cutter: BlockCutter
  #out: Uint8Array[] = [GZIP_HEADER]
  #checksum = 0
  #size = 0

  constructor(engine: DeflateEngine) {
    this.#cutter = new BlockCutter((block, dictionary) => {
      this.#checksum = crc32(block, this.#checksum)
      this.#size += block.length
      this.#out.push(compressBlock(engine, block, dictionary))
    })
  }

  /** Takes bytes. They are copied, so the caller may reuse their buffer. */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#cutter.push(chunk)
    return this.#taken()
  }

  /** Ends the current block, even a short one; with `forget`, what follows does not refer back across this place. */
  boundary(forget: boolean): Uint8Array[] {
    this.#cutter.boundary(forget)
    return this.#taken()
  }

  end(): Uint8Array[] {
    this.#cutter.boundary(false)
    this.#out.push(gzipTrailer(this.#checksum, this.#size))
    return this.#taken()
  }

  #taken(): Uint8Array[] {
    const out = this.#out
    this.#out = []
    return out
  }
}

/**
 * The same bytes from a stream, with up to `inFlight` blocks being compressed beside the main thread at a time.
 */
export async function* gzip(
  input: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  engine: DeflateEngine,
  inFlight: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let checksum = 0
  let size = 0
  const pending: Promise<Uint8Array>[] = []
  const cutter = new BlockCutter((block, dictionary) => {
    checksum = crc32(block, checksum)
    size += block.length
    const made = compressBlockAsync(engine, Uint8Array.from(block), dictionary && Uint8Array.from(dictionary))
    // A failure surfaces where the block is awaited; until then it must not count as unhandled.
    made.catch(() => {})
    pending.push(made)
  })
  yield GZIP_HEADER
  for await (const chunk of input) {
    cutter.push(chunk)
    while (pending.length > inFlight) yield (await pending.shift()) ?? new Uint8Array()
  }
  cutter.boundary(false)
  for (const made of pending) yield await made
  yield gzipTrailer(checksum, size)
}
