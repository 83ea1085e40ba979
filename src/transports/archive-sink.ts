import { lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { CnbError } from '../errors.js'
import { readRange } from '../file-range.js'
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
  TempFile,
} from '../files.js'
import type { Limits } from '../limits.js'
import type { Digest } from '../oci/digest.js'
import type { Image, ImageIndex } from '../oci/image.js'
import { printPlace } from '../oci/place.js'
import type { Reference } from '../oci/reference.js'
import { verified } from '../oci/verified.js'
import { LAYER_HEADER } from '../tar/entry.js'
import { paddingOf } from '../tar/fields.js'
import { headerBlocks, TRAILER } from '../tar/writer.js'
import { archiveEntries, type ArchiveEntry } from './archive-entries.js'
import { readArchive } from './archive.js'
import type { BlobMemory } from './blob-memory.js'
import { checkLayer } from './check-layer.js'
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

function checkTarget(file: string, name: string): void {
  const stats = attempt('reading', file, () => lstatSync(file, { throwIfNoEntry: false }))
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
  const newDirectories = makeDirectory(dirname(file))
  const temp = reserveTemp(dirname(file))
  const discard = (): void => {
    discardTemp(temp)
    removeNewDirectories(newDirectories)
  }
  try {
    await writeArchive(temp, await archiveEntries(root, options, signal), options, signal)
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
      return [{ name, before, after: root.descriptor.digest }] satisfies readonly PublishedName[]
    },
    revert: async () => replaced.restore(),
    discard: async () => {
      replaced.forget()
      discard()
    },
  }
}

/** Writes all entries, and reads what was written as anybody else would. */
async function writeArchive(
  temp: string,
  entries: readonly ArchiveEntry[],
  options: NamedOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { limits, memory, name } = options
  const file = new TempFile(temp)
  try {
    let at = 0
    const write = (bytes: Uint8Array): void => {
      file.write(bytes)
      at += bytes.length
    }
    for (const entry of entries) {
      const { path, size, layer } = entry
      write(headerBlocks({ ...LAYER_HEADER, type: 'file', name: path, mode: 0o644, size }))
      const range = { file: temp, offset: at, length: size }
      for await (const piece of entry.open(signal)) write(piece)
      write(new Uint8Array(paddingOf(size)))
      if (layer === undefined || memory.isChecked(layer)) continue
      const written = (signal?: AbortSignal): AsyncIterable<Uint8Array> =>
        verified(readRange(range, signal), layer.descriptor, `${name}:/${path}`)
      await checkLayer({ ...layer, range, open: written }, { limits, signal })
    }
    write(TRAILER)
    await file.sync()
    await readArchive(temp, { limits, report: () => undefined, signal })
  } catch (error) {
    file.discard()
    throw error
  }
}

/** What the archive that is there holds; undefined when there is none, or none that can be read. */
async function digestIn({ file, limits }: ArchiveSinkOptions): Promise<Digest | undefined> {
  if (identityOf(file) === undefined) return undefined
  try {
    return (await readArchive(file, { limits, report: () => undefined })).descriptor.digest
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
    const isThere = identityOf(this.#file) !== undefined
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
