import type { Diagnostic, Place, Severity } from '../errors.js'
import type { Profile } from '../rules/profile.js'
import type { RefusedBy } from '../rules/rule.js'

export { printProfile } from '../rules/profile.js'

/** What a run of `check` has to say; `--format json` prints it. */
export interface CheckReport {
  readonly checked: readonly CheckedSubject[]
  readonly profile: Profile
  /** The least severity that fails the run. */
  readonly failOn: Severity
  /** `YYYY-MM-DD`. */
  readonly asOf: string
  /** In the order of the files, without those that are allowed. */
  readonly findings: readonly CheckFinding[]
  readonly allowed: readonly AllowedFinding[]
  readonly notEvaluated: readonly NotEvaluated[]
}

/** Something that was checked. */
export interface CheckedSubject {
  /** A path as the user would write it, or a reference. */
  readonly name: string
  readonly kind: SubjectKind
}

/** What can be checked. */
export type SubjectKind = 'builder.toml' | 'package.toml' | 'buildpack.toml' | 'extension.toml' | 'image'

/** A problem, with who refuses it. */
export interface CheckFinding extends Diagnostic {
  /** undefined for what no rule of the catalogue says, such as a file that cannot be read. */
  readonly refusedBy?: RefusedBy | undefined
}

/** What trowel.toml allows. */
export interface AllowedFinding {
  readonly finding: CheckFinding
  readonly reason: string
  /** The last day of it, `YYYY-MM-DD`. */
  readonly until?: string | undefined
  /** Where trowel.toml says so. */
  readonly place: Place
}

/** Rules that could not be judged, and why. */
export interface NotEvaluated {
  /** The name of what was checked. */
  readonly subject: string
  /** Ids, sorted. */
  readonly rules: readonly string[]
  /** Lower case, no full stop: `the build image registry.example/base/build:1 was not read: --offline`. */
  readonly reason: string
}
