import type { AssembledLayer, Assembly } from '../assemble/build-image.js'
import { printApiVersion } from '../cnb/api-version.js'
import { moduleName, type Module } from '../cnb/module.js'
import type { ModuleRef, Order } from '../cnb/order.js'
import type { Layer } from '../oci/image.js'
import { printWholePlatform, type Platform } from '../oci/platform.js'
import { byDigest } from '../oci/reference.js'
import type { BuilderPlan, ResolvedOrders } from '../plan/builder-plan.js'
import type { ImagePlan } from '../plan/image-plan.js'
import { redactLocator } from '../redact.js'
import type { PublishedName } from '../transports/transport.js'
import type { BuilderPlatformPlan, RefResult, OrdersResult } from './builder-result.js'
import type { ImageRequest } from './image-request.js'
import type { ImageResult, LayerResult, PlatformPlan, PlatformResult, PublishedResult } from './image-result.js'
import type { MadeImages } from './make-images.js'
import { onlyEngine, textsOf } from './outputs.js'

/** What was made, under this name. */
export function imageResult(
  name: string | undefined,
  { request, root, assemblies, published }: { readonly request: ImageRequest } & MadeImages,
): ImageResult {
  const isLocal = onlyEngine(request.outputs)
  // An engine has no manifests: it knows an image by its config.
  const digest = isLocal && root.kind === 'image' ? root.manifest.config.digest : root.descriptor.digest
  return {
    reference: isLocal || name === undefined ? digest : byDigest(name, digest),
    digest,
    mediaType: root.descriptor.mediaType,
    places: textsOf(request.outputs),
    published: publishedNames(published),
    platforms: assemblies.map(platformResult),
    replaced: request.replacements.used(),
  }
}

/** What the plan of a builder says, for people and for `--json`. */
export function builderPlatformPlan(plan: BuilderPlan, reference: string): BuilderPlatformPlan {
  const { base, metadata } = plan
  return {
    ...platformPlan(plan, [...metadata.buildpacks, ...metadata.extensions]),
    base: { reference: redactLocator(reference), digest: base.descriptor.digest, layers: base.layers.length },
  }
}

/** The layers of a plan; `modules` says where those in it come from. */
export function platformPlan({ base, layers }: ImagePlan, modules: readonly Module[]): PlatformPlan {
  const sources = new Map(modules.map((module) => [moduleKey(module), module.from]))
  return {
    platform: printWholePlatform(base.config.platform),
    layers: layers.map(({ role, title, modules }) => ({
      role,
      title,
      modules: modules.map(moduleName),
      from: modules.flatMap(({ kind, ...id }) => sources.get(`${kind} ${moduleName(id)}`) ?? []),
    })),
  }
}

/** What was found where builder.toml points, for `--verbose`: one line each. */
export function detailsOf({ base, metadata }: BuilderPlan): string[] {
  const { platform } = base.config
  return [
    `${printWholePlatform(platform)}: build image ${base.descriptor.digest}, ${base.layers.length} layers`,
    `${printWholePlatform(platform)}: lifecycle ${metadata.lifecycle.version}`,
    ...moduleDetails(platform, [...metadata.buildpacks, ...metadata.extensions]),
  ]
}

/** Which modules were found, and where: one line each. */
export function moduleDetails(platform: Platform, modules: readonly Module[]): string[] {
  return modules.map(({ descriptor, from }) => {
    const api = printApiVersion(descriptor.api)
    return `${printWholePlatform(platform)}: ${descriptor.kind} ${moduleName(descriptor.info)} (API ${api}) from ${from}`
  })
}

function moduleKey({ descriptor }: Module): string {
  return `${descriptor.kind} ${moduleName(descriptor.info)}`
}

/** What was made for one platform. */
function platformResult({ image, layers }: Assembly): PlatformResult {
  const base = image.layers.slice(0, image.layers.length - layers.length)
  return {
    platform: printWholePlatform(image.config.platform),
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

/** The orders, with what names each module and no more. */
export function resolvedOrders({ order, orderExtensions, system }: ResolvedOrders): OrdersResult {
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
