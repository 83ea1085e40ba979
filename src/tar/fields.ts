/**
 * Where things stand in a tar header, which is one block of 512 bytes.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06
 * @see https://www.gnu.org/software/tar/manual/html_node/Standard.html
 */

/** Bytes of a header; contents are padded to a multiple of it. */
export const BLOCK_BYTES = 512

/** A field's first byte and its length. */
export interface Field {
  readonly at: number
  readonly length: number
  /** One past the largest number that it holds in octal; its last byte is NUL. */
  readonly octalEnd: number
}

const field = (at: number, length: number): Field => ({ at, length, octalEnd: 8 ** (length - 1) })

export const NAME = field(0, 100)
export const MODE = field(100, 8)
export const UID = field(108, 8)
export const GID = field(116, 8)
export const SIZE = field(124, 12)
export const MTIME = field(136, 12)
export const CHECKSUM = field(148, 8)
export const TYPE = field(156, 1)
export const LINKNAME = field(157, 100)
/** Magic and version together. */
export const MAGIC = field(257, 8)
export const UNAME = field(265, 32)
export const GNAME = field(297, 32)
export const DEV_MAJOR = field(329, 8)
export const DEV_MINOR = field(337, 8)
/** USTAR only: what stands before the name, without the slash between them. */
export const PREFIX = field(345, 155)
/** GNU only, in place of the prefix. */
export const GNU_ATIME = field(345, 12)
export const GNU_CTIME = field(357, 12)
/** Schilling's tar marks its own variant of USTAR here, with a prefix of 131 bytes. */
export const STAR_TRAILER = field(508, 4)

/** Magic and version of USTAR, and of PAX, which is written in it. */
export const USTAR_MAGIC = 'ustar\x0000'
/** Magic and version of GNU's format. */
export const GNU_MAGIC = 'ustar  \0'

/** The bytes that follow `size` bytes of content up to the next header. */
export function paddingOf(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES
}

/** What there is to know about all bytes of a block. */
export interface BlockSum {
  /** What the checksum field holds; that field itself counts as spaces. */
  readonly sum: number
  /** Bytes of 0x80 and above, outside the checksum. Where there are none, the block is ASCII. */
  readonly high: number
}

/** Adds up the bytes of a header. */
export function sumOf(block: Uint8Array): BlockSum {
  let sum = CHECKSUM.length * 0x20
  let high = 0
  for (let i = 0; i < BLOCK_BYTES; i++) {
    if (i === CHECKSUM.at) i += CHECKSUM.length
    const byte = block[i] ?? 0
    sum += byte
    high += byte >>> 7
  }
  return { sum, high }
}
