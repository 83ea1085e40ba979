import type { Diagnostic, Place } from '../errors.js'

/** What says less than others about the same member: those that stand for it. */
const SAID_BY: ReadonlyMap<string, readonly string[]> = new Map([
  ['order-duplicate-member', ['order-version-conflict', 'order-optional-hides-required']],
])

/** The same findings, without those for which a more specific one stands at the same place. */
export function withoutSuperseded(findings: readonly Diagnostic[]): Diagnostic[] {
  const said = new Set(findings.map(({ rule, place }) => keyOf(rule, place)))
  return findings.filter(
    ({ rule, place }) => SAID_BY.get(rule)?.some((specific) => said.has(keyOf(specific, place))) !== true,
  )
}

function keyOf(rule: string, { file, line, column }: Place): string {
  return JSON.stringify([rule, file, line, column])
}
