import { PackageURL } from 'packageurl-js'
import { DEPENDENCY_KEYS, type Dependency } from './dependencies.js'
import { dependencyRule } from './dependency-rule.js'
import { readLicense } from './spdx.js'

const sourceMissing = dependencyRule({
  id: 'dependency-source-missing',
  severity: 'warning',
  isCommon: true,
  summary: 'a dependency does not say what it was made from, so it cannot be made again or looked into',
  fix: 'add source and source-checksum',
  *find(dependencies) {
    for (const dependency of dependencies) {
      const { source, sourceChecksum } = dependency
      if (source === '') yield { dependency, what: 'has no source', keys: [] }
      else if (sourceChecksum === '') yield { dependency, what: 'has a source without checksum', keys: ['source'] }
    }
  },
})

const purlInvalid = dependencyRule({
  id: 'dependency-purl-invalid',
  severity: 'warning',
  summary: 'the package URL or CPE of a dependency cannot be read, or is of another version',
  fix: 'write purl = "pkg:TYPE/NAME@VERSION" and cpe = "cpe:2.3:a:VENDOR:PRODUCT:VERSION:*:*:*:*:*:*:*" with the version of the dependency',
  *find(dependencies) {
    for (const dependency of dependencies) {
      for (const purl of dependency.purls) {
        const what = whyNoPurl(purl, dependency)
        if (what !== undefined) yield { dependency, what, keys: DEPENDENCY_KEYS.purls, value: purl }
      }
      for (const cpe of dependency.cpes) {
        if (isCpe(cpe)) continue
        yield { dependency, what: `has a CPE that cannot be read: ${cpe}`, keys: DEPENDENCY_KEYS.cpes, value: cpe }
      }
    }
  },
})

function whyNoPurl(text: string, { version }: Dependency): string | undefined {
  let purl
  try {
    purl = PackageURL.fromString(text)
  } catch {
    return `has a package URL that cannot be read: ${text}`
  }
  const other = purl.version ?? ''
  return other === '' || isSameVersion(other, version) ? undefined : `has a package URL of version ${other}: ${text}`
}

/**
 * Numbers that are not zero are compared, as far as both have some: `8u492` is 8.0.492, and what has four numbers for its
 * makers has three for who knows only semantic versions.
 */
function isSameVersion(a: string, b: string): boolean {
  const [one, other] = [numbersOf(a), numbersOf(b)]
  return one.every((number, index) => index >= other.length || number === other[index])
}

function numbersOf(version: string): number[] {
  return (version.match(/\d+/g) ?? []).map(Number).filter((number) => number !== 0)
}

/** Eleven parts after the prefix, in which `\:` does not separate; or a URI of CPE 2.2. @see NIST IR 7695 */
function isCpe(text: string): boolean {
  if (text.startsWith('cpe:/')) return /^cpe:\/[aho]?(?::[^:]*){0,6}$/i.test(text)
  return /^cpe:2\.3:[aho*-](?::(?:\\.|[^:\\\s])+){10}$/i.test(text)
}

const purlMissing = dependencyRule({
  id: 'dependency-purl-missing',
  severity: 'warning',
  isCommon: true,
  summary: 'a dependency has neither a package URL nor a CPE, so no advisory can be matched to it',
  fix: 'add purl = "pkg:TYPE/NAME@VERSION"',
  *find(dependencies) {
    for (const dependency of dependencies) {
      if (dependency.purls.length > 0 || dependency.cpes.length > 0) continue
      yield { dependency, what: 'has neither purl nor cpe', keys: [] }
    }
  },
})

const licenseMissing = dependencyRule({
  id: 'dependency-license-missing',
  severity: 'warning',
  isCommon: true,
  summary: 'a dependency does not name its licence',
  fix: 'add licenses = ["MIT"] with its SPDX identifiers',
  *find(dependencies) {
    for (const dependency of dependencies) {
      if (dependency.licenses.some(({ type, uri }) => type !== '' || uri !== '')) continue
      yield { dependency, what: 'has no licence', keys: DEPENDENCY_KEYS.licenses }
    }
  },
})

const licenseInvalid = dependencyRule({
  id: 'dependency-license-invalid',
  severity: 'warning',
  summary: 'a licence of a dependency is not one of SPDX, and no text of it is named',
  fix: 'write an SPDX identifier such as Apache-2.0, or add the uri of the text',
  *find(dependencies) {
    for (const dependency of dependencies) {
      for (const { type, uri } of dependency.licenses) {
        if (type === '' || uri !== '') continue
        const license = readLicense(type)
        if (license.kind === 'spdx') continue
        const what = `has the licence ${type}, which ${license.why}`
        yield { dependency, what, keys: DEPENDENCY_KEYS.licenses, value: type }
      }
    }
  },
})

/** Where dependencies come from, by whose leave, and how others know them. */
export const DEPENDENCY_ORIGIN_ADVICE = [sourceMissing, purlInvalid, purlMissing, licenseMissing, licenseInvalid]
