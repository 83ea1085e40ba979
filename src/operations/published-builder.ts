import { parseApiVersion } from '../cnb/api-version.js'
import { readBuilderLabel, type ApiLists, type BuilderLabel } from '../cnb/builder-label.js'
import { readSystemLabel, type LabelSource } from '../cnb/labels.js'
import { descriptorOf, readLayersLabel, type ModuleLayer } from '../cnb/layers-label.js'
import type { ApiSupport, LifecycleFacts } from '../cnb/lifecycle.js'
import { moduleName, type Module, type ModuleKind } from '../cnb/module.js'
import type { Image } from '../oci/image.js'
import type { MatrixInput } from '../rules/matrix/input.js'

/** A builder that was published, as far as its labels tell what it is made of. */
export interface PublishedBuilder {
  readonly label: BuilderLabel
  /** All but the run images, which others have to look for. */
  readonly input: MatrixInput
}

/** What an image says of itself; undefined unless it is a builder. @throws CnbError E_LABEL, E_DIGEST_SYNTAX */
export function publishedBuilder(image: Image, source: LabelSource): PublishedBuilder | undefined {
  const label = readBuilderLabel(source)
  if (label === undefined) return undefined
  const buildpacks = readLayersLabel(source, 'buildpack') ?? []
  const extensions = readLayersLabel(source, 'extension') ?? []
  const input: MatrixInput = {
    config: {
      stackId: '',
      // Builds run in the builder itself.
      buildImage: source.from,
      runImages: label.runImages,
      // Lies in a layer, which is not read.
      buildEnv: [],
      system: readSystemLabel(source),
      buildpacks: buildpacks.map(entryOf),
      extensions: extensions.map(entryOf),
    },
    base: image,
    labels: new Map(),
    platform: image.config.platform,
    experimental: false,
    lifecycle: { descriptor: lifecycleOf(label) },
    buildpacks: buildpacks.map((layer) => moduleOf('buildpack', layer, image, source)),
    extensions: extensions.map((layer) => moduleOf('extension', layer, image, source)),
    runImages: [],
  }
  return { label, input }
}

function entryOf(layer: ModuleLayer): { uri: string; image: string; id: string; version: string } {
  return { uri: moduleName(layer), image: '', id: layer.id, version: layer.version }
}

/** A module in the layer that its label names; undefined when the image does not have that layer. */
function moduleOf(
  kind: ModuleKind,
  layer: ModuleLayer,
  { layers }: Image,
  { from }: LabelSource,
): readonly Module[] | undefined {
  const own = layers.find(({ diffId }) => diffId === layer.diffId)
  if (own === undefined) return undefined
  return [
    {
      descriptor: descriptorOf(kind, layer),
      locate: () => ({ file: from }),
      from,
      content: { kind: 'layer', layer: own, from },
      hasBuild: { linux: false, windows: false },
      packaged: true,
    },
  ]
}

function lifecycleOf({ lifecycle }: BuilderLabel): LifecycleFacts['descriptor'] {
  return {
    version: lifecycle.version ?? '',
    api: { buildpack: undefined, platform: undefined },
    apis: { buildpack: supportOf(lifecycle.buildpackApis), platform: supportOf(lifecycle.platformApis) },
  }
}

/** Versions that cannot be read are ones that nobody asks for. */
function supportOf({ deprecated, supported }: ApiLists): ApiSupport {
  const versions = (list: readonly string[] | undefined): ApiSupport['supported'] =>
    list?.flatMap((text) => parseApiVersion(text) ?? [])
  return { deprecated: versions(deprecated), supported: versions(supported) }
}
