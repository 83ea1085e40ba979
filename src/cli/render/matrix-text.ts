import type { MatrixNote, MatrixResult } from '../../operations/matrix-result.js'
import { alignColumns, trimmed } from './columns.js'
import {
  cellsOf,
  cellText,
  COLUMN_WORDS,
  columnLetter,
  lineKind,
  matrixSummary,
  opinionsOf,
  platformGroups,
  VERDICT_WORDS,
  type PlatformGroup,
} from './matrix-words.js'
import { printable } from './text.js'

/** A matrix for terminals: a table a platform, and below them why each cell is as it is. */
export function printMatrix(matrix: MatrixResult): string {
  return [
    `${matrix.subject}: ${matrixSummary(matrix)}`,
    ...platformGroups(matrix).flatMap((group) => ['', ...printPlatform(matrix, group)]),
    '',
    ...matrix.judgements.flatMap(printNote),
  ]
    .map((line) => printable(line))
    .join('\n')
}

function printPlatform({ rows }: MatrixResult, { platform, columns }: PlatformGroup): string[] {
  const legend = columns.map(({ column: { kind, title, facts } }, i) => [
    columnLetter(i),
    COLUMN_WORDS[kind],
    title,
    facts,
  ])
  const head = ['', '', ...columns.map((_, i) => columnLetter(i))]
  const body = rows.map((row) => [row.name, lineKind(row), ...cellsOf(row, columns).map(cellText)])
  return [platform, ...indented(legend), '', ...indented([head, ...body])]
}

function printNote(note: MatrixNote): string[] {
  const { number, verdict, rule, reason, fix } = note
  const lead = `${String(number).padStart(3)}  `
  const indent = ' '.repeat(lead.length)
  const head = `${lead}${VERDICT_WORDS[verdict]} [${rule}] ${reason}`
  if (verdict === 'fits' || verdict === 'not-applicable') return [head]
  return [
    head,
    ...opinionsOf(note).map(({ by, text }) => `${indent}${by}: ${text}`),
    ...(fix === undefined ? [] : [`${indent}fix: ${fix}`]),
  ]
}

function indented(rows: readonly (readonly string[])[]): string[] {
  return alignColumns(rows, 2).map((line) => trimmed(`  ${line}`))
}
