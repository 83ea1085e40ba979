import type { PullBuildpackOptions } from '../../operations/pull-buildpack.js'
import type { ChangeOutcome } from '../../operations/change-registry.js'
import { cacheDirectory, flag, limitsOf, networkOptions, operand } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { diagnosticJson } from '../render/failure.js'
import { showProgress } from '../render/progress.js'
import { printable } from '../render/text.js'
import { showWarnings } from '../warnings.js'

/** Runs `trowel buildpack pull`. */
export async function pull(args: Arguments, context: Context): Promise<void> {
  const { host, output, signal, version } = context
  const locator = operand(args, 'LOCATOR')
  const { pullBuildpack } = await import('../../operations/pull-buildpack.js')
  const { report } = showProgress(output, host.now)
  const options = { ...lookingOptions(args, context), locator }
  const { result, warnings } = await pullBuildpack(options, { host, version, report, signal })
  output.done()
  showWarnings(warnings, output)
  if (flag(args, 'json')) output.json({ ...result, warnings: warnings.map(diagnosticJson) })
  else output.result(result.reference)
  output.info(printable(`Successfully pulled '${locator}'`))
}

/** Runs `trowel buildpack register`. */
export async function register(args: Arguments, context: Context): Promise<void> {
  const { host, output, signal, version } = context
  const image = operand(args, 'IMAGE')
  const { registerBuildpack } = await import('../../operations/change-registry.js')
  const { report } = showProgress(output, host.now)
  const options = { ...lookingOptions(args, context), image, push: flag(args, 'push') }
  const outcome = await registerBuildpack(options, { host, version, report, signal })
  showChange(outcome, `Successfully registered '${image}'`, args, context)
}

/** Runs `trowel buildpack yank`. */
export async function yank(args: Arguments, context: Context): Promise<void> {
  const { host, output, signal, version } = context
  const id = operand(args, 'ID')
  const undo = flag(args, 'undo')
  const { yankBuildpack } = await import('../../operations/change-registry.js')
  const { report } = showProgress(output, host.now)
  const options = { ...lookingOptions(args, context), id, undo, push: flag(args, 'push') }
  const outcome = await yankBuildpack(options, { host, version, report, signal })
  showChange(
    outcome,
    undo ? `Successfully took back the yanking of '${id}'` : `Successfully yanked '${id}'`,
    args,
    context,
  )
}

function lookingOptions(args: Arguments, { host }: Context): Omit<PullBuildpackOptions, 'locator'> {
  return { ...networkOptions(args), cacheDirectory: cacheDirectory(args, host), limits: limitsOf(args) }
}

/** What is to be sent is the result; what was done with it is said beside it. */
function showChange({ result, warnings }: ChangeOutcome, done: string, args: Arguments, { output }: Context): void {
  const { issue, entry, written, registry, commit } = result
  output.done()
  showWarnings(warnings, output)
  if (flag(args, 'json')) output.json({ ...result, warnings: warnings.map(diagnosticJson) })
  else output.result(printable(issue?.url ?? entry?.line ?? ''))
  if (issue !== null) {
    output.info(`title: ${printable(issue.title)}`)
    for (const line of issue.body.trim().split('\n')) output.info(`  ${printable(line)}`)
    output.info(printable(`nothing was sent: open the address and submit the issue to the registry ${registry}`))
  } else if (written) {
    if (commit !== null) output.info(`pushed ${commit}`)
    output.info(printable(done))
  } else {
    output.info(
      printable(`nothing was written: this is a line of ${entry?.file} in the registry ${registry}; --push writes it`),
    )
  }
}
