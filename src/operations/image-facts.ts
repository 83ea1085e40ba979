import type { LabelSource } from '../cnb/labels.js'
import { layersLabel, readLayersLabel, type ModuleLayer } from '../cnb/layers-label.js'
import { moduleName, type ModuleKind } from '../cnb/module.js'
import { CnbError, type Diagnostic, type Report } from '../errors.js'
import type { Limits } from '../limits.js'
import type { DiffId } from '../oci/digest.js'
import type { Image, ImageIndex, Layer } from '../oci/image.js'
import { printWholePlatform, type Platform } from '../oci/platform.js'
import type { ImageFacts, InspectedLayer, PlatformFacts } from './inspected.js'
import { type AbsentImage, platformImages } from './platform-images.js'

/** Where an image was read, and what may be said of it. */
export interface FactsOptions {
  /** The place for people. */
  readonly place: string
  /** It was described by a docker engine, so its manifest is not one that anybody stored. */
  readonly isDescribed: boolean
  readonly limits: Limits
  /** Takes what is wrong with labels, and does not keep us from showing them. */
  readonly report: Report
  readonly signal?: AbortSignal | undefined
}

/** What is known of the image that was chosen at a place, and with `all` of the others in its index. @throws CnbError */
export async function imageFacts(
  root: Image | ImageIndex,
  chosen: Image,
  all: boolean,
  options: FactsOptions,
): Promise<ImageFacts> {
  const { place, isDescribed } = options
  const { digest, mediaType } = root.descriptor
  return {
    place,
    digest: isDescribed ? null : digest,
    mediaType: isDescribed ? null : mediaType,
    platform: printWholePlatform(chosen.config.platform),
    platforms: all && root.kind === 'index' ? await platformsOf(root, options) : [platformFacts(chosen, options)],
  }
}

/** Labels of an image, to be read. */
export function labelsOf(image: Image, { place, limits }: Pick<FactsOptions, 'place' | 'limits'>): LabelSource {
  return { labels: image.config.labels, from: place, limits }
}

/** Images of an index that are shown. Nobody publishes for as many platforms, and each may have a megabyte to say. */
const MAX_PLATFORMS = 100

async function platformsOf(index: ImageIndex, options: FactsOptions): Promise<readonly PlatformFacts[]> {
  const found: PlatformFacts[] = []
  for await (const image of platformImages(index, options.signal)) {
    found.push(image.kind === 'absent' ? absentPlatform(image) : platformFacts(image, options))
    if (found.length > MAX_PLATFORMS) throw tooManyPlatforms(options)
  }
  return found
}

function tooManyPlatforms({ place }: FactsOptions): CnbError {
  return new CnbError('E_OCI_LIMIT', `${place} has more than ${MAX_PLATFORMS} images, which are too many to show`, {
    place: { file: place },
    hint: 'inspect one of them by its digest, or leave out --layers and --json',
  })
}

function absentPlatform({ child: { descriptor } }: AbsentImage): PlatformFacts {
  const platform: Platform = descriptor.platform ?? { os: '', architecture: '' }
  return { platform: printWholePlatform(platform), digest: descriptor.digest, config: null, size: null, layers: [] }
}

function platformFacts(image: Image, options: FactsOptions): PlatformFacts {
  const modules = modulesByLayer(image, options)
  const layers = image.layers.map((layer) => layerFacts(layer, modules.get(layer.diffId) ?? [], options))
  const { isDescribed } = options
  return {
    platform: printWholePlatform(image.config.platform),
    digest: isDescribed ? null : image.descriptor.digest,
    config: isDescribed ? null : image.manifest.config.digest,
    size: isDescribed ? null : image.layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0),
    layers,
  }
}

function layerFacts(
  { diffId, descriptor }: Layer,
  modules: readonly string[],
  { isDescribed }: FactsOptions,
): InspectedLayer {
  if (isDescribed) return { diffId, digest: null, size: null, mediaType: null, modules }
  const { digest, size, mediaType } = descriptor
  return { diffId, digest, size, mediaType, modules }
}

function modulesByLayer(image: Image, options: FactsOptions): ReadonlyMap<DiffId, readonly string[]> {
  const labels = labelsOf(image, options)
  const found = new Map<DiffId, string[]>(image.layers.map(({ diffId }) => [diffId, []]))
  for (const kind of ['buildpack', 'extension'] as const) {
    for (const module of readLayersLabel(labels, kind) ?? []) {
      const modules = found.get(module.diffId)
      if (modules === undefined) options.report(lostModule(kind, module, options))
      else modules.push(moduleName(module))
    }
  }
  return found
}

function lostModule(kind: ModuleKind, module: ModuleLayer, { place }: FactsOptions): Diagnostic {
  return {
    rule: 'label-layer-missing',
    severity: 'warning',
    message: `label ${layersLabel(kind)} says that ${moduleName(module)} is in a layer that ${place} does not have`,
    place: { file: place },
    value: module.diffId,
    fix: 'make the image again',
  }
}
