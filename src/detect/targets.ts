import { hasBuildpackFeature } from '../cnb/lifecycle-apis.js'
import type { ApiVersion } from '../cnb/api-version.js'
import { LABEL } from '../cnb/labels.js'
import { type Distro, printDistro, type Target } from '../cnb/target.js'
import type { ImageConfig } from '../oci/image.js'

/** What an image says of itself that targets are compared with. Empty strings are parts that nobody says. */
export interface ImageTarget {
  readonly os: string
  readonly arch: string
  readonly variant: string
  /** undefined when the image has neither of the two labels. */
  readonly distro: Distro | undefined
}

/** The target facts of an image whose labels are `labels`. */
export function imageTargetOf(
  { platform }: Pick<ImageConfig, 'platform'>,
  labels: ReadonlyMap<string, string>,
): ImageTarget {
  const name = labels.get(LABEL.distroName)
  const version = labels.get(LABEL.distroVersion)
  const hasDistro = name !== undefined || version !== undefined
  return {
    os: platform.os,
    arch: platform.architecture,
    variant: platform.variant ?? '',
    distro: hasDistro ? { name: name ?? '', version: version ?? '' } : undefined,
  }
}

/** `linux/amd64 ubuntu 22.04`, for people. */
export function printImageTarget({ os, arch, distro }: ImageTarget): string {
  const platform = [os || 'no os', arch].filter((part) => part !== '').join('/')
  return distro === undefined ? platform : `${platform} ${printDistro(distro)}`
}

const BIONIC_STACK = 'io.buildpacks.stacks.bionic'
const BIONIC: Target = { os: 'linux', arch: 'amd64', variant: '', distros: [{ name: 'ubuntu', version: '18.04' }] }
const ANY: Target = { os: '', arch: '', variant: '', distros: [] }
const LINUX: Target = { ...ANY, os: 'linux' }

/** What the targets of a buildpack follow from where it names none. */
export interface TargetSource {
  readonly targets: readonly Target[]
  readonly stacks: readonly { readonly id: string }[]
  readonly api: ApiVersion
  /** Whether there is a file `bin/build`. */
  readonly hasBuild: boolean
}

/**
 * The targets of a buildpack as the lifecycle sees them: those it names, else what follows from its stacks, else linux where
 * it has `bin/build`. None at all fit every image.
 *
 * @see https://github.com/buildpacks/lifecycle/blob/v0.21.0/buildpack/bp_descriptor.go (ReadBpDescriptor)
 */
export function effectiveTargets({ targets, stacks, api, hasBuild }: TargetSource): readonly Target[] {
  if (targets.length > 0) return targets
  // Since there are targets, bionic stands for one even beside other stacks.
  const isBionic = stacks.some(isBionicStack) && (stacks.length === 1 || hasBuildpackFeature(api, 'targets'))
  const derived = [...(isBionic ? [BIONIC] : []), ...(stacks.some(({ id }) => id === '*') ? [ANY] : [])]
  return derived.length === 0 && hasBuild ? [LINUX] : derived
}

/** True for the one stack that stands for a target. */
export function isBionicStack({ id }: { readonly id: string }): boolean {
  return id === BIONIC_STACK
}

/** As `effectiveTargets`, of an extension: linux where it has a program, else any. */
export function extensionTargets(targets: readonly Target[], hasProgram: boolean): readonly Target[] {
  return targets.length > 0 ? targets : [hasProgram ? LINUX : ANY]
}

/**
 * Whether the lifecycle runs a component with these targets on an image. What is absent on either side matches, but a target
 * with distros needs an image that has one: `unknown` where that is left to the os-release file of the build image.
 *
 * @see https://github.com/buildpacks/lifecycle/blob/v0.21.0/platform/target_data.go (TargetSatisfiedForBuild)
 */
export function targetVerdict(targets: readonly Target[], image: ImageTarget): 'fits' | 'misfit' | 'unknown' {
  if (targets.length === 0) return 'fits'
  const onPlatform = targets.filter(
    ({ os, arch, variant }) => isWild(os, image.os) && isWild(arch, image.arch) && isWild(variant, image.variant),
  )
  if (onPlatform.some(({ distros }) => distros.length === 0)) return 'fits'
  if (onPlatform.length === 0) return 'misfit'
  const { distro } = image
  if (distro === undefined) return 'unknown'
  const isFit = onPlatform.some(({ distros }) =>
    distros.some(({ name, version }) => isWild(name, distro.name) && isWild(version, distro.version)),
  )
  return isFit ? 'fits' : 'misfit'
}

/** True when both are equal, or one says nothing. */
export function isWild(a: string, b: string): boolean {
  return a === '' || b === '' || a === b
}
