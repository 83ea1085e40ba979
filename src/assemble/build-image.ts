import type { Cache } from '../cache/cache.js'
import type { ModuleId, ModuleKind } from '../cnb/module.js'
import type { Diagnostic } from '../errors.js'
import type { DiffId, Digest } from '../oci/digest.js'
import type { Image, Layer } from '../oci/image.js'
import { withLayers } from '../oci/with-layers.js'
import type { LayerRole, PlannedLayer } from '../plan/planned-layer.js'
import { imageLabels, workingDirOf, type ImagePlan } from '../plan/image-plan.js'
import { layerOf } from './layer-of.js'
import { findLayers, makeMissing, type ObtainedLayer, type ObtainOptions } from './obtain-layers.js'

/** Time of the image and of every entry of its history; pack's constant. */
const CREATED = '1980-01-01T00:00:01Z'

/** What carrying out a plan needs beside the plan. */
export interface AssembleContext extends ObtainOptions {
  /** Where finished layers are found and kept. */
  readonly cache: Cache
  /**
   * Is called with a layer as soon as it is certain to be part of an image, so that it can be sent while others are still being
   * made: with those of the bases, and with those that are found or made; once for each image that has it. It is not called
   * at all when no layer has to be made, for then the images are returned at once.
   */
  readonly onLayer?: ((layer: Layer) => void) | undefined
}

/** One layer on top of the base. */
export interface AssembledLayer {
  readonly title: string
  readonly role: LayerRole
  readonly modules: readonly (ModuleId & { readonly kind: ModuleKind })[]
  readonly diffId: DiffId
  readonly digest: Digest
  /** Bytes as stored. */
  readonly size: number
  /** True when an earlier run, or a package, had it ready. */
  readonly reused: boolean
  /** True when its bytes are those of a package, which is not ours. */
  readonly packaged: boolean
}

/** An image, and what its new layers are. */
export interface Assembly {
  readonly image: Image
  /** In image order; without the layers that the base has already. */
  readonly layers: readonly AssembledLayer[]
  readonly warnings: readonly Diagnostic[]
}

interface Pair {
  readonly planned: PlannedLayer
  readonly layer: ObtainedLayer
}

/**
 * Carries plans out, one a platform: every layer is made, or found from an earlier run, and put on top of its base, whose own
 * layers are not opened. What several platforms have in common is made once.
 *
 * @throws CnbError what the entries of a module, the limits or the disk object to, or a registry that has a layer; the signal's
 *   reason when it aborts
 */
export async function assembleImages(plans: readonly ImagePlan[], context: AssembleContext): Promise<Assembly[]> {
  const { cache, onLayer } = context
  const planOf = new Map(plans.flatMap((plan) => plan.layers.map((planned) => [planned, plan])))
  const search = findLayers([...planOf.keys()], cache, context)
  const obtained = new Map(search.found)
  if (search.missing.length > 0) {
    const tell = (planned: PlannedLayer, layer: ObtainedLayer): void => {
      const { base } = planOf.get(planned)!
      if (isSureToStay(planned, layer)) onLayer?.(layerOf(planned.source, layer, base))
    }
    for (const { base } of plans) for (const layer of base.layers) onLayer?.(layer)
    for (const [planned, layer] of search.found) tell(planned, layer)
    await makeMissing(search, cache, context, (planned, layer) => {
      obtained.set(planned, layer)
      tell(planned, layer)
    })
  }
  return plans.map((plan) => assembly(plan, obtained))
}

function assembly(plan: ImagePlan, obtained: ReadonlyMap<PlannedLayer, ObtainedLayer>): Assembly {
  const pairs = plan.layers.map((planned): Pair => ({ planned, layer: obtained.get(planned)! }))
  const kept = withoutExisting(pairs)
  const image = withLayers(plan.base, {
    layers: kept.map(({ planned, layer }) => layerOf(planned.source, layer, plan.base)),
    labels: imageLabels(plan, (planned) => obtained.get(planned)!.facts.diffId),
    workingDir: workingDirOf(plan),
    created: CREATED,
  })
  return {
    image,
    layers: kept.map(assembledLayer),
    warnings: pairs.flatMap(({ layer }) => layer.facts.warnings),
  }
}

/** True for a layer that `withoutExisting` keeps whatever the others turn out to be. */
function isSureToStay({ role, existing }: PlannedLayer, { facts }: ObtainedLayer): boolean {
  return existing === undefined || (role !== 'whiteout' && existing !== facts.diffId)
}

/** A module that the base, itself a builder, has with the same content needs neither a layer nor the whiteout of the old one. */
function withoutExisting(pairs: readonly Pair[]): readonly Pair[] {
  const unchanged = new Set<DiffId>()
  for (const { planned, layer } of pairs) {
    if (planned.role !== 'whiteout' && planned.existing === layer.facts.diffId) unchanged.add(planned.existing)
  }
  return pairs.filter(({ planned }) => planned.existing === undefined || !unchanged.has(planned.existing))
}

function assembledLayer({ planned, layer: { facts, reused } }: Pair): AssembledLayer {
  const { title, role, modules } = planned
  const { diffId, digest, size, packaged } = facts
  return { title, role, modules, diffId, digest, size, reused, packaged }
}
