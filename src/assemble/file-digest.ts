import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { algorithmOf, hexOf, type Digest } from '../oci/digest.js'

/** Read in one piece; hashing is at full speed from 64 KiB on. */
const PIECE = 1024 * 1024

/** True when the file can be read and its bytes have this digest. */
export async function fileHasDigest(file: string, digest: Digest): Promise<boolean> {
  const hash = createHash(algorithmOf(digest))
  const buffer = Buffer.allocUnsafe(PIECE)
  try {
    const handle = await open(file)
    try {
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, PIECE)
        if (bytesRead === 0) return hash.digest('hex') === hexOf(digest)
        hash.update(buffer.subarray(0, bytesRead))
      }
    } finally {
      await handle.close()
    }
  } catch {
    return false
  }
}
