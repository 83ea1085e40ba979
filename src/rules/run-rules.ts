import { sortedDiagnostics, type Diagnostic } from '../errors.js'
import type { PackageInput } from '../plan/package-input.js'
import { PACKAGE_RULES, RULES } from './rule-sets.js'
import { isApplicable, type Judged, type Rule } from './rule.js'

/**
 * All that `rules` find in `input`, in the order in which a reader of the files meets it. What two entries have in common,
 * because both lead to one module, is said once.
 */
export function runRules(input: Judged): Diagnostic[] {
  return findings(input, RULES)
}

/** The same for what goes into a package. */
export function runPackageRules(input: Judged<PackageInput>): Diagnostic[] {
  return findings(input, PACKAGE_RULES)
}

/** What rules say, and those that could not be asked. */
export interface Verdict<Input> {
  readonly findings: readonly Diagnostic[]
  /** With the first part that each of them misses. */
  readonly unjudged: readonly { readonly rule: string; readonly missing: keyof Input }[]
}

/**
 * All that `rules` find in `input`, as pack decides, and which of them need what is not there.
 *
 * @param isPartial whether a part was read only partly; all are whole without it
 */
export function judge<Input>(
  input: Judged<Input>,
  rules: readonly Rule<Input>[],
  isPartial: (part: keyof Input) => boolean = () => false,
): Verdict<Input> {
  const applicable = rules.filter((rule) => isApplicable(rule, input))
  const unjudged = applicable.flatMap(({ id, needs, whole = [] }) => {
    const missing = needs.find((part) => input[part] === undefined) ?? whole.find(isPartial)
    return missing === undefined ? [] : [{ rule: id, missing }]
  })
  return { findings: findings(input, applicable), unjudged }
}

function findings<Input>(input: Judged<Input>, rules: readonly Rule<Input>[]): Diagnostic[] {
  const found: Diagnostic[] = []
  for (const rule of rules) {
    const { id, severity } = rule
    rule.check(input, (finding) => {
      found.push({ ...finding, rule: id, severity: finding.severity ?? severity })
    })
  }
  return sortedDiagnostics(found).filter((one, index, all) => !isSame(one, all[index - 1]))
}

function isSame(a: Diagnostic, b: Diagnostic | undefined): boolean {
  if (b === undefined) return false
  const { file, line, column } = a.place
  const isSamePlace = file === b.place.file && line === b.place.line && column === b.place.column
  return isSamePlace && a.rule === b.rule && a.message === b.message
}
