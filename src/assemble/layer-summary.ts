import { Hasher, parseDiffId, type DiffId } from '../oci/digest.js'
import type { LayerSource } from '../plan/planned-layer.js'
import type { TarEntry } from '../tar/entry.js'
import { entriesOf } from './entries.js'
import { factsOf, nameOfEntry, type EntryFacts } from './layer-difference.js'
import { localSource, type FetchLayer } from './local-source.js'
import type { SourceSettings } from './source-facts.js'
import { writeTar, type Entries } from './write-tar.js'

/** A layer that nobody makes. */
export interface LayerSummary {
  readonly diffId: DiffId
  /** What is in it, by name without slashes around it. */
  readonly entries: ReadonlyMap<string, EntryFacts>
}

/** The layer that `source` would give; nothing is compressed or written. @throws CnbError as `makeLayer` */
export async function summarise(
  source: LayerSource,
  settings: SourceSettings,
  fetch: FetchLayer,
): Promise<LayerSummary> {
  const local = await localSource(source, fetch)
  const hasher = new Hasher()
  const entries = new Map<string, EntryFacts>()
  // Warnings are given when the layer is made.
  await writeTar(noted(entriesOf(local, { ...settings, report: () => undefined }), entries), {
    write(bytes) {
      hasher.update(bytes)
      return undefined
    },
  })
  return { diffId: parseDiffId(hasher.digest()), entries }
}

/** The same entries; what they are is put down as they go by. */
async function* noted(entries: Entries, facts: Map<string, EntryFacts>): AsyncGenerator<TarEntry, undefined> {
  for await (const entry of entries) {
    const hasher = new Hasher()
    yield { ...entry, content: hashed(entry.content, hasher) }
    facts.set(nameOfEntry(entry.header), factsOf(entry.header, hasher.digest()))
  }
}

async function* hashed(content: TarEntry['content'], hasher: Hasher): AsyncGenerator<Uint8Array, undefined> {
  for await (const piece of content) {
    hasher.update(piece)
    yield piece
  }
}
