/** How a trowel.toml allows what a rule finds. */
export function allowanceToml(id: string): readonly string[] {
  return [
    '[[check.allow]]',
    `rule = "${id}"`,
    'file = "builder.toml"   # only there; left out, everywhere',
    'reason = "…"',
    'until = "2027-01-31"    # left out, for good',
  ]
}
