import type { Severity } from '../../errors.js'
import type { AllowedFinding, CheckFinding, CheckReport, NotEvaluated } from '../../operations/check-report.js'
import { summaryOf } from './diagnostics.js'
import { refusers } from './refused-by.js'
import { counted } from './text.js'

/** What all outputs of `check` say in the same words. They are as the input has them: each output escapes them in its own way. */

/** `2 errors, 1 warning in 3 files and 1 image; 12 rules not evaluated; 1 finding allowed`. */
export function checkSummary({ checked, findings, allowed, notEvaluated }: CheckReport): string {
  const rules = new Set(notEvaluated.flatMap(({ rules }) => rules)).size
  const images = checked.filter(({ kind }) => kind === 'image').length
  const places = countedAll([checked.length - images, 'file'], [images, 'image']).join(' and ')
  const found = findings.length === 0 ? 'no findings' : summaryOf(findings)
  return [
    places === '' ? found : `${found} in ${places}`,
    ...(rules === 0 ? [] : [`${counted(rules, 'rule')} not evaluated`]),
    ...(allowed.length === 0 ? [] : [`${counted(allowed.length, 'finding')} allowed`]),
  ].join('; ')
}

/** Those of which there are some. */
function countedAll(...counts: readonly (readonly [count: number, noun: string])[]): string[] {
  return counts.flatMap(([count, noun]) => (count === 0 ? [] : [counted(count, noun)]))
}

/** `refused by pack (builder create)`; nothing when nobody refuses it. */
export function refusalsOf({ refusedBy }: CheckFinding): string[] {
  const named = refusers(refusedBy)
  return named === undefined ? [] : [`refused by ${named}`]
}

/** What to know beside the message, a line each: notes, who refuses it, what to do. */
export function furtherLines(finding: CheckFinding): string[] {
  const { notes = [], fix } = finding
  return [
    ...notes.map((note) => `note: ${note}`),
    ...refusalsOf(finding),
    ...(fix === undefined ? [] : [`fix: ${fix}`]),
  ]
}

/** `allowed until 2027-01-01: the reason`. */
export function allowanceOf({ reason, until }: AllowedFinding): string {
  return `allowed${until === undefined ? '' : ` until ${until}`}: ${reason}`
}

/** `these-rules, and-those: the reason`; the reason alone for what is not known to be about rules. */
export function gapOf({ rules, reason }: NotEvaluated): string {
  return rules.length === 0 ? reason : `${rules.join(', ')}: ${reason}`
}

/** Whether a finding of this severity fails the run. */
export function isFailing(severity: Severity, { failOn }: CheckReport): boolean {
  const severities: readonly Severity[] = ['info', 'warning', 'error']
  return severities.indexOf(severity) >= severities.indexOf(failOn)
}

/** `items` by the text that `keyOf` gives, in the order in which the texts come. */
export function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
