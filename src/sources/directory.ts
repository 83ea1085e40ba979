import { lstatSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { descriptorFile, isComposite, type Module, type ModuleKind } from '../cnb/module.js'
import { attempt, errnoOf, ioError } from '../files.js'
import type { Named, SourceContext } from './context.js'
import { explainNoDescriptor, readDescriptor, readDescriptorFile, reportNoDescriptor } from './descriptor.js'
import { shownPath } from './paths.js'
import { redactLocator } from '../redact.js'

/**
 * The module in a directory. Its descriptor is never read through a link: it would not be part of the module.
 *
 * @param path absolute, links resolved
 * @throws CnbError E_DESCRIPTOR, E_IO
 */
export function describeDirectory(
  path: string,
  { kind, named }: { readonly kind: ModuleKind; readonly named: Named },
  context: SourceContext,
): Module | undefined {
  const file = join(path, descriptorFile(kind))
  const shown = shownPath(file, context)
  const bytes = readDescriptorFile(file, shown, context.limits)
  if (bytes === undefined) {
    reportNoDescriptor(named, kind, explainNoDescriptor(namesIn(path), kind, 'directory'), context)
    return undefined
  }
  const described = readDescriptor(bytes, { kind, file: shown }, context)
  if (described === undefined) return undefined
  return {
    ...described,
    from: redactLocator(named.text),
    content: { kind: 'directory', path },
    hasBuild: buildProgramsIn(path),
    packaged: false,
    ...(isComposite(described.descriptor) && hasPackageFile(path) ? { hasPackageFile: true } : {}),
  }
}

function hasPackageFile(path: string): boolean {
  return lstatSync(join(path, 'package.toml'), { throwIfNoEntry: false }) !== undefined
}

/** What the folder of a module has at least one of, unless it is a composite's. An extension may be files only. */
const PARTS: Readonly<Record<ModuleKind, readonly string[]>> = {
  buildpack: ['bin'],
  extension: ['bin', 'detect', 'generate'],
}

/** Whether there is a module in a folder, and not only what becomes one. */
export function holdsModule(kind: ModuleKind, path: string): boolean {
  return PARTS[kind].some((part) => isFolder(join(path, part)))
}

/** Whether there is a folder, or a link to one. @throws CnbError E_IO */
export function isFolder(path: string): boolean {
  return attempt('reading', path, () => statSync(path, { throwIfNoEntry: false }))?.isDirectory() === true
}

/** Which programs there are that build. */
export function buildProgramsIn(path: string): Module['hasBuild'] {
  return { linux: hasBin(path, 'build'), windows: hasBin(path, 'build.bat') || hasBin(path, 'build.exe') }
}

/** True when the module will have an entry `bin/NAME`: what lies behind a link called `bin` is not part of it. */
function hasBin(path: string, name: string): boolean {
  const bin = join(path, 'bin')
  return (
    lstatSync(bin, { throwIfNoEntry: false })?.isDirectory() === true &&
    lstatSync(join(bin, name), { throwIfNoEntry: false }) !== undefined
  )
}

/** Names of a directory and, below its folders, of their entries: `a`, `a/b`. */
function namesIn(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? readdirSync(join(path, entry.name)).map((name) => `${entry.name}/${name}`) : [entry.name],
    )
  } catch (cause) {
    // Only a better hint is at stake.
    if (errnoOf(cause) === 'EACCES') return []
    throw ioError('reading', path, cause)
  }
}
