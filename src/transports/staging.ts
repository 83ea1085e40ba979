import { dirname, join } from 'node:path'
import { CnbError } from '../errors.js'
import { readRange, wholeFile } from '../file-range.js'
import {
  commitTemp,
  discardTemp,
  identityOf,
  linkOrCopy,
  makeDirectory,
  reserveTemp,
  syncDirectory,
  TempFile,
} from '../files.js'
import type { Blob, Descriptor, FileRange, Layer } from '../oci/image.js'
import { verified } from '../oci/verified.js'
import type { BlobMemory } from './blob-memory.js'
import { layoutDirectory } from './layout-directory.js'
import { blobPath, type LayoutFiles } from './read-layout.js'

/** What a blob that is there may be, but must not be. */
const DAMAGED: ReadonlySet<string> = new Set(['E_SIZE', 'E_DIGEST'])

/**
 * Blobs on their way into a layout directory. They lie beside it under temporary names until all of them are there and
 * checked, so that a failure leaves nothing behind.
 */
export class Staging {
  readonly #directory: string
  readonly #memory: BlobMemory
  readonly #there: LayoutFiles
  /** Temporary file of each path that the layout does not have yet. */
  readonly #temps = new Map<string, string>()
  readonly #done = new Set<string>()

  constructor(directory: string, memory: BlobMemory) {
    this.#directory = directory
    this.#memory = memory
    this.#there = layoutDirectory(directory)
  }

  /** Makes sure that the layout will have a blob. One that it has is left alone if it is sound. */
  async put(blob: Blob | Layer, signal: AbortSignal | undefined): Promise<void> {
    const { descriptor, range } = blob
    const path = blobPath(descriptor.digest)
    if (this.#done.has(path)) return
    this.#done.add(path)
    if (await this.#isThere(blob, signal)) return
    const temp = reserveTemp(this.#directory)
    this.#temps.set(path, temp)
    if (range !== undefined && this.#memory.isOwn(descriptor.digest, range)) await linkOrCopy(range.file, temp)
    else await write(blob.open(signal), temp)
  }

  /** The layout as it will be. */
  files(): LayoutFiles {
    const there = this.#there
    return {
      name: there.name,
      nameOf: (path) => there.nameOf(path),
      find: (path) => {
        const temp = this.#temps.get(path)
        return temp === undefined ? there.find(path) : wholeFile(temp)
      },
    }
  }

  /** Gives every blob its name. */
  commit(): void {
    const directories = new Set<string>()
    for (const [path, temp] of this.#temps) {
      const target = join(this.#directory, path)
      makeDirectory(dirname(target))
      commitTemp(temp, target)
      directories.add(dirname(target))
    }
    this.#temps.clear()
    for (const directory of directories) syncDirectory(directory)
  }

  /** Removes what was not committed. */
  discard(): void {
    for (const temp of this.#temps.values()) discardTemp(temp)
    this.#temps.clear()
  }

  /** True when the layout has the blob, whole and sound. */
  async #isThere(blob: Blob | Layer, signal: AbortSignal | undefined): Promise<boolean> {
    const { descriptor } = blob
    const file = join(this.#directory, blobPath(descriptor.digest))
    if (identityOf(file)?.size !== BigInt(descriptor.size)) return false
    const range = { file, offset: 0, length: descriptor.size }
    const isKnown = 'diffId' in blob ? this.#memory.isChecked({ ...blob, range }) : false
    return isKnown || (await isSound(range, descriptor, signal))
  }
}

async function isSound(range: FileRange, descriptor: Descriptor, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    for await (const _ of verified(readRange(range, signal), descriptor, range.file));
    return true
  } catch (error) {
    if (error instanceof CnbError && DAMAGED.has(error.code)) return false
    throw error
  }
}

/** Writes a blob that checks itself while it is read. */
async function write(pieces: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  const temp = new TempFile(path)
  try {
    for await (const piece of pieces) temp.write(piece)
  } catch (error) {
    temp.discard()
    throw error
  }
  await temp.sync()
}
