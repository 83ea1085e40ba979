import type { MatrixNote, MatrixResult } from '../../operations/matrix-result.js'
import {
  cellsOf,
  cellText,
  COLUMN_WORDS,
  lineKind,
  matrixSummary,
  opinionsOf,
  platformGroups,
  VERDICT_WORDS,
  type PlatformGroup,
} from './matrix-words.js'
import { printable } from './text.js'

/** A matrix as GitHub and its like lay it out. */
export function markdownMatrix(matrix: MatrixResult): string {
  return [
    `# ${text(matrix.subject)}`,
    '',
    `${text(matrixSummary(matrix))}. The numbers say why: see the list below.`,
    ...platformGroups(matrix).flatMap((group) => ['', ...platformTable(matrix, group)]),
    '',
    '## Why',
    '',
    ...matrix.judgements.flatMap(note),
  ].join('\n')
}

function platformTable({ rows }: MatrixResult, { platform, columns }: PlatformGroup): string[] {
  const head = columns.map(
    ({ column: { kind, title, facts } }) => `${COLUMN_WORDS[kind]}<br>${code(title)}<br>${text(facts)}`,
  )
  return [
    `## ${text(platform)}`,
    '',
    line(['module', 'kind', ...head]),
    line(['---', '---', ...columns.map(() => '---')]),
    ...rows.map((row) => line([code(row.name), lineKind(row), ...cellsOf(row, columns).map(cellText)])),
  ]
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function note(found: MatrixNote): string[] {
  const { number, verdict, rule, reason, fix } = found
  const head = `${number}. **${VERDICT_WORDS[verdict]}** ${code(rule)}: ${text(reason)}`
  if (verdict === 'fits' || verdict === 'not-applicable') return [head]
  return [
    head,
    ...opinionsOf(found).map(({ by, text: words }) => `    - ${by}: ${text(words)}`),
    ...(fix === undefined ? [] : [`    - fix: ${text(fix)}`]),
  ]
}

/** Punctuation that Markdown or HTML could take for more than itself. */
const PUNCTUATION = /[\\`*_{}[\]<>()#+!|~&@]/g

/** Text as itself, whatever is in it. Characters as numbers: an escape with a backslash is not known to every reader. */
function text(words: string): string {
  return printable(words).replace(PUNCTUATION, (c) => `&#${c.charCodeAt(0)};`)
}

/** The same in the letters of code. */
function code(words: string): string {
  return `<code>${text(words)}</code>`
}
