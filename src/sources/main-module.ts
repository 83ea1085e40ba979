import type { Module, ModuleKind } from '../cnb/module.js'
import { redactLocator } from '../redact.js'
import { readModuleArchive } from './archive.js'
import type { Named, SourceContext } from './context.js'
import { describeDirectory } from './directory.js'
import { findSource } from './find.js'
import { whereNamed } from './where-named.js'

/** The module that is to be packaged. */
export interface MainModule {
  readonly kind: ModuleKind
  readonly named: Named
}

/**
 * The module in a directory or in an archive, at a path or at a URL: not one that is packaged already. undefined when it could
 * not be read; the reason was reported, with its place.
 *
 * @throws CnbError whatever an archive is refused for; E_IO
 */
export function readMainModule(main: MainModule, context: SourceContext): Promise<Module | undefined> {
  return whereNamed(main.named, () => readNamed(main, context))
}

async function readNamed(main: MainModule, context: SourceContext): Promise<Module | undefined> {
  const { named } = main
  const found = await findSource(named, { bare: 'path' }, context)
  if (found === undefined) return undefined
  if (found.kind === 'directory') return describeDirectory(found.path, main, context)
  if (found.kind === 'file') {
    const inside = await readModuleArchive(found, main, context)
    if (inside?.kind !== 'package') return inside?.module
  }
  const value = redactLocator(named.text)
  context.report({
    rule: 'package-of-package',
    severity: 'error',
    message: `the ${named.what} ${value} is packaged already`,
    place: named.place,
    value,
    fix: 'name the directory or the archive that it was made of, or take the package elsewhere with copy',
  })
  return undefined
}
