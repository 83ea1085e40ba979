import type { ChangeOutcome } from '../../operations/change-registry.js'
import { flag, runOptions, operand } from '../arguments.js'
import type { Arguments, Context } from '../command.js'
import { diagnosticJson } from '../render/failure.js'
import { surroundingsOf } from '../surroundings.js'
import { printable } from '../render/text.js'
import { showWarnings } from '../warnings.js'

/** Runs `trowel buildpack pull`. */
export async function pull(args: Arguments, context: Context): Promise<void> {
  const { output } = context
  const locator = operand(args, 'LOCATOR')
  const { pullBuildpack } = await import('../../operations/pull-buildpack.js')
  const { surroundings } = surroundingsOf(context)
  const options = { ...runOptions(args, context.host), locator }
  const { result, warnings } = await pullBuildpack(options, surroundings)
  output.done()
  showWarnings(warnings, output)
  if (flag(args, 'json')) output.json({ ...result, warnings: warnings.map(diagnosticJson) })
  else output.result(result.reference)
  output.info(printable(`Successfully pulled '${locator}'`))
}

/** Runs `trowel buildpack register`. */
export async function register(args: Arguments, context: Context): Promise<void> {
  const image = operand(args, 'IMAGE')
  const { registerBuildpack } = await import('../../operations/change-registry.js')
  const { surroundings } = surroundingsOf(context)
  const options = { ...runOptions(args, context.host), image, push: flag(args, 'push') }
  const outcome = await registerBuildpack(options, surroundings)
  showChange(outcome, `Successfully registered '${image}'`, args, context)
}

/** Runs `trowel buildpack yank`. */
export async function yank(args: Arguments, context: Context): Promise<void> {
  const id = operand(args, 'ID')
  const undo = flag(args, 'undo')
  const { yankBuildpack } = await import('../../operations/change-registry.js')
  const { surroundings } = surroundingsOf(context)
  const options = { ...runOptions(args, context.host), id, undo, push: flag(args, 'push') }
  const outcome = await yankBuildpack(options, surroundings)
  showChange(
    outcome,
    undo ? `Successfully took back the yanking of '${id}'` : `Successfully yanked '${id}'`,
    args,
    context,
  )
}

/** What is to be sent is the result; what was done with it is said beside it. */
function showChange(
  { result, warnings, isThere }: ChangeOutcome,
  done: string,
  args: Arguments,
  { output }: Context,
): void {
  const { issue, entry, written, registry, commit } = result
  output.done()
  showWarnings(warnings, output)
  if (flag(args, 'json')) output.json({ ...result, warnings: warnings.map(diagnosticJson) })
  else output.result(printable(issue?.url ?? entry?.line ?? ''))
  if (issue !== null) {
    output.info(`title: ${printable(issue.title)}`)
    for (const line of issue.body.trim().split('\n')) output.info(`  ${printable(line)}`)
    output.info(printable(`nothing was sent: open the address and submit the issue to the registry ${registry}`))
  } else if (isThere) {
    output.info(
      printable(`nothing had to be written: ${entry?.file} in the registry ${registry} has this line already`),
    )
  } else if (written) {
    if (commit !== null) output.info(`pushed ${commit}`)
    output.info(printable(done))
  } else {
    output.info(
      printable(`nothing was written: this is a line of ${entry?.file} in the registry ${registry}; --push writes it`),
    )
  }
}
