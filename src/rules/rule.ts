import type { Diagnostic, Severity } from '../errors.js'
import type { BuilderInput } from '../plan/builder-input.js'

/** What a rule found. It takes its id from the rule, and its severity too unless it has one of its own. */
export interface Finding extends Omit<Diagnostic, 'rule' | 'severity'> {
  readonly severity?: Severity | undefined
}

/** Takes one finding; the rule goes on. */
export type ReportFinding = (finding: Finding) => void

/** What there is to judge. A part is undefined when it could not be read, which was reported where it was tried. */
export type Judged = { readonly [Part in keyof BuilderInput]: BuilderInput[Part] | undefined }

/** One judgement. It is made only where all that it needs is there. */
export interface Rule {
  /** Stable: never renamed, never used for something else. */
  readonly id: string
  /** Of a finding that does not say otherwise. */
  readonly severity: Severity
  /** One sentence: what is refused or warned about. */
  readonly summary: string
  /** Where the rule is written: a specification with its version, or the behaviour of pack 0.40.6. */
  readonly reference: string
  readonly needs: readonly (keyof BuilderInput)[]
  /** Reports nothing when something that it needs is missing. */
  check(input: Judged, report: ReportFinding): void
}

/** A rule whose check sees all of what it needs, and of the rest what there is. */
export interface RuleDefinition<Part extends keyof BuilderInput> extends Omit<Rule, 'needs' | 'check'> {
  readonly needs: readonly Part[]
  check(input: Judged & Pick<BuilderInput, Part>, report: ReportFinding): void
}

/** Makes a rule out of its definition. */
export function rule<Part extends keyof BuilderInput>(definition: RuleDefinition<Part>): Rule {
  return {
    ...definition,
    check(input, report) {
      if (hasParts(input, definition.needs)) definition.check(input, report)
    },
  }
}

function hasParts<Part extends keyof BuilderInput>(
  input: Judged,
  parts: readonly Part[],
): input is Judged & Pick<BuilderInput, Part> {
  return parts.every((part) => input[part] !== undefined)
}
