import { dirname } from 'node:path'
import { CATALOGUE, type RuleSubject } from '../rules/catalogue.js'
import type { Allowance } from '../rules/policy.js'
import type { CheckedSubject, SubjectKind } from './check-report.js'

/** What an allowance is held against. */
export interface LookedAt {
  readonly checked: readonly CheckedSubject[]
  /** Descriptors of modules that a builder or a package brought along. */
  readonly modules: ReadonlySet<string>
  /** Whether all that lies beside and below trowel.toml was checked. */
  readonly isWhole: boolean
  /** Rules that could not be judged of something. */
  readonly unjudged: ReadonlySet<string>
}

/** Whether the whole folder of `trowel.toml` was asked for, by these names. */
export function isWholeFolder(names: readonly string[], trowelToml: string | undefined): boolean {
  const isHere = names.length === 0 || names.some((name) => name === '.' || name === './')
  return isHere && trowelToml !== undefined && dirname(trowelToml) === '.'
}

/** Whether what an allowance is about was looked at, so that it is idle when nothing was found. */
export function wasLookedAt({ rule, file }: Allowance, { checked, modules, isWhole, unjudged }: LookedAt): boolean {
  const about = CATALOGUE.get(rule)?.about
  if (about === undefined || unjudged.has(rule)) return false
  if (!checked.some(({ kind }) => about.some((subject) => isAbout(subject, kind, modules)))) return false
  if (isWhole) return true
  return (
    file !== undefined &&
    [...checked.map(({ name }) => name), ...modules].some((name) => `/${name}`.endsWith(`/${file}`))
  )
}

function isAbout(subject: RuleSubject, kind: SubjectKind, modules: ReadonlySet<string>): boolean {
  switch (subject) {
    case 'builder':
      return kind === 'builder.toml'
    case 'package':
      return kind === 'package.toml'
    case 'module':
      return kind === 'buildpack.toml' || kind === 'extension.toml' || modules.size > 0
    case 'image':
      return kind === 'image'
    case 'file':
      return kind !== 'image'
    // What a run says depends on more than on what is checked.
    case 'run':
      return false
    // Nothing that is checked can make it anything but idle.
    case 'command':
      return true
  }
}
