import { CONNECTIONS } from '../engine/connection.js'
import type { Engine } from '../engine/engine.js'
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
      // An image that was removed in the meantime has no layers.
      const image = await engine.inspect(id, signal)
      known = Math.max(known, commonLength(image?.diffIds ?? [], diffIds))
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, look))
  return known
}

function commonLength(a: readonly DiffId[], b: readonly DiffId[]): number {
  const differs = a.findIndex((diffId, index) => diffId !== b[index])
  return differs < 0 ? a.length : differs
}
