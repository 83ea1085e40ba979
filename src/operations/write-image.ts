import type { AssembledLayer } from '../assemble/build-image.js'
import { identityOf } from '../files.js'
import type { Limits } from '../limits.js'
import type { Image } from '../oci/image.js'
import { layoutSink } from '../transports/layout-sink.js'
import { recallLayers, rememberLayers } from './layer-memory.js'
import type { Output } from './outputs.js'

export interface WriteOptions {
  readonly limits: Limits
  readonly signal: AbortSignal | undefined
  /** Where it is kept which layers of others were read and found sound. */
  readonly cache: string | undefined
}

/**
 * Writes one image to every place. A layer that was made by us is not hashed again, unless it had to be copied.
 *
 * @param made the layers that were made or reused by this run, the last ones of the image
 * @throws CnbError what a place objects to
 */
export async function writeImage(
  image: Image,
  made: readonly AssembledLayer[],
  outputs: readonly Output[],
  { limits, signal, cache }: WriteOptions,
): Promise<void> {
  const memory = recallLayers(cache)
  image.layers.slice(image.layers.length - made.length).forEach(({ descriptor, range }, i) => {
    if (range !== undefined && made[i]?.packaged === false) memory.addOwn(descriptor.digest, identityOf(range.file))
  })
  for (const { directory, tag } of outputs) {
    await layoutSink({ directory, tag, memory, limits }).write(image, signal)
  }
  rememberLayers(cache, memory)
}
