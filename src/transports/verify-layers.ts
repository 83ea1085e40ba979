import type { Artifact, Image, ImageIndex } from '../oci/image.js'
import type { BlobMemory } from './blob-memory.js'
import { checkLayer, type LayerCheckOptions } from './check-layer.js'

/** What checking many layers needs beside what checking one needs. */
export interface VerifyOptions extends LayerCheckOptions {
  readonly memory: BlobMemory
}

/**
 * Checks every layer of an image, or of all images of an index: its stored bytes and its tar. Those that the memory knows are
 * not read again, and it knows all of them afterwards.
 *
 * @throws CnbError those of `checkLayer`
 */
export async function verifyLayers(root: Image | ImageIndex, options: VerifyOptions): Promise<void> {
  const { memory } = options
  for await (const image of imagesOf(root, options.signal)) {
    for (const layer of image.layers) {
      if (memory.isChecked(layer)) continue
      await checkLayer(layer, options)
      memory.addChecked(layer)
    }
  }
}

/** The images of `root`: itself, or all that its children lead to; artifacts have no layers. */
async function* imagesOf(root: Image | ImageIndex, signal?: AbortSignal): AsyncGenerator<Image> {
  const pending: (Image | ImageIndex | Artifact)[] = [root]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === 'image') yield next
    if (next.kind !== 'index') continue
    for (const child of next.children.toReversed()) pending.push(await child.read(signal))
  }
}
