import { dirname, resolve } from 'node:path'
import type { RunImage } from '../cnb/builder-config.js'
import { parseCreatedBy } from '../cnb/created-by.js'
import { decodeBuilderConfig, locateInBuilder } from '../cnb/decode-builder.js'
import { knownLifecycle } from '../cnb/known-lifecycles.js'
import type { LifecycleFacts } from '../cnb/lifecycle.js'
import { REQUIRED_BINARIES } from '../cnb/lifecycle.js'
import type { Target } from '../cnb/target.js'
import type { ModuleFiles } from '../cnb/module-files.js'
import { namedRunImages, type FoundRunImage } from '../plan/builder-input.js'
import { nameOf } from '../plan/flatten.js'
import { BUILDER_ADVICE } from '../rules/advice.js'
import { RULES } from '../rules/rule-sets.js'
import type { Judged } from '../rules/rule.js'
import type { BuilderSubject, ExtensionFiles } from '../rules/subjects.js'
import type { SourceContext } from '../sources/context.js'
import { readLifecycle, type LifecycleRequest } from '../sources/lifecycle.js'
import { DEFAULT_LIFECYCLE, isReplaced } from '../sources/lifecycle-release.js'
import type { TomlDocument } from '../toml/document.js'
import { readBuilderInput } from './builder-input.js'
import type { BuilderRequest } from './builder-request.js'
import { checkModules, moduleFiles } from './check-module.js'
import { imageRequestOf, unreadEntries, type CheckRun, type Reasons } from './check-run.js'
import { askedTargets, withoutTwins } from './targets.js'

/** What a release has in its folder beside what pack wants to see. */
const MORE_BINARIES = ['extender', 'rebaser']

/** Judges a builder.toml for every platform that it is made for, and the modules in it. */
export async function checkBuilder(document: TomlDocument, run: CheckRun): Promise<void> {
  const { problems } = run.context
  const request = requestOf(document, run)
  const placeOf = (index: number) => request.locate(['targets', index])
  const asked = askedTargets(request, { targets: request.config.targets, placeOf })
  const targets = withoutTwins(
    { targets: asked.targets.map((target) => ({ ...target, distros: [] })), placeOf: asked.placeOf },
    problems.report,
  )
  const inputs: Judged<BuilderSubject>[] = []
  run.builders.push({ name: document.file, inputs })
  for (const target of targets.length > 0 ? targets : [undefined]) {
    const subject = await builderSubject(document, request, target, run)
    inputs.push(subject)
    run.judge(document.file, subject, [...RULES, ...BUILDER_ADVICE], reasonsFor(request, subject))
    await checkModules(
      [...(subject.buildpacks ?? []), ...(subject.extensions ?? [])].flatMap((modules) => modules ?? []),
      run,
      { namedBy: document.file, asTheyAre: true },
    )
  }
}

function requestOf(document: TomlDocument, { context }: CheckRun): BuilderRequest {
  const { problems, surroundings } = context
  return {
    ...imageRequestOf(context),
    document,
    flatten: [],
    createdBy: parseCreatedBy(`trowel@${surroundings.version}`),
    config: decodeBuilderConfig(document, problems.report),
    locate: locateInBuilder(document),
    base: dirname(resolve(surroundings.host.cwd, document.file)),
  }
}

async function builderSubject(
  document: TomlDocument,
  request: BuilderRequest,
  target: Target | undefined,
  run: CheckRun,
): Promise<Judged<BuilderSubject>> {
  const { context } = run
  const { options, asOf, baseConstraints, profile } = context
  const input = await readBuilderInput({ ...context, request }, target, {
    limits: options.limits,
    experimental: options.experimental,
    allowAbsoluteSymlinks: false,
    readLifecycle: (wanted, sources) => describeLifecycle(wanted, profile.version, sources),
  })
  const extensionFiles = await filesOfExtensions(input, run)
  const buildpackFiles = await filesOfBuildpacks(input, run)
  return {
    ...input,
    // Those that nobody looked for are told as not evaluated.
    runImages: input.runImages?.filter(({ found }) => found !== 'unread'),
    document,
    asOf,
    pinned: (reference) => context.images.pinned(reference),
    profile,
    baseConstraints: baseConstraints.length > 0 ? baseConstraints : undefined,
    extensionFiles,
    buildpackFiles,
  }
}

async function filesOfBuildpacks({ buildpacks = [] }: Judged, run: CheckRun): Promise<Map<string, ModuleFiles>> {
  const known = new Map<string, ModuleFiles>()
  for (const module of buildpacks.flatMap((entry) => entry ?? [])) {
    const files = await moduleFiles(module, run)
    if (files !== undefined) known.set(nameOf(module), files)
  }
  return known
}

async function filesOfExtensions({ extensions = [] }: Judged, run: CheckRun): Promise<readonly ExtensionFiles[]> {
  const known: ExtensionFiles[] = []
  for (const module of extensions.flatMap((entry) => entry ?? [])) {
    const files = await moduleFiles(module, run)
    if (files !== undefined) known.push({ extension: module.descriptor.info, files })
  }
  return known
}

/**
 * What the lifecycle of a builder supports. A release is known by its version and not downloaded; the profile may name one
 * that is to be judged by in any case.
 */
async function describeLifecycle(
  request: LifecycleRequest,
  version: string | undefined,
  context: SourceContext,
): Promise<LifecycleFacts | undefined> {
  const { lifecycle } = request
  const isRelease = lifecycle.uri === '' && !isReplaced(context.replacements)
  const wanted = version ?? (isRelease ? lifecycle.version || DEFAULT_LIFECYCLE : undefined)
  const descriptor = wanted === undefined ? undefined : knownLifecycle(wanted)
  if (descriptor === undefined) return readLifecycle(request, context)
  return {
    descriptor,
    locate: () => context.locate(['lifecycle', 'version']),
    from: `lifecycle ${descriptor.version}`,
    binaries: [...REQUIRED_BINARIES, ...MORE_BINARIES].sort(),
  }
}

function reasonsFor({ config }: BuilderRequest, input: Judged<BuilderSubject>): Reasons<BuilderSubject> {
  const base = `the build image ${config.buildImage} was not read`
  return {
    missing: { base, lifecycle: 'the lifecycle was not read' },
    partly: {
      base: input.base === undefined && config.buildImage !== '' ? base : undefined,
      buildpacks: unreadEntries('[[buildpacks]]', input.buildpacks),
      extensions: unreadEntries('[[extensions]]', input.extensions),
      runImages: unreadImages(config.runImages, input.runImages ?? []),
    },
  }
}

function unreadImages(named: readonly RunImage[], found: readonly FoundRunImage[]): string | undefined {
  const read = new Set(found.map(({ reference }) => reference))
  const unread = namedRunImages(named).filter(({ reference }) => !read.has(reference))
  const names = unread.map(({ reference }) => reference).join(', ')
  return names === '' ? undefined : `not read of the run images: ${names}`
}
