import { createHash } from 'node:crypto'
import { parseDiffId, type DiffId } from '../oci/digest.js'
import type { LayerSource } from '../plan/builder-plan.js'
import { entriesOf } from './entries.js'
import { READ_BUFFER } from './make-layer.js'
import type { SourceSettings } from './source-facts.js'
import { writeTar } from './write-tar.js'

/** The diffID that the layer of `source` would have; nothing is compressed or written. @throws CnbError as `makeLayer` */
export async function diffIdOf(source: LayerSource, settings: SourceSettings): Promise<DiffId> {
  const hash = createHash('sha256')
  // Warnings are given when the layer is made.
  const report = (): void => undefined
  const entries = entriesOf(source, { ...settings, report, buffer: Buffer.allocUnsafe(READ_BUFFER) })
  await writeTar(entries, (bytes) => {
    hash.update(bytes)
    return undefined
  })
  return parseDiffId(`sha256:${hash.digest('hex')}`)
}
