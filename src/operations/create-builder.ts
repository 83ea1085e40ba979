import { knownLifecycle } from '../cnb/known-lifecycles.js'
import type { Target } from '../cnb/target.js'
import type { Diagnostic } from '../errors.js'
import type { BuilderInput } from '../plan/builder-input.js'
import type { BuilderPlan } from '../plan/builder-plan.js'
import { planBuilder } from '../plan/plan-builder.js'
import type { Profile } from '../rules/profile.js'
import type { Judged } from '../rules/rule.js'
import { readLifecycle } from '../sources/lifecycle.js'
import { runRules } from '../rules/run-rules.js'
import type { BuilderPlanResult, BuilderResult } from './builder-result.js'
import type { CreateBuilderOptions } from './create-builder-options.js'
import { makeImages, type ImageRun } from './make-images.js'
import { textsOf } from './outputs.js'
import { refusedOfBuilder } from './profile-advice.js'
import { readBuilderInput } from './builder-input.js'
import { readBuilderRequest, type BuilderRequest } from './builder-request.js'
import { builderPlatformPlan, detailsOf, imageResult, resolvedOrders } from './results.js'
import type { Surroundings } from './surroundings.js'
import { askedTargets, engineTarget, isForEngine, withoutTwins } from './targets.js'

/** What came of it: a plan when only that was asked for, else what was made. */
export type CreateBuilderOutcome = { readonly warnings: readonly Diagnostic[] } & (
  | { readonly kind: 'planned'; readonly plan: BuilderPlanResult }
  | { readonly kind: 'made'; readonly result: BuilderResult }
)

/** Makes a builder out of a builder.toml, or only decides how it would be made. @throws CnbError as `makeImages` */
export async function createBuilder(
  options: CreateBuilderOptions,
  surroundings: Surroundings,
): Promise<CreateBuilderOutcome> {
  const outcome = await makeImages<BuilderRequest, Target | undefined, Judged, BuilderPlan>(
    {
      subject: `${options.config} and what it names`,
      config: options.config,
      withoutEngine: 'add --publish for the registry of NAME, or --to PLACE, such as --to oci:DIR',
      read: (problems) => readBuilderRequest(options, surroundings.host, problems),
      targets: targetsOf,
      input: (run, target) => readBuilderInput(run, target, { ...options, readLifecycle }),
      judge: async (input, { profile, document }) => {
        const judged = withLifecycleOf(profile, input)
        return [...runRules(judged), ...(await refusedOfBuilder(judged, { profile, document }))]
      },
      plan: (input) => planBuilder(complete(input)),
      details: detailsOf,
    },
    options,
    surroundings,
  )
  const { request, plans, warnings } = outcome
  const common = { order: orderOf(plans), replaced: request.replacements.used() }
  if (outcome.kind === 'made') {
    return { kind: 'made', result: { ...imageResult(options.name, outcome), ...common }, warnings }
  }
  const platforms = plans.map((plan) => builderPlatformPlan(plan, request.config.buildImage))
  return {
    kind: 'planned',
    plan: { name: options.name, places: textsOf(request.outputs), platforms, ...common },
    warnings,
  }
}

/** A profile may name a lifecycle that is to be judged by instead of that of the builder. */
function withLifecycleOf({ version }: Profile, input: Judged): Judged {
  const descriptor = version === undefined ? undefined : knownLifecycle(version)
  return descriptor === undefined || input.lifecycle === undefined
    ? input
    : { ...input, lifecycle: { ...input.lifecycle, descriptor } }
}

/** One a platform; undefined where neither flags nor file name one. */
async function targetsOf({
  request,
  problems,
  network,
}: ImageRun<BuilderRequest>): Promise<readonly (Target | undefined)[]> {
  const files = { targets: request.config.targets, placeOf: (index: number) => request.locate(['targets', index]) }
  const { targets: asked, placeOf } = askedTargets(request, files)
  // A builder has the distro of its build image.
  const targets = withoutTwins(
    { targets: asked.map((target) => ({ ...target, distros: [] })), placeOf },
    problems.report,
  )
  if (!isForEngine(request)) return targets.length > 0 ? targets : [undefined]
  const platform = await network.enginePlatform()
  const { os, variant = '' } = engineTarget(targets, request, platform) ?? { os: platform.os }
  return [{ os, variant, arch: platform.architecture, distros: [] }]
}

/** Every part that is missing was reported, and ended the run before this. */
function complete(judged: Judged): BuilderInput {
  const { base, lifecycle } = judged
  if (base === undefined || lifecycle === undefined) throw new Error('a part of the input is missing without a word')
  return judged as BuilderInput
}

function orderOf([plan]: readonly BuilderPlan[]): BuilderResult['order'] {
  if (plan === undefined) throw new Error('there is no platform')
  return resolvedOrders(plan.resolved)
}
