import type { ModuleEntry } from '../cnb/builder-config.js'
import type { Module, ModuleKind } from '../cnb/module.js'
import { imageLocatorText } from '../cnb/locator.js'
import { readArchivedModules } from './archive.js'
import { readBuildpackage } from './buildpackage.js'
import type { Named, SourceContext, WantedPlatform } from './context.js'
import { describeDirectory } from './directory.js'
import { findSource } from './find.js'
import { whereNamed } from './where-named.js'

/** One entry of `[[buildpacks]]` or `[[extensions]]`. */
export interface NamedModule {
  readonly kind: ModuleKind
  /** Position in its array. */
  readonly index: number
  readonly entry: ModuleEntry
  /** Chooses the image when the entry names one for several platforms. */
  readonly wanted: WantedPlatform
}

/**
 * The module that an entry names and, when it is a package, what comes along: sorted by id, then by version. undefined when
 * it could not be read; the reason was reported, with its place.
 *
 * @throws CnbError E_OFFLINE for what only the network has and may not be asked for; whatever an archive or an image is refused for; E_IO
 */
export async function readModules(
  request: NamedModule,
  context: SourceContext,
): Promise<readonly Module[] | undefined> {
  const named = nameOf(request, context)
  return whereNamed(named, () => readNamed(named, request, context))
}

async function readNamed(
  named: Named,
  { kind, wanted }: NamedModule,
  context: SourceContext,
): Promise<readonly Module[] | undefined> {
  const found = await findSource(named, { bare: 'locator' }, context)
  if (found === undefined) return undefined
  if (found.kind === 'image') return readBuildpackage(found.at, { kind, named, wanted }, context)
  if (found.kind === 'file') return readArchivedModules(found, { kind, named, wanted }, context)
  const module = describeDirectory(found.path, { kind, named }, context)
  return module && [module]
}

function nameOf(request: NamedModule, context: SourceContext): Named {
  const named = nameGiven(request, context)
  if (named !== undefined) return named
  const { kind, index } = request
  const place = context.locate([`${kind}s`, index, 'uri'])
  context.report({
    rule: 'builder-entry-no-source',
    severity: 'warning',
    message: `the ${kind} at position ${index + 1} has no uri, so the folder of builder.toml is taken for it`,
    place,
    fix: 'write uri = "." when that is what you mean',
  })
  return { text: '.', place, what: kind }
}

/** What an entry says of where its module is; undefined when it says nothing. */
export function nameGiven(
  { kind, index, entry }: Pick<NamedModule, 'kind' | 'index' | 'entry'>,
  { locate }: SourceContext,
): Named | undefined {
  const at = (key: string): Named['place'] => locate([`${kind}s`, index, key])
  if (entry.uri !== '') return { text: entry.uri, place: at('uri'), what: kind }
  return entry.image === '' ? undefined : { text: imageLocatorText(entry.image), place: at('image'), what: kind }
}
