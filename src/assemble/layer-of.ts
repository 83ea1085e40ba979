import type { Cache } from '../cache/cache.js'
import { readRange } from '../file-range.js'
import type { FileRange, Image, Layer } from '../oci/image.js'
import { layerType } from '../oci/media-type.js'
import { verified } from '../oci/verified.js'
import type { LayerSource } from '../plan/builder-plan.js'
import { onlyLayer } from './make-layer.js'
import type { ObtainedLayer } from './obtain-layers.js'

/** A layer as a part of an image over `base`: its bytes are read from where they lie, and checked. */
export function layerOf(source: LayerSource, { facts, file }: ObtainedLayer, base: Image, cache: Cache): Layer {
  const { diffId, digest, size, compression } = facts
  const descriptor = { mediaType: layerType(base.manifest.mediaType, compression), digest, size }
  const read = (range: FileRange, signal?: AbortSignal): AsyncIterable<Uint8Array> =>
    verified(readRange(range, signal), descriptor, `${digest} in ${range.file}`)
  const here = file === undefined ? undefined : { file, offset: 0, length: size }
  if (here !== undefined) return { descriptor, diffId, range: here, open: (signal) => read(here, signal) }
  const packaged = onlyLayer(source)
  if (packaged === undefined) throw new Error(`${digest} was taken for a layer of a package`)
  const { range, origin } = packaged
  if (range !== undefined) return { descriptor, diffId, range, origin, open: (signal) => read(range, signal) }
  return { descriptor, diffId, origin, open: (signal) => openRemote(packaged, cache, read, signal) }
}

/** A registry is asked only for what was not fetched before. */
function openRemote(
  layer: Layer,
  cache: Cache,
  read: (range: FileRange, signal?: AbortSignal) => AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): AsyncIterable<Uint8Array> {
  const { digest, size } = layer.descriptor
  const file = cache.find(digest)
  return file === undefined ? layer.open(signal) : read({ file, offset: 0, length: size }, signal)
}
