import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { encodeUtf8 } from '../bytes.js'
import { CnbError } from '../errors.js'
import { attempt, makeDirectory, removeNewDirectories, writeFile } from '../files.js'
import type { Limits } from '../limits.js'
import type { Descriptor, Image, ImageIndex } from '../oci/image.js'
import { printPlace } from '../oci/place.js'
import type { BlobMemory } from './blob-memory.js'
import { blobsOf } from './blobs-of.js'
import { layoutDirectory } from './layout-directory.js'
import { digestUnder, EMPTY_INDEX, readIndexFile, updatedIndex, type CurrentIndex } from './layout-index.js'
import { readManifest } from './read-image.js'
import { checkVersion, layoutBlobs, LAYOUT_VERSION } from './read-layout.js'
import { Staging } from './staging.js'
import type { ImageSink, StagedImage } from './transport.js'
import { verifyLayers } from './verify-layers.js'

/** Where a layout is, and what is known of files already. */
export interface LayoutSinkOptions {
  readonly directory: string
  /** The name of the image in the layout. */
  readonly tag: string | undefined
  /** Files of our own are linked where that works; what it knows is not read again. */
  readonly memory: BlobMemory
  readonly limits: Limits
}

/**
 * Writes to an OCI layout directory, beside the other images that it has. `index.json` is replaced last, in one step, when
 * every blob is there, synced, and was read back with the eyes of a stranger. Two writers at a time do not harm each other's
 * image; of two that change `index.json` in the same instant, the entry of one may be lost.
 */
export function layoutSink(options: LayoutSinkOptions): ImageSink {
  return {
    name: printPlace({ kind: 'layout', directory: options.directory, tag: options.tag }),
    check: (signal) => checkLayoutTarget(options, signal),
    // Linking to a layer that is ready takes no time.
    offer: () => undefined,
    abandon: () => Promise.resolve(),
    stage: (root, signal) => stageLayout(root, options, signal),
  }
}

async function stageLayout(
  root: Image | ImageIndex,
  options: LayoutSinkOptions,
  signal: AbortSignal | undefined,
): Promise<StagedImage> {
  const { directory } = options
  await checkLayoutTarget(options, signal)
  const newDirectories = makeDirectory(directory)
  const staging = new Staging(directory, options.memory)
  const discard = (): void => {
    staging.discard()
    removeNewDirectories(newDirectories)
  }
  try {
    for await (const blob of blobsOf(root, signal)) await staging.put(blob, signal)
    await readBack(staging, root.descriptor, options, signal)
    signal?.throwIfAborted()
  } catch (error) {
    discard()
    throw error
  }
  let before: CurrentIndex | undefined
  return {
    publish: async () => {
      staging.commit()
      before = readIndexFile(directory, options.limits)
      await publish(root.descriptor, before, options)
      const name = printPlace({ kind: 'layout', directory, tag: options.tag })
      return [{ name, before: digestUnder(before, options.tag), after: root.descriptor.digest }]
    },
    revert: async () => restoreIndex(before, directory),
    discard: () => Promise.resolve(discard()),
  }
}

/** Reads the image as anybody else would, and every layer that the memory does not know. */
async function readBack(
  staging: Staging,
  descriptor: Descriptor,
  { limits, memory }: LayoutSinkOptions,
  signal: AbortSignal | undefined,
): Promise<void> {
  // Warnings about the base were given when it was read.
  const report = (): void => undefined
  const written = await readManifest(layoutBlobs(staging.files()), descriptor, { limits, report, signal })
  await verifyLayers(written, { memory, limits, signal })
}

/** Makes the layout name the image. Every blob is there. */
async function publish(
  root: Descriptor,
  current: CurrentIndex | undefined,
  { directory, tag, limits }: LayoutSinkOptions,
): Promise<void> {
  const version = join(directory, 'oci-layout')
  if (!existsSync(version)) await writeFile(version, encodeUtf8(`{"imageLayoutVersion":"${LAYOUT_VERSION}"}`))
  const updated = updatedIndex(current, root, tag)
  if (current !== undefined && Buffer.compare(current.bytes, updated) === 0) return
  await writeFile(join(directory, 'index.json'), updated)
  readIndexFile(directory, limits)
}

/** Makes the layout name what it named before. Blobs that nothing names do no harm. */
async function restoreIndex(before: CurrentIndex | undefined, directory: string): Promise<void> {
  try {
    await writeFile(join(directory, 'index.json'), before?.bytes ?? EMPTY_INDEX)
  } catch {
    // The failure that brought us here is told.
  }
}

/** What a run that was killed may leave in a directory that it had just made. */
const LEFT_BY_A_KILL = /^(?:\.trowel-[0-9a-f]+|blobs)$/

/**
 * What is there must be a sound layout, or nothing at all: a directory of somebody else is no place to write to.
 *
 * @throws CnbError E_OCI_LAYOUT, E_IO, or what is wrong with the present `index.json`
 */
async function checkLayoutTarget(
  { directory, limits }: Pick<LayoutSinkOptions, 'directory' | 'limits'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!existsSync(directory)) return
  if (existsSync(join(directory, 'oci-layout'))) {
    await checkVersion(layoutDirectory(directory), { limits, report: () => undefined, signal })
    readIndexFile(directory, limits)
    return
  }
  const names = attempt('listing', directory, () => readdirSync(directory))
  const foreign = names.find((name) => !LEFT_BY_A_KILL.test(name))
  if (foreign === undefined) return
  throw new CnbError('E_OCI_LAYOUT', `${directory} is neither empty nor an OCI image layout: it holds ${foreign}`, {
    place: { file: directory },
    value: foreign,
    hint: 'name a new or an empty directory',
  })
}
