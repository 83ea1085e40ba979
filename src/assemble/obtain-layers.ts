import type { Reporter } from '../events.js'
import { readRange } from '../file-range.js'
import type { Image, Layer } from '../oci/image.js'
import { gzipLayerType } from '../oci/media-type.js'
import { verified } from '../oci/verified.js'
import type { LayerSource, PlannedLayer } from '../plan/builder-plan.js'
import type { BlobStore } from './blob-store.js'
import { makeLayers } from './layer-pool.js'
import type { LayerFacts } from './layer-record.js'
import { gzippedPackage } from './make-layer.js'
import { inspectSource, type SourceFacts, type SourceSettings } from './source-facts.js'

/** What making layers needs to know, and who is told of it. */
export interface ObtainOptions {
  readonly settings: SourceSettings
  /** Layers made at the same time, at most. */
  readonly jobs: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly report: Reporter
  readonly signal?: AbortSignal | undefined
}

/** A layer that is there. */
export interface ObtainedLayer {
  readonly facts: LayerFacts
  /** True when nothing was written for it. */
  readonly reused: boolean
}

/** A source that several planned layers may share. */
interface Wanted {
  readonly title: string
  readonly source: LayerSource
  readonly facts: SourceFacts
  found: LayerFacts | undefined
}

/** Every planned layer, in order: found where an earlier run put it, or made now. */
export async function obtainLayers(
  planned: readonly PlannedLayer[],
  store: BlobStore,
  options: ObtainOptions,
): Promise<ObtainedLayer[]> {
  const { report, settings } = options
  const lookedAt = options.now()
  const wanted = new Map<string, Wanted>()
  const keys = planned.map(({ title, source }) => {
    const facts = inspectSource(source, settings)
    if (!wanted.has(facts.key)) wanted.set(facts.key, { title, source, facts, found: store.find(facts) })
    return facts.key
  })
  report({ kind: 'layers-planned', count: wanted.size })
  for (const { title, found } of wanted.values()) if (found !== undefined) tell(report, title, found, true)
  const missing = [...wanted.values()].filter(({ found }) => found === undefined)
  const made = await makeMissing(missing, store, options)
  store.remember(
    missing.map(({ facts }, i) => ({ source: facts, layer: made[i]! })),
    lookedAt,
  )
  const fresh = new Map(missing.map(({ facts }, i) => [facts.key, made[i]!]))
  return keys.map((key) => {
    const layer = fresh.get(key) ?? wanted.get(key)?.found
    if (layer === undefined) throw new Error('a layer was neither found nor made')
    return { facts: layer, reused: !fresh.has(key) || layer.packaged }
  })
}

function makeMissing(
  missing: readonly Wanted[],
  store: BlobStore,
  { settings, jobs, report, signal }: ObtainOptions,
): Promise<LayerFacts[]> {
  const tasks = missing.map(({ source, facts }) => ({ source, bytes: facts.bytes }))
  return makeLayers(tasks, store, {
    settings,
    jobs,
    signal,
    onProgress: (task, bytes) => report({ kind: 'layer-progress', title: missing[task]!.title, bytes }),
    onMade: (task, layer) => tell(report, missing[task]!.title, layer, layer.packaged),
  })
}

function tell(report: Reporter, title: string, { digest, size }: LayerFacts, reused: boolean): void {
  report({ kind: 'layer-done', title, digest, size, reused })
}

/** A layer as a part of an image over `base`: its bytes are read from where they lie, and checked. */
export function layerOf(source: LayerSource, { facts }: ObtainedLayer, store: BlobStore, base: Image): Layer {
  const { diffId, digest, size } = facts
  const descriptor = { mediaType: gzipLayerType(base.manifest.mediaType), digest, size }
  const file = store.fileOf(digest)
  const range = facts.packaged ? gzippedPackage(source)?.range : { file, offset: 0, length: size }
  if (range === undefined) throw new Error(`${digest} was taken for a layer of a package`)
  const name = `${digest} in ${range.file}`
  return { descriptor, diffId, range, open: (signal) => verified(readRange(range, signal), descriptor, name) }
}
