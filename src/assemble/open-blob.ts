import { closeSync, constants, openSync, readSync } from 'node:fs'
import { ioError } from '../files.js'
import type { Descriptor, FileRange } from '../oci/image.js'
import { verified } from '../oci/verified.js'

/** Read in one piece: hashing and inflating are at full speed from 64 KiB on. */
const PIECE = 256 * 1024

/**
 * The bytes of a blob that lies in `range`, each piece in a buffer of its own.
 *
 * @throws CnbError E_IO; E_SIZE or E_DIGEST in place of the end
 */
export function openBlob(
  range: FileRange,
  descriptor: Descriptor,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, undefined> {
  return verified(readPieces(range, signal), descriptor, `${descriptor.digest} in ${range.file}`)
}

/**
 * A stretch of a file, or what there is of it. Reading is synchronous: it happens where waiting costs more than it saves.
 *
 * @throws CnbError E_IO, also for a symbolic link in the place of the file; the reason of `signal`
 */
export async function* readPieces(
  { file, offset, length }: FileRange,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, undefined> {
  const descriptor = open(file)
  try {
    for (let done = 0; done < length;) {
      signal?.throwIfAborted()
      const buffer = Buffer.allocUnsafe(Math.min(PIECE, length - done))
      const count = read(descriptor, file, buffer, offset + done)
      if (count === 0) return
      done += count
      yield buffer.subarray(0, count)
    }
  } finally {
    closeSync(descriptor)
  }
}

function open(file: string): number {
  try {
    return openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  } catch (cause) {
    throw ioError('opening', file, cause)
  }
}

function read(descriptor: number, file: string, buffer: Buffer, position: number): number {
  try {
    return readSync(descriptor, buffer, 0, buffer.length, position)
  } catch (cause) {
    throw ioError('reading', file, cause)
  }
}
