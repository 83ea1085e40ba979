import { readlinkSync, type BigIntStats } from 'node:fs'
import { basename, join } from 'node:path'
import type { ArchiveContent, DirectoryContent } from '../cnb/content.js'
import { HEAD_BYTES, HEADS_BYTES, isLookedInto, type ModuleFile, type ModuleFiles } from '../cnb/module-files.js'
import { attempt } from '../files.js'
import { wholeFile, readRange } from '../file-range.js'
import type { Limits } from '../limits.js'
import { readHead } from '../read-file.js'
import { readArchive } from '../tar/archive.js'
import { contentOf } from '../tar/content.js'
import { LAYER_HEADER, type EntryType, type TarHeader } from '../tar/entry.js'
import { parentOf } from '../tar/names.js'
import { TreeCheck } from '../tar/tree.js'
import { walkDirectory } from './directory-walk.js'

/** What reading the files of a module needs to know. */
export interface ModuleFilesOptions {
  /** How people know its folder or archive. */
  readonly shown: string
  readonly limits: Limits
  /** False for a folder of a directory that is only named; otherwise all is read. */
  readonly enters?: ((path: string) => boolean) | undefined
  /** Bytes of the head of each file of a directory; otherwise `HEAD_BYTES`. */
  readonly headBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** What a folder has that an archive implies. */
const IMPLIED: ModuleFile = { kind: 'directory', mode: 0o755, size: 0 }

const KINDS: Readonly<Record<EntryType, ModuleFile['kind']>> = {
  file: 'file',
  hardlink: 'file',
  directory: 'directory',
  symlink: 'symlink',
  character: 'special',
  block: 'special',
  fifo: 'special',
}

/**
 * The files of a module, for the rules. A tree of which no layer can be made is refused as it is there, but for what rules
 * judge: special files and links may be anything.
 *
 * Of a directory a file is opened when a rule asks for its head; an archive is read through once.
 *
 * @throws CnbError those of `walkDirectory`, `readArchive` and `TreeCheck`; E_IO
 */
export async function readModuleFiles(
  content: DirectoryContent | ArchiveContent,
  options: ModuleFilesOptions,
): Promise<ModuleFiles> {
  return content.kind === 'directory' ? directoryFiles(content, options) : archiveFiles(content, options)
}

function directoryFiles(content: DirectoryContent, options: ModuleFilesOptions): ModuleFiles {
  const { shown, limits, enters, headBytes = HEAD_BYTES, signal } = options
  const tree = new Tree(shown, limits)
  for (const { name, path, stat } of walkDirectory(content, limits.pathDepth, enters)) {
    signal?.throwIfAborted()
    tree.add({ ...LAYER_HEADER, ...headerOf(stat), linkname: linkOf(path, stat), name })
  }
  const entries = tree.end()
  const { path: directory, descriptor } = content
  const heads = new Heads()
  return {
    entries,
    head(path) {
      const file = entries.get(path)
      if (file === undefined || !isLookedInto(path, file) || !heads.reserve(path, file)) return undefined
      const replaced = descriptor !== undefined && path === basename(descriptor)
      const head = readHead(replaced ? descriptor : join(directory, path), headBytes)
      if (head === undefined) heads.isPartial = true
      return head
    },
    nameOf: (path) => (shown === '.' ? path : `${shown}/${path}`),
    isPartial: () => heads.isPartial,
  }
}

function headerOf(stat: BigIntStats): Pick<TarHeader, 'type' | 'mode' | 'size'> {
  const mode = Number(stat.mode & 0o7777n)
  if (stat.isFile()) return { type: 'file', mode, size: Number(stat.size) }
  return { type: stat.isDirectory() ? 'directory' : stat.isSymbolicLink() ? 'symlink' : 'fifo', mode, size: 0 }
}

function linkOf(path: string, stat: BigIntStats): string {
  return stat.isSymbolicLink() ? attempt('reading the link', path, () => readlinkSync(path)) : ''
}

async function archiveFiles(content: ArchiveContent, options: ModuleFilesOptions): Promise<ModuleFiles> {
  const { shown, limits, signal } = options
  const tree = new Tree(shown, limits)
  const heads = new Heads()
  const read = new Map<string, Uint8Array>()
  for await (const entry of readArchive(readRange(wholeFile(content.file), signal), { file: shown, limits })) {
    const { name, linkname } = tree.add(entry.header, entry.offset) ?? {}
    const file = name === undefined ? undefined : tree.files.get(name)
    if (name === undefined || file === undefined || !isLookedInto(name, file)) continue
    // A hard link comes after what it is a link to.
    if (entry.header.type === 'hardlink') copyEntry(read, linkname ?? '', name)
    else if (heads.reserve(name, file)) read.set(name, await contentOf(entry, HEAD_BYTES))
  }
  return {
    entries: tree.end(),
    head: (path) => read.get(path),
    nameOf: (path) => `${shown}!${path}`,
    isPartial: () => heads.isPartial,
  }
}

function copyEntry<Value>(map: Map<string, Value>, from: string, to: string): void {
  const value = map.get(from)
  if (value !== undefined) map.set(to, value)
}

/** Counts the bytes of heads, of each file once. */
class Heads {
  readonly #paths = new Set<string>()
  #bytes = 0
  isPartial = false

  /** False when the head of one more file is too much. */
  reserve(path: string, { size }: ModuleFile): boolean {
    if (this.#paths.has(path)) return true
    const bytes = this.#bytes + Math.min(size, HEAD_BYTES)
    if (bytes > HEADS_BYTES) {
      this.isPartial = true
      return false
    }
    this.#bytes = bytes
    this.#paths.add(path)
    return true
  }
}

/** The files that were met, checked as those of a layer are. */
class Tree {
  readonly files = new Map<string, ModuleFile>()
  readonly #check: TreeCheck

  constructor(file: string, limits: Limits) {
    this.#check = new TreeCheck({ file, limits })
  }

  /** The header with clean names; undefined for one that adds nothing. */
  add(header: TarHeader, offset?: number): TarHeader | undefined {
    const kind = KINDS[header.type]
    // Where links lead and what is special is for rules to say.
    const checked = this.#check.check(isForRules(kind) ? { ...header, type: 'file', linkname: '' } : header, offset)
    if (checked === undefined) return undefined
    const { name, mode } = checked
    const size = header.type === 'hardlink' ? (this.files.get(checked.linkname)?.size ?? 0) : header.size
    this.files.set(name, { kind, mode, size, ...(kind === 'symlink' && { target: header.linkname }) })
    return checked
  }

  /** All of them, sorted, with the folders that nothing but their files tells of. */
  end(): ReadonlyMap<string, ModuleFile> {
    for (const path of this.files.keys()) {
      for (let above = parentOf(path); above !== '' && !this.files.has(above); above = parentOf(above)) {
        this.files.set(above, IMPLIED)
      }
    }
    return new Map([...this.files].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}

function isForRules(kind: ModuleFile['kind']): boolean {
  return kind === 'symlink' || kind === 'special'
}
