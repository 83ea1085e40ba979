import { explanationMarkdown } from '#src/cli/render/explain-markdown.js'
import { markdownProse } from '#src/cli/render/markdown.js'
import { refusers } from '#src/cli/render/refused-by.js'
import { explainedCatalogue, type ExplainedCatalogue } from '#src/operations/explain-rule.js'

/** The pages of `docs/rules`, by name: one for each rule, and the index. */
export function rulePages(): ReadonlyMap<string, string> {
  const catalogue = explainedCatalogue()
  const rules = catalogue.families.flatMap((family) => family.rules)
  return new Map([
    ['README.md', indexPage(catalogue)],
    ...rules.map((rule): [string, string] => [`${rule.id}.md`, `${explanationMarkdown(rule)}\n`]),
  ])
}

const HEAD = `# Rules

What \`trowel check\` says, and \`create\` and \`package\` where it keeps them from their work; \`trowel explain RULE\` shows the same.
These pages are made by \`npm run golden\` from the rules and their examples, which are also their tests. Ids are stable.

A severity is what the profile \`pack\` makes of a finding, which decides as pack does; \`--profile lifecycle\`, \`kpack\`, \`strict-spec\`
and \`cf\` make an error of what is refused there. [trowel check](../check.md) says more.

Examples show what differs from a small builder with one buildpack, about which nothing is to be said.
`

function indexPage({ families, codes }: ExplainedCatalogue): string {
  const left = families.flatMap((family) => family.leftOut)
  return [
    HEAD,
    ...families
      .filter(({ rules }) => rules.length > 0)
      .flatMap(({ title, rules }) => [
        `## ${title}\n`,
        ...table(
          ['rule', 'severity', 'finds', 'refused by'],
          rules.map(({ id, severity, summary, refusedBy }) => [
            `[\`${id}\`](${id}.md)`,
            severity,
            markdownProse(summary),
            markdownProse(refusers(refusedBy) ?? ''),
          ]),
        ),
      ]),
    '## Not checked\n',
    ...table(
      ['rule', 'family', 'why not'],
      left.map(({ id, family, reason }) => [`\`${id}\``, family, markdownProse(reason)]),
    ),
    '## Codes that end a run\n',
    ...table(
      ['code', 'exit status', 'means'],
      codes.map(({ id, exitStatus, meaning }) => [`\`${id}\``, String(exitStatus), markdownProse(meaning)]),
    ),
  ].join('\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [...[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`), '']
}
