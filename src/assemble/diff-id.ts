import { Hasher, parseDiffId, type DiffId } from '../oci/digest.js'
import type { LayerSource } from '../plan/planned-layer.js'
import { entriesOf } from './entries.js'
import { localSource, type FetchLayer } from './local-source.js'
import type { SourceSettings } from './source-facts.js'
import { writeTar } from './write-tar.js'

/** The diffID that the layer of `source` would have; nothing is compressed or written. @throws CnbError as `makeLayer` */
export async function diffIdOf(source: LayerSource, settings: SourceSettings, fetch: FetchLayer): Promise<DiffId> {
  const local = await localSource(source, fetch)
  const hasher = new Hasher()
  // Warnings are given when the layer is made.
  await writeTar(entriesOf(local, { ...settings, report: () => undefined }), {
    write(bytes) {
      hasher.update(bytes)
      return undefined
    },
  })
  return parseDiffId(hasher.digest())
}
