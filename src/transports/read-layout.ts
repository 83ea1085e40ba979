import { CnbError } from '../errors.js'
import { limitHint } from '../limits.js'
import { readRange } from '../file-range.js'
import { algorithmOf, digestOf, hexOf, type Digest } from '../oci/digest.js'
import { Fields } from '../oci/fields.js'
import type { Descriptor, FileRange, Image, ImageIndex } from '../oci/image.js'
import { decodeIndex } from '../oci/index-manifest.js'
import { parseJson } from '../oci/json.js'
import { OCI_INDEX } from '../oci/media-type.js'
import { collect, sizeError, verified } from '../oci/verified.js'
import { checkPlatform, indexOf, readManifest } from './read-image.js'
import type { BlobSource, ImageReadOptions } from './transport.js'

/** The files of an OCI image layout, in a directory or in an archive. */
export interface LayoutFiles {
  /** The directory or archive, for messages. */
  readonly name: string
  /**
   * Where the file at a path such as `blobs/sha256/…` lies; undefined when there is none.
   *
   * @throws CnbError E_OCI_LAYOUT when it is anything but a regular file
   */
  find(path: string): FileRange | undefined
  /** A file in the layout, for messages. */
  nameOf(path: string): string
}

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md#oci-layout-file */
export const LAYOUT_VERSION = '1.0.0'

/** The name of an image in a layout. @see https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md */
export const REF_NAME = 'org.opencontainers.image.ref.name'
/** The full name that containerd and docker give beside a bare tag. */
export const CONTAINERD_NAME = 'io.containerd.image.name'

/**
 * The image or index that a layout has under `tag`, or the only one it has.
 *
 * @throws CnbError E_OCI_LAYOUT, E_AMBIGUOUS_REF, and those of `readManifest`
 */
export async function readLayout(
  files: LayoutFiles,
  tag: string | undefined,
  options: ImageReadOptions,
): Promise<Image | ImageIndex> {
  await checkVersion(files, options)
  const name = files.nameOf('index.json')
  const bytes = await readSmall(files, 'index.json', options)
  const entries = decodeIndex(bytes, { file: name, limits: options.limits, mediaType: OCI_INDEX })
  const source = layoutBlobs(files)
  const chosen = chooseEntry(entries, tag, files.name)
  if (chosen !== 'all') return readNamed(source, chosen, name, options)
  const descriptor = { mediaType: OCI_INDEX, digest: digestOf(bytes), size: bytes.length }
  return indexOf(source, descriptor, { name, bytes }, options)
}

/** What an entry of `index.json`, which is called `file`, names. */
async function readNamed(
  source: BlobSource,
  entry: Descriptor,
  file: string,
  options: ImageReadOptions,
): Promise<Image | ImageIndex> {
  const root = await readManifest(source, entry, options)
  const { platform } = entry
  const isSaid = platform !== undefined && platform.os !== ''
  if (root.kind === 'image' && isSaid) checkPlatform(platform, root.config.platform, file)
  return root
}

/**
 * Which entry of `index.json` is meant; `all` when it lists the platforms of one image, as some tools write it.
 *
 * @throws CnbError E_OCI_LAYOUT when there is none, E_AMBIGUOUS_REF when there are several
 */
function chooseEntry(entries: readonly Descriptor[], tag: string | undefined, place: string): Descriptor | 'all' {
  if (entries.length === 0) {
    throw new CnbError('E_OCI_LAYOUT', `${place} holds no image`, { place: { file: place } })
  }
  const named = tag === undefined ? entries : entries.filter((entry) => namesOf(entry).includes(tag))
  const [first, second] = named
  if (first === undefined) {
    throw new CnbError('E_OCI_LAYOUT', `${place} holds nothing named ${tag}; there is ${listOf(entries)}`, {
      place: { file: place },
      value: tag,
      hint: 'choose one with oci:DIR:NAME',
    })
  }
  if (second === undefined) return first
  if (tag === undefined && entries.every((entry) => namesOf(entry).length === 0 && entry.platform !== undefined))
    return 'all'
  if (isOneImageWithSeveralNames(named)) return first
  throw new CnbError('E_AMBIGUOUS_REF', `${place} holds ${named.length} images that could be meant: ${listOf(named)}`, {
    place: { file: place },
    value: tag,
    hint: 'choose one with oci:DIR:NAME, or make their names differ',
  })
}

/** As archives have it: two tags of an image, or the same tag of two repositories. */
function isOneImageWithSeveralNames(entries: readonly Descriptor[]): boolean {
  const names = entries.map(({ annotations }) => annotations?.get(CONTAINERD_NAME) ?? annotations?.get(REF_NAME))
  const isOne = new Set(entries.map((entry) => entry.digest)).size === 1
  return isOne && !names.includes(undefined) && new Set(names).size === names.length
}

function namesOf({ annotations }: Descriptor): readonly string[] {
  return [annotations?.get(REF_NAME), annotations?.get(CONTAINERD_NAME)].filter((name) => name !== undefined)
}

function listOf(entries: readonly Descriptor[]): string {
  return entries.map((entry) => namesOf(entry)[0] ?? entry.digest).join(', ')
}

/** @throws CnbError E_OCI_LAYOUT unless the layout is of the version that we know */
export async function checkVersion(files: LayoutFiles, options: ImageReadOptions): Promise<void> {
  const bytes = await readSmall(files, 'oci-layout', options)
  const file = files.nameOf('oci-layout')
  const fields = Fields.of(parseJson(bytes, { file, limits: options.limits }), { file, code: 'E_OCI_LAYOUT' })
  const version = fields.string('imageLayoutVersion')
  if (version !== LAYOUT_VERSION) throw fields.error('imageLayoutVersion', `is ${version}, expected ${LAYOUT_VERSION}`)
}

/** A file of the layout that is read whole. @throws CnbError E_OCI_LAYOUT, E_OCI_LIMIT */
async function readSmall(files: LayoutFiles, path: string, { limits, signal }: ImageReadOptions): Promise<Uint8Array> {
  const range = files.find(path)
  if (range === undefined) {
    throw new CnbError('E_OCI_LAYOUT', `${files.name} is not an OCI image layout: it has no ${path}`, {
      place: { file: files.name },
      hint: 'name a directory that an image was written to, or a file with oci-archive:FILE or docker-archive:FILE',
    })
  }
  if (range.length > limits.jsonBytes) {
    throw new CnbError(
      'E_OCI_LIMIT',
      `${files.nameOf(path)} has ${range.length} bytes, more than ${limits.jsonBytes}`,
      {
        place: { file: files.nameOf(path) },
        hint: limitHint('jsonBytes'),
      },
    )
  }
  return collect(readRange(range, signal))
}

/** Where a blob stands in a layout. */
export function blobPath(digest: Digest): string {
  return `blobs/${algorithmOf(digest)}/${hexOf(digest)}`
}

/** The blobs of a layout. */
export function layoutBlobs(files: LayoutFiles): BlobSource {
  return {
    name: files.name,
    blob: (descriptor) => {
      const path = blobPath(descriptor.digest)
      const name = files.nameOf(path)
      const range = files.find(path)
      if (range === undefined) return Promise.reject(missing(files, descriptor))
      if (range.length !== descriptor.size)
        return Promise.reject(sizeError(name, String(range.length), descriptor.size))
      return Promise.resolve({
        descriptor,
        name,
        range,
        open: (signal?: AbortSignal) => verified(readRange(range, signal), descriptor, name),
      })
    },
  }
}

function missing(files: LayoutFiles, { digest, urls }: Descriptor): CnbError {
  return new CnbError('E_OCI_BLOB_MISSING', `${files.name} lacks the blob ${digest}`, {
    place: { file: files.nameOf(blobPath(digest)) },
    value: digest,
    hint: urls === undefined ? undefined : 'its descriptor names other places for it, which are never asked',
  })
}
