import { assembleImages, type Assembly } from '../assemble/build-image.js'
import { contentsOf } from '../assemble/local-source.js'
import { checkOutsideSources } from '../assemble/outside-sources.js'
import type { Target } from '../cnb/target.js'
import { CnbError, type Diagnostic } from '../errors.js'
import type { Image, ImageIndex } from '../oci/image.js'
import { indexOfImages } from '../oci/index-of-images.js'
import type { ImagePlan } from '../plan/image-plan.js'
import type { ImageSink, PublishedName } from '../transports/transport.js'
import { writeTo } from '../transports/write-to.js'
import { distinctPlans, type Decided } from './distinct-plans.js'
import type { ImageOptions } from './image-options.js'
import type { ImageRequest } from './image-request.js'
import { type FoundModules, judgeTrees } from './judge-trees.js'
import {
  checkNotRead,
  checkPackageFiles,
  checkPlatforms,
  onlyEngine,
  textsOf,
  writtenPaths,
  type ReadHere,
} from './outputs.js'
import { platformOutputs } from './platform-outputs.js'
import { Problems } from './problems.js'
import { raiseRefused } from './profile-advice.js'
import type { Surroundings } from './surroundings.js'
import { type Connections, withConnections } from './connections.js'

/** What every step of a run knows. */
export interface ImageRun<Request> extends Connections {
  readonly request: Request
  readonly surroundings: Surroundings
  readonly problems: Problems
}

/** What verbs that make images do not have in common: how they read, judge and plan. */
export interface ImageVerb<
  Request extends ImageRequest,
  For extends Target | undefined,
  Input extends FoundModules,
  Plan extends ImagePlan,
> {
  /** What is read, for people. */
  readonly subject: string
  /** The file that says what is made, as the user wrote it. */
  readonly config: string | undefined
  /** How to do without an engine: a hint. */
  readonly withoutEngine: string
  /** Reads the flags and the file. All that is wrong goes to `problems`, and ends the run where there is nothing to go on with. */
  read(problems: Problems): Promise<Request>
  /** What images are made for, one each. */
  targets(run: ImageRun<Request>): Promise<readonly For[]>
  /** Finds and describes what the file names. What is wrong goes to the problems of the run. */
  input(run: ImageRun<Request>, target: For): Promise<Input>
  /** What of it is no error is one when the profile refuses it. */
  judge(input: Input, request: Request): Promise<readonly Diagnostic[]>
  /** Called when nothing is wrong with any input. */
  plan(input: Input): Plan
  /** What was found, for `--verbose`: one line each. */
  details(plan: Plan): readonly string[]
}

/** What came of it: plans when only they were asked for, else what was made of them. */
export type ImagesOutcome<Request, Plan> = {
  readonly request: Request
  readonly plans: readonly Plan[]
  readonly warnings: readonly Diagnostic[]
} & ({ readonly kind: 'planned' } | ({ readonly kind: 'made' } & MadeImages))

/** Images that are where they were to be. */
export interface MadeImages {
  readonly assemblies: readonly Assembly[]
  /** The image, or an index when there are several. */
  readonly root: Image | ImageIndex
  readonly published: readonly PublishedName[]
}

/**
 * Makes images, one a platform, or only decides how they would be made.
 *
 * Everything that the files say is judged, for all platforms, before the first layer is read; layers are on their way to a
 * registry while others are still being made; and the image has a name nowhere before it is whole everywhere.
 *
 * @throws CnbError with all problems of the input; what an archive, an image, a place or the disk objects to; the signal's reason
 */
export async function makeImages<
  Request extends ImageRequest,
  For extends Target | undefined,
  Input extends FoundModules,
  Plan extends ImagePlan,
>(
  verb: ImageVerb<Request, For, Input, Plan>,
  options: ImageOptions,
  surroundings: Surroundings,
): Promise<ImagesOutcome<Request, Plan>> {
  const problems = new Problems()
  return problems.guard(surroundings, (guarded) => make(verb, options, guarded, problems))
}

async function make<
  Request extends ImageRequest,
  For extends Target | undefined,
  Input extends FoundModules,
  Plan extends ImagePlan,
>(
  verb: ImageVerb<Request, For, Input, Plan>,
  options: ImageOptions,
  surroundings: Surroundings,
  problems: Problems,
): Promise<ImagesOutcome<Request, Plan>> {
  surroundings.report({ kind: 'step', text: `reading ${verb.subject}` })
  const request = await verb.read(problems)
  const { outputs, settings } = request
  const open = { options, settings, outputs, problems }
  const made = withConnections(open, surroundings, async (connections) => {
    const run: ImageRun<Request> = { request, surroundings, problems, ...connections }
    const { targets, plans } = await decide(verb, run, options)
    const read = readHere(verb, plans, run)
    const opened = await openSinks({ targets, plans, read }, run, options)
    if (options.dryRun) return { kind: 'planned' as const, request, plans, warnings: problems.warnings }
    const made = await carryOut(plans, opened, run, options)
    for (const { warnings } of made.assemblies) warnings.forEach(problems.report)
    return { kind: 'made' as const, request, plans, ...made, warnings: problems.warnings }
  })
  return made.catch((error: unknown) => {
    const isAssumed = options.to.length === 0 && onlyEngine(outputs)
    throw isAssumed ? withoutEngine(error, verb.withoutEngine) : error
  })
}

/** What to do when an engine that nobody asked for is not there. */
function withoutEngine(error: unknown, otherwise: string): unknown {
  if (!(error instanceof CnbError) || error.code !== 'E_ENGINE') return error
  return error.with({ hint: error.hint === undefined ? otherwise : `${otherwise}; or ${error.hint}` })
}

/** Reads what the files name, judges it, and plans, for every platform. Ends the run when anything is wrong. */
async function decide<
  Request extends ImageRequest,
  For extends Target | undefined,
  Input extends FoundModules,
  Plan extends ImagePlan,
>(
  verb: ImageVerb<Request, For, Input, Plan>,
  run: ImageRun<Request>,
  { limits }: ImageOptions,
): Promise<Decided<For, Plan>> {
  const { request, surroundings, problems } = run
  const asked = await verb.targets(run)
  const inputs: Input[] = []
  for (const target of asked) inputs.push(await verb.input(run, target))
  const findings = await Promise.all(inputs.map((input) => verb.judge(input, request)))
  const { profile } = request
  const trees = await judgeTrees(inputs, { profile, limits, signal: surroundings.signal })
  const found = [...findings.flat(), ...trees]
  found.filter(({ place }) => !problems.isWrongType(place)).forEach(problems.report)
  request.replacements.reportUnused(problems.report)
  await raiseRefused(profile, problems)
  problems.check()
  const all = inputs.map((input) => verb.plan(input))
  const { targets, plans } = distinctPlans({ targets: asked, plans: all }, request, problems.report)
  for (const text of plans.flatMap((plan) => verb.details(plan))) surroundings.report({ kind: 'detail', text })
  return { targets, plans }
}

/** What was read on this machine for these plans. */
function readHere(
  { config }: { readonly config: string | undefined },
  plans: readonly ImagePlan[],
  { images: { placesRead } }: Pick<ImageRun<unknown>, 'images'>,
): ReadHere {
  const contents = plans.flatMap(({ layers }) => layers.flatMap(({ source }) => contentsOf(source)))
  const modules = contents.flatMap((content) => (content.kind === 'archive' ? [content.file] : []))
  const archives = placesRead.flatMap((place) => (place.kind === 'archive' ? [place.file] : []))
  return {
    layouts: placesRead.flatMap((place) => (place.kind === 'layout' ? [place] : [])),
    files: [...(config === undefined ? [] : [config]), ...modules, ...archives],
  }
}

/** Looks at the places before the work begins, also when only the plan is asked for. */
async function openSinks(
  { targets, plans, read }: Decided<Target | undefined, ImagePlan> & { readonly read: ReadHere },
  { request, surroundings, problems, sinks }: ImageRun<ImageRequest>,
  options: ImageOptions,
): Promise<readonly ImageSink[]> {
  const { cacheDirectory, dryRun, offline } = options
  const outputs = platformOutputs({ request, options, targets, report: problems.report })
  const written = writtenPaths(outputs)
  const kept = cacheDirectory === undefined ? written : [...written, cacheDirectory]
  for (const plan of plans) checkOutsideSources(plan, kept)
  checkNotRead(outputs, read, surroundings.host.cwd)
  checkPlatforms(request.outputs, plans.length)
  checkPackageFiles(
    request.outputs,
    plans.every(({ kind }) => kind === 'package'),
  )
  const opened: ImageSink[] = []
  for (const { place, texts } of outputs) {
    if (dryRun && offline && place.kind === 'registry') problems.report(notLookedAt(texts))
    else opened.push(await sinks.open(place))
  }
  for (const sink of opened) await sink.check(surroundings.signal)
  return opened
}

/** A plan says what would be written; whether a registry takes it shows when it may be asked. */
function notLookedAt(texts: readonly string[]): Diagnostic {
  const names = texts.join(', ')
  return {
    rule: 'place-not-looked-at',
    severity: 'info',
    message: `${names} was not looked at, because of --offline`,
    place: { file: '--offline' },
    value: names,
    fix: 'leave out --offline to learn whether it can be written',
  }
}

/** Makes the layers of all platforms, and writes the image, or the index of all images. */
async function carryOut(
  plans: readonly ImagePlan[],
  opened: readonly ImageSink[],
  { request, surroundings, cache, sinks }: ImageRun<ImageRequest>,
  { limits, allowAbsoluteSymlinks, jobs }: ImageOptions,
): Promise<MadeImages> {
  const { host, report, signal } = surroundings
  try {
    const assemblies = await assembleImages(plans, {
      cache,
      settings: { limits, allowAbsoluteSymlinks },
      // An engine unpacks what it is given.
      compression: onlyEngine(request.outputs) ? 'none' : 'gzip',
      jobs,
      now: host.now,
      report,
      onLayer: (layer) => opened.forEach((sink) => sink.offer(layer, signal)),
      signal,
    })
    for (const assembly of assemblies) sinks.rememberOwn(assembly)
    report({ kind: 'step', text: `writing ${textsOf(request.outputs).join(', ')}` })
    const root = rootOf(assemblies)
    return { assemblies, root, published: await writeTo(opened, root, signal) }
  } catch (error) {
    for (const sink of opened) await sink.abandon()
    throw error
  }
}

function rootOf(assemblies: readonly Assembly[]): Image | ImageIndex {
  const images = assemblies.map(({ image }) => image)
  const [only, ...others] = images
  return only === undefined || others.length > 0 ? indexOfImages(images) : only
}
