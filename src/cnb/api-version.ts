/** A Buildpack or Platform API version. */
export interface ApiVersion {
  readonly major: number
  readonly minor: number
}

/**
 * How an API version is written.
 * @see https://github.com/buildpacks/lifecycle/blob/v0.21.0/api/version.go
 */
export const API_VERSION = /^v?(\d+)\.?(\d*)$/

/** `text` as an API version, or undefined when it is none; `1` and `v1` are 1.0. */
export function parseApiVersion(text: string): ApiVersion | undefined {
  const match = API_VERSION.exec(text)
  if (match === null) return undefined
  const [major, minor] = [Number(match[1]), Number(match[2])]
  return Number.isSafeInteger(major) && Number.isSafeInteger(minor) ? { major, minor } : undefined
}

/** `major.minor`. */
export function printApiVersion(version: ApiVersion): string {
  return `${version.major}.${version.minor}`
}

/** Negative, zero or positive, as `a` is older than, equal to or newer than `b`. */
export function compareApiVersions(a: ApiVersion, b: ApiVersion): number {
  return a.major - b.major || a.minor - b.minor
}
