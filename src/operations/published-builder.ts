import { apiSupportOf, readBuilderLabel, type BuilderLabel } from '../cnb/builder-label.js'
import { readSystemLabel, type LabelSource } from '../cnb/labels.js'
import { descriptorOf, readLayersLabel, type ModuleLayer } from '../cnb/layers-label.js'
import { knownLifecycle } from '../cnb/known-lifecycles.js'
import { knownApis } from '../cnb/lifecycle-apis.js'
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
    limits: source.limits,
    platform: image.config.platform,
    experimental: false,
    lifecycle: lifecycleOf(label),
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
export function moduleOf(
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

/** As its label has it; one that lists no APIs is known by its version, or not at all. */
function lifecycleOf({ lifecycle }: BuilderLabel): MatrixInput['lifecycle'] {
  const version = lifecycle.version ?? ''
  const apis = {
    buildpack: apiSupportOf(lifecycle.buildpackApis),
    platform: apiSupportOf(lifecycle.platformApis),
  }
  const isSilent = Object.values(apis).some((support) => knownApis(support).length === 0)
  const descriptor = isSilent
    ? knownLifecycle(version)
    : { version, api: { buildpack: undefined, platform: undefined }, apis }
  return descriptor && { descriptor }
}
