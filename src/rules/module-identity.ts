import { isPlaceholder, PLACEHOLDER_LEFT, reportPlaceholders } from './placeholder.js'
import { moduleAdvice, type Rule } from './rule.js'
import type { ModuleSubject } from './subjects.js'

const CONFIG = 'https://buildpacks.io/docs/reference/config/buildpack-config/'
const REGISTRY = 'https://github.com/buildpacks/registry-index'
const EXTENSION = 'https://buildpacks.io/docs/reference/config/extension-config/'

/** `namespace/name`, as an index of a registry has it. */
const REGISTRY_ID = /^[a-z0-9.-]{1,253}\/[a-z0-9.-]{1,253}$/
/** Folders that older lifecycles made below that of generated files. */
const GENERATED_FOLDERS: ReadonlySet<string> = new Set(['build', 'run'])

const placeholderLeft = moduleAdvice({
  ...PLACEHOLDER_LEFT,
  needs: ['document'],
  check: ({ document }, report) => reportPlaceholders(document, report),
})

const descriptorAmbiguous = moduleAdvice({
  id: 'descriptor-ambiguous',
  severity: 'warning',
  summary: 'a folder has both a buildpack.toml and an extension.toml',
  reference: 'pack 0.40.6: which of the two counts depends on the command',
  needs: ['files', 'locate'],
  check({ files, locate }, report) {
    if (!files.entries.has('buildpack.toml') || !files.entries.has('extension.toml')) return
    report({
      message:
        'the folder has both buildpack.toml and extension.toml: whoever takes it for one ships the files of the other',
      place: locate([]),
      fix: 'give each of the two a folder of its own',
    })
  },
})

const notRegistryShaped = moduleAdvice({
  id: 'id-not-registry-shaped',
  severity: 'info',
  summary: 'an id is not accepted by buildpack registries',
  reference: REGISTRY,
  refusedBy: { pack: 'buildpack register' },
  needs: ['kind', 'descriptor', 'locate'],
  check({ kind, descriptor: { info }, locate }, report) {
    if (kind !== 'buildpack' || REGISTRY_ID.test(info.id) || isPlaceholder(info.id)) return
    report({
      message: `id ${info.id} is not of the form namespace/name in lower case, so no registry can list it`,
      place: locate([kind, 'id']),
      value: info.id,
      fix: 'name it NAMESPACE/NAME, in lower-case letters, digits, "." and "-", before others depend on it',
    })
  },
})

const collidesWithGenerated = moduleAdvice({
  id: 'extension-id-collides-with-generated',
  severity: 'warning',
  summary: 'an extension has the id of a folder that older lifecycles make for all extensions',
  reference: EXTENSION,
  needs: ['kind', 'descriptor', 'locate'],
  check({ kind, descriptor: { info }, locate }, report) {
    if (kind !== 'extension' || !GENERATED_FOLDERS.has(info.id)) return
    report({
      message: `extension ${info.id} writes into the generated folder ${info.id}, which pack takes for that of all extensions`,
      place: locate([kind, 'id']),
      value: info.id,
      fix: `rename it, for example to acme/${info.id}`,
    })
  },
})

/** A rule about a key of a module that people read. */
function missingRule(key: 'name' | 'description', use: string): Rule<ModuleSubject> {
  return moduleAdvice({
    id: `${key}-missing`,
    severity: 'info',
    isCommon: true,
    summary: `a module has no ${key}`,
    reference: CONFIG,
    needs: ['kind', 'descriptor', 'locate'],
    check({ kind, descriptor: { info }, locate }, report) {
      if (info[key] !== '') return
      report({
        message: `${info.id} has no ${key}: ${use}`,
        place: locate([kind, key]),
        fix: `write ${key} = "…" below [${kind}]`,
      })
    },
  })
}

const homepageInvalid = moduleAdvice({
  id: 'homepage-invalid',
  severity: 'info',
  summary: 'the homepage of a module is no https URL',
  reference: CONFIG,
  needs: ['kind', 'descriptor', 'locate'],
  check({ kind, descriptor: { info }, locate }, report) {
    const { homepage } = info
    if (homepage === '' || isPlaceholder(homepage) || isHttps(homepage)) return
    report({
      message: `the homepage of ${info.id} is no https URL: ${homepage}`,
      place: locate([kind, 'homepage']),
      value: homepage,
      fix: 'write the whole URL, beginning with https://',
    })
  },
})

function isHttps(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:'
}

/** What a module says of itself, and the folder that it is in. */
export const MODULE_IDENTITY_ADVICE: readonly Rule<ModuleSubject>[] = [
  placeholderLeft,
  descriptorAmbiguous,
  notRegistryShaped,
  collidesWithGenerated,
  missingRule('name', 'tools show its id instead'),
  missingRule('description', 'registries and search show nothing'),
  homepageInvalid,
]
