import { readRange } from '../file-range.js'
import type { Image, Layer } from '../oci/image.js'
import { layerType } from '../oci/media-type.js'
import { verified } from '../oci/verified.js'
import type { LayerSource } from '../plan/planned-layer.js'
import { onlyLayer } from './make-layer.js'
import type { ObtainedLayer } from './obtain-layers.js'

/** A layer as a part of an image over `base`. Its bytes are read from where they lie, and checked. */
export function layerOf(source: LayerSource, { facts, file }: ObtainedLayer, base: Image): Layer {
  const { diffId, digest, size, compression } = facts
  const descriptor = { mediaType: layerType(base.manifest.mediaType, compression), digest, size }
  if (file === undefined) return { ...packagedLayer(source), descriptor }
  const range = { file, offset: 0, length: size }
  const name = `${digest} in ${file}`
  return { descriptor, diffId, range, open: (signal) => verified(readRange(range, signal), descriptor, name) }
}

function packagedLayer(source: LayerSource): Layer {
  const layer = onlyLayer(source)
  if (layer === undefined) throw new Error('a layer was taken for that of a package')
  return layer
}
