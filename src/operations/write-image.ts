import type { Assembly } from '../assemble/build-image.js'
import type { Cache } from '../cache/cache.js'
import { identityOf } from '../files.js'
import type { Limits } from '../limits.js'
import type { Image, ImageIndex } from '../oci/image.js'
import { BlobMemory } from '../transports/blob-memory.js'
import { layoutSink } from '../transports/layout-sink.js'
import { writeTo } from '../transports/write-to.js'
import type { Output } from './outputs.js'

/** There is one record of what was checked. */
const CHECKED_KEY = ''

/** What writing needs beside the image. */
export interface WriteOptions {
  readonly limits: Limits
  readonly signal: AbortSignal | undefined
  /** Where it is kept which layers of others were read and found sound. */
  readonly cache: Cache
}

/**
 * Writes one image, or an index of several, to every place. A layer that was made by us is not hashed again, unless it had to
 * be copied.
 *
 * @param assemblies how the images came about
 * @throws CnbError what a place objects to
 */
export async function writeImage(
  root: Image | ImageIndex,
  assemblies: readonly Assembly[],
  outputs: readonly Output[],
  { limits, signal, cache }: WriteOptions,
): Promise<void> {
  const memory = new BlobMemory(cache.record('checked', CHECKED_KEY))
  for (const { image, layers } of assemblies) {
    image.layers.slice(image.layers.length - layers.length).forEach(({ descriptor, range }, i) => {
      if (range !== undefined && layers[i]?.packaged === false) memory.addOwn(descriptor.digest, identityOf(range.file))
    })
  }
  const sinks = outputs.map(({ directory, tag }) => layoutSink({ directory, tag, memory, limits }))
  await writeTo(sinks, root, signal)
  const text = memory.print()
  if (text !== undefined) cache.remember('checked', CHECKED_KEY, text)
}
