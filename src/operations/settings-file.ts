import type { RunImage } from '../cnb/builder-config.js'
import { decode } from '../cnb/decode.js'
import { isPullPolicy, PULL_POLICY_HINT, type PullPolicy } from '../cnb/pull-policy.js'
import { BOOLEAN, STRING, STRING_MAP, STRINGS, table, tables } from '../cnb/schema.js'
import type { Report } from '../errors.js'
import { isMirror, MIRROR_HINT, type RegistryMirrors } from '../oci/mirrors.js'
import type { TomlDocument } from '../toml/document.js'
import type { PrintableTable, PrintableValue } from '../toml/encode.js'

/** What the user has settled once for all runs. The file of pack means the same. */
export interface Settings {
  /** A key of old, kept for pack. */
  readonly defaultRegistryUrl: string | undefined
  readonly defaultRegistry: string | undefined
  readonly defaultBuilder: string | undefined
  readonly pullPolicy: PullPolicy | undefined
  readonly experimental: boolean
  readonly runImages: readonly RunImage[]
  readonly trustedBuilders: readonly string[]
  readonly registries: readonly BuildpackRegistry[]
  readonly lifecycleImage: string | undefined
  readonly registryMirrors: RegistryMirrors
  readonly layoutDirectory: string | undefined
}

/** An index of buildpacks. */
export interface BuildpackRegistry {
  readonly name: string
  readonly type: string
  readonly url: string
}

/** The schema of config.toml. @internal */
export const CONFIG_TOML = table({
  'default-registry-url': { schema: STRING, about: 'buildpack registry, as older releases of pack name it' },
  'default-registry': { schema: STRING, about: 'buildpack registry to look in' },
  'default-builder-image': { schema: STRING, about: 'builder to take when none is named' },
  'pull-policy': { schema: STRING, about: 'when images are fetched that a docker engine has' },
  experimental: { schema: BOOLEAN, about: 'whether to accept what is experimental' },
  'run-images': {
    schema: tables({
      image: { schema: STRING, about: 'a run image' },
      mirrors: { schema: STRINGS, about: 'other places of it' },
    }),
    about: 'mirrors of run images',
  },
  'trusted-builders': {
    schema: tables({ name: { schema: STRING, about: 'reference of the builder' } }),
    about: 'builders that may see credentials',
  },
  registries: {
    schema: tables({
      name: { schema: STRING, about: 'what it is called' },
      type: { schema: STRING, about: 'git or github' },
      url: { schema: STRING, about: 'where it is' },
    }),
    about: 'buildpack registries',
  },
  'lifecycle-image': { schema: STRING, about: 'image to take the lifecycle from' },
  'registry-mirrors': { schema: STRING_MAP, about: 'mirrors of registries, * for all' },
  'layout-repo-dir': { schema: STRING, about: 'where pack keeps images in OCI layouts' },
})

/** What is settled where no file settles anything. */
export const NO_SETTINGS: Settings = {
  defaultRegistryUrl: undefined,
  defaultRegistry: undefined,
  defaultBuilder: undefined,
  pullPolicy: undefined,
  experimental: false,
  runImages: [],
  trustedBuilders: [],
  registries: [],
  lifecycleImage: undefined,
  registryMirrors: new Map(),
  layoutDirectory: undefined,
}

/** What a config.toml says. Whatever is wrong goes to `report`, and is taken for absent. @throws never */
export function decodeSettings(document: TomlDocument, report: Report): Settings {
  const file = decode(CONFIG_TOML, document, report, { rule: 'toml-unknown-key-config', severity: 'warning' })
  return {
    defaultRegistryUrl: file['default-registry-url'] || undefined,
    defaultRegistry: file['default-registry'] || undefined,
    defaultBuilder: file['default-builder-image'] || undefined,
    pullPolicy: pullPolicyOf(file['pull-policy'], document, report),
    experimental: file.experimental ?? false,
    runImages: (file['run-images'] ?? []).map(({ image = '', mirrors }) => ({ image, mirrors })),
    trustedBuilders: (file['trusted-builders'] ?? []).map(({ name = '' }) => name),
    registries: (file.registries ?? []).map(({ name = '', type = '', url = '' }) => ({ name, type, url })),
    lifecycleImage: file['lifecycle-image'] || undefined,
    registryMirrors: mirrorsOf(file['registry-mirrors'] ?? new Map(), document, report),
    layoutDirectory: file['layout-repo-dir'] || undefined,
  }
}

function pullPolicyOf(text: string | undefined, document: TomlDocument, report: Report): PullPolicy | undefined {
  if (text === undefined || text === '') return undefined
  if (isPullPolicy(text)) return text
  report({
    rule: 'config-pull-policy',
    severity: 'error',
    message: `invalid pull policy ${text}`,
    place: document.locate(['pull-policy']),
    value: text,
    fix: PULL_POLICY_HINT,
  })
  return undefined
}

function mirrorsOf(mirrors: RegistryMirrors, document: TomlDocument, report: Report): RegistryMirrors {
  for (const [registry, mirror] of mirrors) {
    if (isMirror(mirror)) continue
    report({
      rule: 'config-mirror',
      severity: 'error',
      message: `'${mirror}' is no place of a mirror for ${registry}`,
      place: document.locate(['registry-mirrors', registry]),
      value: mirror,
      fix: MIRROR_HINT,
    })
  }
  return new Map([...mirrors].filter(([, mirror]) => isMirror(mirror)))
}

/** The values of a config.toml. A new file has them in pack's order. */
export function settingsTable(settings: Settings): PrintableTable {
  return new Map<string, PrintableValue | undefined>([
    ['default-registry-url', settings.defaultRegistryUrl],
    ['default-registry', settings.defaultRegistry],
    ['default-builder-image', settings.defaultBuilder],
    ['pull-policy', settings.pullPolicy],
    ['experimental', settings.experimental || undefined],
    ['run-images', settings.runImages.map(runImageTable)],
    ['trusted-builders', settings.trustedBuilders.map((name) => new Map([['name', name]]))],
    ['registries', settings.registries.map((registry) => new Map(Object.entries(registry)))],
    ['lifecycle-image', settings.lifecycleImage],
    ['registry-mirrors', settings.registryMirrors],
    ['layout-repo-dir', settings.layoutDirectory],
  ])
}

function runImageTable({ image, mirrors }: RunImage): PrintableTable {
  return new Map<string, string | readonly string[] | undefined>([
    ['image', image],
    ['mirrors', mirrors],
  ])
}
