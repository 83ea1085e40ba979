import type { ApiVersion } from './api-version.js'
import type { ApiSupport, LifecycleDescriptor } from './lifecycle.js'
import { normaliseSemver } from './semver.js'

/** The lowest and the highest minor version, all of major version 0. */
type Range = readonly [lowest: number, highest: number]

interface Release {
  readonly platform: Range
  readonly buildpack: Range
  /** The highest minor version of both that is deprecated. */
  readonly deprecated?: number
}

/**
 * What the releases of each minor version say in their lifecycle.toml.
 * @see https://github.com/buildpacks/lifecycle/releases
 */
const RELEASES: ReadonlyMap<string, Release> = new Map([
  ['0.13', { platform: [3, 8], buildpack: [2, 7] }],
  ['0.14', { platform: [3, 9], buildpack: [2, 8] }],
  ['0.15', { platform: [3, 10], buildpack: [2, 9] }],
  ['0.16', { platform: [3, 11], buildpack: [2, 9], deprecated: 6 }],
  ['0.17', { platform: [3, 12], buildpack: [2, 10], deprecated: 6 }],
  ['0.18', { platform: [7, 12], buildpack: [7, 10] }],
  ['0.19', { platform: [7, 13], buildpack: [7, 11] }],
  ['0.20', { platform: [7, 14], buildpack: [7, 11] }],
  ['0.21', { platform: [7, 15], buildpack: [7, 12] }],
])
/** The README of the project promises more of it than it has. */
const RELEASE_0_19_0: Release = { platform: [7, 13], buildpack: [7, 10] }

/**
 * The architectures that the releases for linux are built for, and what those call them.
 * @see https://github.com/buildpacks/lifecycle/releases
 */
export const LINUX_RELEASES: ReadonlyMap<string, string> = new Map([
  ['amd64', 'x86-64'],
  ['arm64', 'arm64'],
  ['ppc64le', 'ppc64le'],
  ['s390x', 's390x'],
])

/** What a release of the lifecycle is known to support; undefined for one that is newer or older than we know. */
export function knownLifecycle(version: string): LifecycleDescriptor | undefined {
  const normal = normaliseSemver(version)
  const minor = normal && /^\d+\.\d+/.exec(normal)?.[0]
  const release = normal === '0.19.0' ? RELEASE_0_19_0 : RELEASES.get(minor ?? '')
  if (normal === undefined || release === undefined) return undefined
  const platform = supportOf(release.platform, release.deprecated)
  const buildpack = supportOf(release.buildpack, release.deprecated)
  return {
    version: normal,
    api: { buildpack: buildpack.supported?.[0], platform: platform.supported?.[0] },
    apis: { buildpack, platform },
  }
}

/** The newest Buildpack API that a lifecycle is known to support. */
export function newestBuildpackApi(): ApiVersion {
  return { major: 0, minor: Math.max(...[...RELEASES.values()].map(({ buildpack: [, highest] }) => highest)) }
}

function supportOf([lowest, highest]: Range, deprecated = -1): ApiSupport {
  const supported = Array.from({ length: highest - lowest + 1 }, (_, i): ApiVersion => ({
    major: 0,
    minor: lowest + i,
  }))
  return { supported, deprecated: supported.filter(({ minor }) => minor <= deprecated) }
}
