import type { Diagnostic, Place } from '../errors.js'

/** What says less than others about the same member: those that stand for it. */
const SAID_BY: ReadonlyMap<string, readonly string[]> = new Map([
  ['order-duplicate-member', ['order-version-conflict', 'order-optional-hides-required']],
])

/** What says of keys why they do not belong where they stand: that they are unknown says less. */
const EXPLAINED_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['order-composite-extension', ['extension']],
  ['extension-order-or-stacks', ['order', 'stacks']],
])

/** The same findings, without those for which a more specific one stands at the same place. */
export function withoutSuperseded(findings: readonly Diagnostic[]): Diagnostic[] {
  const said = new Set(findings.map(({ rule, place }) => keyOf(rule, place)))
  const explained = new Set(
    findings.flatMap((one) => (EXPLAINED_KEYS.get(one.rule) ?? []).map((key) => keyInLine(key, one))),
  )
  return findings.filter(
    (one) =>
      SAID_BY.get(one.rule)?.some((specific) => said.has(keyOf(specific, one.place))) !== true &&
      !(one.rule === 'toml-unknown-key-descriptor' && explained.has(keyInLine(one.value ?? '', one))),
  )
}

/** One stands at the key, the other at its value. */
function keyInLine(key: string, { place: { file, line } }: Diagnostic): string {
  return JSON.stringify([file, line, key])
}

function keyOf(rule: string, { file, line, column }: Place): string {
  return JSON.stringify([rule, file, line, column])
}
