import type { Target } from '../cnb/target.js'
import type { Report } from '../errors.js'
import { printWholePlatform } from '../oci/platform.js'
import type { ImagePlan } from '../plan/image-plan.js'
import type { ImageRequest } from './image-request.js'
import { printTarget } from './targets.js'

/** What is to be made: one plan a target, in the same order. */
export interface Decided<For, Plan> {
  readonly targets: readonly For[]
  readonly plans: readonly Plan[]
}

/**
 * What is left when of targets that would become the very same image only the first one counts: an index that has an image twice is one
 * that nobody can choose from. They are told.
 */
export function distinctPlans<For extends Target | undefined, Plan extends ImagePlan>(
  { targets, plans }: Decided<For, Plan>,
  { flagTargets }: Pick<ImageRequest, 'flagTargets'>,
  report: Report,
): Decided<For, Plan> {
  const first = new Map<string, number>()
  for (const [at, plan] of plans.entries()) {
    const key = keyOf(plan)
    const before = first.get(key)
    if (before === undefined) {
      first.set(key, at)
      continue
    }
    const names = [targets[before], targets[at]].map((target) => target && printTarget(target)).join(' and ')
    report({
      rule: 'target-duplicate',
      severity: 'warning',
      message: `the targets ${names} get one image, for ${printWholePlatform(plan.base.config.platform)}`,
      place: { file: flagTargets.length > 0 ? '--target' : 'targets' },
      value: names,
      fix: 'leave one of them out',
    })
  }
  const kept = new Set(first.values())
  return { targets: targets.filter((_, at) => kept.has(at)), plans: plans.filter((_, at) => kept.has(at)) }
}

/** The same for plans of the same image. All that differs in builders of one run comes from their bases; packages have folders for distros. */
function keyOf(plan: ImagePlan): string {
  return JSON.stringify([plan.base.descriptor.digest, plan.kind === 'package' ? plan.layers : []])
}
