import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeUtf8 } from '../bytes.js'
import { makeDirectory, writeUnsynced } from '../files.js'
import { BlobMemory } from '../transports/blob-memory.js'

const FILE = 'checked-layers.json'

/** What earlier runs found out about the layers in the places that they wrote to. Without a cache, nothing. */
export function recallLayers(cache: string | undefined): BlobMemory {
  if (cache === undefined) return new BlobMemory()
  try {
    return new BlobMemory(readFileSync(join(cache, FILE), 'utf8'))
  } catch {
    return new BlobMemory()
  }
}

/** Lets later runs know what this one knows. A cache that cannot be written to is done without. */
export function rememberLayers(cache: string | undefined, memory: BlobMemory): void {
  const text = memory.print()
  if (cache === undefined || text === undefined) return
  try {
    makeDirectory(cache)
    writeUnsynced(join(cache, FILE), encodeUtf8(text))
  } catch {
    // The next run reads the layers again.
  }
}
