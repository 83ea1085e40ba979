import { Hasher, parseDiffId, type DiffId } from '../oci/digest.js'
import type { LayerSource } from '../plan/builder-plan.js'
import { entriesOf } from './entries.js'
import type { LayerDigests } from './layer-record.js'
import { localSource, type FetchLayer } from './local-source.js'
import type { SourceSettings } from './source-facts.js'
import { writeTar, type Entries } from './write-tar.js'

/** What is known of a tar that was not kept. */
export type HashedTar = Pick<LayerDigests, 'diffId' | 'tarSize'>

/** The diffID that the layer of `source` would have; nothing is compressed or written. @throws CnbError as `makeLayer` */
export async function diffIdOf(source: LayerSource, settings: SourceSettings, fetch: FetchLayer): Promise<DiffId> {
  const local = await localSource(source, fetch)
  // Warnings are given when the layer is made.
  const { diffId } = await hashTar(entriesOf(local, { ...settings, report: () => undefined }))
  return diffId
}

/** Digest and size of the archive that `entries` give. */
export async function hashTar(entries: Entries, onBytes: (count: number) => void = () => {}): Promise<HashedTar> {
  const hasher = new Hasher()
  let tarSize = 0
  await writeTar(entries, {
    write(bytes) {
      hasher.update(bytes)
      tarSize += bytes.length
      onBytes(bytes.length)
      return undefined
    },
  })
  return { diffId: parseDiffId(hasher.digest()), tarSize }
}
