import type { Report } from '../errors.js'
import type { KeyPath, TomlDocument } from '../toml/document.js'
import { type ApiVersion, compareApiVersions, parseApiVersion } from './api-version.js'
import { decode, printKeyPath } from './decode.js'
import { LIFECYCLE_TOML } from './lifecycle-schema.js'
import type { ApiSupport, LifecycleDescriptor } from './lifecycle.js'
import type { Decoded, Scalar } from './schema.js'
import { normaliseSemver } from './semver.js'

type ApisToml = Decoded<(typeof LIFECYCLE_TOML)['keys']['apis']['schema']>
type Apis = LifecycleDescriptor['apis']

interface Context {
  readonly document: TomlDocument
  readonly report: Report
}

/**
 * What a lifecycle.toml says, the old single-value form folded in. Keys that are not known are for others, and are passed
 * over; problems go to `report`.
 *
 * @throws never
 */
export function decodeLifecycleDescriptor(document: TomlDocument, report: Report): LifecycleDescriptor {
  const context = { document, report }
  const file = decode(LIFECYCLE_TOML, document, report)
  const version = versionOf(file.lifecycle?.version, context)
  const single = {
    buildpack: apiVersionOf(file.api?.buildpack, ['api', 'buildpack'], context),
    platform: apiVersionOf(file.api?.platform, ['api', 'platform'], context),
  }
  const apis = {
    buildpack: supportOf(file.apis?.buildpack, ['apis', 'buildpack'], context),
    platform: supportOf(file.apis?.platform, ['apis', 'platform'], context),
  }
  return { version, ...foldOldForm(single, apis) }
}

/**
 * Lists win over single values, which then become the lowest of each list; without lists, two single values make two lists.
 * @see https://github.com/buildpacks/pack/blob/v0.40.6/internal/builder/descriptor.go (CompatDescriptor)
 */
function foldOldForm(single: LifecycleDescriptor['api'], apis: Apis): Pick<LifecycleDescriptor, 'api' | 'apis'> {
  const { buildpack, platform } = apis
  if (isListed(buildpack) || isListed(platform)) {
    const api = {
      buildpack: isListed(buildpack) ? lowestOf(buildpack) : single.buildpack,
      platform: isListed(platform) ? lowestOf(platform) : single.platform,
    }
    return { api, apis }
  }
  if (single.buildpack === undefined || single.platform === undefined) return { api: single, apis }
  const only = (version: ApiVersion): ApiSupport => ({ deprecated: undefined, supported: [version] })
  return { api: single, apis: { buildpack: only(single.buildpack), platform: only(single.platform) } }
}

function isListed({ supported }: ApiSupport): boolean {
  return supported !== undefined && supported.length > 0
}

function lowestOf({ deprecated = [], supported = [] }: ApiSupport): ApiVersion | undefined {
  return [...deprecated, ...supported].sort(compareApiVersions)[0]
}

function supportOf(apis: ApisToml['buildpack'], path: KeyPath, context: Context): ApiSupport {
  const list = (key: 'deprecated' | 'supported'): readonly ApiVersion[] | undefined =>
    apis?.[key]?.map((api, i) => apiVersionOf(api, [...path, key, i], context)).filter((api) => api !== undefined)
  return { deprecated: list('deprecated'), supported: list('supported') }
}

/** Decimals that Go prints of a float; pack reads `0.7` without quotes as the version 0.700000. */
const GO_FLOAT_DECIMALS = 6

function apiVersionOf(api: Scalar | undefined, path: KeyPath, { document, report }: Context): ApiVersion | undefined {
  if (api === undefined) return undefined
  const text = api.kind === 'float' ? Number(api.text).toFixed(GO_FLOAT_DECIMALS) : api.text
  const place = document.locate(path)
  const version = parseApiVersion(text)
  if (version === undefined) {
    report({
      rule: 'api-malformed',
      severity: 'error',
      message: `${printKeyPath(path)} is no version: ${api.text}`,
      place,
      value: api.text,
      fix: 'write major and minor, such as "0.10"',
    })
  } else if (api.kind !== 'string') {
    report({
      rule: 'api-unquoted',
      severity: 'warning',
      message: `${printKeyPath(path)} is a number, which is read as ${text}`,
      place,
      value: api.text,
      fix: `quote it: "${api.text}"`,
    })
  }
  return version
}

/** Empty when the file names none, which pack accepts. */
function versionOf(version: Scalar | undefined, { document, report }: Context): string {
  if (version === undefined) return ''
  const normal = normaliseSemver(version.text)
  const place = document.locate(['lifecycle', 'version'])
  if (normal === undefined) {
    report({
      rule: 'lifecycle-not-semver',
      severity: 'error',
      message: `lifecycle.version is no semantic version: ${version.text}`,
      place,
      value: version.text,
      fix: 'write major, minor and patch, such as "0.21.0"',
    })
  } else if (version.kind !== 'string') {
    report({
      rule: 'lifecycle-version-unquoted',
      severity: 'warning',
      message: `lifecycle.version is a number, which is read as ${normal}`,
      place,
      value: version.text,
      fix: `quote it: version = "${normal}"`,
    })
  }
  return normal ?? ''
}
