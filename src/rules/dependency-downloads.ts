import { redactLocator } from '../redact.js'
import { DEPENDENCY_KEYS, type Dependency } from './dependencies.js'
import { dependencyRule, type DependencyProblem } from './dependency-rule.js'

/** Hex digits of a checksum, by algorithm. */
const STRONG: ReadonlyMap<string, number> = new Map(Object.entries({ sha256: 64, sha384: 96, sha512: 128 }))
const WEAK: ReadonlySet<string> = new Set(['md5', 'sha1'])

const noChecksum = dependencyRule({
  id: 'dependency-no-checksum',
  severity: 'error',
  summary: 'a dependency has no checksum, so nobody can tell whether its download is what was meant',
  fix: 'add checksum = "sha256:..." with the digest of the file',
  *find(dependencies) {
    for (const dependency of dependencies) {
      const { uri, checksum, hasOtherChecksum } = dependency
      if (checksum !== '' || hasOtherChecksum || !/^(?:https?|ftp):/i.test(uri)) continue
      yield { dependency, what: 'has neither checksum nor sha256', keys: ['uri'] }
    }
  },
})

const weakChecksum = dependencyRule({
  id: 'dependency-checksum-weak',
  severity: 'error',
  summary: 'the checksum of a dependency is of a broken or unknown kind, or has the wrong length',
  fix: 'write checksum = "sha256:..." with the 64 hex digits of the digest of the file',
  *find(dependencies) {
    for (const dependency of dependencies) {
      const what = dependency.checksum === '' ? undefined : whyWeak(dependency.checksum)
      if (what !== undefined) yield { dependency, what, keys: DEPENDENCY_KEYS.checksum, value: dependency.checksum }
    }
  },
})

function whyWeak(checksum: string): string | undefined {
  const { algorithm, hex } = partsOf(checksum)
  if (WEAK.has(algorithm)) return `has a checksum of ${algorithm}, which can be forged`
  const digits = STRONG.get(algorithm)
  if (digits === undefined) return `has a checksum of the unknown kind ${algorithm}`
  if (!/^[0-9a-f]+$/i.test(hex)) return `has a checksum of ${algorithm} that is not in hex`
  return hex.length === digits ? undefined : `has a checksum of ${algorithm} with ${hex.length} digits, not ${digits}`
}

/** What has no algorithm is sha256, as for its readers. */
function partsOf(checksum: string): { algorithm: string; hex: string } {
  const colon = checksum.indexOf(':')
  return colon === -1
    ? { algorithm: 'sha256', hex: checksum }
    : { algorithm: checksum.slice(0, colon).toLowerCase(), hex: checksum.slice(colon + 1) }
}

const duplicateChecksum = dependencyRule({
  id: 'dependency-checksum-duplicate',
  severity: 'warning',
  summary: 'two versions of a dependency have one checksum, or one address has two',
  fix: 'take the digests again from the files themselves: one of the two was copied',
  *find(dependencies) {
    const byChecksum = new Map<string, Dependency>()
    const byUri = new Map<string, Dependency>()
    for (const dependency of dependencies) {
      if (whyWeak(dependency.checksum) !== undefined) continue
      const checksum = partsOf(dependency.checksum).hex.toLowerCase()
      const twin = firstOf(byChecksum, `${dependency.id} ${checksum}`, dependency)
      if (twin.version !== dependency.version) {
        yield problem(dependency, `has the checksum of version ${twin.version}`)
        continue
      }
      const same = dependency.uri === '' ? dependency : firstOf(byUri, dependency.uri, dependency)
      const { hex } = partsOf(same.checksum)
      if (hex.length === checksum.length && hex.toLowerCase() !== checksum) {
        yield problem(dependency, `has the address of ${same.name}, but another checksum`)
      }
    }
  },
})

function firstOf(map: Map<string, Dependency>, key: string, dependency: Dependency): Dependency {
  const found = map.get(key)
  if (found === undefined) map.set(key, dependency)
  return found ?? dependency
}

function problem(dependency: Dependency, what: string): DependencyProblem {
  return { dependency, what, keys: DEPENDENCY_KEYS.checksum, value: dependency.checksum }
}

const insecure = dependencyRule({
  id: 'dependency-uri-insecure',
  severity: 'error',
  summary: 'a dependency has no address, or one that is not encrypted',
  fix: 'write a uri that begins with https://',
  *find(dependencies) {
    for (const dependency of dependencies) {
      const { uri, checksum } = dependency
      // With a checksum nothing else can be slipped in, and without an address there may be another key for it.
      const severity = checksum === '' ? 'error' : 'warning'
      if (uri === '') yield { dependency, what: 'has no uri', keys: ['uri'], severity }
      else if (/^(?:http|ftp):/i.test(uri)) {
        const scheme = uri.slice(0, uri.indexOf(':')).toLowerCase()
        yield {
          dependency,
          what: `is fetched by ${scheme}, which is not encrypted`,
          keys: ['uri'],
          value: redactLocator(uri),
        }
      }
    }
  },
})

const LATEST = /(?:^|[/_.-])latest(?:[/_.-]|$)/i
const BRANCH =
  /\/(?:refs\/heads\/|(?:archive|tarball|zipball)\/(?:main|master|develop|trunk|head)(?:[./]|$))|^https?:\/\/raw\.githubusercontent\.com\/[^/]+\/[^/]+\/(?:main|master|develop|head)\//i
/** So many hex digits are a digest, whatever the version. */
const DIGEST = /[0-9a-f]{32}/i

const mutable = dependencyRule({
  id: 'dependency-uri-mutable',
  severity: 'warning',
  summary: 'the address of a dependency does not name a version, so what lies there may change',
  fix: 'write the address of the release that the checksum is of',
  *find(dependencies) {
    for (const dependency of dependencies) {
      const what = whyMutable(dependency)
      if (what !== undefined) yield { dependency, what, keys: ['uri'], value: redactLocator(dependency.uri) }
    }
  },
})

function whyMutable({ uri, version }: Dependency): string | undefined {
  if (uri === '') return undefined
  if (LATEST.test(uri)) return 'is fetched from an address of the latest version'
  if (BRANCH.test(uri)) return 'is fetched from a branch'
  if (DIGEST.test(uri)) return undefined
  // Java calls 8.0.242 `8u242`, so one number of the version is enough.
  const numbers = new Set(version.match(/\d+/g)?.map(Number).filter(Boolean))
  const isNamed = numbers.size === 0 || (uri.match(/\d+/g) ?? []).some((digits) => numbers.has(Number(digits)))
  return isNamed ? undefined : 'is fetched from an address that does not name its version'
}

/** What a dependency is fetched from, and how it is known again. */
export const DEPENDENCY_DOWNLOAD_ADVICE = [noChecksum, weakChecksum, duplicateChecksum, insecure, mutable]
