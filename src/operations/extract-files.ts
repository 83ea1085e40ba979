import { lstatSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CnbError } from '../errors.js'
import {
  commitTemp,
  discardTemp,
  makeDirectory,
  removeNewDirectories,
  reserveTemp,
  syncDirectory,
  TempFile,
} from '../files.js'
import type { Limits } from '../limits.js'
import type { TarEntry } from '../tar/entry.js'
import { withoutEmptyParts } from '../tar/names.js'
import { TreeCheck } from '../tar/tree.js'

/** A file that was written. */
export interface ExtractedFile {
  /** Below the directory, with slashes. */
  readonly path: string
  /** Bytes. */
  readonly size: number
}

/** What extracting needs to know. */
export interface ExtractOptions {
  /** Names the archive in messages. */
  readonly file: string
  readonly limits: Limits
}

/** An entry whose content is on the disk, under a name that nobody knows. */
interface Staged {
  readonly path: string
  readonly size: number
  readonly temp: string
}

/**
 * Writes the files among `entries` below `directory`. A name begins there whether it is absolute or not, and none leads out: links
 * are refused, and what is there already is never followed. No file has its name before the last entry was read, so nothing is
 * written of an archive that turns out to be wrong in the end.
 *
 * @throws CnbError E_TAR_LINK_ESCAPE, E_TAR_SPECIAL, E_TAR_PATH_ESCAPE and others for names, E_IO, what the entries throw
 */
export async function extractFiles(
  entries: AsyncIterable<TarEntry>,
  directory: string,
  options: ExtractOptions,
): Promise<readonly ExtractedFile[]> {
  const made = [...makeDirectory(directory)]
  const staged: Staged[] = []
  try {
    await stage(entries, directory, options, staged)
    for (const { path } of staged) made.push(...makeParents(directory, path))
    for (const { path, temp } of staged) commitTemp(temp, join(directory, path))
    for (const parent of new Set(staged.map(({ path }) => dirname(join(directory, path))))) syncDirectory(parent)
  } catch (error) {
    for (const { temp } of staged) discardTemp(temp)
    removeNewDirectories(made)
    throw error
  }
  return staged.map(({ path, size }) => ({ path, size }))
}

async function stage(
  entries: AsyncIterable<TarEntry>,
  directory: string,
  options: ExtractOptions,
  staged: Staged[],
): Promise<void> {
  const check = new TreeCheck(options)
  for await (const { header, content, offset } of entries) {
    if (header.type !== 'file' && header.type !== 'directory') throw notAFile(header.name, header.type, options)
    const checked = check.check({ ...header, name: relativeName(header.name) }, offset)
    if (checked === undefined || checked.type !== 'file') continue
    const temp = new TempFile(reserveTemp(directory))
    staged.push({ path: checked.name, size: checked.size, temp: temp.path })
    try {
      for await (const piece of content) temp.write(piece)
      await temp.sync()
    } finally {
      temp.close()
    }
  }
  check.end()
}

/** Entries of layers begin with a slash, or with nothing. The root itself stays one. */
function relativeName(name: string): string {
  return name.startsWith('/') ? withoutEmptyParts(name) || '.' : name
}

function notAFile(name: string, type: string, { file }: ExtractOptions): CnbError {
  const isLink = type === 'symlink' || type === 'hardlink'
  return new CnbError(isLink ? 'E_TAR_LINK_ESCAPE' : 'E_TAR_SPECIAL', `${file} has ${name}, a ${type}`, {
    place: { file },
    value: name,
    hint: 'only files and directories are extracted, because a link could lead out of the output directory',
  })
}

/**
 * Makes the directories above a file.
 *
 * @returns those that were not there
 * @throws CnbError E_IO when there is something else in the place of one, a link among it
 */
function makeParents(directory: string, path: string): readonly string[] {
  const made: string[] = []
  let at = directory
  for (const part of path.split('/').slice(0, -1)) {
    at = join(at, part)
    const stats = lstatSync(at, { throwIfNoEntry: false })
    if (stats === undefined) made.push(...makeDirectory(at))
    else if (!stats.isDirectory()) throw inTheWay(at, 'something else than a directory')
  }
  const target = join(directory, path)
  if (lstatSync(target, { throwIfNoEntry: false })?.isDirectory() === true) throw inTheWay(target, 'a directory')
  return made
}

function inTheWay(path: string, what: string): CnbError {
  return new CnbError('E_IO', `writing below ${path} failed: ${what} is there, which is not replaced`, {
    place: { file: path },
    hint: 'remove it, or choose another directory with --output-dir',
  })
}
