import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { ioError } from '../files.js'
import type { FileRange } from '../oci/image.js'

/** Bytes read at a time. Larger pieces gain nothing; hashing wants at least 64 KiB. */
const PIECE_BYTES = 256 * 1024

/**
 * The bytes of a stretch of a file; fewer when the file ends before. A symbolic link in the place of the file is an error.
 *
 * @throws CnbError E_IO, or the reason of `signal`
 */
export async function* readRange(range: FileRange, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const { file, offset, length } = range
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW).catch((cause: unknown) => {
    throw ioError('opening', file, cause)
  })
  try {
    for (let done = 0; done < length;) {
      signal?.throwIfAborted()
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, length - done))
      const { bytesRead } = await handle.read(piece, 0, piece.length, offset + done).catch((cause: unknown) => {
        throw ioError('reading', file, cause)
      })
      if (bytesRead === 0) return
      done += bytesRead
      yield piece.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}
