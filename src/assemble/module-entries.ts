import type { LocalLayer } from '../cnb/content.js'
import { escapedId, moduleName, moduleRoot } from '../cnb/module.js'
import type { ModuleSource } from '../plan/planned-layer.js'
import type { TarEntry } from '../tar/entry.js'
import { TreeCheck } from '../tar/tree.js'
import { directoryEntries } from './directory-entries.js'
import { warnAbout, type EntryContext } from './entry-context.js'
import { directoryHeader, moduleHeader, NO_CONTENT } from './headers.js'
import { archiveEntries, archiveName } from './open-archive.js'
import { packagedModuleEntries } from './packaged-module.js'
import type { Entries } from './write-tar.js'

/** The entries of one module's layer, or of one layer with several modules in it. */
export async function* moduleEntries(
  modules: readonly ModuleSource<LocalLayer>[],
  context: EntryContext,
): AsyncGenerator<TarEntry, undefined> {
  const written = new Set<string>()
  for (const module of modules) {
    const name = `${module.kind} ${moduleName(module.id)}`
    if (written.has(name)) continue
    written.add(name)
    const folder = idFolder(module)
    for await (const entry of entriesOfModule(module, context)) {
      // Two versions of one id share its folder.
      if (isFolder(entry, folder)) {
        if (written.has(folder)) continue
        written.add(folder)
      }
      yield entry
    }
  }
}

/** The folder of all versions of a module. */
function idFolder({ kind, id }: ModuleSource<LocalLayer>): string {
  return `/cnb/${kind}s/${escapedId(id.id)}`
}

/** A packaged layer may write its directories with a slash at the end, or without one at the beginning. */
function isFolder({ header }: TarEntry, folder: string): boolean {
  return header.type === 'directory' && `/${header.name}/`.replaceAll(/\/+/g, '/') === `${folder}/`
}

function entriesOfModule(module: ModuleSource<LocalLayer>, context: EntryContext): Entries {
  const { content } = module
  switch (content.kind) {
    case 'directory': {
      const entries = directoryEntries(content, context.limits.pathDepth, context.buffer)
      return placedEntries(module, entries, content.path, context)
    }
    case 'archive':
      return placedEntries(module, archiveEntries(content, context), archiveName(content), context)
    case 'layer':
      return packagedModuleEntries(module, content, context)
  }
}

/** What is relative to the module's root in its place in the builder, below the two directories that lead there. */
async function* placedEntries(
  module: ModuleSource<LocalLayer>,
  entries: Entries,
  file: string,
  context: EntryContext,
): AsyncGenerator<TarEntry, undefined> {
  const { limits, allowAbsoluteSymlinks } = context
  const check = new TreeCheck({ file, limits, allowAbsoluteSymlinks, warn: warnAbout(file, context) })
  const root = moduleRoot(module.kind, module.id)
  yield { header: directoryHeader(idFolder(module)), content: NO_CONTENT }
  yield { header: directoryHeader(root), content: NO_CONTENT }
  for await (const { header, content, offset } of entries) {
    const checked = check.check(header, offset)
    if (checked !== undefined) yield { header: moduleHeader(checked, root), content }
  }
  check.end()
}
