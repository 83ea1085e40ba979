import { BlobFetcher } from '../cache/fetch-blob.js'
import type { RunImage } from '../cnb/builder-config.js'
import type { Module, ModuleKind } from '../cnb/module.js'
import type { Target } from '../cnb/target.js'
import type { Image } from '../oci/image.js'
import { namedRunImages, type BuilderFacts, type FoundRunImage } from '../plan/builder-input.js'
import type { Judged } from '../rules/rule.js'
import type { Named, SourceContext, WantedPlatform } from '../sources/context.js'
import { readBuildImage, readRunImage } from '../sources/images.js'
import type { LifecycleRequest } from '../sources/lifecycle.js'
import { nameGiven, readModules } from '../sources/module-source.js'
import { prefetch } from '../sources/prefetch.js'
import { buildConfigDirOf } from './build-config-dir.js'
import { withContentIds } from './content-ids.js'
import type { LifecycleFacts } from '../cnb/lifecycle.js'
import type { SourceSettings } from '../assemble/source-facts.js'
import type { ImageRun } from './make-images.js'
import type { Problems } from './problems.js'
import type { BuilderRequest } from './builder-request.js'
import { inTurn, platformOf, sourceContext, wantedPlatform } from './source-context.js'

/** How the input of a builder is read. */
export interface BuilderInputOptions<L extends LifecycleFacts> extends SourceSettings {
  readonly experimental: boolean
  /** Finds and describes the lifecycle. @throws CnbError */
  readonly readLifecycle: (request: LifecycleRequest, context: SourceContext) => Promise<L | undefined>
}

/**
 * Finds and describes all that builder.toml names, for one platform. Only manifests, configs and descriptors are read. What
 * is wrong goes to the problems of the run, and the part is left undefined.
 */
export async function readBuilderInput<L extends LifecycleFacts>(
  run: ImageRun<BuilderRequest>,
  target: Target | undefined,
  options: BuilderInputOptions<L>,
): Promise<Judged<Omit<BuilderFacts, 'lifecycle'> & { readonly lifecycle: L }>> {
  const { request, problems, cache } = run
  const { config, locate, flatten, labels, createdBy } = request
  const { host, signal } = run.surroundings
  const { limits } = options
  const context = sourceContext(run, { ...request, relativeTo: 'builder.toml', makes: 'builder' }, limits)
  const fetcher = new BlobFetcher(cache)
  const wanted = wantedPlatform(target, host)
  const base = await readBase(context, config.buildImage, wanted, problems)
  const platform = base?.config.platform
  // As pack does: modules are taken for the platform that the build image turned out to have, whatever its variant.
  const modulePlatform = platform === undefined ? wanted : { os: platform.os, architecture: platform.architecture }
  const modules = (kind: ModuleKind, count: number): Promise<(readonly Module[] | undefined)[]> =>
    inTurn(count, (index) => {
      const entry = config[`${kind}s`][index]
      return entry && problems.attempt(() => readModules({ kind, index, entry, wanted: modulePlatform }, context))
    })
  await prefetch(namedModules(request, context), modulePlatform, context)
  const buildpacks = await modules('buildpack', config.buildpacks.length)
  const extensions = await modules('extension', config.extensions.length)
  return {
    config,
    locate,
    base,
    runImages: await readRunImages(context, config.runImages, wanted, problems),
    lifecycle: await problems.attempt(() =>
      options.readLifecycle(
        { lifecycle: config.lifecycle, target: modulePlatform, host: wantedPlatform(undefined, host) },
        context,
      ),
    ),
    ...(await withContentIds({ buildpacks, extensions }, problems, {
      settings: options,
      fetch: (layer) => fetcher.fetch(layer, signal),
    })),
    flatten,
    labels,
    createdBy,
    buildConfigDir: await problems.attempt(() => buildConfigDirOf(host.env, limits)),
    platform: target === undefined ? undefined : platformOf(target),
    experimental: options.experimental || request.settings.experimental,
    limits,
  }
}

function namedModules({ config }: BuilderRequest, context: SourceContext): Named[] {
  const named = (kind: ModuleKind): Named[] =>
    config[`${kind}s`].flatMap((entry, index) => nameGiven({ kind, index, entry }, context) ?? [])
  return [...named('buildpack'), ...named('extension')]
}

async function readBase(
  context: SourceContext,
  reference: string,
  wanted: WantedPlatform,
  problems: Problems,
): Promise<Image | undefined> {
  // A missing key is a rule's to tell.
  if (reference === '') return undefined
  const named: Named = { text: reference, place: context.locate(['build', 'image']), what: 'build image' }
  return problems.attempt(() => readBuildImage(named, wanted, context))
}

/** Every run image and every mirror; one that is broken was reported, and is left out. */
export async function readRunImages(
  context: SourceContext,
  runImages: readonly RunImage[],
  wanted: WantedPlatform,
  problems: Problems,
): Promise<readonly FoundRunImage[]> {
  const named = namedRunImages(runImages)
  const found = await inTurn(named.length, async (i) => {
    const one = named[i]
    if (one === undefined) return undefined
    const { path, reference } = one
    const config = await problems.attempt(() =>
      readRunImage({ text: reference, place: context.locate(path), what: 'run image' }, wanted, context),
    )
    return config && { path, reference, found: config }
  })
  return found.filter((image) => image !== undefined)
}
