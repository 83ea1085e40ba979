import { CnbError } from '../../errors.js'
import type { CopyImageOptions } from '../../operations/copy-image.js'
import { flag, list, runOptions, operand, single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { diagnosticJson } from '../render/failure.js'
import { surroundingsOf } from '../surroundings.js'
import { printPublished } from '../render/published.js'
import { showWarnings } from '../warnings.js'

/** Runs `trowel copy` with its parsed arguments. */
export async function copy(args: Arguments, context: Context): Promise<void> {
  const { output } = context
  const request = readOptions(args, context)
  // Loaded late: usage errors need none of it.
  const { copyImage } = await import('../../operations/copy-image.js')
  const { surroundings, traffic } = surroundingsOf(context)
  const { result, warnings } = await copyImage(request, surroundings)
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
    ...runOptions(args, host),
    from: operand(args, 'FROM'),
    to: list(args, 'TO'),
    platform,
    verifyTag: flag(args, 'verify-tag'),
  }
}
