import type { Module } from '../cnb/module.js'
import type { Target } from '../cnb/target.js'
import { effectiveTargets, type ImageTarget, isWild, targetVerdict } from '../detect/targets.js'

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

/** What to do about targets of which pack accepts none for a build image: what helps depends on what differs. */
export function unsatisfiedFix(targets: readonly Target[], { os, arch }: ImageTarget): string {
  const others = 'choose another module or build image'
  const ofMachine = targets.filter((target) => isWild(target.arch, arch))
  if (ofMachine.length === 0) return `add a target with arch = "${arch}" if it has programs for that, or ${others}`
  if (!ofMachine.some((target) => target.os === os)) {
    return `write os = "${os}" into a target if it runs there, or ${others}`
  }
  return `write os, and name and version of each distro, of this build image into a target, or ${others}`
}

function fitsForPack({ os, arch, distros }: Target, { os: imageOs, arch: imageArch, distro }: ImageTarget): boolean {
  if (os !== imageOs || !isWild(arch, imageArch)) return false
  if (distros.length === 0 || distro === undefined || distro.name === '' || distro.version === '') return true
  return distros.some(({ name, version }) => name === distro.name && version === distro.version)
}

/**
 * Whether the lifecycle runs a component on an image. Variants do not count, because the lifecycle reads those of a module under
 * a key that nobody writes.
 */
export function lifecycleVerdict({ descriptor, hasBuild }: Module, image: ImageTarget): 'fits' | 'misfit' | 'unknown' {
  return targetVerdict(effectiveTargets({ ...descriptor, hasBuild: hasBuild.linux }), { ...image, variant: '' })
}
