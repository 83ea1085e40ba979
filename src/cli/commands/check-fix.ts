import { CnbError } from '../../errors.js'
import type { CheckOutcome } from '../../operations/check-files.js'
import type { CheckOptions } from '../../operations/check-options.js'
import type { FixedFile } from '../../operations/fix-files.js'
import { flag, single } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { printable } from '../render/text.js'

/** What `--fix` asks for: nothing, files that are written, or what would be written. */
export type Fixing = 'no' | 'write' | 'show'

/** @throws CnbError E_USAGE for flags that do not go together */
export function readFixing(args: Arguments): Fixing {
  const dryRun = flag(args, 'dry-run')
  if (!flag(args, 'fix')) {
    if (!dryRun) return 'no'
    throw new CnbError('E_USAGE', '--dry-run shows what --fix would do', { hint: 'add --fix, or leave --dry-run out' })
  }
  if (flag(args, 'matrix')) {
    throw new CnbError('E_USAGE', '--matrix mends nothing', { hint: 'leave out --fix or --matrix' })
  }
  const format = flag(args, 'json') ? 'json' : single(args, 'format')
  if (dryRun && format !== undefined && format !== 'text') {
    throw new CnbError('E_USAGE', `--dry-run prints a diff, which is not ${format}`, {
      value: format,
      hint: 'leave out --format or --dry-run',
    })
  }
  return dryRun ? 'show' : 'write'
}

/** Mends what was checked, or only says how, and says to people what was done. */
export async function fixChecked(
  outcome: CheckOutcome,
  { options, fixing }: { readonly options: CheckOptions; readonly fixing: Fixing },
  { host, output }: Context,
): Promise<readonly FixedFile[]> {
  // Loaded late: usage errors need none of it.
  const { fixFiles } = await import('../../operations/fix-files.js')
  const dryRun = fixing === 'show'
  const files = await fixFiles(outcome, { ...options, dryRun }, host)
  for (const { name, fixes } of files) {
    for (const { rule, about, place } of fixes) output.info(printable(`${name}:${place.line}: ${about} (${rule})`))
  }
  const count = files.flatMap(({ fixes }) => fixes).length
  const made = dryRun ? 'would be made' : 'made'
  output.info(`${counted(count, 'fix', 'fixes')} ${made} in ${counted(files.length, 'file', 'files')}`)
  return files
}

function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`
}
