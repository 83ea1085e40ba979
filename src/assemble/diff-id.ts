import { Hasher, parseDiffId, type DiffId } from '../oci/digest.js'
import type { LayerSource } from '../plan/builder-plan.js'
import { entriesOf } from './entries.js'
import type { SourceSettings } from './source-facts.js'
import { writeTar, type Entries } from './write-tar.js'

/** The diffID that the layer of `source` would have; nothing is compressed or written. @throws CnbError as `makeLayer` */
export function diffIdOf(source: LayerSource, settings: SourceSettings): Promise<DiffId> {
  // Warnings are given when the layer is made.
  return hashTar(entriesOf(source, { ...settings, report: () => undefined }))
}

/** Digest of the archive that `entries` give. */
export async function hashTar(entries: Entries, onBytes: (count: number) => void = () => {}): Promise<DiffId> {
  const hasher = new Hasher()
  await writeTar(entries, {
    write(bytes) {
      hasher.update(bytes)
      onBytes(bytes.length)
      return undefined
    },
  })
  return parseDiffId(hasher.digest())
}
