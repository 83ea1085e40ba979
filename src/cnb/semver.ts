/** https://semver.org, the official pattern: major, minor, patch, what comes before a release, the build. */
export const SEMVER =
  '(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)' +
  '(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?' +
  '(?:\\+([0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*))?'

const WHOLE = new RegExp(`^${SEMVER}$`)

/** Whether a version has the form of semver. @see https://semver.org/spec/v2.0.0.html */
export function isSemver(version: string): boolean {
  return WHOLE.test(version)
}

/**
 * A version as pack's semver library takes it: `v` in front and leading zeros are allowed, minor and patch may be left out.
 * @see https://github.com/Masterminds/semver/blob/v3.4.0/version.go
 */
const LENIENT =
  /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/

/** The largest part that pack's library takes. */
const UINT64_MAX = 2n ** 64n - 1n

/** `text` as a full version, such as 0.21.0 for `v0.21`, or undefined when it is none. */
export function normaliseSemver(text: string): string | undefined {
  const match = LENIENT.exec(text)
  if (match === null) return undefined
  const [, major = '0', minor = '0', patch = '0', prerelease = '', build = ''] = match
  const parts = [major, minor, patch].map((part) => BigInt(part))
  if (parts.some((part) => part > UINT64_MAX)) return undefined
  const zeroLed = prerelease
    .slice(1)
    .split('.')
    .some((part) => /^0\d+$/.test(part))
  return zeroLed ? undefined : `${parts.join('.')}${prerelease}${build}`
}
