import { printApiVersion } from '../../cnb/api-version.js'
import type { LabelSource } from '../../cnb/labels.js'
import type { ApiSupport, LifecycleDescriptor } from '../../cnb/lifecycle.js'
import { printPlatform } from '../../oci/platform.js'
import { readBaseBuilder, startingLabels } from '../../plan/base-builder.js'
import { namedRunImages, type FoundRunImage } from '../../plan/builder-input.js'
import { knownApis } from '../../cnb/lifecycle-apis.js'
import type { ImageStack } from '../mixin-match.js'
import { imageTargetOf, printImageTarget, type ImageTarget } from '../../detect/targets.js'
import type { Column } from './column.js'
import type { MatrixInput } from './input.js'
import { shortened } from './shortened.js'

/** An image as modules are compared with it. */
export interface ImageSide {
  readonly reference: string
  readonly target: ImageTarget
  readonly stack: ImageStack
  /** The target for people, as in a reason. */
  readonly shown: string
}

/** A run image, or a mirror of one. */
export interface RunSide {
  readonly column: Column
  readonly reference: string
  readonly found: ImageSide | Extract<FoundRunImage['found'], string>
}

/** What there is to compare with on one platform. */
export interface PlatformColumns {
  readonly columns: readonly Column[]
  readonly build: { readonly column: Column; readonly found: ImageSide | undefined }
  readonly runs: readonly RunSide[]
  readonly buildpackApi: Column
  readonly platformApi: Column
  readonly apis: LifecycleDescriptor['apis'] | undefined
  readonly experimental: boolean
}

/** The columns of one platform, and what is known of each. */
export function platformColumns(input: MatrixInput): PlatformColumns {
  const platform = platformName(input)
  const build = buildSide(input)
  const buildColumn: Column = {
    platform,
    kind: 'build-image',
    title: input.config?.buildImage || '(no build image)',
    facts: build === undefined ? 'could not be read' : factsOf(build),
  }
  const runs = runImagesOf(input).map((runImage) => runSide(runImage, platform, input.limits))
  const { apis, version } = input.lifecycle?.descriptor ?? {}
  const api = (kind: 'buildpack-api' | 'platform-api', title: string, support: ApiSupport | undefined): Column => ({
    platform,
    kind,
    title,
    facts:
      support === undefined
        ? 'it is not known which APIs the lifecycle has'
        : `lifecycle ${version || '(no version)'}: ${rangeOf(support)}`,
  })
  const buildpackApi = api('buildpack-api', 'Buildpack API', apis?.buildpack)
  const platformApi = api('platform-api', 'Platform API', apis?.platform)
  return {
    columns: [buildColumn, ...runs.map(({ column }) => column), buildpackApi, platformApi],
    build: { column: buildColumn, found: build },
    runs,
    buildpackApi,
    platformApi,
    apis,
    experimental: input.experimental ?? false,
  }
}

/** Those that were looked for, and those that are broken, which nobody could read. */
function runImagesOf({ config, runImages = [] }: MatrixInput): readonly FoundRunImage[] {
  const found = new Map(runImages.map((runImage) => [runImage.path.join(), runImage]))
  return namedRunImages(config?.runImages ?? []).map(
    (named) => found.get(named.path.join()) ?? { ...named, found: 'unread' },
  )
}

/** As it was asked for: two targets can come to one image. */
function platformName({ platform, base }: MatrixInput): string {
  const known = platform ?? base?.config.platform
  return known === undefined ? 'the platform of this machine' : printPlatform(known)
}

function buildSide({ base, labels, config, limits }: MatrixInput): ImageSide | undefined {
  if (base === undefined) return undefined
  const before = startingLabels(base.config.labels, labels ?? new Map())
  return imageSide(base.config, { labels: before, from: config?.buildImage ?? '', limits })
}

function imageSide(config: Parameters<typeof imageTargetOf>[0], source: LabelSource): ImageSide {
  const { stackId, mixins = [] } = readBaseBuilder(source)
  const target = imageTargetOf(config, source.labels)
  return { reference: source.from, target, stack: { stackId, mixins }, shown: shortened(printImageTarget(target)) }
}

function runSide({ reference, found, path }: FoundRunImage, platform: string, limits: MatrixInput['limits']): RunSide {
  const side = typeof found === 'string' ? found : imageSide(found, { labels: found.labels, from: reference, limits })
  const facts = typeof side === 'string' ? lackOf(side, platform) : factsOf(side)
  const kind = path.includes('mirrors') ? 'run-mirror' : 'run-image'
  return { column: { platform, kind, title: reference, facts }, reference, found: side }
}

function lackOf(found: Extract<FoundRunImage['found'], string>, platform: string): string {
  if (found === 'no-such-platform') return `nothing for ${platform}`
  return found === 'absent' ? 'could not be found' : 'was not looked for'
}

function factsOf({ shown, stack: { stackId } }: ImageSide): string {
  return `${shown}${stackId === '' ? '' : `, stack ${shortened(stackId)}`}`
}

/** `0.7 to 0.12`. */
function rangeOf(support: ApiSupport): string {
  const known = knownApis(support).map(printApiVersion)
  const [first] = known
  return first === undefined ? 'none listed' : known.length === 1 ? first : `${first} to ${known.at(-1)}`
}
