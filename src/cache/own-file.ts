import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  statSync,
  type BigIntStats,
} from 'node:fs'
import type { FileIdentity } from '../files.js'

/** A link in the file's place is not followed, and a fifo there does not block. Windows has neither flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Permission to write for anybody but the owner. */
const WRITABLE_BY_OTHERS = 0o022

const ROOT = 0

/** What a file in a cache tells about itself. */
export interface OwnFile extends FileIdentity {
  /** Milliseconds since 1970. */
  readonly mtimeMs: number
}

/**
 * The regular file at `path`, if nobody but us and root can have written to it. What others put into a cache that they share
 * with us does not count.
 *
 * @param user our id; undefined on systems without, where nothing is known of owners
 */
export function findOwnFile(path: string, user: number | undefined): OwnFile | undefined {
  try {
    return ownFileOf(lstatSync(path, { bigint: true }), user)
  } catch {
    return undefined
  }
}

/** The bytes of such a file, up to `limit`. It is judged by what was opened, so that nothing can be put in its place meanwhile. */
export function readOwnFile(
  path: string,
  limit: number,
  user: number | undefined,
): (OwnFile & { bytes: Uint8Array }) | undefined {
  let descriptor: number
  try {
    descriptor = openSync(path, FLAGS)
  } catch {
    return undefined
  }
  try {
    const file = ownFileOf(fstatSync(descriptor, { bigint: true }), user)
    if (file === undefined || file.size > BigInt(limit)) return undefined
    return { ...file, bytes: readFileSync(descriptor) }
  } catch {
    return undefined
  } finally {
    closeSync(descriptor)
  }
}

/** True for a directory in which files can be made. */
export function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK)
    return statSync(directory).isDirectory()
  } catch {
    return false
  }
}

function ownFileOf(stats: BigIntStats, user: number | undefined): OwnFile | undefined {
  const { dev, ino, size, mtimeNs, mtimeMs } = stats
  return stats.isFile() && isOurs(stats, user) ? { dev, ino, size, mtimeNs, mtimeMs: Number(mtimeMs) } : undefined
}

function isOurs({ uid, mode }: BigIntStats, user: number | undefined): boolean {
  if (user === undefined) return true
  return (Number(uid) === user || Number(uid) === ROOT) && (Number(mode) & WRITABLE_BY_OTHERS) === 0
}
