import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync, type BigIntStats } from 'node:fs'
import { decodeUtf8 } from '../bytes.js'
import type { DirectoryContent } from '../cnb/content.js'
import { escaped } from '../tar/position.js'
import { CnbError } from '../errors.js'
import { attempt, isSameFile } from '../files.js'
import { LAYER_HEADER, type EntryType, type TarEntry, type TarHeader } from '../tar/entry.js'
import { NO_CONTENT } from './headers.js'
import { walkDirectory, type Found } from './directory-walk.js'
import { changedOrIoError, sourceChanged } from './source-changed.js'

/** A link put in a file's place is an error, and a fifo put there does not block. Windows has neither flag. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/**
 * A directory as an archive of it would list it: names from the directory on, owner 0, fixed time, modes as they are on
 * disk, and a file with several names as hard links to the first of them.
 *
 * @param buffer what files are read into; contents of an entry are valid until the next piece is asked for
 * @throws CnbError as `walkDirectory`; E_TAR_SPECIAL for sockets, fifos and devices
 */
export function* directoryEntries(
  directory: Pick<DirectoryContent, 'path' | 'descriptor'>,
  maxDepth: number,
  buffer: Uint8Array,
): Generator<TarEntry> {
  const firstNames = new Map<string, string>()
  for (const found of walkDirectory(directory, maxDepth)) yield entryOf(found, firstNames, buffer)
}

function entryOf(found: Found, firstNames: Map<string, string>, buffer: Uint8Array): TarEntry {
  const { stat } = found
  if (stat.isDirectory()) return { header: headerOf(found, 'directory'), content: NO_CONTENT }
  if (stat.isSymbolicLink()) {
    return { header: { ...headerOf(found, 'symlink'), linkname: readLink(found.path) }, content: NO_CONTENT }
  }
  if (!stat.isFile()) throw special(found)
  const first = firstNameOf(found, firstNames)
  if (first !== undefined) return { header: { ...headerOf(found, 'hardlink'), linkname: first }, content: NO_CONTENT }
  const header = { ...headerOf(found, 'file'), size: Number(stat.size) }
  return { header, content: stat.size === 0n ? NO_CONTENT : readFile(found, buffer) }
}

function headerOf({ name, stat }: Found, type: EntryType): TarHeader {
  return { ...LAYER_HEADER, type, name, mode: Number(stat.mode & 0o7777n) }
}

/** The name under which the same file was met before, if it was. */
function firstNameOf({ name, stat }: Found, firstNames: Map<string, string>): string | undefined {
  if (stat.nlink <= 1n) return undefined
  const identity = `${stat.dev}:${stat.ino}`
  const first = firstNames.get(identity)
  if (first === undefined) firstNames.set(identity, name)
  return first
}

function* readFile({ path, stat }: Found, buffer: Uint8Array): Generator<Uint8Array> {
  const fd = open(path)
  try {
    checkSame(path, stat, fd)
    let rest = Number(stat.size)
    while (rest > 0) {
      const length = Math.min(rest, buffer.length)
      const count = attempt('reading', path, () => readSync(fd, buffer, 0, length, null))
      if (count === 0) throw sourceChanged(path)
      rest -= count
      yield buffer.subarray(0, count)
    }
    checkSame(path, stat, fd)
  } finally {
    closeSync(fd)
  }
}

function open(path: string): number {
  try {
    return openSync(path, OPEN_FLAGS)
  } catch (cause) {
    throw changedOrIoError('opening', path, cause)
  }
}

/** Before and after reading: a file that was replaced or written to would give a layer that never existed on disk. */
function checkSame(path: string, walked: BigIntStats, fd: number): void {
  if (!isSameFile(fstatSync(fd, { bigint: true }), walked)) throw sourceChanged(path)
}

function readLink(path: string): string {
  let bytes: Buffer
  try {
    bytes = readlinkSync(path, 'buffer')
  } catch (cause) {
    throw changedOrIoError('reading the link', path, cause)
  }
  const target = decodeUtf8(bytes)
  if (target !== undefined) return target
  throw new CnbError('E_TAR_NAME_ENCODING', `the target of the link ${path} is not UTF-8`, {
    place: { file: path },
    value: escaped(bytes.toString('latin1')),
  })
}

function special({ path, stat }: Found): CnbError {
  const what = stat.isSocket() ? 'a socket' : stat.isFIFO() ? 'a named pipe' : 'a device'
  return new CnbError('E_TAR_SPECIAL', `${path} is ${what}, which a module cannot carry`, {
    place: { file: path },
    hint: 'remove it, or build from a copy of the module without it',
  })
}
