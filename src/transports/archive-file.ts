import { readRange } from '../file-range.js'
import { CnbError } from '../errors.js'
import { identityOf, TempFile } from '../files.js'
import type { Limits } from '../limits.js'
import type { FileRange, Layer } from '../oci/image.js'
import { collect, verified } from '../oci/verified.js'
import { LAYER_HEADER } from '../tar/entry.js'
import { paddingOf } from '../tar/fields.js'
import { headerBlocks, TRAILER } from '../tar/writer.js'
import type { ArchiveEntry } from './archive-entries.js'
import type { BlobMemory } from './blob-memory.js'
import { checkLayer } from './check-layer.js'

/** What writing an archive needs to know. */
export interface ArchiveOptions {
  /** Layers that it knows are not unpacked to see what is in them. */
  readonly memory: BlobMemory
  readonly limits: Limits
  readonly signal?: AbortSignal | undefined
}

/**
 * Writes the tar of `entries` to a reserved path, synced. Every layer is checked, as stored and unpacked.
 *
 * @throws CnbError E_IO, those of opening and of checking a layer; then the file is gone
 */
export async function writeArchive(
  path: string,
  entries: readonly ArchiveEntry[],
  options: ArchiveOptions,
): Promise<void> {
  const file = new TempFile(path)
  try {
    for (const { at, content } of sectionsOf(entries)) {
      if (content instanceof Uint8Array) {
        file.write(content)
        continue
      }
      for await (const piece of content.open(options.signal)) file.write(piece)
      await check(content, { file: path, offset: at, length: content.descriptor.size }, options)
    }
    await file.sync()
  } catch (error) {
    file.discard()
    throw error
  }
}

/** True when there is a file at `path` that `writeArchive` would make again, byte for byte. @throws CnbError E_IO */
export async function isArchive(
  path: string,
  entries: readonly ArchiveEntry[],
  options: ArchiveOptions,
): Promise<boolean> {
  const sections = sectionsOf(entries)
  const end = sections.reduce((sum, { content }) => sum + lengthOf(content), 0)
  if (identityOf(path)?.size !== BigInt(end)) return false
  for (const { at, content } of sections) {
    const range = { file: path, offset: at, length: lengthOf(content) }
    if (!(await holds(range, content, options))) return false
  }
  return true
}

async function holds(range: FileRange, content: Uint8Array | Layer, options: ArchiveOptions): Promise<boolean> {
  const { signal } = options
  if (content instanceof Uint8Array) return Buffer.compare(await collect(readRange(range, signal)), content) === 0
  try {
    for await (const _ of verified(readRange(range, signal), content.descriptor, range.file));
    await check(content, range, options)
    return true
  } catch (error) {
    if (error instanceof CnbError && error.kind === 'refused') return false
    throw error
  }
}

/** Bytes of an archive, and where they begin. */
interface Section {
  readonly at: number
  readonly content: Uint8Array | Layer
}

function sectionsOf(entries: readonly ArchiveEntry[]): readonly Section[] {
  const sections: Section[] = []
  let at = 0
  const add = (content: Uint8Array | Layer): void => {
    sections.push({ at, content })
    at += lengthOf(content)
  }
  for (const { path, content } of entries) {
    const size = lengthOf(content)
    add(headerBlocks({ ...LAYER_HEADER, type: 'file', name: path, mode: 0o644, size }))
    add(content)
    add(new Uint8Array(paddingOf(size)))
  }
  add(TRAILER)
  return sections
}

function lengthOf(content: Uint8Array | Layer): number {
  return content instanceof Uint8Array ? content.length : content.descriptor.size
}

/** Checks what was said of a layer, where it lies now. */
async function check(layer: Layer, range: FileRange, { memory, limits, signal }: ArchiveOptions): Promise<void> {
  if (memory.isChecked(layer)) return
  const open = (signal?: AbortSignal): AsyncIterable<Uint8Array> =>
    verified(readRange(range, signal), layer.descriptor, range.file)
  await checkLayer({ ...layer, range, open }, { limits, signal })
}
