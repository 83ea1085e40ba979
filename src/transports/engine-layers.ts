import { CONNECTIONS } from '../engine/connection.js'
import type { Engine } from '../engine/engine.js'
import { CnbError } from '../errors.js'
import type { DiffId } from '../oci/digest.js'

/** Images of an engine that are looked at, the newest first. */
const IMAGES = 1_000

/**
 * How many layers from the bottom of an image the engine has, because another image of it has them below the same.
 *
 * @throws CnbError E_ENGINE
 */
export async function knownLayers(engine: Engine, diffIds: readonly DiffId[], signal?: AbortSignal): Promise<number> {
  const pending = (await engine.imageIds(signal)).slice(0, IMAGES).values()
  let known = 0
  const look = async (): Promise<void> => {
    for (const id of pending) {
      if (known === diffIds.length) return
      const theirs = await layersOf(engine, id, signal)
      known = Math.max(known, commonLength(theirs, diffIds))
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, look))
  return known
}

/** None of an image that was removed in the meantime, or that the engine cannot describe: it is of no use then. */
async function layersOf(engine: Engine, id: string, signal: AbortSignal | undefined): Promise<readonly DiffId[]> {
  try {
    return (await engine.inspect(id, signal))?.diffIds ?? []
  } catch (error) {
    if (error instanceof CnbError) return []
    throw error
  }
}

function commonLength(a: readonly DiffId[], b: readonly DiffId[]): number {
  const differs = a.findIndex((diffId, index) => diffId !== b[index])
  return differs < 0 ? a.length : differs
}
