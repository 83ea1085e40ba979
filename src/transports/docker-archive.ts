import { posix } from 'node:path'
import { CnbError, type ErrorCode } from '../errors.js'
import { limitHint } from '../limits.js'
import { readRange } from '../file-range.js'
import { digestOf, Hasher, parseDigest, type DiffId, type Digest } from '../oci/digest.js'
import { Fields } from '../oci/fields.js'
import type { Descriptor, FileRange, Image, Layer } from '../oci/image.js'
import { decodeImageConfig } from '../oci/image-config.js'
import { imageOf } from '../oci/image-of.js'
import { parseJson } from '../oci/json.js'
import { layerType, OCI_CONFIG, OCI_MANIFEST } from '../oci/media-type.js'
import { collect, verified } from '../oci/verified.js'
import { sniff, SNIFFED_BYTES } from '../tar/sniff.js'
import type { ArchiveFiles } from './archive-content.js'
import type { ImageReadOptions } from './transport.js'

/** Links from one name to the next, at most; docker makes one. */
const LINKS = 8

/**
 * The image in what `docker save` writes, and other tools after it: configs and layers that a `manifest.json` names by path. A
 * layer may be a link to another one. The manifest of the image is ours, for docker's archive has none with digests, and OCI's:
 * skopeo finds no other in an OCI layout.
 *
 * @throws CnbError E_OCI_LAYOUT, E_MANIFEST, E_AMBIGUOUS_REF for several images, E_OCI_BLOB_MISSING, E_DIFFID, E_DIGEST
 * @see https://github.com/moby/moby/blob/v20.10.24/image/spec/v1.2.md#combined-image-json--filesystem-changeset-format
 */
export async function readDockerArchive(content: ArchiveFiles, options: ImageReadOptions): Promise<Image> {
  const { limits } = options
  const entry = await onlyImage(content, options)
  const configPath = entry.string('Config')
  const file = `${content.name}:/${configPath}`
  const configBytes = await readDocument(content, configPath, options)
  checkName(configPath, digestOf(configBytes), file)
  const config = decodeImageConfig(configBytes, { file, limits })
  const paths = entry.optionalStrings('Layers') ?? []
  if (paths.length !== config.diffIds.length) {
    throw new CnbError(
      'E_DIFFID',
      `${content.name} has ${paths.length} layers, but its config has ${config.diffIds.length} diff_ids`,
      { place: { file } },
    )
  }
  const layers: Layer[] = []
  for (const [index, diffId] of config.diffIds.entries()) {
    layers.push(await layerAt(content, paths[index] ?? '', diffId, options))
  }
  return imageOf({ config, configBytes, layers, manifestType: OCI_MANIFEST, configType: OCI_CONFIG })
}

async function onlyImage(content: ArchiveFiles, options: ImageReadOptions): Promise<Fields> {
  const file = `${content.name}:/manifest.json`
  const document = parseJson(await readDocument(content, 'manifest.json', options), { file, limits: options.limits })
  const images = Fields.of(new Map([['images', document]]), { file, code: 'E_MANIFEST' }).objects('images')
  const [only, second] = images
  if (only === undefined) {
    throw new CnbError('E_OCI_LAYOUT', `${content.name} holds no image`, { place: { file: content.name } })
  }
  if (second === undefined) return only
  const names = images.map((image) => image.optionalStrings('RepoTags')?.[0] ?? image.string('Config'))
  throw new CnbError('E_AMBIGUOUS_REF', `${content.name} holds ${images.length} images: ${names.join(', ')}`, {
    place: { file: content.name },
    hint: 'save one image only',
  })
}

/** A file by the path that the manifest gives, through links. */
function fileAt({ name, files, others }: ArchiveFiles, path: string): FileRange {
  const refuse = (code: ErrorCode, problem: string): CnbError =>
    new CnbError(code, `${name}: ${path} ${problem}`, { place: { file: name }, value: path })
  let at = path
  for (let hops = 0; hops <= LINKS; hops++) {
    if (posix.normalize(at) !== at || at.startsWith('/') || at.startsWith('..')) {
      throw refuse('E_TAR_PATH_ESCAPE', at === path ? 'is no path in it' : `leads to ${at}, which is no path in it`)
    }
    const file = files.get(at)
    if (file !== undefined) return file
    const other = others.get(at)
    if (other === undefined) throw refuse('E_OCI_BLOB_MISSING', 'is named in its manifest, but is not there')
    if (other.type === 'hardlink') at = other.target.replace(/^\.?\//, '')
    else if (other.type === 'symlink' && !other.target.startsWith('/')) at = posix.join(posix.dirname(at), other.target)
    else throw refuse('E_TAR_LINK_TARGET', `is a ${other.type} that leads out of it`)
  }
  throw refuse('E_TAR_LINK_TARGET', `is the first of more than ${LINKS} links`)
}

async function readDocument(content: ArchiveFiles, path: string, options: ImageReadOptions): Promise<Uint8Array> {
  const range = fileAt(content, path)
  const { jsonBytes } = options.limits
  if (range.length <= jsonBytes) return collect(readRange(range, options.signal))
  throw new CnbError('E_OCI_LIMIT', `${content.name}:/${path} has ${range.length} bytes, more than ${jsonBytes}`, {
    place: { file: content.name },
    hint: limitHint('jsonBytes'),
  })
}

/** Docker calls a config by its digest; a name that says another one is a lie. */
function checkName(path: string, actual: Digest, file: string): void {
  const hex = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(path)?.[1]
  if (hex === undefined || parseDigest(`sha256:${hex}`) === actual) return
  throw new CnbError('E_DIGEST', `${file} has digest ${actual}`, { place: { file }, value: actual })
}

/** A layer as it lies there. A plain tar has its diffID for a digest; what is compressed is read to know its own. */
async function layerAt(
  content: ArchiveFiles,
  path: string,
  diffId: DiffId,
  { signal }: ImageReadOptions,
): Promise<Layer> {
  const range = fileAt(content, path)
  const isGzip = sniff(await start(range, signal)) === 'gzip'
  const descriptor: Descriptor = {
    mediaType: layerType(OCI_MANIFEST, isGzip ? 'gzip' : 'none'),
    digest: isGzip ? await digestOfFile(range, signal) : diffId,
    size: range.length,
  }
  const name = `${content.name}:/${path}`
  return { descriptor, diffId, range, open: (signal) => verified(readRange(range, signal), descriptor, name) }
}

async function start(range: FileRange, signal: AbortSignal | undefined): Promise<Uint8Array> {
  return collect(readRange({ ...range, length: Math.min(range.length, SNIFFED_BYTES) }, signal))
}

async function digestOfFile(range: FileRange, signal: AbortSignal | undefined): Promise<Digest> {
  const hasher = new Hasher()
  for await (const piece of readRange(range, signal)) hasher.update(piece)
  return hasher.digest()
}
