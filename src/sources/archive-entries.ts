import { posix } from 'node:path'
import { readRange, wholeFile } from '../file-range.js'
import type { Limits } from '../limits.js'
import type { Layer } from '../oci/image.js'
import { readArchive } from '../tar/archive.js'
import { contentOf } from '../tar/content.js'
import type { TarEntry } from '../tar/entry.js'
import type { SourceContext } from './context.js'
import { noRegularFile, tooLargeDescriptor } from './descriptor.js'
import { shownFile, type FoundFile } from './find.js'

/** The entries of an archive on this machine: a tar, gzipped or not, whatever its name ends in. */
export function entriesOfFile(found: FoundFile, context: SourceContext): AsyncIterable<TarEntry> {
  const { limits, signal } = context
  return readArchive(readRange(wholeFile(found.path), signal), { file: shownFile(found, context), limits })
}

/** The entries of a layer. `shown` names it. */
export function entriesOfLayer(
  layer: Layer,
  shown: string,
  { limits, signal }: SourceContext,
): AsyncIterable<TarEntry> {
  return readArchive(layer.open(signal), { file: shown, limits, proven: true, mayBeEmpty: true })
}

/** What an entry's name stands for: `./a//b/` and `/a/b` are `a/b`. */
export function plainName(name: string): string {
  return posix.normalize(`/${name}`).replace(/^\/|\/$/g, '')
}

/**
 * The bytes of a descriptor; `file` names it.
 *
 * @throws CnbError E_DESCRIPTOR unless it is a file of a sane size
 */
export async function descriptorBytes(entry: TarEntry, file: string, limits: Limits): Promise<Uint8Array> {
  const { type, size } = entry.header
  if (type !== 'file') throw noRegularFile(file, type)
  if (size > limits.descriptorBytes) throw tooLargeDescriptor(file, limits)
  return contentOf(entry)
}
