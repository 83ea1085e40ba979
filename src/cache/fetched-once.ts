import type { Image, ImageIndex, Layer } from '../oci/image.js'
import type { BlobFetcher } from './fetch-blob.js'

/**
 * The same image or index, whose layers come to this machine when they are first read and are read from there from then on: for
 * an image that several places are to get. A layer that nobody reads, because every place has it, is not fetched.
 */
export function fetchedOnce(root: Image | ImageIndex, fetcher: BlobFetcher): Image | ImageIndex {
  if (root.kind === 'image') return { ...root, layers: root.layers.map((layer) => fetchedLayer(layer, fetcher)) }
  const children = root.children.map((child) => ({
    ...child,
    read: async (signal?: AbortSignal) => {
      const read = await child.read(signal)
      return read.kind === 'artifact' ? read : fetchedOnce(read, fetcher)
    },
  }))
  return { ...root, children }
}

/** The same layer, fetched when it is first read. */
function fetchedLayer(layer: Layer, fetcher: BlobFetcher): Layer {
  if (layer.range !== undefined) return layer
  async function* open(signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const here = await fetcher.bring(layer, signal)
    yield* here.open(signal)
  }
  return { ...layer, open }
}
