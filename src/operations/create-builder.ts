import { dirname } from 'node:path'
import { assembleBuilders, type Assembly } from '../assemble/build-image.js'
import { checkOutsideSources } from '../assemble/outside-sources.js'
import { Cache } from '../cache/cache.js'
import type { Diagnostic } from '../errors.js'
import type { Reporter } from '../events.js'
import type { Image, ImageIndex } from '../oci/image.js'
import { indexOfImages } from '../oci/index-of-images.js'
import type { BuilderInput } from '../plan/builder-input.js'
import type { BuilderPlan } from '../plan/builder-plan.js'
import { planBuilder } from '../plan/plan-builder.js'
import type { Judged } from '../rules/rule.js'
import { runRules } from '../rules/run-rules.js'
import type { BuilderPlanResult, BuilderResult } from './builder-result.js'
import type { CreateBuilderOptions } from './create-builder-options.js'
import type { Host } from './host.js'
import { checkOutputs } from './outputs.js'
import { Problems } from './problems.js'
import { readInputs } from './read-inputs.js'
import { readRequest, type Request } from './read-request.js'
import { detailsOf, platformPlan, platformResult, resolvedOrders } from './results.js'
import { Scratch } from './scratch.js'
import { writeImage } from './write-image.js'

/** What came of it: a plan when only that was asked for, else what was made. */
export type CreateBuilderOutcome = { readonly warnings: readonly Diagnostic[] } & (
  | { readonly kind: 'planned'; readonly plan: BuilderPlanResult }
  | { readonly kind: 'made'; readonly result: BuilderResult }
)

/** What an operation is given besides its options. */
export interface Surroundings {
  readonly host: Host
  readonly report: Reporter
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes a builder out of a builder.toml, or only decides how it would be made.
 *
 * Everything that the files say is judged before the first layer is read, and nothing is written to a place before every layer
 * is made.
 *
 * @throws CnbError with all problems of the input; what an archive, an image or the disk objects to; the signal's reason
 */
export async function createBuilder(
  options: CreateBuilderOptions,
  surroundings: Surroundings,
): Promise<CreateBuilderOutcome> {
  const { host, report } = surroundings
  const problems = new Problems()
  report({ kind: 'step', text: `reading ${options.config} and what it names` })
  const request = await readRequest(options, host, problems)
  const [output] = request.outputs
  const scratch = new Scratch(output === undefined ? host.cwd : dirname(output.directory))
  const { user, now } = host
  const cache = new Cache({ directory: options.cacheDirectory, scratch: scratch.path, user, now })
  try {
    const plans = await decide(request, options, { ...surroundings, scratch, cache }, problems)
    await checkPlaces(plans, request, options, surroundings)
    if (options.dryRun) {
      return { kind: 'planned', plan: planned(plans, request, options), warnings: problems.warnings }
    }
    const assemblies = await carryOut(plans, request, options, { ...surroundings, cache })
    for (const { warnings } of assemblies) warnings.forEach(problems.report)
    return { kind: 'made', result: made(plans, assemblies, request, options), warnings: problems.warnings }
  } finally {
    scratch.remove()
  }
}

/** Reads what the files name, judges it, and plans, for every platform. Ends the run when anything is wrong. */
async function decide(
  request: Request,
  { limits, allowAbsoluteSymlinks, experimental }: CreateBuilderOptions,
  { host, report, signal, scratch, cache }: Surroundings & { readonly scratch: Scratch; readonly cache: Cache },
  problems: Problems,
): Promise<BuilderPlan[]> {
  const readOptions = { host, limits, allowAbsoluteSymlinks, experimental, signal, cache, scratch: scratch.path }
  const inputs: Judged[] = []
  for (const target of request.targets) inputs.push(await readInputs(request, target, problems, readOptions))
  const findings = inputs.flatMap((input) => runRules(input))
  findings.filter(({ place }) => !problems.isWrongType(place)).forEach(problems.report)
  request.replacements.reportUnused(problems.report)
  problems.check()
  const plans = inputs.map((input) => planBuilder(complete(input)))
  for (const plan of plans) detailsOf(plan).forEach((text) => report({ kind: 'detail', text }))
  return plans
}

/** Every part that is missing was reported, and ended the run before this. */
function complete(judged: Judged): BuilderInput {
  const { base, lifecycle } = judged
  if (base === undefined || lifecycle === undefined) throw new Error('a part of the input is missing without a word')
  return judged as BuilderInput
}

/** Looks at the places before the work begins, also when only the plan is asked for. */
async function checkPlaces(
  plans: readonly BuilderPlan[],
  { outputs, replacements }: Request,
  { limits, cacheDirectory }: CreateBuilderOptions,
  { host, signal }: Surroundings,
): Promise<void> {
  const written = outputs.map(({ directory }) => directory)
  const kept = cacheDirectory === undefined ? written : [...written, cacheDirectory]
  for (const plan of plans) checkOutsideSources(plan, kept)
  await checkOutputs(outputs, replacements.layouts, { cwd: host.cwd, limits, signal })
}

/** Makes the layers of all platforms, and writes the image, or the index of all images. */
async function carryOut(
  plans: readonly BuilderPlan[],
  { outputs }: Request,
  { limits, allowAbsoluteSymlinks, jobs }: CreateBuilderOptions,
  { host, report, signal, cache }: Surroundings & { readonly cache: Cache },
): Promise<Assembly[]> {
  const assemblies = await assembleBuilders(plans, {
    cache,
    settings: { limits, allowAbsoluteSymlinks },
    compression: 'gzip',
    jobs,
    now: host.now,
    report,
    signal,
  })
  report({ kind: 'step', text: `writing ${outputs.map(({ text }) => text).join(', ')}` })
  await writeImage(rootOf(assemblies), assemblies, outputs, { limits, signal, cache })
  return assemblies
}

/** What is written: the image, or an index when there are several. */
function rootOf(assemblies: readonly Assembly[]): Image | ImageIndex {
  const images = assemblies.map(({ image }) => image)
  const [only, ...others] = images
  return only === undefined || others.length > 0 ? indexOfImages(images) : only
}

function planned(plans: readonly BuilderPlan[], request: Request, { name }: CreateBuilderOptions): BuilderPlanResult {
  return {
    name,
    places: request.outputs.map(({ text }) => text),
    platforms: plans.map((plan) => platformPlan(plan, request.config.buildImage)),
    ...common(plans, request),
  }
}

function made(
  plans: readonly BuilderPlan[],
  assemblies: readonly Assembly[],
  request: Request,
  { name }: CreateBuilderOptions,
): BuilderResult {
  const { digest, mediaType } = rootOf(assemblies).descriptor
  return {
    reference: `${repositoryOf(name)}@${digest}`,
    digest,
    mediaType,
    places: request.outputs.map(({ text }) => text),
    platforms: assemblies.map(platformResult),
    ...common(plans, request),
  }
}

function common([plan]: readonly BuilderPlan[], { replacements }: Request): Pick<BuilderResult, 'order' | 'replaced'> {
  if (plan === undefined) throw new Error('there is no platform')
  return { order: resolvedOrders(plan.resolved), replaced: replacements.used() }
}

/** NAME without its tag or digest. */
function repositoryOf(name: string): string {
  const [beforeDigest = ''] = name.split('@')
  return beforeDigest.replace(/:[^:/]*$/, '')
}
