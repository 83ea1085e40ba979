import type { CellVerdict, MatrixColumn, MatrixLine, MatrixNote, MatrixResult } from '../../operations/matrix-result.js'
import { counted } from './text.js'

/** What a verdict is called, for people. */
export const VERDICT_WORDS: Readonly<Record<CellVerdict, string>> = {
  'fits-not': 'does not fit',
  differs: 'differs',
  unknown: 'unknown',
  fits: 'fits',
  'not-applicable': 'not applicable',
}

const COUNTED: Readonly<Record<CellVerdict, readonly [one: string, several: string]>> = {
  'fits-not': ['misfit', 'misfits'],
  differs: ['difference', 'differences'],
  unknown: ['unknown', 'unknown'],
  fits: ['fits', 'fit'],
  'not-applicable': ['not applicable', 'not applicable'],
}

/** What stands in a cell: its sign, its verdict, and the number of its note. */
export function cellText({ verdict, number }: Pick<MatrixNote, 'verdict' | 'number'>): string {
  const word = verdict === 'not-applicable' ? 'n/a' : VERDICT_WORDS[verdict]
  return `${VERDICT_SIGNS[verdict]} ${word} ${number}`
}

/** One sign a verdict, for those who do not see colours. */
export const VERDICT_SIGNS: Readonly<Record<CellVerdict, string>> = {
  'fits-not': '✗',
  differs: '≠',
  unknown: '?',
  fits: '✓',
  'not-applicable': '–',
}

/** What the verdicts mean. */
export const VERDICT_MEANINGS: Readonly<Record<CellVerdict, string>> = {
  'fits-not': 'whoever compares it refuses it',
  differs: 'of pack, the lifecycle and the specification, one takes what another refuses',
  unknown: 'something that decides it is not known here',
  fits: 'nobody objects',
  'not-applicable': 'there is nothing to compare',
}

/** What a column is about. */
export const COLUMN_WORDS: Readonly<Record<MatrixColumn['kind'], string>> = {
  'build-image': 'build image',
  'run-image': 'run image',
  'run-mirror': 'mirror',
  'buildpack-api': 'lifecycle',
  'platform-api': 'lifecycle',
}

/** What is known of a row beside its name. */
export function lineKind({ kind, isComposite }: Pick<MatrixLine, 'kind' | 'isComposite'>): string {
  return isComposite ? 'composite' : kind
}

const SAYS: Readonly<Record<MatrixNote['opinions'][number]['by'], Readonly<Record<string, string>>>> = {
  pack: { fits: 'takes it', 'fits-not': 'refuses it', unknown: 'unknown', silent: '' },
  specification: { fits: 'is met', 'fits-not': 'is not met', unknown: 'unknown', silent: '' },
  lifecycle: { fits: 'takes it', 'fits-not': 'does not take it', unknown: 'unknown', silent: '' },
}

/** What each reader does: `refuses it`, and why where that is not the reason already. */
export function opinionsOf({ opinions, reason }: MatrixNote): { readonly by: string; readonly text: string }[] {
  // What cannot be known is unknown to all of them for one reason.
  const known = opinions.filter(({ says, text }) => says !== 'unknown' || text !== reason)
  return known.map(({ by, says, text }) => {
    const does = SAYS[by][says] ?? ''
    return { by, text: [does, text === reason ? '' : text].filter((part) => part !== '').join(': ') }
  })
}

/** `8 modules, 2 platforms: 5 misfits, 1 unknown, 20 fit`. */
export function matrixSummary({ rows, columns, counts }: MatrixResult): string {
  const found = counts
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${COUNTED[verdict][count === 1 ? 0 : 1]}`)
  const modules = rows.filter(({ kind }) => kind !== 'builder').length
  const platforms = new Set(columns.map(({ platform }) => platform)).size
  return `${counted(modules, 'module')}, ${counted(platforms, 'platform')}: ${found.join(', ')}`
}

/** The columns of a platform, each with its position in the matrix. */
export interface PlatformGroup {
  readonly platform: string
  readonly columns: readonly { readonly column: MatrixColumn; readonly index: number }[]
}

/** The columns by platform, in their order. */
export function platformGroups({ columns }: Pick<MatrixResult, 'columns'>): readonly PlatformGroup[] {
  const groups = new Map<string, { column: MatrixColumn; index: number }[]>()
  columns.forEach((column, index) => {
    const group = groups.get(column.platform) ?? []
    groups.set(column.platform, group)
    group.push({ column, index })
  })
  return [...groups].map(([platform, members]) => ({ platform, columns: members }))
}

/** The cells of a row on one platform. */
export function cellsOf({ cells }: MatrixLine, columns: PlatformGroup['columns']): readonly MatrixNote[] {
  return columns.flatMap(({ index }) => cells[index] ?? [])
}

/** What stands for a column where there is no room for its title: `A`, `B`, … `Z`, `A1`. */
export function columnLetter(position: number): string {
  const letters = 26
  const round = Math.floor(position / letters)
  return `${String.fromCharCode(65 + (position % letters))}${round === 0 ? '' : round}`
}
