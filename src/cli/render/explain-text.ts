import type { Explanation, ExplainedCatalogue, ExplainedRow, ExplainedRule } from '../../operations/explain-rule.js'
import { alignColumns } from './columns.js'
import { refusers } from './refused-by.js'
import { allowanceToml } from './rule-allowance.js'
import { FIX_COMMAND, shownExample, type ShownPart } from './rule-example.js'
import type { Palette } from './style.js'

/** What something means, for people. */
export function explanationText(explanation: Explanation, palette: Palette): string {
  const { id } = explanation
  switch (explanation.kind) {
    case 'rule':
      return [
        ruleText(explanation, palette),
        ...exampleTexts(explanation, palette),
        ...allowanceTexts(explanation, palette),
      ].join('\n\n')
    case 'row':
      return rowText(explanation, palette)
    case 'left out':
      return `${palette.strong(id)} (${explanation.family}) is not checked: ${explanation.reason}`
    case 'code':
      return `${palette.strong(id)} (exit status ${explanation.exitStatus}): ${explanation.meaning}`
  }
}

function rowText({ id, level, summary, authority, rules }: ExplainedRow, palette: Palette): string {
  return [
    `${palette.strong(id)} ${summary}`,
    ...alignColumns(
      [
        ['  level', level],
        ['  wanted by', authority.join(', ')],
        ...(rules.length === 0 ? [] : [['  checked by', rules.join(', ')]]),
      ],
      2,
    ),
  ].join('\n')
}

function ruleText(rule: ExplainedRule, palette: Palette): string {
  const { id, severity, family, about, summary, reference, refusedBy, isFixable } = rule
  return [
    `${palette[severity](severity)}${palette.faint(`[${id}]`)} ${palette.strong(summary)}`,
    ...alignColumns(
      [
        ['  family', family],
        ['  looks at', about.join(', ')],
        ['  refused by', refusers(refusedBy) ?? 'nobody'],
        ...(isFixable ? [['  mended by', FIX_COMMAND]] : []),
        ['  written in', reference],
      ],
      2,
    ),
  ].join('\n')
}

function exampleTexts({ example }: ExplainedRule, palette: Palette): string[] {
  if (example === undefined) return []
  const { command, place, failing, mended } = shownExample(example)
  return [
    `${palette.strong('an example')}: ${command} finds it in ${place}`,
    ...failing.map((part) => partText(part, palette)),
    palette.strong('gone when this is changed'),
    ...mended.map((part) => partText(part, palette)),
  ]
}

function allowanceTexts(rule: ExplainedRule, palette: Palette): string[] {
  const toml = allowanceToml(rule)
  if (toml === undefined) return []
  return [[`${palette.strong('where it is right as it is')}, in trowel.toml`, ...indented(toml)].join('\n')]
}

function partText({ title, language, lines }: ShownPart, palette: Palette): string {
  const shown = language === 'diff' ? lines.map((line) => changedLine(line, palette)) : lines
  return [`  ${palette.faint(title)}`, ...indented(shown)].join('\n')
}

function changedLine(line: string, palette: Palette): string {
  return line.startsWith('+') ? palette.info(line) : line.startsWith('-') ? palette.error(line) : line
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `    ${line}`))
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
