import { encodeUtf8 } from '../bytes.js'
import { descriptorJson } from './descriptor.js'
import { digestOf } from './digest.js'
import { inOrder, mapUnlessEmpty } from './go-json.js'
import type { Annotations, Descriptor, Image, Layer, Manifest } from './image.js'
import { printJson } from './json.js'

/** What an image is made of, and the types that its manifest names. */
export interface ImageParts extends Pick<Image, 'config' | 'configBytes'> {
  readonly layers: readonly Layer[]
  readonly manifestType: string
  readonly configType: string
  readonly annotations?: Annotations | undefined
}

/** The image of these parts, with its manifest as pack's libraries write it. */
export function imageOf({ config, configBytes, layers, manifestType, configType, annotations }: ImageParts): Image {
  const manifest: Manifest = {
    mediaType: manifestType,
    annotations,
    config: describe(configBytes, configType),
    layers: layers.map((layer) => layer.descriptor),
  }
  const manifestBytes = printManifest(manifest)
  const descriptor = describe(manifestBytes, manifestType)
  return { kind: 'image', descriptor, manifest, manifestBytes, config, configBytes, layers }
}

/** The bytes of `manifest` as Go writes them. */
function printManifest(manifest: Manifest): Uint8Array {
  const { mediaType, config, layers, annotations } = manifest
  return encodeUtf8(
    printJson(
      inOrder([
        ['schemaVersion', 2],
        ['mediaType', mediaType],
        ['config', descriptorJson(config)],
        ['layers', layers.map(descriptorJson)],
        ['annotations', mapUnlessEmpty(annotations)],
      ]),
    ),
  )
}

/** A descriptor of `bytes`. */
export function describe(bytes: Uint8Array, mediaType: string): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length }
}
