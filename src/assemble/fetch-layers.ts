import { BlobFetcher } from '../cache/fetch-blob.js'
import type { Cache } from '../cache/cache.js'
import type { LayerSource } from '../plan/planned-layer.js'
import { isElsewhere, localSource, type LocalSource } from './local-source.js'

/** Layers that are fetched at the same time: one connection does not fill a line, and a registry may mind many. */
const AT_ONCE = 4

/** A source, and the place it has among others. */
export interface NumberedSource {
  readonly number: number
  readonly source: LayerSource
}

/**
 * Brings the layers of every source to this machine, a few at a time in the order given, and says so of each as soon as it is
 * done; at once where nothing is to be fetched.
 *
 * @throws the first failure, when all others have ended
 */
export async function fetchLayers(
  sources: readonly NumberedSource[],
  cache: Cache,
  onLocal: (number: number, source: LocalSource) => void,
  signal: AbortSignal,
): Promise<void> {
  const fetcher = new BlobFetcher(cache)
  const bring = async ({ number, source }: NumberedSource): Promise<void> =>
    onLocal(number, await localSource(source, (layer) => fetcher.fetch(layer, signal)))
  const near = sources.filter(({ source }) => !isElsewhere(source))
  const far = sources.filter(({ source }) => isElsewhere(source))
  await Promise.all(near.map(bring))
  const next = far.values()
  const fetchInTurn = async (): Promise<void> => {
    for (const one of next) {
      signal.throwIfAborted()
      await bring(one)
    }
  }
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, far.length) }, fetchInTurn))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
