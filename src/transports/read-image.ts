import { CnbError } from '../errors.js'
import { limitHint } from '../limits.js'
import { decodeImageConfig, historyLayersOf } from '../oci/image-config.js'
import type { Artifact, Descriptor, Image, ImageIndex, IndexChild, Layer } from '../oci/image.js'
import { decodeIndex } from '../oci/index-manifest.js'
import { artifactTypeOf, decodeAnyManifest, decodeManifest } from '../oci/manifest.js'
import { manifestKindOf } from '../oci/media-type.js'
import { printPlatform, type Platform } from '../oci/platform.js'
import { collect } from '../oci/verified.js'
import type { BlobSource, ImageReadOptions } from './transport.js'

/**
 * The image or index behind `descriptor`: manifest and config are read and checked, layers are only known to be there.
 * Children of an index are read when they are wanted.
 *
 * @throws CnbError of group "Images"
 */
export async function readManifest(
  source: BlobSource,
  descriptor: Descriptor,
  options: ImageReadOptions,
): Promise<Image | ImageIndex> {
  return readAt(source, descriptor, options, new Below())
}

async function readAt(
  source: BlobSource,
  descriptor: Descriptor,
  options: ImageReadOptions,
  below: Below,
): Promise<Image | ImageIndex> {
  const kind = manifestKindOf(descriptor.mediaType)
  if (kind === undefined) throw notAnImage(source, descriptor)
  const { name, bytes } = await readDocument(source, descriptor, options)
  if (kind === 'image') return readImage(source, descriptor, { name, bytes }, options)
  return indexOf(source, descriptor, { name, bytes }, options, below)
}

/** What an index names: an artifact among images is passed on as it is. */
async function readMember(
  source: BlobSource,
  descriptor: Descriptor,
  options: ImageReadOptions,
  below: Below,
): Promise<Image | ImageIndex | Artifact> {
  if (manifestKindOf(descriptor.mediaType) !== 'image') return readAt(source, descriptor, options, below)
  const document = await readDocument(source, descriptor, options)
  const { name, bytes } = document
  const manifest = decodeAnyManifest(bytes, { file: name, limits: options.limits, mediaType: descriptor.mediaType })
  if (artifactTypeOf(manifest) === undefined) return readImage(source, descriptor, document, options)
  const named = [manifest.config, ...manifest.layers]
  const blobs = await Promise.all(named.map((blob) => source.blob(blob, options.signal)))
  return { kind: 'artifact', descriptor, bytes, blobs }
}

/** A JSON blob that was read whole. */
interface Document {
  readonly name: string
  readonly bytes: Uint8Array
}

async function readDocument(source: BlobSource, descriptor: Descriptor, options: ImageReadOptions): Promise<Document> {
  const { jsonBytes } = options.limits
  if (descriptor.size > jsonBytes) {
    throw new CnbError(
      'E_OCI_LIMIT',
      `${descriptor.digest} in ${source.name} has ${descriptor.size} bytes, more than ${jsonBytes}`,
      {
        place: { file: source.name },
        hint: limitHint('jsonBytes'),
      },
    )
  }
  const blob = await source.blob(descriptor, options.signal)
  return { name: blob.name, bytes: await collect(blob.open(options.signal)) }
}

async function readImage(
  source: BlobSource,
  descriptor: Descriptor,
  { name, bytes }: Document,
  options: ImageReadOptions,
): Promise<Image> {
  const { limits } = options
  const manifest = decodeManifest(bytes, { file: name, limits, mediaType: descriptor.mediaType })
  const configDocument = await readDocument(source, manifest.config, options)
  const config = decodeImageConfig(configDocument.bytes, { file: configDocument.name, limits })
  const { diffIds } = config
  if (diffIds.length !== manifest.layers.length) {
    throw new CnbError(
      'E_DIFFID',
      `${name} has ${manifest.layers.length} layers, but its config has ${diffIds.length} diff_ids`,
      {
        place: { file: configDocument.name },
      },
    )
  }
  const spoken = historyLayersOf(config, configDocument.name)
  if (spoken !== undefined && spoken !== diffIds.length) {
    options.report({
      rule: 'image-history',
      severity: 'warning',
      message: `the history speaks of ${spoken} layers, but there are ${diffIds.length}`,
      place: { file: configDocument.name },
    })
  }
  const layers: Layer[] = []
  for (const [index, diffId] of diffIds.entries()) {
    const layer = manifest.layers[index] as Descriptor
    layers.push({ ...(await source.blob(layer, options.signal)), diffId })
  }
  return {
    kind: 'image',
    descriptor,
    manifest,
    manifestBytes: bytes,
    config,
    configBytes: configDocument.bytes,
    layers,
  }
}

/** How deep an index lies below where reading began, and how many manifests the indexes there named so far. */
class Below {
  readonly depth: number
  readonly named: { count: number }

  constructor(depth = 0, named = { count: 0 }) {
    this.depth = depth
    this.named = named
  }

  deeper(): Below {
    return new Below(this.depth + 1, this.named)
  }
}

/** The index in a document that was read already, such as `index.json`. */
export function indexOf(
  source: BlobSource,
  descriptor: Descriptor,
  { name, bytes }: Document,
  options: ImageReadOptions,
  below = new Below(),
): ImageIndex {
  const { limits } = options
  if (below.depth > limits.indexDepth) {
    throw new CnbError('E_OCI_LIMIT', `${name} lies more than ${limits.indexDepth} indexes deep`, {
      place: { file: name },
      hint: limitHint('indexDepth'),
    })
  }
  const entries = decodeIndex(bytes, { file: name, limits, mediaType: descriptor.mediaType })
  below.named.count += entries.length
  // A few indexes that name each other several times are more than anybody can read, each of them within the limits.
  if (below.named.count > limits.indexChildren) {
    throw new CnbError(
      'E_OCI_LIMIT',
      `${name} and the indexes beside it name more than ${limits.indexChildren} manifests`,
      {
        place: { file: name },
        hint: limitHint('indexChildren'),
      },
    )
  }
  const children = entries.map((child): IndexChild => ({
    descriptor: child,
    read: async (signal) => {
      const read = await readMember(source, child, { ...options, signal: signal ?? options.signal }, below.deeper())
      if (read.kind === 'image' && child.platform !== undefined)
        checkPlatform(child.platform, read.config.platform, name)
      return read
    },
  }))
  return { kind: 'index', descriptor, bytes, children }
}

/**
 * An index that says one thing and a config that says another would give different images to different readers.
 *
 * @throws CnbError E_PLATFORM
 */
export function checkPlatform(named: Platform, actual: Platform, file: string): void {
  const differs =
    named.os !== actual.os ||
    named.architecture !== actual.architecture ||
    (isGiven(named.variant) && isGiven(actual.variant) && named.variant !== actual.variant)
  if (!differs) return
  throw new CnbError(
    'E_PLATFORM',
    `${file} has an image for ${printPlatform(named)}, whose config says ${printPlatform(actual)}`,
    {
      place: { file },
      value: printPlatform(actual),
      hint: 'have whoever made the index make it again',
    },
  )
}

function isGiven(text: string | undefined): boolean {
  return text !== undefined && text !== ''
}

const SCHEMA1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+/

function notAnImage(source: BlobSource, { mediaType, digest }: Descriptor): CnbError {
  if (SCHEMA1.test(mediaType)) {
    return new CnbError(
      'E_MANIFEST',
      `${digest} in ${source.name} is of schema 1, a format that was given up in 2016`,
      {
        place: { file: source.name },
        value: mediaType,
      },
    )
  }
  return new CnbError(
    'E_IMAGE_KIND',
    `${digest} in ${source.name} is of type ${mediaType}, neither an image nor an index`,
    {
      place: { file: source.name },
      value: mediaType,
    },
  )
}
