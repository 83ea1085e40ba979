import type { Cache } from '../cache/cache.js'
import type { Reporter } from '../events.js'
import type { LayerSource, PlannedLayer } from '../plan/planned-layer.js'
import { makeLayers } from './layer-pool.js'
import { recallLayer, rememberLayer, type KnownLayer, type LayerCompression } from './layer-record.js'
import { inspectSource, type SourceFacts, type SourceSettings } from './source-facts.js'

/** What making layers needs to know, and who is told of it. */
export interface ObtainOptions {
  readonly settings: SourceSettings
  /** How layers are stored that we make. */
  readonly compression: LayerCompression
  /** Layers made at the same time, at most. */
  readonly jobs: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly report: Reporter
  readonly signal?: AbortSignal | undefined
}

/** A layer that is there. */
export interface ObtainedLayer extends KnownLayer {
  /** True when nothing was written for it. */
  readonly reused: boolean
}

/** A source that several planned layers may share. */
interface Wanted {
  readonly title: string
  readonly source: LayerSource
  readonly facts: SourceFacts
  readonly planned: PlannedLayer[]
}

/** What there is of the planned layers, and what is to do. */
export interface LayerSearch {
  readonly found: ReadonlyMap<PlannedLayer, ObtainedLayer>
  readonly missing: readonly Wanted[]
  /** When the sources were looked at, in milliseconds since 1970. */
  readonly lookedAt: number
}

/** Who is told that a planned layer is there. */
type OnObtained = (planned: PlannedLayer, layer: ObtainedLayer) => void

/** Looks which of the planned layers are where an earlier run put them. */
export function findLayers(planned: readonly PlannedLayer[], cache: Cache, options: ObtainOptions): LayerSearch {
  const { report, settings, compression, now } = options
  const lookedAt = now()
  const wanted = wantedLayers(planned, { ...settings, compression })
  report({ kind: 'layers-planned', count: wanted.length })
  const found = new Map<PlannedLayer, ObtainedLayer>()
  const missing = wanted.filter((one) => {
    const known = recallLayer(cache, one.facts)
    if (known !== undefined)
      tellAll(one, { ...known, reused: true }, report, (planned, layer) => found.set(planned, layer))
    return known === undefined
  })
  return { found, missing, lookedAt }
}

/** Makes the layers that were not found. `onObtained` is called as soon as one is there, in no order that counts. */
export async function makeMissing(
  { missing, lookedAt }: LayerSearch,
  cache: Cache,
  options: ObtainOptions,
  onObtained: OnObtained,
): Promise<void> {
  const { report } = options
  const tasks = missing.map(({ source, facts }) => ({ source, bytes: facts.bytes }))
  await makeLayers(tasks, cache, {
    ...options,
    onProgress: (task, bytes) => report({ kind: 'layer-progress', title: missing[task]!.title, bytes }),
    onMade: (task, layer) => {
      const made = missing[task]!
      rememberLayer(cache, made.facts, layer.facts, lookedAt)
      tellAll(made, { ...layer, reused: layer.facts.packaged }, report, onObtained)
    },
  })
}

function tellAll({ title, planned }: Wanted, layer: ObtainedLayer, report: Reporter, onObtained: OnObtained): void {
  const { digest, size } = layer.facts
  report({ kind: 'layer-done', title, digest, size, reused: layer.reused })
  for (const one of planned) onObtained(one, layer)
}

function wantedLayers(
  planned: readonly PlannedLayer[],
  settings: SourceSettings & { readonly compression: LayerCompression },
): Wanted[] {
  const wanted = new Map<string, Wanted>()
  for (const one of planned) {
    const facts = inspectSource(one.source, settings)
    const { title, source } = one
    const before = wanted.get(facts.key)
    if (before === undefined) wanted.set(facts.key, { title, source, facts, planned: [one] })
    else before.planned.push(one)
  }
  return [...wanted.values()]
}
