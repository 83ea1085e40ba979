import { compareBytes } from '../bytes.js'
import type { LayerContent } from '../cnb/content.js'
import { LABEL } from '../cnb/labels.js'
import { descriptorOf, layersLabel, readLayersLabel, type ModuleLayer } from '../cnb/layers-label.js'
import { readPackageMetadata } from '../cnb/metadata-label.js'
import { moduleName, type Module, type ModuleKind } from '../cnb/module.js'
import { CnbError } from '../errors.js'
import { limitHint, type Limits } from '../limits.js'
import type { Image, Layer } from '../oci/image.js'
import { jsonPointer } from '../oci/fields.js'
import { compressionOf } from '../oci/media-type.js'
import type { ImagePlace } from '../oci/place.js'
import type { Named, SourceContext, WantedPlatform } from './context.js'
import { shownPlace } from './find.js'
import { readImageAt } from './images.js'
import { checkLayers, type PromisedModule } from './package-layers.js'
import { redactLocator } from '../redact.js'

/** A package that is asked for its modules. */
export interface WantedPackage {
  readonly kind: ModuleKind
  readonly named: Named
  readonly wanted: WantedPlatform
  /** The package for people, when its place does not say it. */
  readonly shown?: string | undefined
}

/**
 * The modules of a buildpackage: the one that it is named after, then the others by id and version. Of their descriptors
 * only what the labels keep is known: api, name, homepage, and of buildpacks stacks, targets and order.
 *
 * @throws CnbError E_IMAGE_KIND when the image is no buildpackage; E_LABEL, E_LABEL_LAYER_MISMATCH when its labels cannot be
 *   relied on; E_PLATFORM; what its reader throws
 */
export async function readBuildpackage(
  at: ImagePlace,
  { kind, named, wanted, shown }: WantedPackage,
  context: SourceContext,
): Promise<readonly Module[]> {
  const image = await readImageAt(at, named, wanted, context)
  const file = shown ?? shownPlace(at, context)
  checkIsImage(image, kind, file)
  const modules = modulesOf(image, { kind, file, named }, context)
  reportStrangers(image, modules, { kind, file, named }, context)
  await checkLayers(modules, file, context)
  return modules.map(({ descriptor, layer }) => ({
    descriptor,
    locate: () => named.place,
    from: redactLocator(named.text),
    content: {
      ...layerContent(layer, { from: file, what: packageOf(kind), limits: context.limits }),
      promised: descriptor,
    },
    hasBuild: { linux: false, windows: false },
    packaged: true,
  }))
}

interface Subject {
  readonly kind: ModuleKind
  /** The image for people. */
  readonly file: string
  readonly named: Named
}

function modulesOf(image: Image, subject: Subject, { limits }: SourceContext): readonly PromisedModule[] {
  const { kind, file } = subject
  const source = { labels: image.config.labels, from: file, limits }
  const metadata = inLabel(() => readPackageMetadata(source))
  const labelled = inLabel(() => readLayersLabel(source, kind))
  if (metadata === undefined) throw noLabel(LABEL.packageMetadata, image, subject)
  if (labelled === undefined) throw noLabel(layersLabel(kind), image, subject)
  const modules = labelled.map((module) => withLayer(module, image, subject))
  const wanted = moduleName(metadata.info)
  const main = modules.find(({ descriptor }) => moduleName(descriptor.info) === wanted)
  const there = labelled.map(moduleName).join(', ') || 'none'
  if (main === undefined) {
    throw labelError(file, `${LABEL.packageMetadata} is about ${wanted}, but ${layersLabel(kind)} has ${there}`)
  }
  if (kind === 'extension' && modules.length > 1) {
    throw labelError(file, `${layersLabel(kind)} has several extensions, as no packer makes it: ${there}`)
  }
  return [main, ...modules.filter((module) => module !== main).toSorted(byName)]
}

/** Whatever is wrong inside a label is an error of the label. */
function inLabel<Value>(read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    throw error instanceof CnbError ? error.with({ code: 'E_LABEL' }) : error
  }
}

function withLayer(module: ModuleLayer, image: Image, { kind, file }: Subject): PromisedModule {
  const { id, version, diffId } = module
  const layer = image.layers.find((layer) => layer.diffId === diffId)
  if (layer !== undefined) return { descriptor: descriptorOf(kind, module), layer }
  const pointer = jsonPointer([id, version, 'layerDiffID'])
  throw labelError(file, `${layersLabel(kind)} names at ${pointer} a layer that is not in the image`, diffId)
}

function labelError(file: string, problem: string, value?: string): CnbError {
  return new CnbError('E_LABEL', `${file}: label ${problem}`, {
    place: { file },
    value,
    hint: 'make the package again',
  })
}

function noLabel(label: string, { config }: Image, { kind, file, named }: Subject): CnbError {
  const other = kind === 'buildpack' ? 'extension' : 'buildpack'
  const hint = config.labels.has(LABEL.builderMetadata)
    ? 'it is a builder: name the packages that it was made of'
    : config.labels.has(layersLabel(other))
      ? `it is a package with ${other}s: ${other}s go under [[${other}s]] of builder.toml, or into packages of their own`
      : `name an image that ${kind} package made`
  return new CnbError('E_LABEL', `${file} has no label ${label}, so it is no ${packageOf(kind)}`, {
    place: named.place,
    value: redactLocator(named.text),
    hint,
  })
}

/** Says which layers the label passes over: nothing of them goes anywhere. */
function reportStrangers(
  { layers }: Image,
  modules: readonly PromisedModule[],
  { kind, file, named }: Subject,
  { report }: SourceContext,
): void {
  const known = new Set(modules.map(({ layer }) => layer.diffId))
  const strangers = layers.filter(({ diffId }) => !known.has(diffId)).map(({ diffId }) => diffId)
  if (strangers.length === 0) return
  report({
    rule: 'package-layer-unlabelled',
    severity: 'warning',
    message: `${file} has layers of which its label ${layersLabel(kind)} does not speak, and they are left out`,
    place: named.place,
    value: strangers.join(', '),
    fix: 'make the package again when there are modules in them',
  })
}

function byName(a: PromisedModule, b: PromisedModule): number {
  const [x, y] = [a.descriptor.info, b.descriptor.info]
  return compareBytes(x.id, y.id) || compareBytes(x.version, y.version)
}

/** Refuses artifacts, which have manifests but are no images. */
function checkIsImage({ manifest, layers }: Image, kind: ModuleKind, file: string): void {
  const problem =
    manifest.artifactType !== undefined && manifest.artifactType !== ''
      ? `is an artifact of type ${manifest.artifactType}`
      : layers.length === 0
        ? 'has no layers'
        : undefined
  if (problem === undefined) return
  throw new CnbError('E_IMAGE_KIND', `${file} is no ${packageOf(kind)}: it ${problem}`, { place: { file } })
}

/** What an image is that has modules of a kind, for people. */
function packageOf(kind: ModuleKind): string {
  return `${kind} package`
}

/** What is said of a layer that is of no use. */
export interface LayerSubject {
  /** The image that it is of, for people. */
  readonly from: string
  /** What that image is to be: `lifecycle image`. */
  readonly what: string
  readonly limits: Limits
}

/**
 * A layer as content of a builder.
 *
 * @throws CnbError E_IMAGE_KIND unless it can be read, and from where its image is; E_OCI_LIMIT when it would have to be fetched
 *   and is larger than a module may be
 */
export function layerContent(layer: Layer, { from, what, limits }: LayerSubject): LayerContent {
  const { mediaType, digest, size, urls } = layer.descriptor
  if (compressionOf(mediaType) === undefined) {
    throw new CnbError('E_IMAGE_KIND', `${from} is no ${what}: ${digest} is not a layer`, {
      place: { file: from },
      value: mediaType,
    })
  }
  if (urls !== undefined && urls.length > 0) {
    throw new CnbError(
      'E_IMAGE_KIND',
      `the layer ${digest} of ${from} may lie elsewhere, and other places are not asked`,
      {
        place: { file: from },
        value: urls.join(', '),
        hint: `use a ${what} that holds all of its layers`,
      },
    )
  }
  if (layer.range === undefined && size > limits.moduleBytes) {
    throw new CnbError(
      'E_OCI_LIMIT',
      `the layer ${digest} of ${from} has ${size} bytes, more than ${limits.moduleBytes}`,
      {
        place: { file: from },
        hint: limitHint('moduleBytes'),
      },
    )
  }
  return { kind: 'layer', layer, from }
}
