import type { ModuleId, ModuleKind } from '../cnb/module.js'
import type { Diagnostic } from '../errors.js'
import type { DiffId, Digest } from '../oci/digest.js'
import type { Image } from '../oci/image.js'
import { withLayers } from '../oci/with-layers.js'
import type { BuilderPlan, LayerRole, PlannedLayer } from '../plan/builder-plan.js'
import { builderLabels } from '../plan/labels.js'
import { BlobStore } from './blob-store.js'
import { layerOf, obtainLayers, type ObtainedLayer, type ObtainOptions } from './obtain-layers.js'

/** Time of the image and of every entry of its history; pack's constant. */
const CREATED = '1980-01-01T00:00:01Z'

/** The lifecycle expects to run here. */
const WORKING_DIR = '/layers'

/** What carrying out a plan needs beside the plan. */
export interface AssembleContext extends ObtainOptions {
  /** Where finished layers outlive the run; undefined for nowhere. */
  readonly cache: string | undefined
  /** Where they are until the image is written when there is no cache that can be written to. The caller removes it. */
  readonly scratch: string
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
 * @throws CnbError what the entries of a module, the limits or the disk object to; the signal's reason when it aborts
 */
export async function assembleBuilders(plans: readonly BuilderPlan[], context: AssembleContext): Promise<Assembly[]> {
  const store = new BlobStore(context.cache, context.scratch)
  const planned = plans.flatMap(({ layers }) => layers)
  const obtained = await obtainLayers(planned, store, context)
  const layerOfPlanned = new Map(planned.map((layer, i) => [layer, obtained[i]!]))
  return plans.map((plan) => assembly(plan, (layer) => layerOfPlanned.get(layer)!, store))
}

function assembly(plan: BuilderPlan, obtained: (planned: PlannedLayer) => ObtainedLayer, store: BlobStore): Assembly {
  const pairs = plan.layers.map((planned): Pair => ({ planned, layer: obtained(planned) }))
  const kept = withoutExisting(pairs)
  const image = withLayers(plan.base, {
    layers: kept.map(({ planned, layer }) => layerOf(planned.source, layer, store, plan.base)),
    labels: builderLabels(plan, (planned) => obtained(planned).facts.diffId),
    workingDir: WORKING_DIR,
    created: CREATED,
  })
  return {
    image,
    layers: kept.map(assembledLayer),
    warnings: pairs.flatMap(({ layer }) => layer.facts.warnings),
  }
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
