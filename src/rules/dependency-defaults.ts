import { satisfies, valid, validRange } from 'semver'
import type { KeyPath, TomlDocument } from '../toml/document.js'
import { dependenciesOf } from './dependencies.js'
import { PAKETO_DEPENDENCIES } from './dependency-rule.js'
import { derived } from './derived.js'
import { moduleAdvice } from './rule.js'

/** One entry of `[metadata.default-versions]`. */
interface DefaultVersion {
  readonly id: string
  readonly range: string
  readonly path: KeyPath
}

const KEYS = ['default-versions', 'default_versions']
const OPTIONS = { loose: true, includePrerelease: true }

const defaultVersions = derived((document: TomlDocument): DefaultVersion[] =>
  KEYS.flatMap((key) => {
    const table = document.valueAt(['metadata', key])
    if (table?.kind !== 'table') return []
    return [...table.entries].flatMap(([id, { node }]) =>
      node.kind === 'string' ? { id, range: node.value, path: ['metadata', key, id] } : [],
    )
  }),
)

const unsatisfied = moduleAdvice({
  id: 'dependency-default-version-unsatisfied',
  severity: 'error',
  summary: 'the version that a buildpack takes by default is not among its dependencies',
  reference: PAKETO_DEPENDENCIES,
  needs: ['document'],
  check({ document }, report) {
    for (const { id, range, path } of defaultVersions(document)) {
      const versions = versionsOf(document, id)
      // Whether another spelling of a version is in the range is for the buildpack to say.
      if (versions.length === 0 || validRange(range, OPTIONS) === null || !versions.every(isVersion)) continue
      if (versions.some((version) => satisfies(version, range, OPTIONS))) continue
      report({
        message: `${id} ${range} is taken by default, but the dependencies have ${listed(versions)}`,
        place: document.locate(path),
        value: range,
        fix: 'write a range that one of the dependencies is in, or add such a dependency',
      })
    }
  },
})

function versionsOf(document: TomlDocument, id: string): string[] {
  return [
    ...new Set(
      dependenciesOf(document)
        .filter((dependency) => dependency.id === id)
        .map(({ version }) => version),
    ),
  ]
}

function isVersion(version: string): boolean {
  return valid(version, OPTIONS) !== null
}

/** How many versions a message lists. */
const LISTED = 5

function listed(versions: readonly string[]): string {
  const more = versions.length > LISTED ? ` and ${versions.length - LISTED} more` : ''
  return versions.slice(0, LISTED).join(', ') + more
}

/** Which of its dependencies a buildpack takes when nobody asks for one. */
export const DEPENDENCY_DEFAULT_ADVICE = [unsatisfied]
