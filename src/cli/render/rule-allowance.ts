import type { ExplainedRule } from '../../operations/explain-rule.js'

/** How a trowel.toml allows what a rule finds. */
export function allowanceToml({ id, example }: ExplainedRule): readonly string[] {
  const [file] = example?.at ?? ['builder.toml']
  return [
    '[[check.allow]]',
    `rule = "${id}"`,
    `file = "${file}"`,
    'reason = "why it has to be so"',
    'until = "2027-01-31"',
  ]
}
