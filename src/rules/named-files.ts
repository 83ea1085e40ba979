import { posix } from 'node:path'
import { moduleName } from '../cnb/module.js'
import type { KeyPath, TomlDocument } from '../toml/document.js'
import { dependenciesOf, DEPENDENCY_KEYS, dependencyPlace } from './dependencies.js'
import { PAKETO_DEPENDENCIES } from './dependency-rule.js'
import { mayBeThere } from './module-programs.js'
import { moduleAdvice, type Rule } from './rule.js'
import type { ModuleSubject } from './subjects.js'

interface IncludedFile {
  readonly name: string
  readonly path: KeyPath
}

function includedFiles(document: TomlDocument): IncludedFile[] {
  return ['include-files', 'include_files'].flatMap((key) => {
    const node = document.valueAt(['metadata', key])
    if (node?.kind !== 'array') return []
    return node.items.flatMap((item, index) =>
      item.kind === 'string' ? { name: item.value, path: ['metadata', key, index] } : [],
    )
  })
}

const includeMissing = moduleAdvice({
  id: 'file-include-missing',
  severity: 'warning',
  summary: 'a file that metadata.include-files names is not in the module',
  reference: PAKETO_DEPENDENCIES,
  appliesTo: ({ document }) => document === undefined || includedFiles(document).length > 0,
  needs: ['document', 'descriptor', 'files'],
  check({ document, descriptor, files }, report) {
    // A pattern names whatever there is.
    const absent = includedFiles(document).filter(
      ({ name }) => !/[*?[]/.test(name) && !mayBeThere(files, posix.normalize(name).replace(/\/$/, '')),
    )
    const [first, ...others] = absent
    if (first === undefined) return
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`
    report({
      message: `${moduleName(descriptor.info)} is to include ${first.name}, which is not there${more}`,
      place: document.locate(first.path),
      also: others.length === 0 ? undefined : others.map(({ path }) => document.locate(path)),
      value: first.name,
      fix: 'add the file, or remove it from include-files',
    })
  },
})

/** Where Paketo's tools put what a module has of its dependencies, each under the digest of its file. */
const VENDORED = /^dependencies\/([0-9a-f]{64,128})$/

const notVendored = moduleAdvice({
  id: 'dependency-not-vendored',
  severity: 'warning',
  summary: 'a module brings some of its dependencies along, but not all of them, so it does not work offline',
  reference: PAKETO_DEPENDENCIES,
  appliesTo: ({ document }) => document === undefined || dependenciesOf(document).length > 0,
  needs: ['document', 'descriptor', 'files'],
  check({ document, descriptor, files }, report) {
    const vendored = new Set([...files.entries.keys()].flatMap((path) => VENDORED.exec(path)?.[1] ?? []))
    if (vendored.size === 0) return
    const absent = dependenciesOf(document).filter(({ checksum }) => {
      const hex = checksum.slice(checksum.indexOf(':') + 1).toLowerCase()
      return hex !== '' && !vendored.has(hex)
    })
    const [first, ...others] = absent
    if (first === undefined) return
    const places = absent.map((dependency) => dependencyPlace(document, dependency, DEPENDENCY_KEYS.checksum))
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`
    report({
      message: `${moduleName(descriptor.info)} brings dependencies along, but not ${first.name}${more}`,
      place: places[0] ?? document.locate(first.path),
      also: others.length === 0 ? undefined : places.slice(1),
      value: first.checksum,
      fix: 'put its file into the folder dependencies, in a folder that is named by its digest',
    })
  },
})

/** Whether the files are there that the descriptor names. */
export const NAMED_FILE_ADVICE: readonly Rule<ModuleSubject>[] = [includeMissing, notVendored]
