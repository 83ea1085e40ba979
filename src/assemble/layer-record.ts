import type { Diagnostic } from '../errors.js'
import type { FileIdentity } from '../files.js'
import { parseDiffId, parseDigest, type DiffId, type Digest } from '../oci/digest.js'

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
  /** True when the layer of the package serves as it is, so that nothing was written. */
  readonly packaged: boolean
  readonly warnings: readonly Diagnostic[]
}

/** What outlives a run of one layer. */
export interface LayerRecord {
  readonly facts: LayerFacts
  /** By what the blob is known again without being read; undefined when it is the package's. */
  readonly blob: FileIdentity | undefined
}

/** `record` as the text of its file. */
export function printRecord({ facts, blob }: LayerRecord): string {
  const stat = blob === undefined ? null : [blob.dev, blob.ino, blob.size, blob.mtimeNs].map(String)
  return JSON.stringify({ ...facts, blob: stat })
}

/** The record in `text`; undefined when it is not one of ours, whole. Nobody is told: the layer is made again. */
export function decodeRecord(text: string): LayerRecord | undefined {
  try {
    // Only `printRecord` writes these files, and they appear whole; what goes wrong here is an empty file after a power cut.
    const { blob, ...facts } = JSON.parse(text) as LayerFacts & { readonly blob: readonly string[] | null }
    const [dev, ino, size, mtimeNs] = (blob ?? ['0', '0', '0', '0']).map(BigInt)
    if (dev === undefined || ino === undefined || size === undefined || mtimeNs === undefined) return undefined
    if (!Number.isSafeInteger(facts.size) || !Number.isSafeInteger(facts.tarSize)) return undefined
    if (!Array.isArray(facts.warnings) || facts.packaged !== (blob === null)) return undefined
    return {
      facts: { ...facts, diffId: parseDiffId(facts.diffId), digest: parseDigest(facts.digest) },
      blob: blob === null ? undefined : { dev, ino, size, mtimeNs },
    }
  } catch {
    return undefined
  }
}
