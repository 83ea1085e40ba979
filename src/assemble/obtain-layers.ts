import type { Cache } from '../cache/cache.js'
import type { Reporter } from '../events.js'
import type { LayerSource, PlannedLayer } from '../plan/builder-plan.js'
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

/**
 * Every planned layer: found where an earlier run put it, or made now. `onObtained` is called as soon as one is there, in no
 * order that counts.
 */
export async function obtainLayers(
  planned: readonly PlannedLayer[],
  cache: Cache,
  options: ObtainOptions,
  onObtained: (planned: PlannedLayer, layer: ObtainedLayer) => void,
): Promise<void> {
  const { report, settings, compression, jobs, now, signal } = options
  const lookedAt = now()
  const wanted = wantedLayers(planned, { ...settings, compression })
  report({ kind: 'layers-planned', count: wanted.length })
  const done = ({ title, planned }: Wanted, { facts, file }: KnownLayer, isFound: boolean): void => {
    const { digest, size, packaged } = facts
    const reused = isFound || packaged
    report({ kind: 'layer-done', title, digest, size, reused })
    for (const one of planned) onObtained(one, { facts, file, reused })
  }
  const missing = wanted.filter((one) => {
    const found = recallLayer(cache, one.facts)
    if (found !== undefined) done(one, found, true)
    return found === undefined
  })
  const tasks = missing.map(({ source, facts }) => ({ source, bytes: facts.bytes }))
  await makeLayers(tasks, cache, {
    settings,
    compression,
    jobs,
    signal,
    onProgress: (task, bytes) => report({ kind: 'layer-progress', title: missing[task]!.title, bytes }),
    onMade: (task, layer) => {
      const made = missing[task]!
      rememberLayer(cache, made.facts, layer.facts, lookedAt)
      done(made, layer, false)
    },
  })
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
