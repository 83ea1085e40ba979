import { dirname } from 'node:path'
import type { AssembledLayer } from '../assemble/build-image.js'
import { discardTemp, identityOf, makeDirectory, makeScratch, removeNewDirectories } from '../files.js'
import type { Limits } from '../limits.js'
import type { Image } from '../oci/image.js'
import { BlobMemory } from '../transports/blob-memory.js'
import { layoutSink } from '../transports/layout-sink.js'
import type { Output } from './outputs.js'

export interface WriteOptions {
  readonly limits: Limits
  readonly signal: AbortSignal | undefined
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
  { limits, signal }: WriteOptions,
): Promise<void> {
  const memory = new BlobMemory()
  image.layers.slice(image.layers.length - made.length).forEach(({ descriptor, range }, i) => {
    const file = range && made[i]?.packaged === false ? identityOf(range.file) : undefined
    if (file !== undefined) memory.addOwn(descriptor.digest, file)
  })
  for (const { directory, tag } of outputs) {
    await layoutSink({ directory, tag, memory, limits }).write(image, signal)
  }
}

/**
 * Gives `work` a directory beside the first place for what it makes, so that the place can link to it, and takes it away
 * afterwards.
 */
export async function withScratch<T>([first]: readonly Output[], work: (scratch: string) => Promise<T>): Promise<T> {
  if (first === undefined) throw new Error('there is no place to write to')
  const parent = dirname(first.directory)
  const newDirectories = makeDirectory(parent)
  const scratch = makeScratch(parent)
  try {
    return await work(scratch)
  } catch (error) {
    discardTemp(scratch)
    removeNewDirectories(newDirectories)
    throw error
  } finally {
    discardTemp(scratch)
  }
}
