import type { CreatedBy } from './created-by.js'
import type { Fields } from '../oci/fields.js'
import { inOrder } from '../oci/go-json.js'
import type { Json } from '../oci/image.js'
import { printJson } from '../oci/json.js'
import { printApiVersion } from './api-version.js'
import type { RunImage } from './builder-config.js'
import { LABEL, type LabelSource, readLabelFields } from './labels.js'
import type { ApiSupport, LifecycleDescriptor } from './lifecycle.js'
import { infoJson, packageJson, readInfo, readStacks } from './module-json.js'
import type { ModuleInfo } from './module.js'
import type { Stack } from './stack.js'

/** What the metadata label of a builder says. */
export interface BuilderMetadataLabel {
  readonly description: string
  /** undefined prints as `null`: there never was one. */
  readonly buildpacks: readonly ModuleInfo[] | undefined
  readonly extensions: readonly ModuleInfo[] | undefined
  /** The run image of `[stack]`, in builders with a stack id only. */
  readonly stackRunImage: RunImage | undefined
  readonly lifecycle: LifecycleDescriptor
  readonly createdBy: CreatedBy
  readonly runImages: readonly RunImage[]
}

/**
 * The text of a builder's metadata label.
 * @see https://github.com/buildpacks/pack/blob/v0.40.6/internal/builder/metadata.go
 */
export function printBuilderMetadata(metadata: BuilderMetadataLabel): string {
  const { createdBy, stackRunImage = { image: '', mirrors: undefined } } = metadata
  return printJson(
    inOrder([
      ['description', metadata.description],
      ['buildpacks', metadata.buildpacks?.map(infoJson) ?? null],
      ['extensions', metadata.extensions?.map(infoJson) ?? null],
      ['stack', inOrder([['runImage', runImageJson(stackRunImage)]])],
      ['lifecycle', lifecycleJson(metadata.lifecycle)],
      [
        'createdBy',
        inOrder([
          ['name', createdBy.name],
          ['version', createdBy.version],
        ]),
      ],
      ['images', metadata.runImages.map(runImageJson)],
    ]),
  )
}

function runImageJson({ image, mirrors }: RunImage): Json {
  return inOrder([
    ['image', image],
    ['mirrors', mirrors ?? null],
  ])
}

function lifecycleJson({ version, api, apis }: LifecycleDescriptor): Json {
  return inOrder([
    ['version', version === '' ? null : version],
    [
      'api',
      inOrder([
        ['buildpack', apiJson(api.buildpack)],
        ['platform', apiJson(api.platform)],
      ]),
    ],
    [
      'apis',
      inOrder([
        ['buildpack', supportJson(apis.buildpack)],
        ['platform', supportJson(apis.platform)],
      ]),
    ],
  ])
}

function apiJson(version: LifecycleDescriptor['api']['buildpack']): Json {
  return version === undefined ? null : printApiVersion(version)
}

function supportJson({ deprecated, supported }: ApiSupport): Json {
  return inOrder([
    ['deprecated', deprecated?.map(printApiVersion) ?? null],
    ['supported', supported?.map(printApiVersion) ?? null],
  ])
}

/** What stays of the metadata of a base image that is a builder itself. */
export type BaseBuilderMetadata = Pick<BuilderMetadataLabel, 'buildpacks' | 'extensions' | 'stackRunImage'>

/** The metadata of a base image, or undefined when it is no builder. @throws CnbError E_LABEL */
export function readBuilderMetadata(source: LabelSource): BaseBuilderMetadata | undefined {
  const fields = readLabelFields(source, LABEL.builderMetadata)
  if (fields === undefined) return undefined
  const runImage = fields.optionalObject('stack')?.optionalObject('runImage')
  return {
    buildpacks: fields.optionalObjects('buildpacks')?.map(readInfo),
    extensions: fields.optionalObjects('extensions')?.map(readInfo),
    stackRunImage: runImage && readRunImage(runImage),
  }
}

function readRunImage(fields: Fields): RunImage {
  return { image: fields.optionalString('image') ?? '', mirrors: fields.optionalStrings('mirrors') }
}

/** What the metadata label of a buildpackage or extension package says: its main module, and the stacks it runs on. */
export interface PackageMetadata {
  readonly info: ModuleInfo
  /** undefined in an extension package, which prints as `null`. */
  readonly stacks: readonly Stack[] | undefined
}

/** The text of the metadata label of a package. */
export function printPackageMetadata({ info, stacks }: PackageMetadata): string {
  return printJson(packageJson(info, stacks))
}

/** The metadata of a package, or undefined when the image is none. @throws CnbError E_LABEL */
export function readPackageMetadata(source: LabelSource): PackageMetadata | undefined {
  const fields = readLabelFields(source, LABEL.packageMetadata)
  if (fields === undefined) return undefined
  const stacks = fields.raw.get('stacks') === null ? undefined : readStacks(fields, 'stacks')
  return { info: readInfo(fields), stacks }
}
