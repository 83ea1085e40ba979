import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { CnbError } from './errors.js'
import { errnoOf, ioError } from './files.js'
import { limitHint, type Limits } from './limits.js'

/** What was found where a small file was expected. */
export type FileRead =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'absent' }
  /** `what` completes "… is a": `directory`, `fifo`, `symbolic link`. */
  | { readonly kind: 'not-a-file'; readonly what: string }
  | { readonly kind: 'too-large' }

const CHUNK_BYTES = 64 * 1024
const ABSENT = new Set(['ENOENT', 'ENOTDIR'])

/**
 * The bytes of a regular file. It is opened once, asked what it is, and read up to the limit whatever its size claims, so
 * that neither a pipe nor a device nor a file that grows can hold us up.
 *
 * @throws CnbError E_IO when the system refuses
 */
export function readSmallFile(
  path: string,
  { limit, followLink }: { readonly limit: number; readonly followLink: boolean },
): FileRead {
  let fd
  try {
    fd = openToRead(path, followLink)
  } catch (cause) {
    const errno = errnoOf(cause)
    if (ABSENT.has(errno)) return { kind: 'absent' }
    if (errno === 'ELOOP') return { kind: 'not-a-file', what: followLink ? 'loop of links' : 'symbolic link' }
    // A socket, or a device without driver.
    if (errno === 'ENXIO') return { kind: 'not-a-file', what: 'socket' }
    throw ioError('reading', path, cause)
  }
  try {
    const stats = fstatSync(fd)
    if (!stats.isFile()) return { kind: 'not-a-file', what: fileTypeOf(stats) }
    return stats.size > limit ? { kind: 'too-large' } : readUpTo(fd, limit)
  } catch (cause) {
    throw ioError('reading', path, cause)
  } finally {
    closeSync(fd)
  }
}

/** The first `length` bytes of a regular file, or all of a shorter one; undefined when it is none, a link or cannot be read. */
export function readHead(path: string, length: number): Uint8Array | undefined {
  let fd
  try {
    fd = openToRead(path, false)
    const stats = fstatSync(fd)
    if (!stats.isFile()) return undefined
    const head = Buffer.allocUnsafe(Math.min(length, stats.size))
    return head.subarray(0, readSync(fd, head, 0, head.length, 0))
  } catch {
    return undefined
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

function openToRead(path: string, followLink: boolean): number {
  // Without O_NONBLOCK the opening of a pipe waits for a writer.
  return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | (followLink ? 0 : constants.O_NOFOLLOW))
}

function readUpTo(fd: number, limit: number): FileRead {
  const chunks: Uint8Array[] = []
  let total = 0
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    const count = readSync(fd, chunk, 0, CHUNK_BYTES, null)
    if (count === 0) return { kind: 'bytes', bytes: Buffer.concat(chunks) }
    total += count
    if (total > limit) return { kind: 'too-large' }
    chunks.push(chunk.subarray(0, count))
  }
}

/** What kind of thing a file is that is not a regular file, for people. */
export function fileTypeOf(stats: Stats): string {
  if (stats.isDirectory()) return 'directory'
  if (stats.isFIFO()) return 'fifo'
  if (stats.isCharacterDevice() || stats.isBlockDevice()) return 'device'
  return stats.isSymbolicLink() ? 'symbolic link' : 'socket'
}

/**
 * The bytes of a file that the user named, such as builder.toml.
 *
 * @param shown how the user wrote the path
 * @throws CnbError E_USAGE when there is no such regular file or it is too large, E_IO when it cannot be read
 */
export function readNamedFile(path: string, options: NamedFileOptions): Uint8Array {
  const bytes = readOptionalFile(path, options)
  if (bytes === undefined) throw notAFile(`there is no file ${options.shown}`, options.shown)
  return bytes
}

/** As `readNamedFile`, but undefined when nothing is there. */
export function readOptionalFile(path: string, options: NamedFileOptions): Uint8Array | undefined {
  const { shown, limit, flag } = options
  const read = readSmallFile(path, { limit, followLink: true })
  switch (read.kind) {
    case 'bytes':
      return read.bytes
    case 'absent':
      return undefined
    case 'not-a-file':
      throw notAFile(`${shown} is a ${read.what}, not a file`, shown)
    case 'too-large':
      throw new CnbError('E_USAGE', `${shown} is larger than ${limit} bytes`, {
        place: { file: shown },
        hint: flag && limitHint(flag),
      })
  }
}

/** How a file is called in messages, and how many bytes of it are read at most. */
export interface NamedFileOptions {
  readonly shown: string
  readonly limit: number
  /** The name of the limit, where a flag reaches it. */
  readonly flag?: keyof Limits
}

function notAFile(problem: string, shown: string): CnbError {
  return new CnbError('E_USAGE', problem, { place: { file: shown }, hint: 'name a regular file that is there' })
}
