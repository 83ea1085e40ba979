import type { Report } from '../errors.js'
import type { Locate, TomlDocument } from '../toml/document.js'
import { decode } from './decode.js'
import { targetsOf } from './decode-order.js'
import type { ModuleKind } from './module.js'
import { DEFAULT_OS, type PackageConfig } from './package-config.js'
import { PACKAGE_TOML, PLATFORM_OS } from './package-schema.js'
import type { Decoded } from './schema.js'

/**
 * What a package.toml says to somebody who packages a module of this kind. What is wrong goes to `report`, and a value of the
 * wrong type is taken for absent.
 *
 * @throws never
 */
export function decodePackageConfig(kind: ModuleKind, document: TomlDocument, report: Report): PackageConfig {
  const file = decode(PACKAGE_TOML, document, report, { rule: 'toml-unknown-key-package', severity: 'error' })
  const uri = file[kind]?.uri ?? ''
  const os = file.platform?.os || DEFAULT_OS
  if (uri === '') reportNoModule(kind, file, document, report)
  if (!PLATFORM_OS.includes(os)) {
    report({
      rule: 'package-platform-os',
      severity: 'error',
      message: `platform.os is ${os}, and can be linux or windows`,
      place: document.locate(['platform', 'os']),
      value: os,
      fix: 'write linux, or leave it out',
    })
  }
  const dependencies = (file.dependencies ?? []).map(({ uri = '', image = '' }) => ({
    uri,
    image,
    id: '',
    version: '',
  }))
  dependencies.forEach(({ uri, image }, index) => {
    if ((uri === '') !== (image === '')) return
    report({
      rule: uri === '' ? 'package-dep-none' : 'package-dep-both',
      severity: 'error',
      message: `dependency ${index + 1} has ${uri === '' ? 'neither uri nor image' : 'both uri and image'}`,
      place: document.locate(['dependencies', index]),
      fix: 'give it a uri and nothing else',
    })
  })
  if (kind === 'extension' && dependencies.length > 0) {
    report({
      rule: 'package-extension-deps',
      severity: 'warning',
      message: 'an extension has no dependencies, so these are not in its package',
      place: document.locate(['dependencies', 0]),
      fix: 'leave [[dependencies]] out',
    })
  }
  return { uri, dependencies, os, targets: targetsOf(file.targets) }
}

/** Whether a package.toml names a buildpack and an extension, of which a package holds one. */
export function namesBothKinds(document: TomlDocument): boolean {
  return (['buildpack', 'extension'] as const).every((kind) => {
    const uri = document.valueAt([kind, 'uri'])
    return uri?.kind === 'string' && uri.value !== ''
  })
}

function reportNoModule(
  kind: ModuleKind,
  file: Decoded<typeof PACKAGE_TOML>,
  document: TomlDocument,
  report: Report,
): void {
  const other = kind === 'buildpack' ? 'extension' : 'buildpack'
  const hasOther = (file[other]?.uri ?? '') !== ''
  report({
    rule: 'package-source-missing',
    severity: 'error',
    message: `${kind}.uri is required: the file does not say which ${kind} is packaged`,
    place: document.locate([kind, 'uri']),
    fix: hasOther
      ? `it names the ${other} of another package: make that with ${other} package`
      : (otherFile(document) ?? `write [${kind}] with uri = "…"`),
  })
}

/** What to do with a file that was taken for a package.toml, when it plainly is another one. */
function otherFile(document: TomlDocument): string | undefined {
  const isDescriptor = document.has(['buildpack', 'id']) || document.has(['extension', 'id'])
  if (isDescriptor) return 'this is the descriptor of a module: name its folder with --path'
  return document.has(['buildpacks']) ? 'this is a builder.toml: see trowel builder create' : undefined
}

/**
 * Where the keys of a package.toml stand. As in builder.toml, modules are entries of a list: the first is the one that is
 * packaged, the others are its dependencies.
 */
export function locateInPackage(kind: ModuleKind, document: TomlDocument): Locate {
  return (path) => {
    const [list, entry, ...rest] = path
    if (list !== `${kind}s` || typeof entry !== 'number') return document.locate(path)
    return document.locate(entry === 0 ? [kind, 'uri'] : ['dependencies', entry - 1, ...rest])
  }
}
