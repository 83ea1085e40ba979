import { PROBE_BYTES, PROBE_LIMIT, PROBE_SAMPLES } from './blocks.js'
import { DEFLATE_BLOCK_BYTES, DICTIONARY_BYTES, LEVEL, MEM_LEVEL, SEGMENT_BYTES } from './deflate.js'

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
  `block=${DEFLATE_BLOCK_BYTES}`,
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
