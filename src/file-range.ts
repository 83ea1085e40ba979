/** Reading stretches of files: blobs in layouts, members of archives, whole archives. */
import { closeSync, constants, openSync, readSync, realpathSync, statSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { attempt, ioError } from './files.js'
import type { FileRange } from './oci/image.js'

/** Bytes read at a time. Larger pieces gain nothing; hashing and inflating want at least 64 KiB. */
const PIECE_BYTES = 256 * 1024

/** Bytes read at a time where most of the file is passed over. */
const HEADER_PIECE_BYTES = 16 * 1024

/** A link in the place of the file is an error. Windows has no such flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)

/** All of a file that a user named, which may be a link to it. @throws CnbError E_IO */
export function wholeFile(path: string): FileRange {
  return attempt('reading', path, () => {
    const file = realpathSync(path)
    return { file, offset: 0, length: statSync(file).size }
  })
}

/**
 * The bytes of a stretch of a file, each piece in a buffer of its own; fewer when the file ends before.
 *
 * @throws CnbError E_IO, or the reason of `signal`
 */
export async function* readRange(range: FileRange, signal?: AbortSignal): AsyncGenerator<Uint8Array, undefined> {
  const { file, offset, length } = range
  const failed = (doing: string) => (cause: unknown) => {
    throw ioError(doing, file, cause)
  }
  const handle = await open(file, FLAGS).catch(failed('opening'))
  try {
    for (let done = 0; done < length;) {
      signal?.throwIfAborted()
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, length - done))
      const { bytesRead } = await handle.read(piece, 0, piece.length, offset + done).catch(failed('reading'))
      if (bytesRead === 0) return
      done += bytesRead
      yield piece.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

/** As `readRange`, for a thread that has nothing else to do: waiting for each piece would cost more than it saves. */
export function* readRangeSync(range: FileRange, signal?: AbortSignal): Generator<Uint8Array, undefined> {
  const { file, offset, length } = range
  const descriptor = attempt('opening', file, () => openSync(file, FLAGS))
  try {
    for (let done = 0; done < length;) {
      signal?.throwIfAborted()
      const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, length - done))
      const count = attempt('reading', file, () => readSync(descriptor, piece, 0, piece.length, offset + done))
      if (count === 0) return
      done += count
      yield piece.subarray(0, count)
    }
  } finally {
    closeSync(descriptor)
  }
}

/** As `readRange`, in pieces small enough for headers; `skip` passes over bytes without reading them. */
export class SeekableRange implements AsyncIterableIterator<Uint8Array> {
  readonly #range: FileRange
  readonly #signal: AbortSignal | undefined
  #handle: FileHandle | undefined
  #done = 0

  constructor(range: FileRange, signal?: AbortSignal) {
    this.#range = range
    this.#signal = signal
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** @throws CnbError E_IO, or the reason of the signal */
  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#signal?.throwIfAborted()
    const { file, offset, length } = this.#range
    try {
      this.#handle ??= await open(file, FLAGS)
      const piece = Buffer.allocUnsafe(Math.min(HEADER_PIECE_BYTES, length - this.#done))
      const { bytesRead } = await this.#handle.read(piece, 0, piece.length, offset + this.#done)
      this.#done += bytesRead
      return bytesRead === 0 ? { done: true, value: undefined } : { done: false, value: piece.subarray(0, bytesRead) }
    } catch (cause) {
      throw ioError('reading', file, cause)
    }
  }

  /** Passes over `bytes`; returns how many there were. */
  skip(bytes: number): number {
    const skipped = Math.min(bytes, this.#range.length - this.#done)
    this.#done += skipped
    return skipped
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
    return { done: true, value: undefined }
  }
}
