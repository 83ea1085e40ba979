/** Magic, and a header that says: one segment, its size in four bytes. */
const START = [0x28, 0xb5, 0x2f, 0xfd, 0xa0]
/** What a block holds at most. */
const BLOCK_BYTES = 128 * 1024

/**
 * Bytes as a frame of zstd that stores them as they are: Node had no zstd of its own before 22.15.
 * @see https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1
 */
export function storedZstd(bytes: Uint8Array): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(bytes.length)
  const blocks: Uint8Array[] = []
  for (let at = 0; at < bytes.length || blocks.length === 0; at += BLOCK_BYTES) {
    const block = bytes.subarray(at, at + BLOCK_BYTES)
    const isLast = at + BLOCK_BYTES >= bytes.length
    const header = Buffer.alloc(3)
    header.writeUIntLE((block.length << 3) | (isLast ? 1 : 0), 0, 3)
    blocks.push(header, block)
  }
  return Buffer.concat([Buffer.from(START), size, ...blocks])
}
