import { moduleName } from '../cnb/module.js'
import type { ModuleFiles } from '../cnb/module-files.js'
import type { Place } from '../errors.js'
import type { TomlDocument } from '../toml/document.js'
import { isComponent } from './module-sorts.js'
import { moduleAdvice, type Rule } from './rule.js'
import { scriptLines } from './module-programs.js'
import type { ModuleSubject } from './subjects.js'

const SBOM = 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#bill-of-materials (sbom-formats)'

/** Media types by what a file of that format has in its name: `launch.sbom.cdx.json`. */
const FORMATS: ReadonlyMap<string, string> = new Map([
  ['cdx', 'application/vnd.cyclonedx+json'],
  ['spdx', 'application/spdx+json'],
  ['syft', 'application/vnd.syft+json'],
])

interface DeclaredFormat {
  readonly type: string
  readonly index: number
}

function declaredFormats(document: TomlDocument): DeclaredFormat[] {
  const node = document.valueAt(['buildpack', 'sbom-formats'])
  if (node?.kind !== 'array') return []
  return node.items.flatMap((item, index) => (item.kind === 'string' ? { type: item.value, index } : []))
}

/** A media type without its parameters, which do not matter to the lifecycle. */
function plain(type: string): string {
  return type.replace(/;.*$/s, '').trim()
}

const invalid = moduleAdvice({
  id: 'sbom-format-invalid',
  severity: 'error',
  summary: 'a buildpack declares an SBOM format that is not one of the three which the specification knows',
  reference: SBOM,
  refusedBy: { lifecycle: 'build', spec: 'it MUST be one of three media types' },
  needs: ['document', 'descriptor'],
  check({ document, descriptor }, report) {
    const known = [...FORMATS.values()]
    for (const { type, index } of declaredFormats(document)) {
      if (known.includes(plain(type))) continue
      report({
        message: `${moduleName(descriptor.info)} declares the SBOM format ${type}, which is none of ${known.join(', ')}`,
        place: document.locate(['buildpack', 'sbom-formats', index]),
        value: type,
        fix: `write one of ${known.join(', ')}`,
      })
    }
  },
})

const SBOM_FILE = /\.sbom\.(cdx|spdx|syft)\.json\b/g

const undeclared = moduleAdvice({
  id: 'sbom-format-undeclared',
  severity: 'warning',
  summary: 'a buildpack writes an SBOM of a format that it does not declare, on which the lifecycle fails the build',
  reference: SBOM,
  refusedBy: { lifecycle: 'build' },
  appliesTo: isComponent,
  needs: ['document', 'descriptor', 'files'],
  check({ document, descriptor, files }, report) {
    const declared = new Set(declaredFormats(document).map(({ type }) => plain(type)))
    for (const [format, at] of writtenFormats(files)) {
      const type = FORMATS.get(format) ?? ''
      if (declared.has(type)) continue
      report({
        message: `bin/build of ${moduleName(descriptor.info)} writes an SBOM of the format ${type}, which sbom-formats does not have`,
        place: { file: files.nameOf('bin/build'), ...at },
        value: type,
        fix: `add "${type}" to sbom-formats`,
      })
    }
  },
})

/** The formats that the script `bin/build` names files of, with where the first stands. */
function writtenFormats(files: ModuleFiles): ReadonlyMap<string, Required<Omit<Place, 'file'>>> {
  const formats = new Map<string, Required<Omit<Place, 'file'>>>()
  for (const [index, line] of scriptLines(files, 'bin/build').entries()) {
    if (/^\s*#/.test(line)) continue
    for (const { 1: format = '', index: column } of line.matchAll(SBOM_FILE)) {
      if (!formats.has(format)) formats.set(format, { line: index + 1, column: column + 1 })
    }
  }
  return formats
}

/** Which SBOMs a buildpack writes. */
export const SBOM_ADVICE: readonly Rule<ModuleSubject>[] = [invalid, undeclared]
