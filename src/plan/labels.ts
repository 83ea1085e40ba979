import { LABEL, printMixins, printOrderLabel, printSystemLabel } from '../cnb/labels.js'
import { moduleLayerOf, printLayersLabel, type ModuleLayer } from '../cnb/layers-label.js'
import { printBuilderMetadata } from '../cnb/metadata-label.js'
import { moduleName, type Module, type ModuleInfo, type ModuleKind } from '../cnb/module.js'
import type { DiffId } from '../oci/digest.js'
import { startingLabels, type BaseBuilder } from './base-builder.js'
import type { BuilderPlan } from './builder-plan.js'
import type { PlannedLayer } from './planned-layer.js'
import { distinctModules } from './catalog.js'

/**
 * All labels of the builder: those of the base, then those of `--label`, then ours.
 *
 * `diffIdOf` tells the diffID of a layer of the plan that holds modules, of each of them, also of one that the image does
 * not get because the base has it.
 */
export function builderLabels(
  plan: BuilderPlan,
  diffIdOf: (layer: PlannedLayer) => DiffId,
): ReadonlyMap<string, string> {
  const { metadata, inherited: base } = plan
  const before = startingLabels(plan.base.config.labels, plan.labels)
  const { system } = metadata
  return new Map([
    ...before,
    [LABEL.builderMetadata, metadataLabel(plan, base)],
    [LABEL.order, printOrderLabel(metadata.order)],
    [LABEL.orderExtensions, printOrderLabel(metadata.orderExtensions)],
    [LABEL.buildpackLayers, layersLabel('buildpack', plan, base.buildpackLayers, diffIdOf)],
    [LABEL.extensionLayers, layersLabel('extension', plan, base.extensionLayers, diffIdOf)],
    [LABEL.mixins, printMixins(base.mixins)],
    // Without system buildpacks a label of the base stays, as in pack.
    ...(hasSystem(system) ? [[LABEL.system, printSystemLabel(system)] as const] : []),
  ])
}

/** True when there is a system buildpack, and so a system.toml and its label. */
export function hasSystem({ pre, post }: BuilderPlan['metadata']['system']): boolean {
  return pre.length + post.length > 0
}

function metadataLabel({ metadata, createdBy }: BuilderPlan, base: BaseBuilder): string {
  const { description, stackId, runImages, lifecycle } = metadata
  return printBuilderMetadata({
    description,
    buildpacks: infosOf(base.buildpacks, metadata.buildpacks),
    extensions: infosOf(base.extensions, metadata.extensions),
    stackRunImage: stackId === '' ? base.stackRunImage : runImages[0],
    lifecycle,
    createdBy,
    runImages,
  })
}

/** undefined when there never was one: the label then says `null`. */
function infosOf(before: readonly ModuleInfo[] | undefined, modules: readonly Module[]): ModuleInfo[] | undefined {
  if (modules.length === 0) return before && [...before]
  return [...(before ?? []), ...modules.map(({ descriptor }) => descriptor.info)]
}

function layersLabel(
  kind: ModuleKind,
  plan: BuilderPlan,
  before: readonly ModuleLayer[],
  diffIdOf: (layer: PlannedLayer) => DiffId,
): string {
  const modules = kind === 'buildpack' ? plan.metadata.buildpacks : plan.metadata.extensions
  return printLayersLabel([...before, ...labelledLayers(kind, modules, plan.layers, diffIdOf)])
}

/** What a label says of the modules of a kind that are in `layers`; `modules` has their descriptors. */
export function labelledLayers(
  kind: ModuleKind,
  modules: readonly Module[],
  layers: readonly PlannedLayer[],
  diffIdOf: (layer: PlannedLayer) => DiffId,
): ModuleLayer[] {
  const descriptors = new Map(
    distinctModules(modules).map(({ descriptor }) => [moduleName(descriptor.info), descriptor]),
  )
  return layers.flatMap((layer) => {
    const ofKind = layer.modules.filter((module) => module.kind === kind)
    return ofKind.flatMap((module): ModuleLayer[] => {
      const descriptor = descriptors.get(moduleName(module))
      const diffId = diffIdOf(layer)
      // What the base has already keeps what its label says of it.
      return descriptor === undefined || diffId === layer.existing ? [] : [moduleLayerOf(descriptor, diffId)]
    })
  })
}
