import { encodeUtf8 } from '../bytes.js'
import { escapedId, isSpecId, RESERVED_IDS } from '../cnb/module.js'
import { DEFAULT_LIMITS } from '../limits.js'
import { infoPlace, listedModules } from './listed-modules.js'
import type { ModulesInput } from '../plan/modules-input.js'
import { isPlaceholder, PLACEHOLDER_LEFT } from './placeholder.js'
import { moduleRule, type Rule } from './rule.js'

const BUILDPACK_ID =
  'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#buildpacktoml-toml (Buildpack ID)'
const BUILDPACK_VERSION =
  'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#buildpacktoml-toml (version)'

/** Printable ASCII that neither a registry, a locator nor `id@version` gives a meaning of its own. */
const SAFE_ID = /^[\x20-\x7e]*$/
const ID_WITH_MEANING = /[@:%?#\\]/
const SAFE_VERSION = /^[0-9A-Za-z.+_~-]+$/
const SPEC_VERSION = /^(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){2}$/

const idCharset = moduleRule({
  id: 'id-charset',
  severity: 'error',
  summary:
    'an id has characters outside letters, digits, ".", "/" and "-"; those that are unsafe in a name are refused',
  reference: BUILDPACK_ID,
  refusedBy: { spec: 'an id is made of letters, digits, ".", "/" and "-"' },
  needs: ['buildpacks', 'extensions'],
  whole: ['buildpacks', 'extensions'],
  check(input, report) {
    for (const listed of listedModules(input)) {
      const { id } = listed
      if (isSpecId(id) || isPlaceholder(id)) continue
      const isSafe = SAFE_ID.test(id) && !ID_WITH_MEANING.test(id)
      report({
        severity: isSafe ? 'warning' : 'error',
        message: isSafe
          ? `id of ${listed.kind} ${listed.name} has characters that the specification does not allow`
          : `id of ${listed.kind} ${listed.name} has characters that have no place in a name`,
        place: infoPlace(listed, 'id'),
        value: id,
        fix: 'use only letters, digits, ".", "/" and "-" in an id',
      })
    }
  },
})

const idPathUnsafe = moduleRule({
  id: 'id-path-unsafe',
  severity: 'error',
  summary: 'an id does not make a folder of its own below /cnb/buildpacks',
  reference: BUILDPACK_ID,
  refusedBy: { spec: 'an id is no path' },
  needs: ['buildpacks', 'extensions'],
  whole: ['buildpacks', 'extensions'],
  check(input, report) {
    for (const listed of listedModules(input)) {
      const reason = whyNoFolder(listed.id)
      if (reason === undefined) continue
      report({
        message: `id of ${listed.kind} ${listed.name} ${reason}`,
        place: infoPlace(listed, 'id'),
        value: listed.id,
        fix: 'give the module an id of one or more names with "/" between them, such as acme/java',
      })
    }
  },
})

function whyNoFolder(id: string): string | undefined {
  if (id.split('/').some((part) => part === '' || part === '.')) return 'has an empty part or a "." between its slashes'
  if (id.includes('..')) return 'has ".." in it'
  return isTooLong(escapedId(id))
    ? `is longer than the ${DEFAULT_LIMITS.componentBytes} bytes of a file name`
    : undefined
}

function isTooLong(fileName: string): boolean {
  return encodeUtf8(fileName).length > DEFAULT_LIMITS.componentBytes
}

const idReserved = moduleRule({
  id: 'id-reserved',
  severity: 'error',
  summary: 'an id is one that the specification keeps for folders below /layers',
  reference: BUILDPACK_ID,
  refusedBy: { spec: 'app, config, generated and sbom are reserved' },
  needs: ['buildpacks', 'extensions'],
  whole: ['buildpacks', 'extensions'],
  check(input, report) {
    for (const listed of listedModules(input)) {
      if (!RESERVED_IDS.has(listed.id)) continue
      report({
        message: `id of ${listed.kind} ${listed.name} is reserved: /layers/${listed.id} has another meaning`,
        place: infoPlace(listed, 'id'),
        value: listed.id,
        notes: ['pack accepts it'],
        fix: 'give the module another id',
      })
    }
  },
})

const versionPathUnsafe = moduleRule({
  id: 'version-path-unsafe',
  severity: 'error',
  summary: 'a version does not make a folder of its own below that of its module',
  reference: BUILDPACK_VERSION,
  refusedBy: { spec: 'a version is X.Y.Z' },
  needs: ['buildpacks', 'extensions'],
  whole: ['buildpacks', 'extensions'],
  check(input, report) {
    for (const listed of listedModules(input)) {
      const { version } = listed
      if (isSafeVersion(version) || isPlaceholder(version)) continue
      report({
        message: `version of ${listed.kind} ${listed.name} cannot be the name of its folder`,
        place: infoPlace(listed, 'version'),
        value: version,
        fix: 'use a version of three numbers, such as 1.2.3',
      })
    }
  },
})

function isSafeVersion(version: string): boolean {
  return SAFE_VERSION.test(version) && version !== '.' && !version.includes('..') && !isTooLong(version)
}

const versionFormat = moduleRule({
  id: 'version-format',
  severity: 'warning',
  summary: 'a version is not three numbers with dots between them',
  reference: BUILDPACK_VERSION,
  refusedBy: { spec: 'a version is X.Y.Z' },
  needs: ['buildpacks', 'extensions'],
  whole: ['buildpacks', 'extensions'],
  check(input, report) {
    for (const listed of listedModules(input)) {
      const { version } = listed
      if (SPEC_VERSION.test(version) || !isSafeVersion(version)) continue
      report({
        message: `version of ${listed.kind} ${listed.name} is not of the form X.Y.Z`,
        place: infoPlace(listed, 'version'),
        value: version,
        fix: 'use three numbers without leading zeros, such as 1.2.3',
      })
    }
  },
})

const placeholderLeft = moduleRule({
  ...PLACEHOLDER_LEFT,
  needs: ['buildpacks', 'extensions'],
  whole: ['buildpacks', 'extensions'],
  check(input, report) {
    for (const listed of listedModules(input)) {
      for (const key of ['id', 'version'] as const) {
        if (!isPlaceholder(listed[key])) continue
        report({
          severity: 'error',
          message: `${key} of ${listed.kind} ${listed.name} is the placeholder of a template`,
          place: infoPlace(listed, key),
          value: listed[key],
          notes: ['pack takes the braces for the value, and makes a folder of that name'],
          fix: 'let the tool that fills it in run first',
        })
      }
    }
  },
})

/** Names of modules: what they may look like. */
export const IDENTITY_RULES: readonly Rule<ModulesInput>[] = [
  idCharset,
  idPathUnsafe,
  idReserved,
  versionPathUnsafe,
  versionFormat,
]

/** A module that is shipped has its values; one that lies in a repository may still be a template. */
export const FILLED_IN_RULES: readonly Rule<ModulesInput>[] = [placeholderLeft]
