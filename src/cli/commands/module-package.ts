import type { PackageOptions } from '../../operations/package-options.js'
import { commaList, flag, operand, single } from '../arguments.js'
import type { Arguments, Context, Run } from '../command.js'
import { imageOptions } from '../image-arguments.js'
import { diagnosticJson } from '../render/failure.js'
import { printPackagePlan } from '../render/plan.js'
import { showProgress } from '../render/progress.js'
import { printSummary } from '../render/summary.js'
import { showWarnings } from '../warnings.js'

/** Runs `trowel buildpack package` with its parsed arguments. */
export const packageBuildpack: Run = (args, context) => runPackage('buildpack', args, context)

/** Runs `trowel extension package` with its parsed arguments. */
export const packageExtension: Run = (args, context) => runPackage('extension', args, context)

async function runPackage(kind: PackageOptions['kind'], args: Arguments, context: Context): Promise<void> {
  const { host, output, signal, version } = context
  const request = readOptions(kind, args, context)
  // Loaded late: usage errors need none of it.
  const { packageModule } = await import('../../operations/package-module.js')
  const { report, traffic } = showProgress(output, host.now)
  const outcome = await packageModule(request, { host, version, report, signal })
  output.done()
  showWarnings(outcome.warnings, output)
  const asJson = flag(args, 'json')
  const warnings = outcome.warnings.map(diagnosticJson)
  if (outcome.kind === 'planned') {
    if (asJson) output.json({ plan: outcome.plan, warnings })
    else output.result(printPackagePlan(outcome.plan))
    return
  }
  const { result } = outcome
  if (asJson) output.json({ ...result, warnings })
  else output.result(result.reference)
  output.info([printSummary(result, output.palette), traffic.print()].filter((part) => part !== '').join('\n'))
}

function readOptions(kind: PackageOptions['kind'], args: Arguments, context: Context): PackageOptions {
  return {
    ...imageOptions(args, context),
    kind,
    name: operand(args, 'NAME'),
    format: single(args, 'format'),
    config: single(args, 'config'),
    path: single(args, 'path'),
    createdBy: single(args, 'created-by'),
    flatten: flag(args, 'flatten'),
    flattenExclude: commaList(args, 'flatten-exclude'),
  }
}
