/**
 * Every write to the disk. A file appears under its name whole and synced, or not at all: it is written beside its target
 * under a name that nobody can guess, synced, and renamed. What is not finished is removed on failure, and `removeTemps`
 * removes it when a signal ends the run; after a kill an orphan named `.trowel-…` may stay, which nothing reads.
 */
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { constants } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { CnbError } from './errors.js'

const fsync = promisify(fs.fsync)

/** 128 bits, so that a name cannot be planted in a directory that others can write to. */
const TEMP_NAME_BYTES = 16
const TEMP_PREFIX = '.trowel-'

/** Failures of link(2) that mean "not here", so that a copy is the answer. */
const CANNOT_LINK = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'ENOSYS', 'EACCES'])

/** For files that only we are to write to, whatever the umask. */
const PROTECTED_MODE = 0o644

/** Until it is known who may read a file. */
const PRIVATE_MODE = 0o600

const PERMISSIONS = 0o7777

/** Permission of others to write. */
const WRITABLE_BY_OTHERS = 0o022

const temps = new Set<string>()
const newDirectories = new Set<string>()

/**
 * A path in `directory` for a file in the making, known to `removeTemps` until it is committed or discarded. A worker can be
 * given the path; who reserved it commits or discards it when the worker is done.
 */
export function reserveTemp(directory: string): string {
  const path = join(directory, `${TEMP_PREFIX}${randomBytes(TEMP_NAME_BYTES).toString('hex')}`)
  temps.add(path)
  return path
}

/** True for the last part of a path that `reserveTemp` gave. */
export function isTempName(name: string): boolean {
  return name.startsWith(TEMP_PREFIX)
}

/** Removes every file in the making, and those new directories that are empty. For signal handlers; never throws. */
export function removeTemps(): void {
  for (const path of temps) discardTemp(path)
  removeNewDirectories([...newDirectories])
}

/** A file in the making. It is written synchronously, which costs a tenth of awaiting each piece, and named in the end. */
export class TempFile {
  readonly path: string
  #descriptor: number | undefined

  /**
   * Makes the file at a path that `reserveTemp` gave. Fails when something is there, also a link.
   *
   * @param mode permissions, of which the umask takes some away
   */
  constructor(path: string, mode = 0o666) {
    this.path = path
    try {
      this.#descriptor = fs.openSync(path, 'wx', mode)
    } catch (cause) {
      // Whatever is there is not ours to remove.
      temps.delete(path)
      throw ioError('creating', path, cause)
    }
  }

  write(bytes: Uint8Array): void {
    const descriptor = this.#open()
    let done = 0
    while (done < bytes.length) {
      done += attempt('writing', this.path, () => fs.writeSync(descriptor, bytes, done))
    }
  }

  /** Gives the file its name, in place of whatever has it. @throws CnbError E_IO, and then the file is gone */
  async commit(target: string): Promise<void> {
    try {
      await this.sync()
      rename(this.path, target)
    } catch (error) {
      this.discard()
      throw error
    }
    syncDirectory(dirname(target))
  }

  /** Puts all that was written on the disk and closes the file, which keeps its reserved path. */
  async sync(): Promise<void> {
    const descriptor = this.#open()
    try {
      await fsync(descriptor)
    } catch (cause) {
      throw ioError('syncing', this.path, cause)
    } finally {
      this.#close()
    }
  }

  /** Closes the file, which keeps its reserved path, without waiting for the disk. For caches. */
  close(): void {
    this.#close()
  }

  /** Removes the file. Does nothing after `commit`. */
  discard(): void {
    this.#close()
    discardTemp(this.path)
  }

  #open(): number {
    if (this.#descriptor === undefined) throw new Error(`${this.path} is closed`)
    return this.#descriptor
  }

  #close(): void {
    const descriptor = this.#descriptor
    this.#descriptor = undefined
    if (descriptor !== undefined) quietly(() => fs.closeSync(descriptor))
  }
}

/**
 * Writes `content` to `path`, replacing what is there in one step.
 *
 * @param mode permissions, of which the umask takes some away
 * @throws CnbError E_IO
 */
export async function writeFile(path: string, content: Uint8Array, mode?: number): Promise<void> {
  const temp = new TempFile(reserveTemp(dirname(path)), mode)
  try {
    temp.write(content)
  } catch (error) {
    temp.discard()
    throw error
  }
  await temp.commit(path)
}

/**
 * Writes `content` in place of the file at `path`, with its permissions, in one step; but not when it is another one by now.
 *
 * @returns false when it was changed since `was`, and then nothing was written
 * @throws CnbError E_IO
 */
export async function replaceFile(path: string, content: Uint8Array, was: FileIdentity): Promise<boolean> {
  const temp = new TempFile(reserveTemp(dirname(path)), PRIVATE_MODE)
  try {
    temp.write(content)
    attempt('protecting', temp.path, () => copyPermissions(path, temp.path))
    await temp.sync()
    const is = identityOf(path)
    if (is === undefined || !isSameFile(was, is)) {
      temp.discard()
      return false
    }
    rename(temp.path, path)
  } catch (error) {
    temp.discard()
    throw error
  }
  syncDirectory(dirname(path))
  return true
}

/** Whose the file is too, as far as we may say that. */
function copyPermissions(from: string, to: string): void {
  const { mode, uid, gid } = fs.lstatSync(from)
  quietly(() => fs.chownSync(to, uid, gid))
  fs.chmodSync(to, mode & PERMISSIONS)
}

/**
 * As `writeFile`, but nothing is synced: after a power cut the file may be absent or empty. For caches, whose readers look
 * at what they find.
 *
 * @throws CnbError E_IO
 */
export function writeUnsynced(path: string, content: Uint8Array): void {
  const temp = reserveTemp(dirname(path))
  try {
    attempt('writing', temp, () => fs.writeFileSync(temp, content, { flag: 'wx', mode: PROTECTED_MODE }))
    rename(temp, path)
  } catch (error) {
    discardTemp(temp)
    throw error
  }
}

/**
 * Makes `temp`, a reserved path, the same file as `source`, or a synced copy where the file system cannot link.
 *
 * @returns true when it is the same file
 * @throws CnbError E_IO
 */
export async function linkOrCopy(source: string, temp: string): Promise<boolean> {
  try {
    fs.linkSync(source, temp)
    return true
  } catch (cause) {
    if (!CANNOT_LINK.has(errnoOf(cause))) throw ioError(`linking ${source} to`, temp, cause)
  }
  attempt(`copying ${source} to`, temp, () => fs.copyFileSync(source, temp, fs.constants.COPYFILE_EXCL))
  await syncFile(temp)
  return false
}

/** Gives a finished file at a reserved path its name, in place of whatever has it. Its directory is not synced. */
export function commitTemp(temp: string, target: string): void {
  rename(temp, target)
  // rename(2) does nothing when both are names of the same file.
  quietly(() => fs.unlinkSync(temp))
}

/** Takes from others the permission to write to the file at `path`. @throws CnbError E_IO */
export function protectFile(path: string): void {
  attempt('protecting', path, () => {
    const { mode } = fs.lstatSync(path)
    if ((mode & WRITABLE_BY_OTHERS) !== 0) fs.chmodSync(path, mode & 0o777 & ~WRITABLE_BY_OTHERS)
  })
}

/** Puts the content of a file that is there on the disk. @throws CnbError E_IO */
export function syncContent(path: string): void {
  attempt('syncing', path, () => {
    const descriptor = fs.openSync(path, 'r')
    try {
      fs.fsyncSync(descriptor)
    } finally {
      fs.closeSync(descriptor)
    }
  })
}

/** Sets the times of a file, if that can be done. @param milliseconds since 1970 */
export function touchFile(path: string, milliseconds: number): void {
  quietly(() => fs.utimesSync(path, milliseconds / 1000, milliseconds / 1000))
}

/** Removes a file. @returns false when it could not be removed */
export function removeFile(path: string): boolean {
  try {
    fs.unlinkSync(path)
    return true
  } catch {
    return false
  }
}

/** Removes the file at a reserved path, or the directory that `makeScratch` made, if there is one. */
export function discardTemp(temp: string): void {
  if (!temps.delete(temp)) return
  quietly(() => fs.rmSync(temp, { recursive: true, force: true }))
}

/** A new directory in `directory` for files that nobody needs after the run; `discardTemp` and `removeTemps` remove it. */
export function makeScratch(directory: string): string {
  const path = reserveTemp(directory)
  attempt('creating', path, () => fs.mkdirSync(path))
  return path
}

/**
 * Makes `path` and the directories above it.
 *
 * @returns those that were not there, outermost first, for `removeNewDirectories` when the work fails
 * @throws CnbError E_IO
 */
export function makeDirectory(path: string): readonly string[] {
  const missing: string[] = []
  for (let at = path; !fs.existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.unshift(at)
  for (const directory of missing) {
    attempt('creating', directory, () => makeOne(directory))
    newDirectories.add(directory)
    syncDirectory(dirname(directory))
  }
  return missing
}

/** How often a directory above may vanish before we believe that none can be made there. */
const MAKE_TRIES = 3

/**
 * Another process may make the directory in the same instant, or take the one above it away. Node's own way to make all of them
 * is not used: where the file system says ENOENT to any mkdir, as /proc does, it goes on for ever.
 */
function makeOne(directory: string, tries = MAKE_TRIES): void {
  try {
    fs.mkdirSync(directory)
  } catch (cause) {
    if (errnoOf(cause) === 'EEXIST' && fs.statSync(directory).isDirectory()) return
    if (errnoOf(cause) !== 'ENOENT' || tries === 1) throw cause
    if (!fs.existsSync(dirname(directory))) makeOne(dirname(directory), tries - 1)
    makeOne(directory, tries - 1)
  }
}

/** Removes directories that `makeDirectory` made, if nothing is in them. */
export function removeNewDirectories(directories: readonly string[]): void {
  for (const directory of directories.toReversed()) {
    quietly(() => fs.rmdirSync(directory))
    newDirectories.delete(directory)
  }
}

/** Puts on the disk which names a directory holds. @throws CnbError E_IO */
export function syncDirectory(path: string): void {
  const descriptor = attempt('opening', path, () => fs.openSync(path, 'r'))
  try {
    attempt('syncing', path, () => fs.fsyncSync(descriptor))
  } finally {
    fs.closeSync(descriptor)
  }
}

async function syncFile(path: string): Promise<void> {
  const descriptor = attempt('opening', path, () => fs.openSync(path, 'r+'))
  try {
    await fsync(descriptor)
  } catch (cause) {
    throw ioError('syncing', path, cause)
  } finally {
    fs.closeSync(descriptor)
  }
}

function rename(temp: string, target: string): void {
  attempt(`renaming ${temp} to`, target, () => fs.renameSync(temp, target))
  temps.delete(temp)
}

/** The path without links, as far as it exists. */
export function realPath(path: string): string {
  try {
    return fs.realpathSync.native(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(realPath(parent), basename(path))
  }
}

/** What tells that a file is still the one that it was. Plain data. */
export interface FileIdentity {
  readonly dev: bigint
  readonly ino: bigint
  readonly size: bigint
  readonly mtimeNs: bigint
}

/** The identity of the regular file at `path`; undefined when there is none. A link is not followed. @throws CnbError E_IO */
export function identityOf(path: string): FileIdentity | undefined {
  const stats = attempt('reading', path, () => fs.lstatSync(path, { bigint: true, throwIfNoEntry: false }))
  if (stats === undefined || !stats.isFile()) return undefined
  const { dev, ino, size, mtimeNs } = stats
  return { dev, ino, size, mtimeNs }
}

/** True when nothing was written to the file between the two. */
export function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs
}

/** A failed access to a path: `writing out/index.json failed: ENOSPC`. */
export function ioError(doing: string, path: string, cause: unknown): CnbError {
  const isTemp = isTempName(basename(path))
  const [shown, file] = isTemp ? [`a file in ${dirname(path)}`, dirname(path)] : [path, path]
  const errno = errnoOf(cause)
  const { said, hint } = DISK.get(errno) ?? {}
  const why = said === undefined ? errno : `${errno}, ${said}`
  return new CnbError('E_IO', `${doing} ${shown} failed: ${why}`, { place: { file }, cause, hint })
}

const MAY = 'see that whoever runs trowel may do that, or choose another place'
const ROOM = 'make room there, or choose another place; trowel cache prune removes what is kept for later runs'

/** What the operating system means, and what to do about it. */
const DISK: ReadonlyMap<string, { readonly said: string; readonly hint: string }> = new Map([
  ['EACCES', { said: 'permission denied', hint: MAY }],
  ['EPERM', { said: 'not permitted', hint: MAY }],
  ['EROFS', { said: 'the file system can only be read', hint: 'choose another place, or mount it to be written' }],
  ['ENOSPC', { said: 'there is no room left', hint: ROOM }],
  ['EDQUOT', { said: 'the quota is used up', hint: ROOM }],
  ['EFBIG', { said: 'the file would be too large', hint: 'see ulimit -f, or choose another file system' }],
  ['EMFILE', { said: 'too many files are open', hint: 'raise ulimit -n, or lower --jobs' }],
  ['ENOTDIR', { said: 'a file is where a directory should be', hint: 'correct the path' }],
  ['EISDIR', { said: 'a directory is where a file should be', hint: 'correct the path' }],
  ['ENOENT', { said: 'it is not there', hint: 'correct the path, or make first what is to be there' }],
  ['EIO', { said: 'the device failed', hint: 'see what the system says of the disk' }],
])

/** The name of the operating system's error, such as `ENOSPC`. */
export function errnoOf(cause: unknown): string {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return String(cause)
  const { code } = cause
  // Node has no names for some of them, EDQUOT among them: it says "Unknown system error -122".
  const unnamed = /^Unknown system error -(\d+)$/.exec(code)?.[1]
  const named = Object.entries(constants.errno).find(([, number]) => String(number) === unnamed)
  return named?.[0] ?? code
}

/** What `act` returns. @throws CnbError E_IO in place of what it throws */
export function attempt<T>(doing: string, path: string, act: () => T): T {
  try {
    return act()
  } catch (cause) {
    throw ioError(doing, path, cause)
  }
}

/** For clean-up: what cannot be removed must not hide why it had to be. */
function quietly(act: () => void): void {
  try {
    act()
  } catch {
    // Already gone, or not ours to remove.
  }
}
