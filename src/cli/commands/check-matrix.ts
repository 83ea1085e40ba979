import { CnbError } from '../../errors.js'
import type { CheckOptions } from '../../operations/check-options.js'
import type { MatrixResult } from '../../operations/matrix-result.js'
import { flag, single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { summaryOf } from '../render/diagnostics.js'
import { surroundingsOf } from '../surroundings.js'
import { showWarnings } from '../warnings.js'
import { statusOf } from './check-files.js'

const FORMATS = ['text', 'json', 'markdown', 'html'] as const

/** Runs `trowel check --matrix`. The status is that of the check, unless all fits. */
export async function showMatrix(args: Arguments, options: CheckOptions, context: Context): Promise<number> {
  const { output } = context
  const format = formatOf(args)
  const { checkMatrix } = await import('../../operations/check-matrix.js')
  const { surroundings } = surroundingsOf(context)
  const outcome = await checkMatrix(options, surroundings)
  output.done()
  output.result(await printed(outcome.matrix, format))
  const { findings } = outcome.report
  // What could not be read is why cells are unknown; what rules say of the builder is for the check itself to show.
  showWarnings(
    findings.filter(({ rule }) => rule.startsWith('E_')),
    output,
  )
  if (findings.length > 0) output.info(`trowel check ${outcome.matrix.subject} says more: ${summaryOf(findings)}`)
  return outcome.matrix.isAllFit ? 0 : statusOf(outcome)
}

function formatOf(args: Arguments): (typeof FORMATS)[number] {
  const text = flag(args, 'json') ? 'json' : (single(args, 'format') ?? 'text')
  const format = FORMATS.find((name) => name === text)
  if (format !== undefined) return format
  throw new CnbError('E_USAGE', `a matrix is not printed as '${text}'`, {
    value: text,
    hint: `write ${FORMATS.join(', ')}`,
  })
}

/** Each format is loaded when it is wanted. */
async function printed(matrix: MatrixResult, format: (typeof FORMATS)[number]): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('../render/matrix-text.js')).printMatrix(matrix)
    case 'json':
      return (await import('../render/matrix-json.js')).jsonMatrix(matrix)
    case 'markdown':
      return (await import('../render/matrix-markdown.js')).markdownMatrix(matrix)
    case 'html':
      return (await import('../render/matrix-html.js')).htmlMatrix(matrix)
  }
}
