import type { Artifact, Blob, Image, ImageIndex, Layer } from '../oci/image.js'
import { inMemory } from './image-tree.js'

/** Everything that a layout needs to hold `root`, what is named before what names it. */
export async function* blobsOf(
  root: Image | ImageIndex | Artifact,
  signal?: AbortSignal,
): AsyncGenerator<Blob | Layer> {
  if (root.kind === 'index') {
    for (const child of root.children) yield* blobsOf(await child.read(signal), signal)
    yield inMemory(root.descriptor, root.bytes)
    return
  }
  if (root.kind === 'artifact') {
    yield* root.blobs
    yield inMemory(root.descriptor, root.bytes)
    return
  }
  yield* root.layers
  yield inMemory(root.manifest.config, root.configBytes)
  yield inMemory(root.descriptor, root.manifestBytes)
}
