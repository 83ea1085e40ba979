import type { Module } from '../cnb/module.js'
import type { Distro, Target } from '../cnb/target.js'
import type { ImageConfig } from '../oci/image.js'
import { LABEL } from '../cnb/labels.js'

/** What an image says of itself that targets are compared with. */
export interface ImageTarget {
  readonly os: string
  readonly arch: string
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
    distro: hasDistro ? { name: name ?? '', version: version ?? '' } : undefined,
  }
}

/** `linux/amd64 ubuntu 22.04`, for people. */
export function printImageTarget({ os, arch, distro }: ImageTarget): string {
  const platform = [os || 'no os', arch].filter((part) => part !== '').join('/')
  return distro === undefined ? platform : `${platform} ${printDistro(distro)}`
}

/** `linux/amd64, linux/arm64 (ubuntu 22.04)`, for people. */
export function printTargets(targets: readonly Target[]): string {
  return targets.map(printTarget).join(', ')
}

function printTarget({ os, arch, variant, distros }: Target): string {
  const platform = [os || '(no os)', arch, variant].filter((part) => part !== '').join('/')
  return distros.length === 0 ? platform : `${platform} (${distros.map(printDistro).join(' or ')})`
}

function printDistro({ name, version }: Distro): string {
  return `${name || '(no name)'} ${version || '(no version)'}`
}

/** The one platform that pack assumes of a module that has a build script and says nothing else. */
const ASSUMED_ARCH = 'amd64'

/**
 * Whether pack lets a component onto a builder with this build image. Strict on os, lenient on arch; a distro counts only
 * where the image has a name and a version, and then both must be equal. Variants are never compared.
 */
export function isAcceptedByPack({ descriptor, hasBuild }: Module, image: ImageTarget): boolean {
  const { targets, stacks } = descriptor
  if (targets.length > 0) return targets.some((target) => fitsForPack(target, image))
  if (stacks.length > 0 || (!hasBuild.linux && !hasBuild.windows)) return true
  const fits = (os: string): boolean => image.os === os && image.arch === ASSUMED_ARCH
  return (hasBuild.linux && fits('linux')) || (hasBuild.windows && fits('windows'))
}

function fitsForPack({ os, arch, distros }: Target, { os: imageOs, arch: imageArch, distro }: ImageTarget): boolean {
  if (os !== imageOs || !isWild(arch, imageArch)) return false
  if (distros.length === 0 || distro === undefined || distro.name === '' || distro.version === '') return true
  return distros.some(({ name, version }) => name === distro.name && version === distro.version)
}

/**
 * Whether the lifecycle runs a component on an image. What is absent on either side matches, but a target with distros
 * needs an image that has one: `unknown` where that is left to /etc/os-release. Variants are not compared, because the
 * lifecycle reads them under a key that nobody writes.
 *
 * @see https://github.com/buildpacks/lifecycle/blob/v0.21.0/platform/target_data.go (TargetSatisfiedForBuild)
 */
export function lifecycleVerdict({ descriptor, hasBuild }: Module, image: ImageTarget): 'fits' | 'misfit' | 'unknown' {
  const targets = effectiveTargets(descriptor.targets, descriptor, hasBuild.linux)
  if (targets.length === 0) return 'fits'
  const onPlatform = targets.filter(({ os, arch }) => isWild(os, image.os) && isWild(arch, image.arch))
  if (onPlatform.some(({ distros }) => distros.length === 0)) return 'fits'
  if (onPlatform.length === 0) return 'misfit'
  const { distro } = image
  if (distro === undefined) return 'unknown'
  const isFit = onPlatform.some(({ distros }) =>
    distros.some(({ name, version }) => isWild(name, distro.name) && isWild(version, distro.version)),
  )
  return isFit ? 'fits' : 'misfit'
}

const BIONIC_STACK = 'io.buildpacks.stacks.bionic'
const BIONIC: Target = { os: 'linux', arch: 'amd64', variant: '', distros: [{ name: 'ubuntu', version: '18.04' }] }
const ANY: Target = { os: '', arch: '', variant: '', distros: [] }
const LINUX: Target = { ...ANY, os: 'linux' }
/** From this minor Buildpack API on, bionic stands for a target even beside other stacks. */
const API_OF_TARGETS = 10

/** The targets that the lifecycle derives where none are written. */
function effectiveTargets(
  targets: readonly Target[],
  { stacks, api }: Module['descriptor'],
  hasBuild: boolean,
): readonly Target[] {
  if (targets.length > 0) return targets
  const listsBionic = stacks.some(({ id }) => id === BIONIC_STACK)
  const isBionic = listsBionic && (stacks.length === 1 || api.major > 0 || api.minor >= API_OF_TARGETS)
  const derived = [...(isBionic ? [BIONIC] : []), ...(stacks.some(({ id }) => id === '*') ? [ANY] : [])]
  return derived.length === 0 && hasBuild ? [LINUX] : derived
}

/** True when both are equal, or one says nothing. */
function isWild(a: string, b: string): boolean {
  return a === '' || b === '' || a === b
}
