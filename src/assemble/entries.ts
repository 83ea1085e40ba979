import type { Report } from '../errors.js'
import type { LayerSource } from '../plan/builder-plan.js'
import type { TarEntry } from '../tar/entry.js'
import { moduleEntries } from './module-entries.js'
import type { SourceSettings } from './source-facts.js'
import type { Entries } from './write-tar.js'

/** What turning a source into entries needs beside the source. */
export interface EntryContext extends SourceSettings {
  /** Takes warnings. */
  readonly report: Report
  /** What files are read into. */
  readonly buffer: Uint8Array
}

/**
 * The entries of a layer, in order.
 *
 * @throws CnbError, while they are read, what the source's files object to
 */
export function entriesOf(source: LayerSource, context: EntryContext): Entries {
  switch (source.kind) {
    case 'entries':
      return source.entries.map(({ header, content }): TarEntry => ({ header, content: [content] }))
    case 'lifecycle':
      return []
    case 'modules':
      return moduleEntries(source.modules, context)
  }
}
