import type { Report } from '../errors.js'
import type { KeyPath, TomlDocument } from '../toml/document.js'
import { type ApiVersion, parseApiVersion } from './api-version.js'
import { decode } from './decode.js'
import { moduleInfoOf, orderOf, targetsOf } from './decode-order.js'
import { BUILDPACK_TOML, EXTENSION_TOML } from './module-schema.js'
import type { ModuleDescriptor, ModuleKind } from './module.js'
import type { Scalar } from './schema.js'

/** What pack assumes when a descriptor names no API. */
const ASSUMED_API: ApiVersion = { major: 0, minor: 1 }

const UNKNOWN_KEYS = { rule: 'toml-unknown-key-descriptor', severity: 'warning' } as const

/**
 * What a buildpack.toml or extension.toml says; undefined when it does not name its module, because nothing can be said
 * about a module without a name. Problems go to `report`.
 *
 * @throws never
 */
export function decodeModuleDescriptor(
  kind: ModuleKind,
  document: TomlDocument,
  report: Report,
): ModuleDescriptor | undefined {
  const descriptor = kind === 'buildpack' ? buildpackOf(document, report) : extensionOf(document, report)
  return isNamed(descriptor, document, report) ? descriptor : undefined
}

function buildpackOf(document: TomlDocument, report: Report): ModuleDescriptor {
  const file = decode(BUILDPACK_TOML, document, report, UNKNOWN_KEYS)
  return {
    kind: 'buildpack',
    ...apiOf(file.api, document, report),
    info: moduleInfoOf(file.buildpack),
    stacks: (file.stacks ?? []).map(({ id = '', mixins = [] }) => ({ id, mixins })),
    targets: targetsOf(file.targets),
    order: orderOf(file.order),
  }
}

function extensionOf(document: TomlDocument, report: Report): ModuleDescriptor {
  const file = decode(EXTENSION_TOML, document, report, UNKNOWN_KEYS)
  return {
    kind: 'extension',
    ...apiOf(file.api, document, report),
    info: moduleInfoOf(file.extension),
    stacks: [],
    targets: targetsOf(file.targets),
    order: [],
  }
}

function apiOf(
  api: Scalar | undefined,
  document: TomlDocument,
  report: Report,
): Pick<ModuleDescriptor, 'api' | 'apiProblem'> {
  const place = document.locate(['api'])
  if (api === undefined) {
    // A value of the wrong type was reported already.
    const isMissing = !document.has(['api'])
    if (isMissing) {
      report({
        rule: 'api-missing',
        severity: 'warning',
        message: 'no api, so Buildpack API 0.1 is assumed',
        place,
        fix: 'name the API that the module is written for: api = "0.10"',
      })
    }
    return { api: ASSUMED_API, apiProblem: isMissing ? 'missing' : 'malformed' }
  }
  if (api.kind === 'integer' || api.kind === 'float') {
    const isFloat = api.kind === 'float'
    report({
      rule: 'api-unquoted',
      severity: isFloat ? 'error' : 'warning',
      message: isFloat ? `api is the number ${api.text}, whose last digits may be lost` : 'api is a number',
      place,
      value: api.text,
      fix: `quote it: api = "${api.text}"`,
    })
  }
  const version = parseApiVersion(api.text)
  if (version === undefined) {
    report({
      rule: 'api-malformed',
      severity: 'error',
      message: `api is no version: ${api.text}`,
      place,
      value: api.text,
      fix: 'write major and minor, such as api = "0.10"',
    })
  }
  return version === undefined ? { api: ASSUMED_API, apiProblem: 'malformed' } : { api: version }
}

function isNamed({ kind, info }: ModuleDescriptor, document: TomlDocument, report: Report): boolean {
  const missing = (['id', 'version'] as const).filter((key) => info[key] === '')
  for (const key of missing) {
    const path: KeyPath = [kind, key]
    if (document.has(path) && document.valueAt(path)?.kind !== 'string') continue
    report({
      rule: `${key}-missing`,
      severity: 'error',
      message: `${kind}.${key} is required`,
      place: document.locate(path),
      fix: `write ${key} = "…" below [${kind}]`,
    })
  }
  return missing.length === 0
}
