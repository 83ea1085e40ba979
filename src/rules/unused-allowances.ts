import type { Diagnostic } from '../errors.js'
import { allows, type Allowance } from './policy.js'

/** The rule that says so, which is described in the catalogue. */
const UNUSED = { rule: 'check-allow-unused', severity: 'info' } as const

/** A finding for each allowance that allows none of `found`, of those about what was looked at. */
export function unusedAllowances(
  allowed: readonly Allowance[],
  found: readonly Diagnostic[],
  wasChecked: (allowance: Allowance) => boolean,
): Diagnostic[] {
  return allowed
    .filter((allowance) => wasChecked(allowance) && !found.some((finding) => allows(allowance, finding)))
    .map(({ rule, file, value, place }) => ({
      ...UNUSED,
      message: [
        `${rule} is allowed`,
        ...(value === undefined ? [] : [`of ${value}`]),
        ...(file === undefined ? [] : [`in ${file}`]),
        'but was not found',
      ].join(' '),
      place,
      value: rule,
      fix: 'remove the entry, or correct its file or value',
    }))
}
