import type { AssembledLayer, Assembly } from '../assemble/build-image.js'
import { printApiVersion } from '../cnb/api-version.js'
import { moduleName, type Module } from '../cnb/module.js'
import type { ModuleRef, Order } from '../cnb/order.js'
import type { Layer } from '../oci/image.js'
import { printPlatform } from '../oci/platform.js'
import type { BuilderPlan, ResolvedOrders as PlannedOrders } from '../plan/builder-plan.js'
import { redactLocator } from '../redact.js'
import type { PublishedName } from '../transports/transport.js'
import type {
  LayerResult,
  PlatformPlan,
  PlatformResult,
  PublishedResult,
  RefResult,
  ResolvedOrders,
} from './builder-result.js'

/** What a plan says, for people and for `--json`. */
export function platformPlan(plan: BuilderPlan, reference: string): PlatformPlan {
  const { base } = plan
  const sources = new Map(
    [...plan.metadata.buildpacks, ...plan.metadata.extensions].map((module) => [moduleKey(module), module.from]),
  )
  return {
    platform: printPlatform(base.config.platform),
    base: { reference: redactLocator(reference), digest: base.descriptor.digest, layers: base.layers.length },
    layers: plan.layers.map(({ role, title, modules }) => ({
      role,
      title,
      modules: modules.map(moduleName),
      from: modules.flatMap(({ kind, ...id }) => sources.get(`${kind} ${moduleName(id)}`) ?? []),
    })),
  }
}

/** What was found where the files point, for `--verbose`: one line each. */
export function detailsOf({ base, metadata }: BuilderPlan): string[] {
  const { platform } = base.config
  return [
    `${printPlatform(platform)}: build image ${base.descriptor.digest}, ${base.layers.length} layers`,
    `${printPlatform(platform)}: lifecycle ${metadata.lifecycle.version}`,
    ...[...metadata.buildpacks, ...metadata.extensions].map(({ descriptor, from }) => {
      const api = printApiVersion(descriptor.api)
      return `${printPlatform(platform)}: ${descriptor.kind} ${moduleName(descriptor.info)} (API ${api}) from ${from}`
    }),
  ]
}

function moduleKey({ descriptor }: Module): string {
  return `${descriptor.kind} ${moduleName(descriptor.info)}`
}

/** What was made for one platform. */
export function platformResult({ image, layers }: Assembly): PlatformResult {
  const base = image.layers.slice(0, image.layers.length - layers.length)
  return {
    platform: printPlatform(image.config.platform),
    digest: image.descriptor.digest,
    config: image.manifest.config.digest,
    layers: [...base.map(baseLayer), ...layers.map(ownLayer)],
  }
}

function baseLayer({ descriptor, diffId }: Layer): LayerResult {
  const { digest, size } = descriptor
  return { role: 'base', title: 'base', diffId, digest, size, modules: [], reused: true }
}

function ownLayer({ role, title, diffId, digest, size, modules, reused }: AssembledLayer): LayerResult {
  return { role, title, diffId, digest, size, modules: modules.map(moduleName), reused }
}

/** What the names of an image stand for now, and stood for before. */
export function publishedNames(names: readonly PublishedName[]): PublishedResult[] {
  return names.map(({ name, before, after }) => ({ name, before: before ?? null, after }))
}

/** Orders with no more than what names a module. */
export function resolvedOrders({ order, orderExtensions, system }: PlannedOrders): ResolvedOrders {
  return {
    order: groups(order ?? []),
    orderExtensions: groups(orderExtensions ?? []),
    system: { pre: system.pre.map(refResult), post: system.post.map(refResult) },
  }
}

function groups(order: Order): RefResult[][] {
  return order.map(({ refs }) => (refs ?? []).map(refResult))
}

function refResult({ id, version, optional }: ModuleRef): RefResult {
  return { id, version, optional }
}
