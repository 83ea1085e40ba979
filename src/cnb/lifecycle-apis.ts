import { compareApiVersions, type ApiVersion } from './api-version.js'
import type { ApiSupport } from './lifecycle.js'

/** Supported and deprecated versions, from old to new, each once. */
export function knownApis({ supported = [], deprecated = [] }: ApiSupport): ApiVersion[] {
  return [...supported, ...deprecated]
    .sort(compareApiVersions)
    .filter((api, index, all) => index === 0 || compareApiVersions(api, all[index - 1]!) !== 0)
}

/** The newest version that is supported, or undefined when none is listed. */
export function highestSupported({ supported = [] }: ApiSupport): ApiVersion | undefined {
  return [...supported].sort(compareApiVersions).at(-1)
}

/** How a lifecycle takes the Buildpack API of a module. `covered` is what it runs, and what pack refuses: it wants to see it listed. */
export type ApiVerdict = 'supported' | 'deprecated' | 'covered' | 'unsupported'

/** What becomes of a module for `api`. */
export function apiVerdict(api: ApiVersion, { supported = [], deprecated = [] }: ApiSupport): ApiVerdict {
  const isListed = (list: readonly ApiVersion[]): boolean =>
    list.some((version) => compareApiVersions(version, api) === 0)
  if (isListed(deprecated)) return 'deprecated'
  if (isListed(supported)) return 'supported'
  return isCovered(api, [...supported, ...deprecated]) ? 'covered' : 'unsupported'
}

/** From 1.0 on a lifecycle supports all earlier minor versions of a major version that it lists. */
function isCovered(api: ApiVersion, known: readonly ApiVersion[]): boolean {
  return api.major > 0 && known.some(({ major, minor }) => major === api.major && minor >= api.minor)
}

/** The first Platform API that has what a builder can use. */
export const PLATFORM_WITH = {
  /** Reads /cnb/build-config/env. */
  buildEnv: { major: 0, minor: 11 },
  /** Reads /cnb/run.toml. */
  runImages: { major: 0, minor: 12 },
  /** Its detector compares targets. */
  targets: { major: 0, minor: 12 },
  /** Extensions are no experiment. */
  extensions: { major: 0, minor: 13 },
  /** Reads /cnb/system.toml. */
  system: { major: 0, minor: 15 },
  /** Its detector leaves out modules that are for another execution environment. */
  execEnv: { major: 0, minor: 15 },
} as const satisfies Record<string, ApiVersion>

/** Something that a builder can use. */
export type PlatformFeature = keyof typeof PLATFORM_WITH

/** The first Buildpack API that has what a module can use. */
export const BUILDPACK_WITH = {
  /** A stack `*` stands for any. */
  anyStack: { major: 0, minor: 5 },
  /** `sbom-formats` are read. */
  sbomFormats: { major: 0, minor: 7 },
  extensions: { major: 0, minor: 9 },
  /** Modules name targets; below it, stacks. */
  targets: { major: 0, minor: 10 },
  /** Modules name execution environments. */
  execEnv: { major: 0, minor: 12 },
} as const satisfies Record<string, ApiVersion>

/** Something that a module can use. */
export type BuildpackFeature = keyof typeof BUILDPACK_WITH

/** Whether a Buildpack API has it. */
export function hasBuildpackFeature(buildpackApi: ApiVersion, feature: BuildpackFeature): boolean {
  return compareApiVersions(buildpackApi, BUILDPACK_WITH[feature]) >= 0
}

/** Whether a Platform API has it. */
export function hasPlatformFeature(platformApi: ApiVersion, feature: PlatformFeature): boolean {
  return compareApiVersions(platformApi, PLATFORM_WITH[feature]) >= 0
}

/** Whether the newest of these Platform APIs has it; undefined when none is listed. */
export function hasFeature(platform: ApiSupport, feature: PlatformFeature): boolean | undefined {
  const highest = highestSupported(platform)
  return highest && hasPlatformFeature(highest, feature)
}
