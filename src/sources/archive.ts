import { descriptorFile, isComposite, type Module } from '../cnb/module.js'
import { descriptorBytes, entriesOfFile, plainName } from './archive-entries.js'
import type { ImagePlace } from '../oci/place.js'
import { readBuildpackage, type WantedPackage } from './buildpackage.js'
import type { SourceContext } from './context.js'
import { explainNoDescriptor, readDescriptor, reportNoDescriptor, type ReadDescriptor } from './descriptor.js'
import { shownFile, type FoundFile } from './find.js'
import { redactLocator } from '../redact.js'

/** A file that only an OCI layout has: with it, an archive is a buildpackage. Its blobs often come first. */
const LAYOUT_FILE = /^(?:oci-layout|blobs\/sha(?:256|512)\/[0-9a-f]{64,128})$/
/** The config of an image as `docker save` and others after it call it. With `manifest.json` beside it, an archive is an image. */
const SAVED_CONFIG = /^(?:sha256:)?[0-9a-f]{64}(?:\.json)?$/
const SAVED_MANIFEST = 'manifest.json'
const BIN_FILE = /^bin\/build(?:\.bat|\.exe)?$/

/**
 * The modules in an archive: one, or those of the buildpackage that it turns out to be. undefined when there is none, which
 * was reported.
 *
 * @throws CnbError as `readModuleArchive`; those of `readBuildpackage`
 */
export async function readArchivedModules(
  found: FoundFile,
  request: WantedPackage,
  context: SourceContext,
): Promise<readonly Module[] | undefined> {
  const inside = await readModuleArchive(found, request, context)
  if (inside?.kind !== 'package') return inside && [inside.module]
  return readBuildpackage(inside.at, { ...request, shown: shownFile(found, context) }, context)
}

/** What an archive turns out to be: the files of a module, or an image, which may be a buildpackage. */
export type Archived =
  | { readonly kind: 'module'; readonly module: Module }
  | { readonly kind: 'package'; readonly at: ImagePlace }

/**
 * What is in an archive; undefined when that is no module, which was reported. It is read as far as is needed: to the descriptor,
 * and to its end when only `bin/build` tells for which platforms the module is.
 *
 * @throws CnbError E_DESCRIPTOR; those of the archive reader; E_IO
 */
export async function readModuleArchive(
  found: FoundFile,
  { kind, named }: Pick<WantedPackage, 'kind' | 'named'>,
  context: SourceContext,
): Promise<Archived | undefined> {
  const { path, download } = found
  const file = `${shownFile(found, context)}!${descriptorFile(kind)}`
  const names: string[] = []
  let described: ReadDescriptor | undefined
  let isLayout = false
  for await (const entry of entriesOfFile(found, context)) {
    const name = plainName(entry.header.name)
    isLayout = LAYOUT_FILE.test(name)
    // Not returned from here: the archive is closed first, and a promise that fails meanwhile would have nobody to tell.
    if (isLayout) break
    if (name === descriptorFile(kind)) {
      described = readDescriptor(await descriptorBytes(entry, file, context.limits), { kind, file }, context)
      if (described === undefined) return undefined
    }
    if (isTelling(name)) names.push(name)
    if (described !== undefined && !isJudgedByBin(described)) break
  }
  const isSaved =
    described === undefined && names.includes(SAVED_MANIFEST) && names.some((name) => SAVED_CONFIG.test(name))
  if (isLayout || isSaved) {
    return { kind: 'package', at: { kind: 'archive', file: path, format: isLayout ? 'oci' : 'docker' } }
  }
  if (described === undefined) {
    reportNoDescriptor(named, kind, explainNoDescriptor(names, kind, 'archive'), context)
    return undefined
  }
  const module: Module = {
    ...described,
    from: redactLocator(named.text),
    content: { kind: 'archive', file: path, download },
    hasBuild: {
      linux: names.includes('bin/build'),
      windows: names.includes('bin/build.bat') || names.includes('bin/build.exe'),
    },
    packaged: false,
  }
  return { kind: 'module', module }
}

/** True for a name that says what an archive is, or why it has no descriptor. */
function isTelling(name: string): boolean {
  return (
    BIN_FILE.test(name) ||
    /^(?:[^/]+\/)?(?:buildpack|extension)\.toml$/i.test(name) ||
    name === SAVED_MANIFEST ||
    SAVED_CONFIG.test(name)
  )
}

/** A component that names neither stacks nor targets runs where its `bin/build` does. */
function isJudgedByBin({ descriptor }: ReadDescriptor): boolean {
  return (
    descriptor.kind === 'buildpack' &&
    descriptor.targets.length === 0 &&
    descriptor.stacks.length === 0 &&
    !isComposite(descriptor)
  )
}
