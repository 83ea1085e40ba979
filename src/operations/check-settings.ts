import { existsSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { decode } from '../cnb/decode.js'
import { nearest } from '../nearest.js'
import { DAY, STRING, STRING_MAP, table, tables } from '../cnb/schema.js'
import { CnbError, type Place, type Report, type Severity } from '../errors.js'
import type { Limits } from '../limits.js'
import { parseReference } from '../oci/reference.js'
import { readNamedFile } from '../read-file.js'
import { CATALOGUE, RULES_LEFT_OUT } from '../rules/catalogue.js'
import type { Allowance, RulePolicy } from '../rules/policy.js'
import type { BaseConstraint } from '../rules/subjects.js'
import type { TomlDocument } from '../toml/document.js'
import { parseToml } from '../toml/parse.js'
import type { Host } from './host.js'

/** What a project's trowel.toml says of checks. */
export interface CheckSettings extends Pick<RulePolicy, 'severities' | 'allowed'> {
  /** The trowel.toml, as the user would write it; undefined where there is none. */
  readonly file: string | undefined
  readonly profile: string | undefined
  readonly failOn: string | undefined
  readonly baseConstraints: readonly BaseConstraint[]
}

const FILE = 'trowel.toml'

/** The schema of trowel.toml. */
const TROWEL_TOML = table({
  check: {
    schema: table({
      profile: {
        schema: STRING,
        about: 'for whom is judged: pack, lifecycle, lifecycle@VERSION, kpack, strict-spec, cf',
      },
      'fail-on': { schema: STRING, about: 'the least severity that fails a check: error, warning or info' },
      rules: { schema: STRING_MAP, about: 'severity by rule: error, warning, info or off' },
      allow: {
        schema: tables({
          rule: { schema: STRING, about: 'id of the rule' },
          file: { schema: STRING, about: 'only in files whose path ends so' },
          value: { schema: STRING, about: 'only of this value' },
          reason: { schema: STRING, about: 'why, for those who come after' },
          until: { schema: DAY, about: 'the last day of it, as YYYY-MM-DD' },
        }),
        about: 'findings that are known and stay',
      },
      base: {
        schema: tables({
          image: { schema: STRING, about: 'repository of a base image, or one tag of it' },
          'released-since': { schema: DAY, about: 'the day of the oldest release that will do, as YYYY-MM-DD' },
          reason: { schema: STRING, about: 'what needs it' },
        }),
        about: 'base images that must not be older than a release',
      },
    }),
    about: 'what trowel check does',
  },
})

const NOTHING: CheckSettings = {
  file: undefined,
  profile: undefined,
  failOn: undefined,
  severities: new Map(),
  allowed: [],
  baseConstraints: [],
}
const DAY_TEXT = /^\d{4}-\d{2}-\d{2}$/
const SETTINGS: readonly string[] = ['error', 'warning', 'info', 'off'] satisfies readonly (Severity | 'off')[]

/**
 * What the trowel.toml says that `named` is, or else the first one from the current folder upwards to that of the repository.
 * What is wrong with it goes to `report`.
 *
 * @throws CnbError E_USAGE, E_IO when it cannot be read
 */
export function readCheckSettings(
  named: string | undefined,
  host: Host,
  { limits, report }: { readonly limits: Limits; readonly report: Report },
): CheckSettings {
  const file = named ?? nearestFile(host.cwd)
  if (file === undefined) return NOTHING
  const bytes = readNamedFile(resolve(host.cwd, file), { shown: file, limit: limits.tomlBytes, flag: 'tomlBytes' })
  const document = parseToml(bytes, { file, limits, report })
  return document === undefined ? { ...NOTHING, file } : decodeCheckSettings(document, report)
}

/** What a trowel.toml says. @throws never */
function decodeCheckSettings(document: TomlDocument, report: Report): CheckSettings {
  const unknown = { rule: 'toml-unknown-key-config', severity: 'error' } as const
  const { check } = decode(TROWEL_TOML, document, report, unknown)
  const at = (...path: (string | number)[]): Place => document.locate(['check', ...path])
  const severities = new Map<string, Severity | 'off'>()
  for (const [rule, severity] of check?.rules ?? []) {
    if (!isRule(rule, at('rules', rule), report)) continue
    if (isSeverity(severity)) severities.set(rule, severity)
    else refuse(report, at('rules', rule), severity, `${rule} is set to ${severity}`, `write ${SETTINGS.join(', ')}`)
  }
  const allowed = (check?.allow ?? []).flatMap((entry, index) => allowanceOf(entry, at('allow', index), report))
  const baseConstraints = (check?.base ?? []).flatMap((entry, index) => constraintOf(entry, at('base', index), report))
  return {
    file: document.file,
    profile: check?.profile,
    failOn: check?.['fail-on'],
    severities,
    allowed,
    baseConstraints,
  }
}

type AllowToml = { readonly [Key in 'rule' | 'file' | 'value' | 'reason' | 'until']: string | undefined }

function allowanceOf({ rule, file, value, reason, until }: AllowToml, place: Place, report: Report): Allowance[] {
  if (!isRule(rule ?? '', place, report)) return []
  if (reason === undefined || reason.trim() === '') {
    refuse(report, place, rule ?? '', `${rule} is allowed without a reason`, 'say why with reason = "…"')
    return []
  }
  if (until !== undefined && !isDay(until)) {
    refuse(report, place, until, `${until} is no day`, 'write it as "2027-01-31"')
    return []
  }
  return [{ rule: rule ?? '', file, value, reason, until, place }]
}

type BaseToml = { readonly [Key in 'image' | 'released-since' | 'reason']: string | undefined }

function constraintOf(entry: BaseToml, place: Place, report: Report): BaseConstraint[] {
  const { image = '', 'released-since': releasedSince = '', reason = '' } = entry
  if (parseReference(image) === undefined) {
    refuse(report, place, image, `'${image}' is no image`, 'name a repository, such as registry.example/base/run')
    return []
  }
  if (!DAY_TEXT.test(releasedSince)) {
    refuse(report, place, releasedSince, `'${releasedSince}' is no day`, 'write released-since = "2027-01-31"')
    return []
  }
  return [{ image, releasedSince, reason, place }]
}

function isRule(rule: string, place: Place, report: Report): boolean {
  // Codes of errors that end the reading of something can be allowed too.
  if (CATALOGUE.has(rule) || RULES_LEFT_OUT.has(rule) || rule.startsWith('E_')) return true
  const meant = nearest(rule, CATALOGUE.keys())
  refuse(report, place, rule, `there is no rule ${rule}`, meant === undefined ? 'see trowel explain' : `write ${meant}`)
  return false
}

function isSeverity(text: string): text is Severity | 'off' {
  return SETTINGS.includes(text)
}

function refuse(report: Report, place: Place, value: string, message: string, fix: string): void {
  report({ rule: 'check-settings', severity: 'error', message, place, value, fix })
}

/** As the user would write it. */
function nearestFile(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const file = join(folder, FILE)
    if (existsSync(file)) return relative(cwd, file)
    if (existsSync(join(folder, '.git')) || dirname(folder) === folder) return undefined
  }
}

/** True for a day that there is; Date takes the 31st of February for a day in March. */
function isDay(text: string): boolean {
  const time = DAY_TEXT.test(text) ? Date.parse(text) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

/** A day as `YYYY-MM-DD`. @throws CnbError E_USAGE */
export function parseDay(text: string): string {
  if (isDay(text)) return text
  throw new CnbError('E_USAGE', `'${text}' is no day`, { value: text, hint: 'write it as 2026-01-31' })
}
