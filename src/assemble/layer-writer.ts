import { crc32 } from 'node:zlib'
import type { TempFile } from '../files.js'
import { Hasher, parseDiffId } from '../oci/digest.js'
import { BlockCutter, compressBlock, compressBlockAsync } from '../tar/blocks.js'
import { DEFLATE_BLOCK_BYTES, DICTIONARY_BYTES, type DeflateEngine } from '../tar/deflate.js'
import { GZIP_HEADER, gzipTrailer } from '../tar/gzip.js'
import type { LayerDigests } from './layer-record.js'

/** Blocks that are compressed at a time: enough for the four threads that Node has for it, few enough for memory. */
const BLOCKS_IN_FLIGHT = 4

/** Turns the bytes of a tar into the stored bytes of a layer, in one pass. Nothing is read twice. */
export interface LayerWriter {
  /** Takes bytes of the tar, and copies them if it keeps them. A promise when the next ones should wait. */
  write(bytes: Uint8Array): Promise<void> | undefined
  /** What follows is compressed without a look at what was before. */
  segment(): void
  /** All is written, but not yet synced. */
  end(): Promise<LayerDigests>
}

/** Writes layers that are stored as they are, for places that would unpack them anyway. */
export class PlainLayerWriter implements LayerWriter {
  readonly #file: TempFile
  readonly #hasher = new Hasher()
  #size = 0

  constructor(file: TempFile) {
    this.#file = file
  }

  write(bytes: Uint8Array): undefined {
    this.#hasher.update(bytes)
    this.#file.write(bytes)
    this.#size += bytes.length
  }

  segment(): void {
    // Nothing is compressed.
  }

  end(): Promise<LayerDigests> {
    const digest = this.#hasher.digest()
    return Promise.resolve({ diffId: parseDiffId(digest), digest, size: this.#size, tarSize: this.#size })
  }
}

/**
 * Writes gzipped layers: each block is hashed, compressed, hashed again and written, and nothing but the result is on the
 * disk.
 */
export class GzipLayerWriter implements LayerWriter {
  readonly #file: TempFile
  readonly #cutter: BlockCutter
  readonly #tarHasher = new Hasher()
  readonly #blobHasher = new Hasher()
  /** Compressed blocks in order, those in the making included; undefined when blocks are compressed as they come. */
  readonly #inFlight: Promise<Uint8Array>[] | undefined
  readonly #buffers: Buffer[] = []
  #checksum = 0
  #tarSize = 0
  #size = 0

  /**
   * @param parallel true to compress several blocks at a time on threads of their own; the bytes are the same, and one layer
   *   then uses several cores
   */
  constructor(file: TempFile, engine: DeflateEngine, parallel: boolean) {
    this.#file = file
    this.#inFlight = parallel ? [] : undefined
    this.#cutter = new BlockCutter((block, dictionary) => {
      this.#tarHasher.update(block)
      this.#checksum = crc32(block, this.#checksum)
      this.#tarSize += block.length
      if (this.#inFlight === undefined) this.#put(compressBlock(engine, block, dictionary))
      else this.#inFlight.push(this.#compressBeside(engine, block, dictionary))
    })
    this.#put(GZIP_HEADER)
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    this.#cutter.push(bytes)
    return (this.#inFlight?.length ?? 0) > BLOCKS_IN_FLIGHT ? this.#drain(BLOCKS_IN_FLIGHT) : undefined
  }

  segment(): void {
    this.#cutter.boundary(true)
  }

  async end(): Promise<LayerDigests> {
    this.#cutter.boundary(false)
    await this.#drain(0)
    this.#put(gzipTrailer(this.#checksum, this.#tarSize))
    return {
      diffId: parseDiffId(this.#tarHasher.digest()),
      digest: this.#blobHasher.digest(),
      size: this.#size,
      tarSize: this.#tarSize,
    }
  }

  #put(bytes: Uint8Array): void {
    this.#blobHasher.update(bytes)
    this.#file.write(bytes)
    this.#size += bytes.length
  }

  /** Writes finished blocks until at most `rest` are in the making. */
  async #drain(rest: number): Promise<void> {
    const inFlight = this.#inFlight ?? []
    while (inFlight.length > rest) {
      const first = inFlight.shift()
      if (first !== undefined) this.#put(await first)
    }
  }

  /** The block is only lent, so it is copied, into buffers that are used again. */
  #compressBeside(engine: DeflateEngine, block: Uint8Array, dictionary: Uint8Array | undefined): Promise<Uint8Array> {
    const buffer = this.#buffers.pop() ?? Buffer.allocUnsafeSlow(DICTIONARY_BYTES + DEFLATE_BLOCK_BYTES)
    buffer.set(block)
    if (dictionary !== undefined) buffer.set(dictionary, block.length)
    const end = block.length + (dictionary?.length ?? 0)
    const made = compressBlockAsync(
      engine,
      buffer.subarray(0, block.length),
      dictionary === undefined ? undefined : buffer.subarray(block.length, end),
    ).finally(() => this.#buffers.push(buffer))
    // A failure surfaces where the block is awaited; until then it must not count as unhandled.
    made.catch(() => {})
    return made
  }
}
