import type { Blob, Image, ImageIndex, Layer } from '../oci/image.js'
import { inMemory } from './image-tree.js'

/** Everything that a layout needs to hold `root`, what is named before what names it. */
export async function* blobsOf(root: Image | ImageIndex, signal?: AbortSignal): AsyncGenerator<Blob | Layer> {
  if (root.kind === 'index') {
    for (const child of root.children) yield* blobsOf(await child.read(signal), signal)
    yield inMemory(root.descriptor, root.bytes)
    return
  }
  yield* root.layers
  yield inMemory(root.manifest.config, root.configBytes)
  yield inMemory(root.descriptor, root.manifestBytes)
}
