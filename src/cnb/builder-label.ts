import type { Fields } from '../oci/fields.js'
import { parseApiVersion, printApiVersion } from './api-version.js'
import type { RunImage } from './builder-config.js'
import type { CreatedBy } from './created-by.js'
import { LABEL, type LabelSource, readLabelFields } from './labels.js'
import type { ApiSupport } from './lifecycle.js'
import { readInfo } from './module-json.js'
import type { ModuleInfo } from './module.js'
import { normaliseSemver } from './semver.js'

/** What the metadata label of a builder says, whoever made it: texts as they are, undefined what it does not say. */
export interface BuilderLabel {
  readonly description: string
  readonly createdBy: CreatedBy
  readonly lifecycle: LifecycleLabel
  /** Those of `images`, and the one of `stack`, which older builders have alone, unless it is among them. */
  readonly runImages: readonly RunImage[]
  readonly buildpacks: readonly ModuleInfo[] | undefined
  readonly extensions: readonly ModuleInfo[] | undefined
}

/** A lifecycle as a label has it. */
export interface LifecycleLabel {
  readonly version: string | undefined
  readonly buildpackApis: ApiLists
  readonly platformApis: ApiLists
}

/** Versions of one API. */
export interface ApiLists {
  readonly deprecated: readonly string[] | undefined
  readonly supported: readonly string[] | undefined
}

/** The versions in such lists. One that cannot be read is one that nobody can ask for. */
export function apiSupportOf({ deprecated, supported }: ApiLists): ApiSupport {
  const versions = (texts: readonly string[] | undefined): ApiSupport['supported'] =>
    texts?.flatMap((text) => parseApiVersion(text) ?? [])
  return { deprecated: versions(deprecated), supported: versions(supported) }
}

/** The metadata of a builder, or undefined when the image is none. @throws CnbError E_LABEL */
export function readBuilderLabel(source: LabelSource): BuilderLabel | undefined {
  const fields = readLabelFields(source, LABEL.builderMetadata)
  if (fields === undefined) return undefined
  const createdBy = fields.optionalObject('createdBy')
  return {
    description: fields.optionalString('description') ?? '',
    createdBy: {
      name: createdBy?.optionalString('name') ?? '',
      version: createdBy?.optionalString('version') ?? '',
    },
    lifecycle: readLifecycle(fields.optionalObject('lifecycle')),
    runImages: readRunImages(fields),
    buildpacks: fields.optionalObjects('buildpacks')?.map(readInfo),
    extensions: fields.optionalObjects('extensions')?.map(readInfo),
  }
}

function readRunImages(fields: Fields): readonly RunImage[] {
  const images = (fields.optionalObjects('images') ?? []).map(decodeRunImage)
  const ofStack = fields.optionalObject('stack')?.optionalObject('runImage')
  const further = ofStack === undefined ? [] : [decodeRunImage(ofStack)]
  const isAmong = further.some((one) => images.some(({ image }) => image === one.image))
  return [...images, ...(isAmong ? [] : further)].filter(({ image }) => image !== '')
}

/** A run image with its mirrors, as labels spell both. @throws CnbError E_LABEL */
export function decodeRunImage(fields: Fields): RunImage {
  return { image: fields.optionalString('image') ?? '', mirrors: fields.optionalStrings('mirrors') }
}

function readLifecycle(fields: Fields | undefined): LifecycleLabel {
  const text = fields?.optionalString('version')
  const version = text && (normaliseSemver(text) ?? text)
  const apis = fields?.optionalObject('apis')
  const buildpackApis = readApis(apis?.optionalObject('buildpack'))
  const platformApis = readApis(apis?.optionalObject('platform'))
  const isSilent = [buildpackApis, platformApis].every(({ supported = [] }) => supported.length === 0)
  // What builders said before there were lists.
  const api = fields?.optionalObject('api')
  const [buildpack, platform] = [api?.optionalString('buildpack'), api?.optionalString('platform')]
  if (!isSilent || buildpack === undefined || platform === undefined) return { version, buildpackApis, platformApis }
  const only = (text: string): ApiLists => ({ deprecated: undefined, supported: [normaliseApi(text)] })
  return { version, buildpackApis: only(buildpack), platformApis: only(platform) }
}

function normaliseApi(text: string): string {
  const version = parseApiVersion(text)
  return version === undefined ? text : printApiVersion(version)
}

function readApis(fields: Fields | undefined): ApiLists {
  const texts = (key: string): readonly string[] | undefined => fields?.optionalStrings(key)?.map(normaliseApi)
  return { deprecated: texts('deprecated'), supported: texts('supported') }
}
