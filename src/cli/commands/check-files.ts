import { EXIT_STATUS } from '../../errors.js'
import type { CheckOutcome } from '../../operations/check-files.js'
import type { CheckOptions } from '../../operations/check-options.js'
import { cacheDirectory, flag, limitsOf, list, networkOptions, single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { diagnosticJson } from '../render/failure.js'
import { showProgress } from '../render/progress.js'
import { showWarnings } from '../warnings.js'

/** Runs `trowel check` with its parsed arguments. */
export async function check(args: Arguments, context: Context): Promise<number> {
  const { host, output, signal, version } = context
  const options = readOptions(args, context)
  if (flag(args, 'matrix')) return (await import('./check-matrix.js')).showMatrix(args, options, context)
  // Loaded late: usage errors need none of it.
  const { checkFiles } = await import('../../operations/check-files.js')
  const { report } = showProgress(output, host.now)
  const outcome = await checkFiles(options, { host, version, report, signal })
  output.done()
  if (flag(args, 'json') || single(args, 'format') === 'json') {
    output.result(JSON.stringify({ ...outcome.report, findings: outcome.report.findings.map(diagnosticJson) }))
  } else showWarnings(outcome.report.findings, output)
  return statusOf(outcome)
}

function readOptions(args: Arguments, { host }: Context): CheckOptions {
  return {
    ...networkOptions(args),
    names: list(args, 'NAME'),
    config: single(args, 'config'),
    profile: single(args, 'profile'),
    failOn: single(args, 'fail-on'),
    asOf: single(args, 'as-of'),
    targets: list(args, 'target'),
    replace: list(args, 'replace'),
    experimental: flag(args, 'experimental'),
    cacheDirectory: cacheDirectory(args, host),
    limits: limitsOf(args),
  }
}

const RANK = { error: 0, warning: 1, info: 2 } as const

/** The status of a check: errors first, then what could not be read, then what is to fail all the same. */
export function statusOf({ report, unread }: CheckOutcome): number {
  const { findings, failOn } = report
  if (findings.some(({ severity }) => severity === 'error')) return EXIT_STATUS.config
  if (unread.length > 0) return EXIT_STATUS.network
  return findings.some(({ severity }) => RANK[severity] <= RANK[failOn]) ? EXIT_STATUS.findings : 0
}
