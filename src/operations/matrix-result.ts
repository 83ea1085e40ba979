import { CATALOGUE } from '../rules/catalogue.js'
import type { Column } from '../rules/matrix/column.js'
import { VERDICTS, type Verdict } from '../rules/matrix/judgement.js'
import { countsOf, isAllFit, type Matrix, type MatrixRow, type NumberedJudgement } from '../rules/matrix/matrix.js'

/** What came of a module and what it meets. */
export type CellVerdict = Verdict
/** What modules are held against. */
export type MatrixColumn = Column
/** A module, or the builder itself. */
export type MatrixLine = MatrixRow
/** A verdict with its reason, to which cells refer by number. */
export type MatrixNote = NumberedJudgement

/** A matrix, and what is said of it as a whole. */
export interface MatrixResult extends Matrix {
  /** How many cells have which verdict: every one, the worst first. */
  readonly counts: readonly { readonly verdict: CellVerdict; readonly count: number }[]
  /** Whether nothing in it needs attention. */
  readonly isAllFit: boolean
  /** What the rules are about that its cells name, by id. */
  readonly summaries: ReadonlyMap<string, string>
}

/** A matrix as it is shown. */
export function matrixResult(matrix: Matrix): MatrixResult {
  const counts = countsOf(matrix)
  const ids = new Set(matrix.judgements.map(({ rule }) => rule))
  const summaries = [...ids].flatMap((id) => {
    const summary = CATALOGUE.get(id)?.summary
    return summary === undefined ? [] : [[id, summary] as const]
  })
  return {
    ...matrix,
    counts: VERDICTS.map((verdict) => ({ verdict, count: counts[verdict] })),
    isAllFit: isAllFit(matrix),
    summaries: new Map(summaries),
  }
}
