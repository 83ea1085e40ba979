import { isComposite } from '../cnb/module.js'
import type { Target } from '../cnb/target.js'
import type { ImageRun } from './make-images.js'
import { readMain } from './package-input.js'
import type { PackageRequest } from './package-request.js'
import { askedTargets, engineTarget, isForEngine, withoutTwins, type NamedTargets } from './targets.js'

/**
 * What a package is made for, one image each: what the flags say; else, for a composite, what package.toml says, and for another
 * module what its descriptor says; else its operating system, of whatever architecture. A target with several distros is several
 * targets.
 *
 * @throws CnbError E_USAGE when a docker engine can take none of them
 */
export async function packageTargets(run: ImageRun<PackageRequest>): Promise<readonly Target[]> {
  const { request, network, problems } = run
  const asked = askedTargets(request, await namedTargets(run))
  const each = asked.targets.flatMap((target, index) => distrosApart(target).map((target) => ({ target, index })))
  const targets = withoutTwins(
    { targets: each.map(({ target }) => target), placeOf: (at) => asked.placeOf(each[at]?.index ?? 0) },
    problems.report,
  )
  const implied: Target = { os: request.config.os, arch: '', variant: '', distros: [] }
  const all = targets.length > 0 ? targets : [implied]
  if (!isForEngine(request)) return all
  const fitting = engineTarget(all, request, await network.enginePlatform())
  return fitting === undefined ? [] : [fitting]
}

/** What the files say. */
async function namedTargets(run: ImageRun<PackageRequest>): Promise<NamedTargets> {
  const { config, file, flagTargets } = run.request
  const inPackage = { targets: config.targets, placeOf: (index: number) => file.locate(['targets', index]) }
  if (flagTargets.length > 0) return inPackage
  const main = await run.problems.attempt(() => readMain(run))
  if (main === undefined || isComposite(main.descriptor)) return inPackage
  if (config.targets.length > 0) {
    run.problems.report({
      rule: 'package-targets-ignored',
      severity: 'warning',
      message: `${main.descriptor.info.id} is no composite, so the targets of its descriptor count, and not those of package.toml`,
      place: inPackage.placeOf(0),
      fix: 'leave [[targets]] out of package.toml, and say what is wanted in the descriptor or with --target',
    })
  }
  return { targets: main.descriptor.targets, placeOf: (index) => main.locate(['targets', index]) }
}

function distrosApart(target: Target): Target[] {
  return target.distros.length < 2 ? [target] : target.distros.map((distro) => ({ ...target, distros: [distro] }))
}
