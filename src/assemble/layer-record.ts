import type { Cache } from '../cache/cache.js'
import type { Diagnostic } from '../errors.js'
import { parseDiffId, parseDigest, type DiffId, type Digest } from '../oci/digest.js'
import type { SourceFacts } from './source-facts.js'

/** How the tar of a layer is stored that we make, or that serves as if we had. */
export type LayerCompression = 'gzip' | 'none'

/** What is known of a layer once its last byte is written. */
export interface LayerDigests {
  readonly diffId: DiffId
  readonly digest: Digest
  /** Bytes as stored. */
  readonly size: number
  /** Bytes of the tar. */
  readonly tarSize: number
}

/** What is known of a layer that was made. Plain data. */
export interface LayerFacts extends LayerDigests {
  readonly compression: LayerCompression
  /** True when the layer of the package serves as it is, so that nothing was written. */
  readonly packaged: boolean
  readonly warnings: readonly Diagnostic[]
}

/** A layer that need not be made. */
export interface KnownLayer {
  readonly facts: LayerFacts
  /** Where it is; undefined when it is the package's. */
  readonly file: string | undefined
}

/** Time stamps of a file system are at worst this coarse (FAT). */
const STAMP_GRANULARITY_NS = 2_000_000_000n

/** The layer that a source gave in an earlier run, if it is still there. */
export function recallLayer(cache: Cache, { key }: SourceFacts): KnownLayer | undefined {
  const facts = decodeFacts(cache.record('layer', key))
  if (facts === undefined) return undefined
  if (facts.packaged) return { facts, file: undefined }
  const file = cache.find(facts.digest)
  return file === undefined ? undefined : { facts, file }
}

/**
 * Lets later runs know what a source gave. Left out is a source whose files changed so shortly before they were looked at that
 * a later change could have left the same time.
 *
 * @param lookedAt milliseconds since 1970, before the source was looked at
 */
export function rememberLayer(cache: Cache, source: SourceFacts, facts: LayerFacts, lookedAt: number): void {
  const newest = BigInt(Math.floor(lookedAt)) * 1_000_000n - STAMP_GRANULARITY_NS
  if (source.changedNs <= newest) cache.remember('layer', source.key, JSON.stringify(facts))
}

/** The facts in `text`; undefined when it is not one of our records, whole. Nobody is told: the layer is made again. */
function decodeFacts(text: string | undefined): LayerFacts | undefined {
  try {
    const facts = JSON.parse(text ?? '') as LayerFacts
    if (!Number.isSafeInteger(facts.size) || !Number.isSafeInteger(facts.tarSize)) return undefined
    if (!Array.isArray(facts.warnings) || typeof facts.packaged !== 'boolean') return undefined
    if (facts.compression !== 'gzip' && facts.compression !== 'none') return undefined
    return { ...facts, diffId: parseDiffId(facts.diffId), digest: parseDigest(facts.digest) }
  } catch {
    return undefined
  }
}
