import type { Target } from '../cnb/target.js'
import { CnbError, type Place, type Report } from '../errors.js'
import { printPlatform, type Platform } from '../oci/platform.js'
import type { ImageRequest } from './image-request.js'

/** Targets, and where each is named. */
export interface NamedTargets {
  readonly targets: readonly Target[]
  readonly placeOf: (index: number) => Place
}

/** The targets that are asked for: those of the flags, or else those of the files. */
export function askedTargets({ flagTargets }: ImageRequest, files: NamedTargets): NamedTargets {
  return flagTargets.length > 0 ? { targets: flagTargets, placeOf: () => ({ file: '--target' }) } : files
}

/** One of each platform and distro: an index with one child twice is one that nobody can choose from. */
export function withoutTwins({ targets, placeOf }: NamedTargets, report: Report): readonly Target[] {
  const byName = new Map<string, Target>()
  for (const [index, target] of targets.entries()) {
    const name = printTarget(target)
    if (byName.has(name)) {
      report({
        rule: 'target-duplicate',
        severity: 'warning',
        message: `the target ${name} is named twice, and gets one image`,
        place: placeOf(index),
        value: name,
        fix: 'name it once',
      })
    } else byName.set(name, target)
  }
  return [...byName.values()]
}

/** As `--target` would have it. */
export function printTarget({ os, arch, variant, distros }: Target): string {
  const platform = [os, arch, variant].filter((part) => part !== '').join('/')
  const names = distros.map(({ name, version }) => (version === '' ? name : `${name}@${version}`))
  return names.length === 0 ? platform : `${platform}:${names.join(';')}`
}

/** True when the docker engine is to take the image, which holds one platform. */
export function isForEngine({ outputs }: ImageRequest): boolean {
  return outputs.some(({ place }) => place.kind === 'engine')
}

/**
 * The first target that an engine of this platform can take; undefined when none was asked for.
 *
 * @throws CnbError E_USAGE when it can take none of them, or when the flags want more than one
 */
export function engineTarget(
  targets: readonly Target[],
  { flagTargets }: ImageRequest,
  platform: Platform,
): Target | undefined {
  if (flagTargets.length > 1) {
    throw new CnbError('E_USAGE', 'a docker engine takes one platform, and --target names several', {
      hint: 'name one target, or write to a registry or to oci:DIR',
    })
  }
  const fitting = targets.find((target) => fits(target, platform))
  if (targets.length === 0 || fitting !== undefined) return fitting
  const engine = printPlatform(platform)
  throw new CnbError('E_USAGE', `no target fits the docker engine, which runs ${engine}`, {
    value: targets.map(printTarget).join(', '),
    hint: `add the target ${engine}, or write to a registry or to oci:DIR`,
  })
}

function fits({ os, arch }: Target, { os: engineOs, architecture }: Platform): boolean {
  return os === engineOs && (arch === '' || arch === architecture)
}
