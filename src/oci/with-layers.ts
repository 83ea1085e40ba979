import { encodeUtf8 } from '../bytes.js'
import { baseFields, withFields } from './config-fields.js'
import { descriptorJson } from './descriptor.js'
import { digestOf } from './digest.js'
import { Fields } from './fields.js'
import { inOrder, mapUnlessEmpty, unlessEmpty } from './go-json.js'
import type { Descriptor, Image, ImageConfig, Json, JsonObject, Layer, Manifest } from './image.js'
import { printJson } from './json.js'

/** What makes a new image out of its base. */
export interface LayersChange {
  /** Put on top, in this order. */
  readonly layers: readonly Layer[]
  /** Set over the labels of the base. */
  readonly labels: ReadonlyMap<string, string>
  readonly workingDir: string
  /** Of the image and of every entry of its history, as RFC 3339. */
  readonly created: string
}

/**
 * `base` with more layers, and the bytes of its manifest and config as pack's libraries write them.
 *
 * Types, annotations and descriptors of the base stay; its history becomes one bare entry a layer; fields that
 * go-containerregistry does not know, and `container`, are lost.
 */
export function withLayers(base: Image, change: LayersChange): Image {
  const layers = [...base.layers, ...change.layers]
  const labels = new Map([...base.config.labels, ...change.labels])
  const raw = configJson(base.config, layers, { ...change, labels })
  const configBytes = encodeUtf8(printJson(raw))
  const config: ImageConfig = { ...base.config, labels, diffIds: layers.map((layer) => layer.diffId), raw }
  const manifest: Manifest = {
    mediaType: base.manifest.mediaType,
    annotations: base.manifest.annotations,
    config: describe(configBytes, base.manifest.config.mediaType),
    layers: layers.map((layer) => layer.descriptor),
  }
  const manifestBytes = printManifest(manifest)
  const descriptor = describe(manifestBytes, manifest.mediaType)
  return { kind: 'image', descriptor, manifest, manifestBytes, config, configBytes, layers }
}

function configJson(base: ImageConfig, layers: readonly Layer[], change: LayersChange): JsonObject {
  const kept = baseFields(Fields.of(base.raw, { file: 'base image', code: 'E_IMAGE_CONFIG' }))
  const { created } = change
  return inOrder([
    ['architecture', kept.architecture],
    ['author', kept.author],
    ['created', created],
    ['docker_version', kept.dockerVersion],
    ['history', unlessEmpty(layers.map(() => new Map([['created', created]])))],
    ['os', kept.os],
    [
      'rootfs',
      new Map<string, Json>([
        ['type', 'layers'],
        ['diff_ids', layers.map((layer) => layer.diffId)],
      ]),
    ],
    [
      'config',
      withFields(
        kept.container,
        inOrder([
          ['Labels', mapUnlessEmpty(change.labels)],
          ['WorkingDir', change.workingDir],
        ]),
      ),
    ],
    ['os.version', kept.osVersion],
    ['variant', kept.variant],
    ['os.features', kept.osFeatures],
  ])
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
