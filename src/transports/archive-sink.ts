import { lstatSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import { CnbError } from '../errors.js'
import {
  attempt,
  commitTemp,
  discardTemp,
  identityOf,
  linkOrCopy,
  makeDirectory,
  removeNewDirectories,
  reserveTemp,
  syncDirectory,
} from '../files.js'
import type { Limits } from '../limits.js'
import type { Digest } from '../oci/digest.js'
import type { Image, ImageIndex } from '../oci/image.js'
import { printPlace } from '../oci/place.js'
import type { Reference } from '../oci/reference.js'
import { imageArchiveEntries } from './archive-entries.js'
import { isArchive, writeArchive } from './archive-file.js'
import { readImageArchive } from './archive.js'
import type { BlobMemory } from './blob-memory.js'
import type { ImageSink, PublishedName, StagedImage } from './transport.js'

/** Where an archive is to be, and what is known of files already. */
export interface ArchiveSinkOptions {
  readonly file: string
  /** `docker` is an OCI layout too, with what `docker load` has always read beside it; it holds one image. */
  readonly format: 'oci' | 'docker'
  /** The names of the image in the archive. */
  readonly names: readonly Reference[]
  /** Layers that it knows are not unpacked to see what is in them. */
  readonly memory: BlobMemory
  readonly limits: Limits
}

/**
 * Writes an archive in place of whatever has its name, in one step, when all of it is there, synced, and was read back. The
 * same image makes the same bytes.
 */
export function archiveSink(options: ArchiveSinkOptions): ImageSink {
  const { file, format } = options
  const name = printPlace({ kind: 'archive', file, format })
  return {
    name,
    check: async () => checkTarget(file, name),
    // Blobs stand in the archive in the order of their digests, which are not known before all of them are.
    offer: () => undefined,
    abandon: () => Promise.resolve(),
    stage: (root, signal) => stageArchive(root, { ...options, name }, signal),
  }
}

interface NamedOptions extends ArchiveSinkOptions {
  /** For messages. */
  readonly name: string
}

function statsOf(file: string): Stats | undefined {
  return attempt('reading', file, () => lstatSync(file, { throwIfNoEntry: false }))
}

function checkTarget(file: string, name: string): void {
  const stats = statsOf(file)
  if (stats === undefined || stats.isFile() || stats.isSymbolicLink()) return
  throw new CnbError('E_USAGE', `${name}: there is something that is not a file`, {
    place: { file },
    hint: 'name a file that is to be made',
  })
}

async function stageArchive(
  root: Image | ImageIndex,
  options: NamedOptions,
  signal: AbortSignal | undefined,
): Promise<StagedImage> {
  const { file, format, name } = options
  checkTarget(file, name)
  if (format === 'docker' && root.kind === 'index') {
    throw new CnbError('E_USAGE', `${name} can hold one image, and this is an index of ${root.children.length}`, {
      hint: 'choose one with --platform, or write oci-archive:FILE',
    })
  }
  const entries = await imageArchiveEntries(root, options, signal)
  const after = root.descriptor.digest
  if (await isArchive(file, entries, { ...options, signal })) return unchanged({ name, before: after, after })
  const newDirectories = makeDirectory(dirname(file))
  const temp = reserveTemp(dirname(file))
  const discard = (): void => {
    discardTemp(temp)
    removeNewDirectories(newDirectories)
  }
  try {
    await writeArchive(temp, entries, { ...options, signal })
    await readImageArchive(temp, { limits: options.limits, report: () => undefined, signal })
    signal?.throwIfAborted()
  } catch (error) {
    discard()
    throw error
  }
  const replaced = new ReplacedFile(file)
  return {
    publish: async () => {
      const before = await digestIn(options)
      await replaced.replaceBy(temp)
      return [{ name, before, after }]
    },
    revert: async () => replaced.restore(),
    discard: async () => {
      replaced.forget()
      discard()
    },
  }
}

function unchanged(name: PublishedName): StagedImage {
  const nothing = (): Promise<void> => Promise.resolve()
  return { publish: () => Promise.resolve([name]), revert: nothing, discard: nothing }
}

/** What the archive that is there holds; undefined when there is none, or none that can be read. */
async function digestIn({ file, limits }: ArchiveSinkOptions): Promise<Digest | undefined> {
  if (identityOf(file) === undefined) return undefined
  try {
    return (await readImageArchive(file, { limits, report: () => undefined })).descriptor.digest
  } catch {
    return undefined
  }
}

/** A file that is replaced by another, and kept until nobody can want it back. */
class ReplacedFile {
  readonly #file: string
  #state: 'untouched' | 'replaced' | 'new' = 'untouched'
  #old: string | undefined

  constructor(file: string) {
    this.#file = file
  }

  async replaceBy(temp: string): Promise<void> {
    const old = reserveTemp(dirname(this.#file))
    this.#old = old
    // Also a link, which is kept as one.
    const isThere = statsOf(this.#file) !== undefined
    if (isThere) await linkOrCopy(this.#file, old)
    commitTemp(temp, this.#file)
    this.#state = isThere ? 'replaced' : 'new'
    syncDirectory(dirname(this.#file))
  }

  restore(): void {
    try {
      const old = this.#old
      if (old === undefined || this.#state === 'untouched') return
      if (this.#state === 'replaced') commitTemp(old, this.#file)
      // What had no name before goes back to a temporary one, and with that.
      else commitTemp(this.#file, old)
      syncDirectory(dirname(this.#file))
    } catch {
      // The failure that brought us here is told.
    }
  }

  forget(): void {
    if (this.#old !== undefined) discardTemp(this.#old)
  }
}
