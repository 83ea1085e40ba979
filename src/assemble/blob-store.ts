import { accessSync, constants, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeUtf8 } from '../bytes.js'
import { readRange } from '../file-range.js'
import {
  commitTemp,
  discardTemp,
  identityOf,
  isSameFile,
  makeDirectory,
  reserveTemp,
  syncDirectory,
  writeUnsynced,
} from '../files.js'
import { digestOf, Hasher, hexOf, type Digest } from '../oci/digest.js'
import { ASSEMBLY_VERSION } from '../tar/gzip.js'
import { decodeRecord, printRecord, type LayerFacts, type LayerRecord } from './layer-record.js'
import type { SourceFacts } from './source-facts.js'

/** Layers that were made under another version are not looked at. Hex digits of its digest, as many as a name needs. */
const VERSION_FOLDER = `assembly-${hexOf(digestOf(encodeUtf8(ASSEMBLY_VERSION))).slice(0, 16)}`

/** Time stamps of a file system are at worst this coarse (FAT). */
const STAMP_GRANULARITY_NS = 2_000_000_000n

/**
 * Finished layers, named by their digest, and what is known of how they came about. Any number of processes may use one
 * cache at a time, without locks: files appear whole, and what a record says is checked against the file it speaks of.
 */
export class BlobStore {
  readonly #blobs: string
  /** undefined when nothing outlives the run. */
  readonly #records: string | undefined

  /**
   * @param cache where layers outlive the run
   * @param scratch where they are kept for this run when there is no cache, or none that can be written to
   */
  constructor(cache: string | undefined, scratch: string) {
    const root = cache === undefined ? undefined : join(cache, VERSION_FOLDER)
    const blobs = root === undefined ? undefined : join(root, 'blobs', 'sha256')
    const records = root === undefined ? undefined : join(root, 'layers')
    if (blobs !== undefined && records !== undefined && isWritable(blobs) && isWritable(records)) {
      this.#blobs = blobs
      this.#records = records
    } else {
      makeDirectory(scratch)
      this.#blobs = scratch
      this.#records = undefined
    }
  }

  /** Where the blob of this digest is, or would be. */
  fileOf(digest: Digest): string {
    return join(this.#blobs, hexOf(digest))
  }

  /** What is known of the layer that a source gives, if that layer is still here as it was written. */
  find({ key }: SourceFacts): LayerFacts | undefined {
    if (this.#records === undefined) return undefined
    const record = readRecord(this.#recordFile(this.#records, key))
    if (record === undefined) return undefined
    const { facts, blob } = record
    if (facts.packaged) return facts
    const now = identityOf(this.fileOf(facts.digest))
    return now !== undefined && blob !== undefined && isSameFile(now, blob) ? facts : undefined
  }

  /** A path for a layer in the making, which `keep` or `discard` ends. */
  reserve(): string {
    return reserveTemp(this.#blobs)
  }

  discard(temp: string): void {
    discardTemp(temp)
  }

  /** Gives the synced file at a reserved path its name. When the same blob is here already, that one stays. */
  async keep(temp: string, { digest, size }: LayerFacts): Promise<void> {
    const target = this.fileOf(digest)
    // Replacing it would make the records of its other sources void.
    if (await holdsBlob(target, digest, size)) discardTemp(temp)
    else commitTemp(temp, target)
  }

  /**
   * Remembers what each source gave, so that the next run finds it. Left out is a source whose files changed so shortly before
   * they were looked at that a later change could have left the same time.
   *
   * @param lookedAt milliseconds since 1970, before the first source was looked at
   */
  remember(made: readonly { readonly source: SourceFacts; readonly layer: LayerFacts }[], lookedAt: number): void {
    const records = this.#records
    if (records === undefined || made.length === 0) return
    // A record must not outlive a power cut that its blob does not.
    syncDirectory(this.#blobs)
    const newest = BigInt(Math.floor(lookedAt)) * 1_000_000n - STAMP_GRANULARITY_NS
    for (const { source, layer } of made) {
      const blob = layer.packaged ? undefined : identityOf(this.fileOf(layer.digest))
      if (source.changedNs > newest || (blob === undefined && !layer.packaged)) continue
      writeUnsynced(this.#recordFile(records, source.key), encodeUtf8(printRecord({ facts: layer, blob })))
    }
  }

  #recordFile(records: string, key: string): string {
    return join(records, `${key}.json`)
  }
}

function isWritable(directory: string): boolean {
  try {
    makeDirectory(directory)
    accessSync(directory, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function readRecord(file: string): LayerRecord | undefined {
  try {
    return decodeRecord(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** True when the file can be read and is this blob. */
async function holdsBlob(file: string, digest: Digest, size: number): Promise<boolean> {
  try {
    if (identityOf(file)?.size !== BigInt(size)) return false
    const hasher = new Hasher(digest)
    for await (const piece of readRange({ file, offset: 0, length: size })) hasher.update(piece)
    return hasher.digest() === digest
  } catch {
    return false
  }
}
