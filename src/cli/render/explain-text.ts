import type { Explanation, ExplainedCatalogue, ExplainedRule } from '../../operations/explain-rule.js'
import { alignColumns } from './columns.js'
import { refusers } from './refused-by.js'
import type { Palette } from './style.js'

/** What something means, for people. */
export function explanationText(explanation: Explanation, palette: Palette): string {
  const { id } = explanation
  switch (explanation.kind) {
    case 'rule':
      return ruleText(explanation, palette)
    case 'left out':
      return `${palette.strong(id)} (${explanation.family}): not checked; ${explanation.reason}`
    case 'code':
      return `${palette.strong(id)} (exit status ${explanation.exitStatus}): ${explanation.meaning}`
  }
}

function ruleText(rule: ExplainedRule, palette: Palette): string {
  const { id, severity, family, about, summary, reference, refusedBy } = rule
  const refused = refusers(refusedBy)
  return [
    `${palette[severity](severity)}${palette.faint(`[${id}]`)} ${palette.strong(summary)}`,
    ...alignColumns(
      [
        ['  family', family],
        ['  looks at', about.join(', ')],
        ['  refused by', refused ?? 'nobody'],
        ['  see', reference],
      ],
      2,
    ),
  ].join('\n')
}

/** All that can be explained, a line each. */
export function catalogueText({ families, codes }: ExplainedCatalogue, palette: Palette): string {
  const blocks = families.map(({ title, rules, leftOut }) =>
    [
      palette.strong(title),
      ...alignColumns(
        [
          ...rules.map(({ id, severity, summary }) => [`  ${id}`, severity, summary]),
          ...leftOut.map(({ id, reason }) => [`  ${id}`, 'left out', reason]),
        ],
        2,
      ),
    ].join('\n'),
  )
  const told = alignColumns(
    codes.map(({ id, exitStatus, meaning }) => [`  ${id}`, `exit ${exitStatus}`, meaning]),
    2,
  )
  return [...blocks, [palette.strong('Codes that end a run'), ...told].join('\n')].join('\n\n')
}
