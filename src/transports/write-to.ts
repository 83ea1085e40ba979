import type { Image, ImageIndex } from '../oci/image.js'
import type { ImageSink, PublishedName, StagedImage } from './transport.js'

/**
 * Writes one image or index to every place, as one: it is named nowhere before it is everywhere, and when one place refuses the
 * names, the others are given back the ones they had.
 *
 * @throws CnbError what a place objects to; the signal's reason
 */
export async function writeTo(
  sinks: readonly ImageSink[],
  root: Image | ImageIndex,
  signal?: AbortSignal,
): Promise<readonly PublishedName[]> {
  const staged: StagedImage[] = []
  try {
    try {
      for (const sink of sinks) staged.push(await sink.stage(root, signal))
    } catch (error) {
      for (const sink of sinks) await sink.abandon()
      throw error
    }
    return await asOne(staged).publish(signal)
  } finally {
    await asOne(staged).discard()
  }
}

/** Staged images as one: all of them get their names, or none does. */
export function asOne(staged: readonly StagedImage[]): StagedImage {
  return {
    publish: (signal) => publishAll(staged, signal),
    revert: async () => {
      for (const image of staged.toReversed()) await image.revert()
    },
    discard: async () => {
      for (const image of staged) await image.discard()
    },
  }
}

async function publishAll(
  staged: readonly StagedImage[],
  signal: AbortSignal | undefined,
): Promise<readonly PublishedName[]> {
  const names: PublishedName[] = []
  for (const [done, image] of staged.entries()) {
    try {
      signal?.throwIfAborted()
      names.push(...(await image.publish(signal)))
    } catch (error) {
      await asOne(staged.slice(0, done)).revert()
      throw error
    }
  }
  return names
}
