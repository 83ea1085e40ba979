import type { Explanation, ExplainedRule } from '../../operations/explain-rule.js'
import { markdownProse } from './markdown.js'
import { refusers } from './refused-by.js'

/** What something means, as a page. */
export function explanationMarkdown(explanation: Explanation): string {
  const title = `# \`${explanation.id}\``
  switch (explanation.kind) {
    case 'rule':
      return [title, ...ruleParts(explanation)].join('\n\n')
    case 'left out':
      return [title, `Not checked: ${markdownProse(explanation.reason)}.`].join('\n\n')
    case 'code':
      return [title, `${markdownProse(explanation.meaning)}; exit status ${explanation.exitStatus}.`].join('\n\n')
  }
}

function ruleParts({ severity, family, about, summary, reference, refusedBy }: ExplainedRule): string[] {
  const refused = refusers(refusedBy)
  const facts: readonly (readonly [string, string])[] = [
    ['severity', severity],
    ['family', family],
    ['looks at', about.join(', ')],
    ['refused by', refused ?? 'nobody'],
    ['see', reference],
  ]
  return [
    `${markdownProse(summary)}.`,
    ['| | |', '| --- | --- |', ...facts.map(([name, value]) => `| ${name} | ${markdownProse(value)} |`)].join('\n'),
  ]
}
