import { assembleImages, type Assembly } from '../assemble/build-image.js'
import { checkOutsideSources } from '../assemble/outside-sources.js'
import { Cache } from '../cache/cache.js'
import type { Diagnostic } from '../errors.js'
import type { Image, ImageIndex } from '../oci/image.js'
import { indexOfImages } from '../oci/index-of-images.js'
import { byDigest } from '../oci/reference.js'
import type { BuilderInput } from '../plan/builder-input.js'
import type { BuilderPlan } from '../plan/builder-plan.js'
import { planBuilder } from '../plan/plan-builder.js'
import type { Judged } from '../rules/rule.js'
import { runRules } from '../rules/run-rules.js'
import type { ImageSink, PublishedName } from '../transports/transport.js'
import { writeTo } from '../transports/write-to.js'
import type { BuilderPlanResult, BuilderResult } from './builder-result.js'
import type { CreateBuilderOptions } from './create-builder-options.js'
import { checkNotRead, onlyEngine, scratchParent, textsOf, writtenPaths } from './outputs.js'
import { Outside } from './outside.js'
import { Problems } from './problems.js'
import { readInputs } from './read-inputs.js'
import { readRequest, type Request } from './read-request.js'
import { detailsOf, platformPlan, platformResult, publishedNames, resolvedOrders } from './results.js'
import { Scratch } from './scratch.js'
import type { Surroundings } from './surroundings.js'
import { targetsOf } from './targets.js'

/** What came of it: a plan when only that was asked for, else what was made. */
export type CreateBuilderOutcome = { readonly warnings: readonly Diagnostic[] } & (
  | { readonly kind: 'planned'; readonly plan: BuilderPlanResult }
  | { readonly kind: 'made'; readonly result: BuilderResult }
)

/**
 * Makes a builder out of a builder.toml, or only decides how it would be made.
 *
 * Everything that the files say is judged, for all platforms, before the first layer is read; layers are on their way to a
 * registry while others are still being made; and the image has a name nowhere before it is whole everywhere.
 *
 * @throws CnbError with all problems of the input; what an archive, an image, a place or the disk objects to; the signal's reason
 */
export async function createBuilder(
  options: CreateBuilderOptions,
  surroundings: Surroundings,
): Promise<CreateBuilderOutcome> {
  const problems = new Problems()
  return problems.guard(surroundings, (guarded) => create(options, guarded, problems))
}

async function create(
  options: CreateBuilderOptions,
  surroundings: Surroundings,
  problems: Problems,
): Promise<CreateBuilderOutcome> {
  const { host, report } = surroundings
  report({ kind: 'step', text: `reading ${options.config} and what it names` })
  const request = await readRequest(options, host, problems)
  const scratch = new Scratch(scratchParent(request.outputs, host))
  const { user, now } = host
  const cache = new Cache({ directory: options.cacheDirectory, scratch: scratch.path, user, now })
  const { outputs, settings } = request
  const outside = new Outside({ ...surroundings, settings, outputs, options, problems, cache, scratch: scratch.path })
  const run: Run = { request, options, surroundings, problems, cache, outside }
  try {
    const plans = await decide(run)
    const sinks = await openSinks(plans, run)
    if (options.dryRun) {
      return { kind: 'planned', plan: planned(plans, request, options), warnings: problems.warnings }
    }
    const result = await carryOut(plans, sinks, run)
    for (const { warnings } of result.assemblies) warnings.forEach(problems.report)
    return { kind: 'made', result: made(plans, result, run), warnings: problems.warnings }
  } finally {
    await outside.close()
    scratch.remove()
  }
}

/** What every step of a run knows. */
interface Run {
  readonly request: Request
  readonly options: CreateBuilderOptions
  readonly surroundings: Surroundings
  readonly problems: Problems
  readonly cache: Cache
  readonly outside: Outside
}

/** Reads what the files name, judges it, and plans, for every platform. Ends the run when anything is wrong. */
async function decide({ request, options, surroundings, problems, cache, outside }: Run): Promise<BuilderPlan[]> {
  const targets = await targetsOf(request, outside)
  const inputs: Judged[] = []
  const experimental = options.experimental || request.settings.experimental
  for (const target of targets) {
    inputs.push(
      await readInputs(request, target, problems, { ...options, ...surroundings, experimental, cache, outside }),
    )
  }
  const findings = inputs.flatMap((input) => runRules(input))
  findings.filter(({ place }) => !problems.isWrongType(place)).forEach(problems.report)
  request.replacements.reportUnused(problems.report)
  problems.check()
  const plans = inputs.map((input) => planBuilder(complete(input)))
  for (const plan of plans) detailsOf(plan).forEach((text) => surroundings.report({ kind: 'detail', text }))
  return plans
}

/** Every part that is missing was reported, and ended the run before this. */
function complete(judged: Judged): BuilderInput {
  const { base, lifecycle } = judged
  if (base === undefined || lifecycle === undefined) throw new Error('a part of the input is missing without a word')
  return judged as BuilderInput
}

/** Looks at the places before the work begins, also when only the plan is asked for. */
async function openSinks(plans: readonly BuilderPlan[], run: Run): Promise<readonly ImageSink[]> {
  const { request, options, surroundings, outside } = run
  const written = writtenPaths(request.outputs)
  const kept = options.cacheDirectory === undefined ? written : [...written, options.cacheDirectory]
  for (const plan of plans) checkOutsideSources(plan, kept)
  checkNotRead(request.outputs, request.replacements.layouts, surroundings.host.cwd)
  const suffixed = options.appendImageNameSuffix && plans.length > 1 ? request.names[0] : undefined
  const sinks: ImageSink[] = []
  for (const { place } of request.outputs) sinks.push(await outside.sink(place, { suffixed }))
  for (const sink of sinks) await sink.check(surroundings.signal)
  return sinks
}

/** Makes the layers of all platforms, and writes the image, or the index of all images. */
async function carryOut(plans: readonly BuilderPlan[], sinks: readonly ImageSink[], run: Run): Promise<Made> {
  const { options, surroundings, request, cache, outside } = run
  const { host, report, signal } = surroundings
  const { limits, allowAbsoluteSymlinks, jobs } = options
  try {
    const assemblies = await assembleImages(plans, {
      cache,
      settings: { limits, allowAbsoluteSymlinks },
      // An engine unpacks what it is given.
      compression: onlyEngine(request.outputs) ? 'none' : 'gzip',
      jobs,
      now: host.now,
      report,
      onLayer: (layer) => sinks.forEach((sink) => sink.offer(layer, signal)),
      signal,
    })
    for (const assembly of assemblies) outside.rememberOwn(assembly)
    report({ kind: 'step', text: `writing ${textsOf(request.outputs).join(', ')}` })
    return { assemblies, published: await writeTo(sinks, rootOf(assemblies), signal) }
  } catch (error) {
    for (const sink of sinks) await sink.abandon()
    throw error
  }
}

/** What came of carrying out the plans. */
interface Made {
  readonly assemblies: readonly Assembly[]
  readonly published: readonly PublishedName[]
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
    places: textsOf(request.outputs),
    platforms: plans.map((plan) => platformPlan(plan, request.config.buildImage)),
    ...common(plans, request),
  }
}

function made(
  plans: readonly BuilderPlan[],
  { assemblies, published }: Made,
  { request, options }: Run,
): BuilderResult {
  const root = rootOf(assemblies)
  const isLocal = onlyEngine(request.outputs)
  // An engine has no manifests: it knows an image by its config.
  const digest = isLocal && root.kind === 'image' ? root.manifest.config.digest : root.descriptor.digest
  return {
    reference: isLocal ? digest : byDigest(options.name, digest),
    digest,
    mediaType: root.descriptor.mediaType,
    places: textsOf(request.outputs),
    published: publishedNames(published),
    platforms: assemblies.map(platformResult),
    ...common(plans, request),
  }
}

function common([plan]: readonly BuilderPlan[], { replacements }: Request): Pick<BuilderResult, 'order' | 'replaced'> {
  if (plan === undefined) throw new Error('there is no platform')
  return { order: resolvedOrders(plan.resolved), replaced: replacements.used() }
}
