import type { Diagnostic } from '../errors.js'
import type { ImageResult } from '../operations/image-result.js'
import { flag } from './arguments.js'
import type { Arguments, Context } from './command.js'
import { diagnosticJson } from './render/failure.js'
import { printSummary } from './render/summary.js'
import type { Traffic } from './render/traffic.js'
import { showWarnings } from './warnings.js'

/** What came of a verb that makes images. */
export type MadeImages<Plan> = { readonly warnings: readonly Diagnostic[] } & (
  | { readonly kind: 'planned'; readonly plan: Plan }
  | { readonly kind: 'made'; readonly result: ImageResult }
)

/** Shows a plan, or the reference of what was made on stdout, and on stderr what it took. */
export function showMadeImages<Plan>(
  outcome: MadeImages<Plan>,
  { printPlan, traffic }: { readonly printPlan: (plan: Plan) => string; readonly traffic: Traffic },
  args: Arguments,
  { output }: Context,
): void {
  output.done()
  showWarnings(outcome.warnings, output)
  const asJson = flag(args, 'json')
  const warnings = outcome.warnings.map(diagnosticJson)
  if (outcome.kind === 'planned') {
    if (asJson) output.json({ plan: outcome.plan, warnings })
    else output.result(printPlan(outcome.plan))
    return
  }
  const { result } = outcome
  if (asJson) output.json({ ...result, warnings })
  else output.result(result.reference)
  output.info([printSummary(result, output.palette), traffic.print()].filter((part) => part !== '').join('\n'))
}
