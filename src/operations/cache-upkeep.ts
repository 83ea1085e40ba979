import { cacheRoot } from '../cache/cache.js'
import {
  inspectCache,
  pruneCache,
  verifyCache,
  type DamagedBlob,
  type Tally,
  type UpkeepOptions,
} from '../cache/upkeep.js'
import { CnbError } from '../errors.js'
import type { Host } from './host.js'

/** What a cache holds, ready to be printed. */
export interface CacheInfoResult {
  /** The directory that this version keeps its files in. */
  readonly directory: string
  readonly blobs: readonly (Tally & { readonly kind: string })[]
  readonly records: Tally
  readonly leftovers: Tally
  readonly bytes: number
}

/** What is to be removed. */
export interface PruneRequest {
  readonly all: boolean
  /** Days since the last use. */
  readonly olderThanDays?: number | undefined
  /** Bytes that may stay. */
  readonly atMostBytes?: number | undefined
}

/** What was looked at. */
export interface CacheVerifyResult {
  readonly directory: string
  readonly sound: Tally
  readonly damaged: readonly DamagedBlob[]
}

const DAY_MS = 24 * 60 * 60 * 1000

/** What the cache in `directory` holds. @throws CnbError E_IO */
export function cacheInfo(directory: string, host: Host): CacheInfoResult {
  const { blobs, records, leftovers } = inspectCache(upkeep(directory, host))
  const kinds = [...blobs].map(([kind, tally]) => ({ kind, ...tally }))
  const bytes = [...kinds, records, leftovers].reduce((sum, tally) => sum + tally.bytes, 0)
  return { directory: cacheRoot(directory), blobs: kinds, records, leftovers, bytes }
}

/**
 * Removes what is asked for from the cache in `directory`.
 *
 * @returns how many files, and their bytes
 * @throws CnbError E_USAGE when nothing is asked for, E_IO
 */
export function cachePrune(directory: string, { all, olderThanDays, atMostBytes }: PruneRequest, host: Host): Tally {
  if (!all && olderThanDays === undefined && atMostBytes === undefined) {
    throw new CnbError('E_USAGE', 'it is not said what is to be removed', {
      hint: 'add --older-than DAYS, --max-bytes NUMBER for how much is to stay, or --all',
    })
  }
  const unusedFor = olderThanDays === undefined ? undefined : olderThanDays * DAY_MS
  return pruneCache({ all, unusedFor, atMost: atMostBytes }, upkeep(directory, host))
}

/** Hashes every blob of the cache in `directory`, and removes those that are damaged. @throws CnbError E_IO */
export function cacheVerify(directory: string, host: Host): CacheVerifyResult {
  return { directory: cacheRoot(directory), ...verifyCache(upkeep(directory, host)) }
}

function upkeep(directory: string, { user, now }: Host): UpkeepOptions {
  return { directory, user, now }
}
