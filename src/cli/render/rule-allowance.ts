import type { ExplainedRule } from '../../operations/explain-rule.js'

/** How a trowel.toml allows what a rule finds; undefined where that has no effect. */
export function allowanceToml({ id, about, example }: ExplainedRule): readonly string[] | undefined {
  if (about.every((subject) => subject === 'command')) return undefined
  // What a run says may be about a flag.
  const file = about.every((subject) => subject === 'run') ? undefined : (example?.at[0] ?? 'builder.toml')
  return [
    '[[check.allow]]',
    `rule = "${id}"`,
    ...(file === undefined ? [] : [`file = "${file}"`]),
    'reason = "why it has to be so"',
    'until = "2027-01-31"',
  ]
}
