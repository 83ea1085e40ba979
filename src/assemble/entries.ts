import type { TarEntry } from '../tar/entry.js'
import type { EntryContext, EntryOptions } from './entry-context.js'
import { lifecycleEntries } from './lifecycle-entries.js'
import type { LocalSource } from './local-source.js'
import { moduleEntries } from './module-entries.js'
import type { Entries } from './write-tar.js'

/** Files are read in pieces of this size. */
const READ_BUFFER = 256 * 1024

/**
 * The entries of a layer, in order.
 *
 * @throws CnbError, while they are read, what the source's files object to
 */
export function entriesOf(source: LocalSource, options: EntryOptions): Entries {
  const context: EntryContext = { ...options, buffer: Buffer.allocUnsafe(READ_BUFFER) }
  switch (source.kind) {
    case 'entries':
      return source.entries.map(({ header, content }): TarEntry => ({ header, content: [content] }))
    case 'lifecycle':
      return lifecycleEntries(source.content, context)
    case 'modules':
      return moduleEntries(source.modules, context)
  }
}
