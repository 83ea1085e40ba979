import type { RunImage } from '../cnb/builder-config.js'
import { printOrderToml, printRunToml, printStackToml, printSystemToml } from '../cnb/toml-files.js'
import { readBaseBuilder, startingLabels, type BaseBuilder } from './base-builder.js'
import { envFiles } from './build-env.js'
import type { BuilderInput } from './builder-input.js'
import type { BuilderPlan, ResolvedOrders } from './builder-plan.js'
import type { InlineEntry, LayerRole, PlannedLayer } from './planned-layer.js'
import { allModules, catalogOf, type Catalog } from './catalog.js'
import { directoryEntry, fileEntry } from './inline-entries.js'
import { hasSystem } from './labels.js'
import { moduleLayers } from './module-layers.js'
import { resolveOrder, resolveSystem } from './resolve-order.js'
import { envValue, GROUP_ID, parseUserId, USER_ID, type BuildUser } from './user.js'

/**
 * A builder for one platform, decided: its layers in image order, and what its labels say.
 *
 * Never throws. What the rules refuse (a reference to a module that is not there, a base without a user) is left out, so
 * that rules about the size of a plan can look at one; only a plan that no rule refused is carried out.
 */
export function planBuilder(input: BuilderInput): BuilderPlan {
  const { config } = input
  const labels = startingLabels(input.base.config.labels, input.labels)
  const base = readBaseBuilder({ labels, from: config.buildImage, limits: input.limits })
  const buildpacks = allModules(input.buildpacks)
  const extensions = allModules(input.extensions)
  const resolved = resolveOrders(input, base)
  const { stackId, runImages } = config
  return {
    kind: 'builder',
    base: input.base,
    inherited: base,
    layers: [
      defaultDirs(input),
      lifecycleLayer(input),
      ...moduleLayers('buildpack', buildpacks, input.flatten, base.buildpackLayers),
      ...moduleLayers('extension', extensions, input.flatten, base.extensionLayers),
      ...fileLayers(input, base, resolved),
      buildEnvLayer(input),
      // Nothing ever sets a variable of the platform while a builder is made: an archive without entries.
      entriesLayer('platform-env', 'platform environment', []),
    ].filter((layer) => layer !== undefined),
    metadata: {
      description: config.description,
      buildpacks,
      extensions,
      order: config.order,
      orderExtensions: config.orderExtensions,
      system: config.system,
      stackId,
      runImages,
      lifecycle: input.lifecycle.descriptor,
    },
    resolved,
    labels: input.labels,
    createdBy: input.createdBy,
  }
}

/** What an order of this builder can name: modules of the base and those of the entries. */
export function buildpackCatalog(input: Pick<BuilderInput, 'buildpacks'>, base: BaseBuilder | undefined): Catalog {
  return catalogOf([...(base?.buildpacks ?? []), ...allModules(input.buildpacks).map((m) => m.descriptor.info)])
}

/** The same for extensions. */
export function extensionCatalog(input: Pick<BuilderInput, 'extensions'>, base: BaseBuilder | undefined): Catalog {
  return catalogOf([...(base?.extensions ?? []), ...allModules(input.extensions).map((m) => m.descriptor.info)])
}

function resolveOrders(input: BuilderInput, base: BaseBuilder): ResolvedOrders {
  const { config } = input
  const buildpacks = buildpackCatalog(input, base)
  const extensions = extensionCatalog(input, base)
  const leaveOut = () => {}
  return {
    order: config.order && resolveOrder(config.order, buildpacks, ['order'], leaveOut),
    orderExtensions:
      config.orderExtensions && resolveOrder(config.orderExtensions, extensions, ['order-extensions'], leaveOut),
    system: resolveSystem(config.system, buildpacks, leaveOut),
  }
}

function defaultDirs(input: BuilderInput): PlannedLayer {
  const { uid, gid } = buildUser(input)
  return entriesLayer('default-dirs', 'default folders', [
    directoryEntry('/workspace', { uid, gid }),
    directoryEntry('/layers', { uid, gid }),
    directoryEntry('/cnb'),
    directoryEntry('/cnb/buildpacks'),
    directoryEntry('/cnb/extensions'),
    directoryEntry('/platform'),
    directoryEntry('/platform/env'),
    directoryEntry(input.buildConfigDir),
    directoryEntry(`${input.buildConfigDir}/env`),
  ])
}

function buildUser({ base }: BuilderInput): BuildUser {
  const id = (name: string): number => parseUserId(envValue(base.config.env, name)) ?? 0
  return { uid: id(USER_ID), gid: id(GROUP_ID) }
}

function lifecycleLayer({ lifecycle }: BuilderInput): PlannedLayer {
  const { version } = lifecycle.descriptor
  return {
    role: 'lifecycle',
    title: version === '' ? 'lifecycle' : `lifecycle ${version}`,
    source: { kind: 'lifecycle', content: lifecycle.content },
    modules: [],
  }
}

function fileLayers(input: BuilderInput, base: BaseBuilder, resolved: ResolvedOrders): PlannedLayer[] {
  const { runImages } = input.config
  return [
    fileLayer('order', printOrderToml(resolved.order ?? [], resolved.orderExtensions ?? [])),
    ...(hasSystem(input.config.system) ? [fileLayer('system', printSystemToml(resolved.system))] : []),
    fileLayer('stack', printStackToml(stackRunImage(input, base))),
    fileLayer('run', printRunToml(runImages)),
  ]
}

/** The stack of a base that is itself a builder stays, unless builder.toml has one of its own. */
function stackRunImage({ config: { stackId, runImages } }: BuilderInput, base: BaseBuilder): RunImage {
  const kept = stackId === '' && base.stackRunImage?.image !== '' ? base.stackRunImage : undefined
  return kept ?? runImages[0] ?? { image: '', mirrors: undefined }
}

function fileLayer(role: LayerRole, text: string): PlannedLayer {
  const name = `/cnb/${role}.toml`
  return entriesLayer(role, name, [fileEntry(name, text)])
}

function buildEnvLayer({ config, buildConfigDir }: BuilderInput): PlannedLayer | undefined {
  if (config.buildEnv.length === 0) return undefined
  const files = envFiles(config.buildEnv)
  return entriesLayer(
    'build-env',
    'build environment',
    files.map(({ name, value }) => fileEntry(`${buildConfigDir}/env/${name}`, value)),
  )
}

function entriesLayer(role: LayerRole, title: string, entries: readonly InlineEntry[]): PlannedLayer {
  return { role, title, source: { kind: 'entries', entries }, modules: [] }
}
