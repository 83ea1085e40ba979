import { basename, dirname } from 'node:path'
import type { DescriptorKind } from '../cnb/descriptor-files.js'
import { CnbError } from '../errors.js'
import type { TomlDocument } from '../toml/document.js'

/** What only files of a kind have: one of these sets of keys. */
const SIGNS: Readonly<Record<DescriptorKind, readonly (readonly (readonly string[])[])[]>> = {
  builder: [[['build']], [['run']], [['lifecycle']], [['stack']], [['buildpacks']], [['extensions']]],
  package: [[['buildpack', 'uri']], [['extension', 'uri']], [['dependencies']]],
  buildpack: [[['api'], ['buildpack']]],
  extension: [[['api'], ['extension']]],
}

/** Kinds by what is the surest sign of them. */
const KINDS: readonly DescriptorKind[] = ['buildpack', 'extension', 'package', 'builder']

/** Makes sure that `--config` names the file that is wanted, where it is plainly another one. @throws CnbError E_USAGE */
export function checkNotOther(document: TomlDocument, wanted: DescriptorKind): void {
  const has = (kind: DescriptorKind): boolean => SIGNS[kind].some((keys) => keys.every((key) => document.has(key)))
  if (has(wanted)) return
  const kind = KINDS.find(has)
  if (kind !== undefined) throw other(document.file, kind, wanted, '--config')
}

/** Makes sure that `--path` does not name a file that describes what lies beside it. @throws CnbError E_USAGE */
export function checkNotDescriptor(path: string): void {
  const kind = KINDS.find((kind) => basename(path) === `${kind}.toml`)
  if (kind !== undefined) throw other(path, kind, 'package', '--path')
}

function other(file: string, kind: DescriptorKind, wanted: DescriptorKind, flag: string): CnbError {
  const what = flag === '--path' ? 'the directory or the archive of a module' : `a ${wanted}.toml`
  return new CnbError('E_USAGE', `${file} is a ${kind}.toml, and ${flag} wants ${what}`, {
    place: { file: flag },
    value: file,
    hint: useOf(kind, wanted, file),
  })
}

/** What is made of a file of a kind. */
function useOf(kind: DescriptorKind, wanted: DescriptorKind, file: string): string {
  switch (kind) {
    case 'builder':
      return `a builder is made of it: trowel builder create NAME --config ${file}`
    case 'package':
      return wanted === 'package'
        ? `say --config ${file}`
        : `a package is made of it: trowel buildpack package NAME --config ${file}`
    case 'buildpack':
    case 'extension':
      return wanted === 'package'
        ? `name its folder: trowel ${kind} package NAME --path ${dirname(file)}`
        : `name its folder in a builder.toml: [[${kind}s]] with uri = "${dirname(file)}"`
  }
}
