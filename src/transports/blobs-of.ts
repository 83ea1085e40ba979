import type { Blob, Descriptor, Image, ImageIndex, Layer } from '../oci/image.js'
import { verified } from '../oci/verified.js'

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

function inMemory(descriptor: Descriptor, bytes: Uint8Array): Blob {
  return { descriptor, open: () => verified([bytes], descriptor, descriptor.digest) }
}
