import type { Explanation, ExplainedRule } from '../../operations/explain-rule.js'
import { markdownProse } from './markdown.js'
import { refusers } from './refused-by.js'
import { allowanceToml } from './rule-allowance.js'
import { FIX_COMMAND, shownExample, type ShownPart } from './rule-example.js'
import { sentence } from './text.js'

/** What something means, as a page. */
export function explanationMarkdown(explanation: Explanation): string {
  const title = `# \`${explanation.id}\``
  switch (explanation.kind) {
    case 'rule':
      return [title, ...ruleParts(explanation), ...exampleParts(explanation), ...allowanceParts(explanation)].join(
        '\n\n',
      )
    case 'row':
      return [
        title,
        markdownProse(sentence(explanation.summary)),
        markdownProse(`${explanation.level}, wanted by ${explanation.authority.join(', ')}.`),
      ].join('\n\n')
    case 'left out':
      return [title, `Not checked: ${markdownProse(explanation.reason)}.`].join('\n\n')
    case 'code':
      return [title, `${markdownProse(sentence(explanation.meaning))} Exit status ${explanation.exitStatus}.`].join(
        '\n\n',
      )
  }
}

function ruleParts({ severity, family, about, summary, reference, refusedBy, isFixable }: ExplainedRule): string[] {
  const facts: readonly (readonly [string, string])[] = [
    ['severity', severity],
    ['family', family],
    ['looks at', about.join(', ')],
    ['refused by', refusers(refusedBy) ?? 'nobody'],
    ...(isFixable ? [['mended by', FIX_COMMAND] as const] : []),
    ['written in', reference],
  ]
  return [
    markdownProse(sentence(summary)),
    ['| | |', '| --- | --- |', ...facts.map(([name, value]) => `| ${name} | ${markdownProse(value)} |`)].join('\n'),
  ]
}

function exampleParts({ example }: ExplainedRule): string[] {
  if (example === undefined) return []
  const { command, place, failing, mended } = shownExample(example)
  return [
    '## Example',
    `\`${command}\` finds it in ${place}:`,
    ...failing.flatMap(partBlocks),
    'It is gone when this is changed:',
    ...mended.flatMap(partBlocks),
  ]
}

function allowanceParts(rule: ExplainedRule): string[] {
  const toml = allowanceToml(rule)
  return toml === undefined ? [] : ['## Where it is right as it is', 'In `trowel.toml`:', block('toml', toml)]
}

function partBlocks({ title, language, lines }: ShownPart): string[] {
  return lines.length === 0 ? [markdownProse(title)] : [markdownProse(title), block(language, lines)]
}

/** A block that nothing in it ends. */
function block(language: string, lines: readonly string[]): string {
  const longest = Math.max(2, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map(({ length }) => length)))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}${language}`, ...lines, fence].join('\n')
}
