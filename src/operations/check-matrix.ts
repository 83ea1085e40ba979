import { CnbError } from '../errors.js'
import { matrixOf } from '../rules/matrix/matrix.js'
import { checkFiles, type CheckOutcome } from './check-files.js'
import type { CheckOptions } from './check-options.js'
import { matrixResult, type MatrixResult } from './matrix-result.js'
import type { Surroundings } from './surroundings.js'

/** A matrix, and what a check says of the same builder. */
export interface MatrixOutcome extends CheckOutcome {
  readonly matrix: MatrixResult
}

/**
 * Checks one builder, a file or an image, and shows all that meets in it.
 *
 * @throws CnbError E_USAGE when there is no builder among what is named, or more than one; E_INPUT when it cannot be read at all;
 * and as `checkFiles`
 */
export async function checkMatrix(options: CheckOptions, surroundings: Surroundings): Promise<MatrixOutcome> {
  const outcome = await checkFiles(options, surroundings)
  const [builder, ...others] = outcome.builders
  if (builder === undefined) throw noBuilder(outcome)
  if (others.length > 0) {
    throw new CnbError('E_USAGE', `a matrix is of one builder, and there are ${others.length + 1}`, {
      hint: `name one of them: ${outcome.builders.map(({ name }) => name).join(', ')}`,
    })
  }
  return { ...outcome, matrix: matrixResult(matrixOf(builder.name, builder.inputs)) }
}

function noBuilder({ report, unread }: CheckOutcome): CnbError {
  const [first] = unread
  if (first !== undefined) return first
  const diagnostics = report.findings.filter(({ severity }) => severity === 'error')
  if (diagnostics.length > 0) return new CnbError('E_INPUT', 'the input was refused', { diagnostics })
  return new CnbError('E_USAGE', 'a matrix is of a builder, and there is none', {
    hint: 'name a builder.toml, or a builder that was published',
  })
}
