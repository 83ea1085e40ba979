import { decodeUtf8 } from '../bytes.js'
import { moduleName } from '../cnb/module.js'
import type { ModuleFiles } from '../cnb/module-files.js'
import { DEPRECATED_LICENSES, DEPRECATED_LICENSES_AS_OF } from './data/deprecated-licenses.js'
import { moduleAdvice, type Rule } from './rule.js'
import { readLicense } from './spdx.js'
import type { ModuleSubject } from './subjects.js'

const LICENSES =
  'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#buildpacktoml-toml (buildpack.licenses)'

const missing = moduleAdvice({
  id: 'license-missing',
  severity: 'warning',
  isCommon: true,
  summary: 'a module does not say under which licence it is',
  reference: LICENSES,
  needs: ['descriptor', 'kind', 'locate'],
  check({ descriptor, kind, locate }, report) {
    if (descriptor.info.licenses.length > 0) return
    report({
      message: `${kind} ${moduleName(descriptor.info)} names no licence`,
      place: locate([kind]),
      fix: `add [[${kind}.licenses]] with type = "Apache-2.0", or whatever its licence is`,
    })
  },
})

const empty = moduleAdvice({
  id: 'license-empty',
  severity: 'error',
  summary: 'a licence of a module has neither a type nor a uri',
  reference: LICENSES,
  needs: ['descriptor', 'kind', 'locate'],
  check({ descriptor, kind, locate }, report) {
    for (const [index, { type, uri }] of descriptor.info.licenses.entries()) {
      if (type !== '' || uri !== '') continue
      report({
        message: `licence ${index + 1} of ${kind} ${moduleName(descriptor.info)} has neither type nor uri`,
        place: locate([kind, 'licenses', index]),
        fix: 'write its SPDX identifier as type, or remove the entry',
      })
    }
  },
})

const invalid = moduleAdvice({
  id: 'license-invalid-spdx',
  severity: 'warning',
  summary: 'a licence of a module is not one of SPDX, and there is no uri of its text',
  reference: LICENSES,
  needs: ['descriptor', 'kind', 'locate'],
  check({ descriptor, kind, locate }, report) {
    for (const [index, { type, uri }] of descriptor.info.licenses.entries()) {
      const license = readLicense(type)
      if (type === '' || uri !== '' || license.kind === 'spdx') continue
      report({
        message: `licence ${type} of ${kind} ${moduleName(descriptor.info)} ${license.why}`,
        place: locate([kind, 'licenses', index, 'type']),
        value: type,
        fix: 'write an SPDX identifier such as Apache-2.0, or add the uri of the text',
      })
    }
  },
})

const deprecated = moduleAdvice({
  id: 'license-deprecated-spdx',
  severity: 'info',
  summary: 'a licence of a module has an SPDX identifier that is deprecated',
  reference: `https://spdx.org/licenses/ (Deprecated License Identifiers), as of ${DEPRECATED_LICENSES_AS_OF}`,
  needs: ['descriptor', 'kind', 'locate'],
  check({ descriptor, kind, locate }, report) {
    for (const [index, { type }] of descriptor.info.licenses.entries()) {
      const license = readLicense(type)
      const old = license.kind === 'spdx' ? license.ids.find((id) => DEPRECATED_LICENSES.has(id)) : undefined
      if (old === undefined) continue
      report({
        message: `licence ${type} of ${kind} ${moduleName(descriptor.info)} has the deprecated identifier ${old}`,
        place: locate([kind, 'licenses', index, 'type']),
        value: type,
        fix: `write ${DEPRECATED_LICENSES.get(old)}`,
      })
    }
  },
})

/** A sentence that only the text of one family of licences has, and how the identifiers of that family begin. */
const TEXTS: readonly (readonly [text: RegExp, family: RegExp, name: string])[] = [
  [/^\s*Apache License\s+Version 2\.0, January 2004/i, /^Apache-2\.0/, 'Apache-2.0'],
  [/Permission is hereby granted, free of charge, to any person obtaining a copy/i, /^(?:MIT|X11|JSON)/, 'MIT'],
  [/^\s*GNU AFFERO GENERAL PUBLIC LICENSE\s+Version 3/, /^AGPL-3\.0/, 'AGPL-3.0'],
  [/^\s*GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3/, /^LGPL-3\.0/, 'LGPL-3.0'],
  [/^\s*GNU GENERAL PUBLIC LICENSE\s+Version 3/, /^GPL-3\.0/, 'GPL-3.0'],
  [/^\s*GNU GENERAL PUBLIC LICENSE\s+Version 2/, /^GPL-2\.0/, 'GPL-2.0'],
  [/^\s*Mozilla Public License,? Version 2\.0/i, /^MPL-2\.0/, 'MPL-2.0'],
  [/Redistribution and use in source and binary forms, with or without/i, /BSD|^Apache-1/, 'BSD'],
]

const LICENSE_FILE = /^(?:licen[cs]e|copying)(?:\.(?:txt|md))?$/i

const fileMismatch = moduleAdvice({
  id: 'license-file-mismatch',
  severity: 'warning',
  summary: 'the text of the licence in a module is that of another licence than its descriptor names',
  reference: LICENSES,
  appliesTo: ({ descriptor }) => descriptor === undefined || descriptor.info.licenses.length > 0,
  needs: ['descriptor', 'kind', 'locate', 'files'],
  check({ descriptor, kind, locate, files }, report) {
    const named = descriptor.info.licenses.map(({ type }) => readLicense(type))
    // What SPDX does not know may be anything.
    if (named.length === 0 || named.some((license) => license.kind !== 'spdx')) return
    const ids = named.flatMap((license) => (license.kind === 'spdx' ? license.ids : []))
    for (const path of [...files.entries.keys()].filter((name) => LICENSE_FILE.test(name))) {
      const text = textOf(files, path)
      const found = TEXTS.filter(([sentence]) => sentence.test(text))
      if (found.length === 0 || found.some(([, family]) => ids.some((id) => family.test(id)))) continue
      const names = found.map(([, , name]) => name).join(' and ')
      report({
        message: `${path} of ${kind} ${moduleName(descriptor.info)} is the text of ${names}, but its licence is ${ids.join(', ')}`,
        place: locate([kind, 'licenses', 0]),
        value: ids.join(', '),
        notes: [`the text is in ${files.nameOf(path)}`],
        fix: 'name the licence that the file is the text of, or put the right text there',
      })
    }
  },
})

function textOf(files: ModuleFiles, path: string): string {
  return decodeUtf8(files.head(path) ?? new Uint8Array()) ?? ''
}

/** Under which licence a module is. */
export const LICENSE_ADVICE: readonly Rule<ModuleSubject>[] = [missing, empty, invalid, deprecated, fileMismatch]
