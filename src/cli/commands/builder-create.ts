import { CnbError } from '../../errors.js'
import type { CreateBuilderOptions } from '../../operations/create-builder-options.js'
import { flag, list, operand, single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { imageOptions } from '../image-arguments.js'
import { diagnosticJson } from '../render/failure.js'
import { printPlan } from '../render/plan.js'
import { showProgress } from '../render/progress.js'
import { printSummary } from '../render/summary.js'
import { showWarnings } from '../warnings.js'

/** Runs `trowel builder create` with its parsed arguments. */
export async function builderCreate(args: Arguments, context: Context): Promise<void> {
  const { host, output, signal, version } = context
  const request = readOptions(args, context)
  // Loaded late: usage errors need none of it.
  const { createBuilder } = await import('../../operations/create-builder.js')
  const { report, traffic } = showProgress(output, host.now)
  const outcome = await createBuilder(request, { host, version, report, signal })
  output.done()
  showWarnings(outcome.warnings, output)
  const asJson = flag(args, 'json')
  if (outcome.kind === 'planned') {
    if (asJson) output.json({ plan: outcome.plan, warnings: outcome.warnings.map(diagnosticJson) })
    else output.result(printPlan(outcome.plan))
    return
  }
  const { result } = outcome
  if (asJson) output.json({ ...result, warnings: outcome.warnings.map(diagnosticJson) })
  else output.result(result.reference)
  output.info([printSummary(result, output.palette), traffic.print()].filter((part) => part !== '').join('\n'))
}

function readOptions(args: Arguments, context: Context): CreateBuilderOptions {
  const config = single(args, 'config')
  if (config === undefined) {
    throw new CnbError('E_USAGE', 'no builder config path was given', { hint: 'say which builder.toml with --config' })
  }
  return {
    ...imageOptions(args, context),
    name: operand(args, 'NAME'),
    config,
    flatten: list(args, 'flatten'),
    createdBy: single(args, 'created-by') ?? `trowel@${context.version}`,
    experimental: flag(args, 'experimental'),
  }
}
