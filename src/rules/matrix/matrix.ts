import { isComposite, type ModuleKind } from '../../cnb/module.js'
import { builderRows } from './builder-rows.js'
import type { Column } from './column.js'
import { platformColumns, type PlatformColumns } from './columns.js'
import type { MatrixInput } from './input.js'
import { VERDICTS, type Judgement, type Verdict } from './judgement.js'
import { judgeModule } from './module-cells.js'
import { matrixModules, type MatrixModule } from './modules.js'

/** Every module of a builder against everything that it meets. */
export interface Matrix {
  /** The builder, for people. */
  readonly subject: string
  /** Platform by platform, in the order in which they are named. */
  readonly columns: readonly Column[]
  readonly rows: readonly MatrixRow[]
  /** From what fits not to what is not applicable. */
  readonly judgements: readonly NumberedJudgement[]
}

/** A judgement with the number by which cells refer to it, from 1 on. */
export interface NumberedJudgement extends Judgement {
  readonly number: number
}

/** A module, or the builder itself. */
export interface MatrixRow {
  readonly kind: ModuleKind | 'builder'
  /** `id@version`, or what of the builder it is about. */
  readonly name: string
  readonly isComposite: boolean
  /** Where it was found, for people; empty for the builder itself. */
  readonly from: string
  /** One a column. */
  readonly cells: readonly NumberedJudgement[]
}

/** The matrix of the builder `subject`, one input a platform. */
export function matrixOf(subject: string, inputs: readonly MatrixInput[]): Matrix {
  const platforms = inputs.map((input) => ({ input, columns: platformColumns(input), modules: matrixModules(input) }))
  const judgements = new Judgements()
  const rows = [...builderRowsOf(platforms), ...moduleRowsOf(platforms)].map(({ cells, ...row }) => ({
    ...row,
    cells: cells.map((cell) => judgements.intern(cell)),
  }))
  const numbered = judgements.numbered()
  return {
    subject,
    columns: platforms.flatMap(({ columns }) => columns.columns),
    rows: rows.map((row) => ({ ...row, cells: row.cells.map((key) => numbered.get(key)!) })),
    judgements: [...numbered.values()],
  }
}

/** How many cells have which verdict. */
export function countsOf({ rows }: Pick<Matrix, 'rows'>): Readonly<Record<Verdict, number>> {
  const counts = { 'fits-not': 0, differs: 0, unknown: 0, fits: 0, 'not-applicable': 0 }
  for (const { cells } of rows) for (const { verdict } of cells) counts[verdict]++
  return counts
}

/** Whether nothing in it needs attention. */
export function isAllFit({ judgements }: Pick<Matrix, 'judgements'>): boolean {
  return judgements.every(({ verdict }) => verdict === 'fits' || verdict === 'not-applicable')
}

interface PlatformPart {
  readonly input: MatrixInput
  readonly columns: PlatformColumns
  readonly modules: ReadonlyMap<string, MatrixModule>
}

type Row = Omit<MatrixRow, 'cells'> & { readonly cells: readonly Judgement[] }

function builderRowsOf(platforms: readonly PlatformPart[]): Row[] {
  const names = new Map<string, Judgement[]>()
  for (const { input, columns } of platforms) {
    for (const [name, cells] of builderRows(input, columns)) names.set(name, [...(names.get(name) ?? []), ...cells])
  }
  return [...names].map(([name, cells]) => ({ kind: 'builder', name, isComposite: false, from: '', cells }))
}

/** A module that comes from different places on two platforms is one row, which says the first. */
function moduleRowsOf(platforms: readonly PlatformPart[]): Row[] {
  const first = new Map<string, MatrixModule>()
  for (const { modules } of platforms) {
    for (const [key, module] of modules) if (!first.has(key)) first.set(key, module)
  }
  return [...first].map(([key, { kind, name, from, module }]) => ({
    kind,
    name,
    from,
    isComposite: module !== undefined && isComposite(module.descriptor),
    cells: platforms.flatMap(({ columns, modules }) => judgeModule(modules.get(key), columns)),
  }))
}

/** Judgements, each once: a thousand modules fit for a handful of reasons. */
class Judgements {
  readonly #known = new Map<string, Judgement>()

  intern(judgement: Judgement): string {
    const key = JSON.stringify(judgement)
    if (!this.#known.has(key)) this.#known.set(key, judgement)
    return key
  }

  numbered(): ReadonlyMap<string, NumberedJudgement> {
    const sorted = VERDICTS.flatMap((wanted) => [...this.#known].filter(([, { verdict }]) => verdict === wanted))
    return new Map(sorted.map(([key, judgement], index) => [key, { number: index + 1, ...judgement }]))
  }
}
