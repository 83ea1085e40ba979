import { compareApiVersions, parseApiVersion } from '../../cnb/api-version.js'
import { decodeLifecycleDescriptor } from '../../cnb/decode-lifecycle.js'
import { LABEL, readLabelFields, type LabelSource } from '../../cnb/labels.js'
import { knownApis } from '../../cnb/lifecycle-apis.js'
import { REQUIRED_BINARIES } from '../../cnb/lifecycle.js'
import { CnbError } from '../../errors.js'
import type { Fields } from '../../oci/fields.js'
import { checkPrograms } from './builder-file-rows.js'
import { fileAt } from './image-files.js'
import type { ImageKind } from './kind.js'
import { labelsOf, problemOf } from './labels.js'
import { readToml } from './module-folders.js'
import { onFiles, onImage, type Row } from './row.js'
import { checkWorkingDirectory } from './working-directory.js'

const LIFECYCLE: readonly ImageKind[] = ['lifecycle']
const PUBLISH = 'publish the lifecycle again, with the labels that its releases have'
const SEMVER = /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/
/** Beside the folder of the programs, as in the archives of releases. */
const DESCRIPTOR = '/cnb/lifecycle.toml'
/** Lists of what is in the programs. @see platform spec 0.11, "Software-Bill-of-Materials" */
const SBOM_FILES = ['lifecycle.sbom.cdx.json', 'launcher.sbom.cdx.json']

/** What is wrong with the label that lists APIs; undefined when nothing is. */
function problemOfApis(source: LabelSource): string | undefined {
  const name = LABEL.lifecycleApis
  try {
    const fields = readLabelFields(source, name)
    if (fields === undefined) return `there is no label ${name}`
    const found = ['buildpack', 'platform'].flatMap((api) => problemOfApi(api, fields.optionalObject(api)) ?? [])
    return found.length === 0 ? undefined : `label ${name}: ${found.join(', ')}`
  } catch (error) {
    if (error instanceof CnbError) return error.message
    throw error
  }
}

function problemOfApi(name: string, fields: Fields | undefined): string | undefined {
  const supported = fields?.optionalStrings('supported') ?? []
  const deprecated = fields?.optionalStrings('deprecated') ?? []
  if (supported.length === 0) return `no ${name} API is supported`
  const odd = [...supported, ...deprecated].find((text) => parseApiVersion(text) === undefined)
  if (odd !== undefined) return `${odd} is no API version`
  const versions = supported.flatMap((text) => parseApiVersion(text) ?? [])
  const lost = deprecated.find((text) => {
    const version = parseApiVersion(text)
    return version !== undefined && !versions.some((other) => compareApiVersions(other, version) === 0)
  })
  if (lost !== undefined) return `${name} API ${lost} is deprecated, but not supported`
  const minor = deprecated
    .map((text) => parseApiVersion(text))
    .find((version) => version !== undefined && version.major > 0 && version.minor > 0)
  return minor === undefined
    ? undefined
    : `${name} API ${minor.major}.${minor.minor} is deprecated without its major version`
}

/** What an image of the lifecycle has to be. */
export const LIFECYCLE_ROWS: readonly Row[] = [
  {
    id: 'DIST-LIF-01',
    level: 'MUST',
    authority: ['D'],
    summary: 'a lifecycle is an image in a registry or an engine, or a tar of an OCI layout',
    judged: [{ by: 'reading', why: 'what is no image cannot be read, and ends the check of it with an error' }],
  },
  {
    id: 'DIST-LIF-02',
    level: 'MUST',
    authority: ['D', 'F'],
    summary: 'the programs of a lifecycle are in /cnb/lifecycle',
    judged: [
      onFiles(LIFECYCLE, (artifact, fail) => {
        checkPrograms(artifact, REQUIRED_BINARIES, fail)
      }),
    ],
  },
  {
    id: 'DIST-LIF-03',
    level: 'MUST',
    authority: ['D'],
    summary: `label ${LABEL.lifecycleVersion} is a semantic version`,
    judged: [
      onImage(LIFECYCLE, ({ labels }, fail) => {
        const name = LABEL.lifecycleVersion
        const version = labels.labels.get(name)
        if (version !== undefined && SEMVER.test(version)) return
        const message =
          version === undefined ? `there is no label ${name}` : `label ${name} is ${version}, which is no X.Y.Z`
        fail({ message, value: version, fix: PUBLISH })
      }),
    ],
  },
  {
    id: 'DIST-LIF-04',
    level: 'MUST',
    authority: ['D'],
    summary: `label ${LABEL.lifecycleApis} lists supported and deprecated APIs`,
    judged: [
      onImage(LIFECYCLE, ({ labels }, fail) => {
        const problem = problemOfApis(labels)
        if (problem !== undefined) fail({ message: problem, value: LABEL.lifecycleApis, fix: PUBLISH })
      }),
    ],
  },
  {
    id: 'DIST-LIF-05',
    level: 'MUST',
    authority: ['F'],
    summary: 'lifecycle.toml says which version it is and which APIs it supports',
    judged: [
      onFiles(LIFECYCLE, ({ files }, fail) => {
        const file = fileAt(files, DESCRIPTOR)
        if (file?.type !== 'file') {
          fail({ message: `there is no ${DESCRIPTOR}`, value: DESCRIPTOR, fix: PUBLISH })
          return
        }
        if (file.content === undefined) return
        const { document, problem } = readToml(file.content, DESCRIPTOR)
        const wrong: string[] = document === undefined ? [problem] : []
        const descriptor = document && decodeLifecycleDescriptor(document, ({ message }) => wrong.push(message))
        if (descriptor?.version === '') wrong.push('it names no version')
        const lists = Object.entries(descriptor?.apis ?? {}).filter(([, support]) => knownApis(support).length === 0)
        wrong.push(...lists.map(([name]) => `it lists no ${name} API`))
        if (wrong.length > 0) fail({ message: `${DESCRIPTOR}: ${wrong.join(', ')}`, value: DESCRIPTOR, fix: PUBLISH })
      }),
    ],
  },
  {
    id: 'DIST-LIF-06',
    level: 'SHOULD',
    authority: ['F'],
    summary: `a lifecycle image works in /layers, and has label ${LABEL.builderMetadata} for older platforms`,
    judged: [
      onImage(LIFECYCLE, (artifact, fail) => {
        const label = labelsOf(artifact.labels).builder
        const problem = problemOf(label)
        if (problem !== undefined) fail({ message: problem, value: label.name, fix: PUBLISH })
        checkWorkingDirectory(artifact, fail)
      }),
    ],
  },
  {
    id: 'DIST-LIF-07',
    level: 'SHOULD',
    authority: ['P'],
    summary: 'bills of materials lie beside the programs of a lifecycle',
    judged: [
      onFiles(LIFECYCLE, ({ files }, fail) => {
        const missing = SBOM_FILES.map((name) => `/cnb/lifecycle/${name}`).filter(
          (path) => fileAt(files, path) === undefined,
        )
        if (missing.length > 0) fail({ message: `${missing.join(', ')} is not there`, value: missing[0], fix: PUBLISH })
      }),
    ],
  },
  {
    id: 'DIST-LIF-08',
    level: 'SHOULD',
    authority: ['A'],
    summary: 'a lifecycle image is signed by those who release it',
    judged: [
      { by: 'nobody', why: 'it needs keys and identities that somebody trusts, which trowel has no place for yet' },
    ],
  },
]
