import { CnbError, EXIT_STATUS } from '../../errors.js'
import type { CheckOutcome } from '../../operations/check-files.js'
import type { CheckOptions } from '../../operations/check-options.js'
import { sourceLines } from '../../operations/source-line.js'
import { flag, list, runOptions, single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { CHECK_FORMATS, printCheck, type CheckFormat } from '../render/check-format.js'
import type { Palette } from '../render/style.js'
import { surroundingsOf } from '../surroundings.js'
import { fixChecked, readFixing } from './check-fix.js'

/** Runs `trowel check` with its parsed arguments. */
export async function check(args: Arguments, context: Context): Promise<number> {
  const { host, output, version } = context
  const options = readOptions(args, context)
  const fixing = readFixing(args)
  if (flag(args, 'matrix')) return (await import('./check-matrix.js')).showMatrix(args, options, context)
  const format = flag(args, 'json') ? 'json' : readFormat(args)
  const run = async (): Promise<CheckOutcome> => {
    // Loaded late: usage errors need none of it.
    const { checkFiles } = await import('../../operations/check-files.js')
    const outcome = await checkFiles(options, surroundingsOf(context).surroundings)
    output.done()
    return outcome
  }
  const print = ({ report }: CheckOutcome, palette: Palette): Promise<string> =>
    printCheck(report, format, {
      palette,
      sourceLine: sourceLines(),
      isVerbose: flag(args, 'verbose'),
      version,
      cwd: host.cwd,
    })
  const checked = await run()
  const fixed = fixing === 'no' ? [] : await fixChecked(checked, { options, fixing }, context)
  if (fixing === 'show') {
    output.info(await print(checked, output.palette))
    const diff = fixed.map((file) => file.diff).join('')
    // Its lines may be blank, so that no more than the last line end is left to who prints.
    if (diff !== '') output.result(diff.slice(0, -1))
    return statusOf(checked)
  }
  const outcome = fixed.length === 0 ? checked : await run()
  output.result(await print(outcome, output.outPalette))
  return statusOf(outcome)
}

function readFormat(args: Arguments): CheckFormat {
  const text = single(args, 'format') ?? 'text'
  const format = CHECK_FORMATS.find((name) => name === text)
  if (format !== undefined) return format
  throw new CnbError('E_USAGE', `'${text}' is no format`, { value: text, hint: `write ${CHECK_FORMATS.join(', ')}` })
}

function readOptions(args: Arguments, { host }: Context): CheckOptions {
  return {
    ...runOptions(args, host),
    names: list(args, 'NAME'),
    config: single(args, 'config'),
    profile: single(args, 'profile'),
    failOn: single(args, 'fail-on'),
    asOf: single(args, 'as-of'),
    targets: list(args, 'target'),
    replace: list(args, 'replace'),
    experimental: flag(args, 'experimental'),
    deep: flag(args, 'deep'),
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
