import type { Diagnostic, Place, Severity } from '../errors.js'
import type { CatalogueEntry } from './catalogue.js'
import { severityFor, type Profile } from './profile.js'

/** What a project settles about rules. */
export interface RulePolicy {
  readonly profile: Profile
  /** By rule. */
  readonly severities: ReadonlyMap<string, Severity | 'off'>
  readonly allowed: readonly Allowance[]
  /** `YYYY-MM-DD`. */
  readonly asOf: string
}

/** A finding that a project lives with. */
export interface Allowance {
  readonly rule: string
  /** Only of files that end in this path. */
  readonly file?: string | undefined
  /** Only with this value. */
  readonly value?: string | undefined
  readonly reason: string
  /** The last day of it, `YYYY-MM-DD`. */
  readonly until?: string | undefined
  /** Where it is written. */
  readonly place: Place
}

/** What becomes of a finding. */
export type Decided =
  | { readonly kind: 'found'; readonly finding: Diagnostic }
  | { readonly kind: 'allowed'; readonly finding: Diagnostic; readonly by: Allowance }
  | { readonly kind: 'off' }

/** What a project makes of a finding: how bad it is, or that it is allowed. `rule` is undefined for what is in no catalogue. */
export function decide(finding: Diagnostic, rule: CatalogueEntry | undefined, policy: RulePolicy): Decided {
  const by = policy.allowed.find((allowance) => allows(allowance, finding))
  if (by !== undefined && !isOver(by, policy.asOf)) return { kind: 'allowed', finding, by }
  const set = policy.severities.get(finding.rule)
  if (set === 'off') return { kind: 'off' }
  const severity = set ?? (rule === undefined ? finding.severity : severityFor(policy.profile, finding, rule))
  const notes = by === undefined ? finding.notes : [...(finding.notes ?? []), endedNote(by)]
  return { kind: 'found', finding: { ...finding, severity, ...(notes === undefined ? {} : { notes }) } }
}

/** Whether a finding is what an allowance is about, be it over or not. */
export function allows({ rule, file, value }: Allowance, finding: Diagnostic): boolean {
  if (rule !== finding.rule) return false
  if (value !== undefined && value !== finding.value) return false
  return file === undefined || `/${finding.place.file}`.endsWith(`/${file}`)
}

function isOver({ until }: Allowance, asOf: string): boolean {
  return until !== undefined && until < asOf
}

function endedNote({ place, until }: Allowance): string {
  return `${place.file}${place.line === undefined ? '' : `:${place.line}`} allowed it until ${until}`
}
