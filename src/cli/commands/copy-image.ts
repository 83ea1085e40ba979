import { CnbError } from '../../errors.js'
import type { CopyImageOptions } from '../../operations/copy-image.js'
import { cacheDirectory, flag, limitsOf, list, networkOptions, operand, single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { diagnosticJson } from '../render/failure.js'
import { showProgress } from '../render/progress.js'
import { printPublished } from '../render/published.js'
import { showWarnings } from '../warnings.js'

/** Runs `trowel copy` with its parsed arguments. */
export async function copy(args: Arguments, context: Context): Promise<void> {
  const { host, output, signal, version } = context
  const request = readOptions(args, context)
  // Loaded late: usage errors need none of it.
  const { copyImage } = await import('../../operations/copy-image.js')
  const { report, traffic } = showProgress(output, host.now)
  const { result, warnings } = await copyImage(request, { host, version, report, signal })
  output.done()
  showWarnings(warnings, output)
  if (flag(args, 'json')) output.json({ ...result, warnings: warnings.map(diagnosticJson) })
  else output.result(result.digest)
  for (const line of [...printPublished(result.published), traffic.print()]) if (line !== '') output.info(line)
}

function readOptions(args: Arguments, { host }: Context): CopyImageOptions {
  const platform = single(args, 'platform')
  if (platform !== undefined && flag(args, 'all')) {
    throw new CnbError('E_USAGE', '--platform names one image, and --all wants every one', {
      hint: 'leave out one of the two',
    })
  }
  return {
    ...networkOptions(args),
    from: operand(args, 'FROM'),
    to: list(args, 'TO'),
    platform,
    verifyTag: flag(args, 'verify-tag'),
    cacheDirectory: cacheDirectory(args, host),
    limits: limitsOf(args),
  }
}
