import { encodeUtf8 } from '../bytes.js'
import { readRange, wholeFile } from '../file-range.js'
import { discardTemp, reserveTemp, TempFile } from '../files.js'
import type { Limits } from '../limits.js'
import { hexOf, type DiffId } from '../oci/digest.js'
import type { Image, Json, Layer } from '../oci/image.js'
import { printJson } from '../oci/json.js'
import { compressionOf } from '../oci/media-type.js'
import { reasonOf, verifiedTar } from '../oci/verified.js'
import { decompress } from '../tar/archive.js'
import { LAYER_HEADER } from '../tar/entry.js'
import { paddingOf } from '../tar/fields.js'
import { headerBlocks, TRAILER } from '../tar/writer.js'
import { UNKNOWN_SIZE } from './read-engine.js'

/** What making the stream for `docker load` needs to know. */
export interface LoadOptions {
  /** Layers at the bottom that the engine has. */
  readonly known: number
  readonly limits: Limits
  /** Where a compressed layer is unpacked: its size as a tar is not known before. */
  readonly scratch: () => string
  readonly signal?: AbortSignal | undefined
}

/**
 * The tar that makes an engine have `image`, without a name: what `docker save` wrote before version 25, which every engine
 * reads, without the layers that it has. Layers are plain tars, because engines take longer to unpack them than we do; each is
 * checked on its way, stored and unpacked.
 *
 * @throws CnbError E_DIGEST, E_SIZE, E_DIFFID, those of reading what is compressed
 */
export async function* loadStream(image: Image, options: LoadOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const config = `${hexOf(image.manifest.config.digest)}.json`
  yield* memberOf(config, image.configBytes)
  // A layer may stand both among those that are left out and above them.
  const sent = new Set<DiffId>()
  for (const layer of image.layers.slice(options.known)) {
    if (sent.has(layer.diffId)) continue
    sent.add(layer.diffId)
    yield* layerMember(layer, options)
  }
  yield* memberOf('manifest.json', encodeUtf8(printJson(manifestOf(config, image.layers))))
  yield TRAILER
}

function manifestOf(config: string, layers: readonly Layer[]): Json {
  return [
    new Map<string, Json>([
      ['Config', config],
      ['RepoTags', null],
      ['Layers', layers.map(pathOf)],
    ]),
  ]
}

function pathOf({ diffId }: Layer): string {
  return `${hexOf(diffId)}/layer.tar`
}

function headerOf(name: string, size: number): Uint8Array {
  return headerBlocks({ ...LAYER_HEADER, type: 'file', name, mode: 0o644, size })
}

function* memberOf(name: string, bytes: Uint8Array): Generator<Uint8Array> {
  yield headerOf(name, bytes.length)
  yield bytes
  yield new Uint8Array(paddingOf(bytes.length))
}

async function* layerMember(layer: Layer, options: LoadOptions): AsyncGenerator<Uint8Array> {
  const { signal } = options
  const { mediaType, digest, size } = layer.descriptor
  if (compressionOf(mediaType) === 'none' && size !== UNKNOWN_SIZE) {
    yield headerOf(pathOf(layer), size)
    // What is stored is the tar, so its digest was checked when it was opened, if it is the right one.
    yield* digest === layer.diffId ? layer.open(signal) : verifiedTar(layer.open(signal), layer.diffId, digest)
    yield new Uint8Array(paddingOf(size))
    return
  }
  const temp = await unpacked(layer, options)
  try {
    const range = wholeFile(temp)
    yield headerOf(pathOf(layer), range.length)
    yield* readRange(range, signal)
    yield new Uint8Array(paddingOf(range.length))
  } finally {
    discardTemp(temp)
  }
}

/** Unpacks a layer into the scratch directory; returns where. */
async function unpacked(layer: Layer, options: LoadOptions): Promise<string> {
  const { limits, scratch, signal } = options
  const { digest } = layer.descriptor
  const temp = new TempFile(reserveTemp(scratch()))
  try {
    const { content } = await decompress(layer.open(signal), { file: digest, limits })
    for await (const piece of verifiedTar(content, layer.diffId, digest)) temp.write(piece)
    temp.close()
    return temp.path
  } catch (error) {
    temp.discard()
    throw await reasonOf(error, layer, options.signal)
  }
}
