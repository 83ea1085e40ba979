import { compareBytes } from '../bytes.js'
import { BlobFetcher } from '../cache/fetch-blob.js'
import type { ModuleEntry } from '../cnb/builder-config.js'
import { moduleName, type Module, type ModuleId } from '../cnb/module.js'
import type { Target } from '../cnb/target.js'
import type { Report } from '../errors.js'
import { allModules } from '../plan/catalog.js'
import type { PackageInput } from '../plan/package-input.js'
import { derived } from '../rules/derived.js'
import type { Judged } from '../rules/rule.js'
import type { SourceContext, WantedPlatform } from '../sources/context.js'
import { readMainModule } from '../sources/main-module.js'
import { nameGiven, readModules } from '../sources/module-source.js'
import { inPlatformFolder } from '../sources/platform-folder.js'
import { prefetch } from '../sources/prefetch.js'
import { withContentIds } from './content-ids.js'
import type { ImageRun } from './make-images.js'
import type { PackageRequest } from './package-request.js'
import { inTurn, platformOf, sourceContext } from './source-context.js'
import { isForEngine } from './targets.js'

/**
 * Finds and describes all that goes into a package for one platform. Only manifests, configs and descriptors are read. What is
 * wrong goes to the problems of the run, and the entry is left undefined.
 */
export async function readPackageInput(run: ImageRun<PackageRequest>, target: Target): Promise<Judged<PackageInput>> {
  const { request, surroundings, problems, cache } = run
  const { options, file, flatten, labels, createdBy } = request
  const { kind, limits } = options
  const context = sourceContext(run, file, limits)
  const wanted = dependencyPlatform(target, run)
  const dependencies = kind === 'buildpack' ? request.config.dependencies : []
  const entries = dependencies.map((entry, index) => ({ kind, index: index + 1, entry }))
  await prefetch(
    entries.flatMap((entry) => nameGiven(entry, context) ?? []),
    wanted,
    context,
  )
  const main = await problems.attempt(() => readMain(run))
  const others = await inTurn(entries.length, (index) => {
    const one = entries[index]
    return one && hasSource(one.entry) ? problems.attempt(() => readModules({ ...one, wanted }, context)) : undefined
  })
  const all = [main && [main], ...others].map((modules) => modules && forTarget(modules, target, context))
  reportUnknownExcludes(flatten?.exclude ?? [], all, problems.report)
  const fetcher = new BlobFetcher(cache)
  const listed = kind === 'buildpack' ? { buildpacks: all, extensions: [] } : { buildpacks: [], extensions: all }
  return {
    kind,
    locate: file.locate,
    target,
    ...(await withContentIds(listed, problems, {
      settings: options,
      fetch: (layer) => fetcher.fetch(layer, surroundings.signal),
    })),
    labels,
    createdBy,
    flatten,
    limits,
  }
}

/** A name that no module has is a slip, and the module that was meant would end in the common layer. */
function reportUnknownExcludes(
  exclude: readonly ModuleId[],
  all: readonly (readonly Module[] | undefined)[],
  report: Report,
): void {
  if (all.includes(undefined)) return
  const there = new Set(allModules(all).map(({ descriptor }) => moduleName(descriptor.info)))
  const unknown = exclude.map(moduleName).filter((name) => !there.has(name))
  if (unknown.length === 0) return
  report({
    rule: 'flatten-exclude-unknown',
    severity: 'warning',
    message: `--flatten-exclude names ${unknown.join(', ')}, and there is none in the package`,
    place: { file: '--flatten-exclude' },
    value: unknown.join(', '),
    fix: `leave it out, or name one of ${[...there].toSorted(compareBytes).join(', ')}`,
  })
}

/**
 * The module that is packaged, as a whole: its folders for platforms are not looked at. It is the same for every target, so it is read
 * once in a run.
 */
export const readMain = derived(async (run: ImageRun<PackageRequest>): Promise<Module | undefined> => {
  const { options, config, file } = run.request
  const { kind, limits } = options
  // What is missing was reported.
  if (config.uri === '') return undefined
  const named = { text: config.uri, place: file.locate([`${kind}s`, 0, 'uri']), what: kind }
  return readMainModule({ kind, named }, sourceContext(run, file, limits))
})

/**
 * A dependency must be there for the architecture that somebody names. For one that nobody does, it must leave no choice, or what is made
 * would depend on the machine; what an engine of this machine takes may.
 */
function dependencyPlatform(target: Target, { request, surroundings }: ImageRun<PackageRequest>): WantedPlatform {
  const { os, arch } = target
  const { architecture } = surroundings.host
  if (arch === '') return { os, architecture, isOfAnyArchitecture: !isForEngine(request) }
  return { ...platformOf(target), isStrict: true }
}

/** An entry with neither of them, or with both, was reported. */
function hasSource({ uri, image }: ModuleEntry): boolean {
  return (uri === '') !== (image === '')
}

function forTarget(modules: readonly Module[], target: Target, context: SourceContext): readonly Module[] | undefined {
  const found = modules.map((module) => (module.packaged ? module : inPlatformFolder(module, target, context)))
  return found.every((module) => module !== undefined) ? found : undefined
}
