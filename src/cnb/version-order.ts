import { compareBytes } from '../bytes.js'
import { SEMVER } from './semver.js'

const WHOLE = new RegExp(`^${SEMVER}$`)

interface Version {
  readonly numbers: readonly bigint[]
  readonly prerelease: readonly string[]
  readonly build: string
}

/**
 * The one of `items` whose version is the highest by the precedence of semver; builds of one version by their bytes, so that
 * the answer does not depend on the order. A version of any other form is never the highest.
 */
export function withHighestVersion<Item>(items: readonly Item[], versionOf: (item: Item) => string): Item | undefined {
  let best: { readonly item: Item; readonly version: Version } | undefined
  for (const item of items) {
    const version = parseVersion(versionOf(item))
    if (version !== undefined && (best === undefined || compare(version, best.version) > 0)) best = { item, version }
  }
  return best?.item
}

function parseVersion(text: string): Version | undefined {
  const match = WHOLE.exec(text)
  if (match === null) return undefined
  const [, major = '', minor = '', patch = '', prerelease, build = ''] = match
  return { numbers: [major, minor, patch].map(BigInt), prerelease: prerelease?.split('.') ?? [], build }
}

function compare(a: Version, b: Version): number {
  const byNumber = a.numbers.map((number, i) => rank(number, b.numbers[i] ?? 0n)).find((order) => order !== 0)
  return byNumber ?? (comparePrereleases(a.prerelease, b.prerelease) || compareBytes(a.build, b.build))
}

/** A release comes after what came before it. */
function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return rank(b.length, a.length)
  const byPart = a.slice(0, b.length).map((part, i) => compareIdentifiers(part, b[i] ?? ''))
  return byPart.find((order) => order !== 0) ?? rank(a.length, b.length)
}

/** Numbers come before words. */
function compareIdentifiers(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => (/^\d+$/.test(text) ? BigInt(text) : undefined))
  if (x !== undefined && y !== undefined) return rank(x, y)
  return x === undefined && y === undefined ? compareBytes(a, b) : x === undefined ? 1 : -1
}

function rank<Value extends bigint | number>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0
}
