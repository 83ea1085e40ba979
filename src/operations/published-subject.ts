import type { BuilderConfig } from '../cnb/builder-config.js'
import { LABEL, readOrderLabel, type LabelSource } from '../cnb/labels.js'
import { readLayersLabel } from '../cnb/layers-label.js'
import type { Module, ModuleId } from '../cnb/module.js'
import { REQUIRED_BINARIES } from '../cnb/lifecycle.js'
import type { Limits } from '../limits.js'
import type { Image } from '../oci/image.js'
import { catalogOf } from '../plan/catalog.js'
import type { FoundRunImage } from '../plan/builder-input.js'
import type { PackageInput } from '../plan/package-input.js'
import { resolveOrder, resolveSystem } from '../plan/resolve-order.js'
import type { Order } from '../cnb/order.js'
import { OWN_LABELS } from '../rules/base.js'
import type { Profile } from '../rules/profile.js'
import type { Judged } from '../rules/rule.js'
import type { BuilderSubject } from '../rules/subjects.js'
import { moduleOf, type PublishedBuilder } from './published-builder.js'

/** What is judged of a published image by rules for files. */
export interface PublishedContext {
  readonly image: Image
  readonly labels: LabelSource
  readonly limits: Limits
  readonly asOf: string
  readonly profile: Profile
}

/**
 * A published builder as if it were about to be made: of its modules what labels say, and no file. References without a version
 * have the one that /cnb/order.toml gives them.
 *
 * @throws CnbError E_LABEL
 */
export function builderSubjectOf(
  { label, input }: PublishedBuilder,
  runImages: readonly FoundRunImage[],
  { image, labels, limits, asOf, profile }: PublishedContext,
): Judged<BuilderSubject> {
  const { config, lifecycle } = input
  const locate = () => ({ file: labels.from })
  return {
    buildpacks: input.buildpacks,
    extensions: input.extensions,
    config: config && {
      ...configOf(labels),
      description: label.description,
      buildImage: labels.from,
      runImages: label.runImages,
      lifecycle: { version: label.lifecycle.version ?? '', uri: '' },
      buildpacks: config.buildpacks ?? [],
      extensions: config.extensions ?? [],
      system: pinnedSystem(config.system, labels),
    },
    locate,
    base: { ...image, config: { ...image.config, labels: withoutOwn(image.config.labels) } },
    runImages,
    lifecycle: lifecycle && {
      ...lifecycle,
      locate,
      from: labels.from,
      binaries: [...REQUIRED_BINARIES, 'extender', 'rebaser'],
    },
    labels: new Map(),
    limits,
    platform: undefined,
    experimental: true,
    asOf,
    profile,
    flatten: undefined,
    createdBy: undefined,
    buildConfigDir: undefined,
    document: undefined,
    baseConstraints: undefined,
    extensionFiles: undefined,
    buildpackFiles: undefined,
  }
}

function configOf(
  labels: LabelSource,
): Pick<BuilderConfig, 'order' | 'orderExtensions' | 'stackId' | 'buildEnv' | 'targets'> {
  return {
    order: pinnedOrder(labels, LABEL.order, readLayersLabel(labels, 'buildpack')),
    orderExtensions: pinnedOrder(labels, LABEL.orderExtensions, readLayersLabel(labels, 'extension')),
    stackId: '',
    buildEnv: [],
    targets: [],
  }
}

/** With what cannot be pinned as it is: rules say what is wrong with it. */
function pinnedOrder(labels: LabelSource, name: string, modules: readonly ModuleId[] = []): Order | undefined {
  const order = readOrderLabel(labels, name)
  const catalog = catalogOf(modules)
  return order?.map(({ refs }) => ({
    refs: refs?.map((ref) => resolveOrder([{ refs: [ref] }], catalog, [], () => {})[0]?.refs?.[0] ?? ref),
  }))
}

function pinnedSystem(system: BuilderConfig['system'], labels: LabelSource): BuilderConfig['system'] {
  const catalog = catalogOf(readLayersLabel(labels, 'buildpack') ?? [])
  const pin = (list: BuilderConfig['system']['pre']): BuilderConfig['system']['pre'] =>
    list.map((ref) => resolveSystem({ pre: [ref], post: [] }, catalog, () => {}).pre[0] ?? ref)
  return { pre: pin(system.pre), post: pin(system.post) }
}

function withoutOwn(labels: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...labels].filter(([name]) => !OWN_LABELS.has(name)))
}

/** A package by its labels: the module that it is named after, and those that come along. @throws CnbError E_LABEL */
export function packageInputOf(
  kind: PackageInput['kind'],
  main: ModuleId,
  { image, labels, limits }: PublishedContext,
): Judged<PackageInput> {
  const isMain = ({ id, version }: ModuleId): boolean => id === main.id && version === main.version
  const layers = readLayersLabel(labels, kind) ?? []
  const sorted = [...layers.filter(isMain), ...layers.filter((layer) => !isMain(layer))]
  const found = sorted.map((layer) => moduleOf(kind, layer, image, labels))
  const modules: readonly Module[] = found.flatMap((entry) => entry ?? [])
  // A package is one entry: what comes along was found in it.
  const entries = found.includes(undefined) ? [undefined] : [modules]
  return {
    kind,
    buildpacks: kind === 'buildpack' ? entries : [],
    extensions: kind === 'extension' ? entries : [],
    locate: () => ({ file: labels.from }),
    labels: new Map(),
    limits,
    target: undefined,
    createdBy: undefined,
    flatten: undefined,
  }
}
