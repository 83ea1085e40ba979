import { escapedId, moduleRoot } from '../cnb/module.js'
import type { ModuleSource } from '../plan/builder-plan.js'
import type { TarEntry } from '../tar/entry.js'
import { directoryEntries } from './directory-entries.js'
import type { EntryContext } from './entries.js'
import { directoryHeader, moduleHeader } from './module-header.js'

const NO_CONTENT: readonly Uint8Array[] = []

/** The entries of one module's layer, or of one layer with several modules in it. */
export async function* moduleEntries(
  modules: readonly ModuleSource[],
  context: EntryContext,
): AsyncGenerator<TarEntry, undefined> {
  for (const module of modules) yield* entriesOfModule(module, context)
}

async function* entriesOfModule(module: ModuleSource, context: EntryContext): AsyncGenerator<TarEntry, undefined> {
  const root = moduleRoot(module.kind, module.id)
  yield { header: directoryHeader(`/cnb/${module.kind}s/${escapedId(module.id.id)}`), content: NO_CONTENT }
  yield { header: directoryHeader(root), content: NO_CONTENT }
  if (module.content.kind === 'directory') {
    for (const { header, content } of directoryEntries(module.content.path, context.limits.pathDepth, context.buffer)) {
      yield { header: moduleHeader(header, root), content }
    }
  }
}
