import { lstatSync, readdirSync, type Dirent } from 'node:fs'
import { basename, join } from 'node:path'
import { errnoOf, ioError, isTempName, removeFile } from '../files.js'
import { parseDigest, type Digest } from '../oci/digest.js'
import { BLOB_KINDS, decodeBlobRecord, type BlobKind } from './blob-record.js'
import { blobsIn, cacheRoot, hashFile, recordsIn } from './cache.js'
import { Records } from './records.js'

/** A cache as those see it who look after it. */
export interface UpkeepOptions {
  /** The directory that the user gave. */
  readonly directory: string
  readonly user: number | undefined
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** How many there are, and how large they are together. */
export interface Tally {
  readonly count: number
  readonly bytes: number
}

/** What a cache holds. */
export interface CacheInfo {
  readonly blobs: ReadonlyMap<BlobKind, Tally>
  readonly records: Tally
  /** Files that a run which was killed left behind. */
  readonly leftovers: Tally
}

/** What is to be removed: everything that matches any of these. */
export interface PruneRules {
  readonly all?: boolean | undefined
  /** What nobody used for so many milliseconds. */
  readonly unusedFor?: number | undefined
  /** What was not used for the longest time, until no more bytes than this are left. */
  readonly atMost?: number | undefined
}

/** A blob that was not what its name says. */
export interface DamagedBlob {
  readonly digest: Digest
  readonly file: string
  /** What it is; undefined when it could not be read. */
  readonly actual: Digest | undefined
  readonly isRemoved: boolean
}

/** What `verify` found. */
export interface Verified {
  readonly sound: Tally
  readonly damaged: readonly DamagedBlob[]
}

/** What has no name yet is left to the run that makes it for so long, in milliseconds. */
const LEFTOVER_AFTER = 24 * 60 * 60 * 1000

interface Item {
  readonly file: string
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly usedAt: number
}

interface BlobItem extends Item {
  readonly digest: Digest
  readonly kind: BlobKind
}

/** Counts what a cache holds. One that is not there holds nothing. */
export function inspectCache(options: UpkeepOptions): CacheInfo {
  const items = blobItems(options)
  const kinds = BLOB_KINDS.map((kind) => [kind, tally(items.filter((item) => item.kind === kind))] as const)
  return {
    blobs: new Map(kinds.filter(([, { count }]) => count > 0)),
    records: tally(recordItems(options)),
    leftovers: tally(leftoverItems(options)),
  }
}

/**
 * Removes what the rules say, and leftovers that are a day old. A run that is reading a file keeps it until it is done; what
 * it looks for later it makes or fetches again.
 *
 * @returns what was removed
 */
export function pruneCache(rules: PruneRules, options: UpkeepOptions): Tally {
  const { all = false, unusedFor = Infinity, atMost = Infinity } = rules
  const now = options.now()
  // Of a blob and its record, which have one age, the record stays longer.
  const newestFirst = [...recordItems(options), ...blobItems(options)].sort((a, b) => b.usedAt - a.usedAt)
  let seen = 0
  const unwanted = newestFirst.filter(({ bytes, usedAt }) => {
    seen += bytes
    return all || now - usedAt > unusedFor || seen > atMost
  })
  const leftovers = leftoverItems(options).filter(({ usedAt }) => all || now - usedAt > LEFTOVER_AFTER)
  return tally([...unwanted, ...leftovers].filter(({ file }) => removeFile(file)))
}

/** Hashes every blob, and removes those that are not what their names say. */
export function verifyCache(options: UpkeepOptions): Verified {
  const items = blobItems(options)
  const damaged: DamagedBlob[] = []
  const sound = items.filter(({ file, digest }) => {
    const actual = hashQuietly(file, digest)
    if (actual === digest) return true
    damaged.push({ digest, file, actual, isRemoved: removeFile(file) })
    return false
  })
  return { sound: tally(sound), damaged }
}

function hashQuietly(file: string, digest: Digest): Digest | undefined {
  try {
    return hashFile(file, digest)
  } catch {
    return undefined
  }
}

function tally(items: readonly Item[]): Tally {
  return { count: items.length, bytes: items.reduce((sum, { bytes }) => sum + bytes, 0) }
}

function blobItems(options: UpkeepOptions): BlobItem[] {
  const root = cacheRoot(options.directory)
  const records = new Records({ ...options, directory: recordsIn(root) })
  return foldersIn(blobsIn(root)).flatMap((folder) =>
    filesIn(folder).flatMap((item): BlobItem[] => {
      const digest = digestNamed(`${basename(folder)}:${basename(item.file)}`)
      if (digest === undefined) return []
      // A blob is as old as its record, which is touched when the blob is used.
      const record = records.peek('blob', digest)
      const usedAt = record?.touchedAt ?? item.usedAt
      return [{ ...item, usedAt, digest, kind: decodeBlobRecord(record?.text)?.kind ?? 'unknown' }]
    }),
  )
}

function recordItems({ directory }: UpkeepOptions): Item[] {
  const folders = foldersIn(recordsIn(cacheRoot(directory)))
  return folders.flatMap(filesIn).filter(({ file }) => !isTempName(basename(file)))
}

function leftoverItems({ directory }: UpkeepOptions): Item[] {
  const root = cacheRoot(directory)
  const folders = [blobsIn(root), ...foldersIn(blobsIn(root)), ...foldersIn(recordsIn(root))]
  return folders.flatMap(filesIn).filter(({ file }) => isTempName(basename(file)))
}

function digestNamed(text: string): Digest | undefined {
  try {
    return parseDigest(text)
  } catch {
    return undefined
  }
}

function foldersIn(directory: string): string[] {
  return entriesOf(directory)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(directory, name))
}

function filesIn(directory: string): Item[] {
  return entriesOf(directory)
    .filter((entry) => entry.isFile())
    .flatMap(({ name }) => {
      const file = join(directory, name)
      const stats = lstatSync(file, { throwIfNoEntry: false })
      // Another process may have removed it meanwhile.
      return stats === undefined ? [] : [{ file, bytes: stats.size, usedAt: stats.mtimeMs }]
    })
}

/** In the order of their names, so that what is told does not depend on the file system. */
function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return []
    throw ioError('listing', directory, cause)
  }
}
