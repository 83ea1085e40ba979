import { encodeUtf8 } from '../bytes.js'
import { baseFields, withFields } from './config-fields.js'
import { Fields } from './fields.js'
import { inOrder, mapUnlessEmpty, unlessEmpty } from './go-json.js'
import type { Image, ImageConfig, Json, JsonObject, Layer } from './image.js'
import { imageOf } from './image-of.js'
import { printJson } from './json.js'

/** What makes a new image out of its base. */
export interface LayersChange {
  /** Put on top, in this order. */
  readonly layers: readonly Layer[]
  /** Set over the labels of the base. */
  readonly labels: ReadonlyMap<string, string>
  /** undefined to keep that of the base. */
  readonly workingDir: string | undefined
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
  const { mediaType: manifestType, annotations } = base.manifest
  const configType = base.manifest.config.mediaType
  return imageOf({ config, configBytes, layers, manifestType, configType, annotations })
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
          ['WorkingDir', change.workingDir ?? kept.container.get('WorkingDir')],
        ]),
      ),
    ],
    ['os.version', kept.osVersion],
    ['variant', kept.variant],
    ['os.features', kept.osFeatures],
  ])
}
