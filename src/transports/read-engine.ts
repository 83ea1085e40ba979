import { encodeUtf8 } from '../bytes.js'
import type { Engine } from '../engine/engine.js'
import type { EngineImage } from '../engine/engine-image.js'
import { CnbError } from '../errors.js'
import { reserveTemp, TempFile } from '../files.js'
import type { DiffId } from '../oci/digest.js'
import type { Artifact, Image, ImageIndex, Layer } from '../oci/image.js'
import { decodeImageConfig } from '../oci/image-config.js'
import { imageOf } from '../oci/image-of.js'
import { printJson } from '../oci/json.js'
import { DOCKER_CONFIG, DOCKER_LAYER, DOCKER_MANIFEST } from '../oci/media-type.js'
import { printReference, type Reference } from '../oci/reference.js'
import { verifiedTar } from '../oci/verified.js'
import { decompress } from '../tar/archive.js'
import { readImageArchive } from './archive.js'
import type { ImageReadOptions } from './transport.js'

/** What reading from an engine needs to know. */
export interface EngineReadOptions extends ImageReadOptions {
  readonly engine: Engine
  /**
   * Whether the image is to be written anywhere else than to this engine. Then all of it is fetched, because an engine does not
   * tell the sizes and digests that a manifest has in any other way.
   */
  readonly whole: boolean
  /** Where what the engine sends is put. The caller removes it. */
  readonly scratch: () => string
}

/**
 * The size of a layer that was not fetched. No reader takes a manifest with a negative size, so an image with such layers
 * cannot be published by mistake; written to its own engine it is complete, because an engine keeps no manifest.
 */
export const UNKNOWN_SIZE = -1

/**
 * The image that an engine has under this name; undefined when it has none.
 *
 * Unless it is read whole, nothing but its description is fetched: layers are plain tars known by their diffIDs, of
 * `UNKNOWN_SIZE`, and fetched together when the first of them is opened; the config has what pack's library takes over from an
 * engine, so that an image built on top has the config bytes that pack gives it. Neither manifest nor config is of the bytes
 * that the image once had.
 *
 * @throws CnbError E_ENGINE, and those of `readImageArchive`
 */
export async function readEngineImage(
  reference: Reference,
  options: EngineReadOptions,
): Promise<Image | ImageIndex | undefined> {
  const { engine, whole, signal } = options
  const found = await engine.inspect(reference, signal)
  if (found === undefined) return undefined
  return whole ? saved(reference, options) : described(found, reference, options)
}

async function saved(reference: Reference, { engine, ...options }: EngineReadOptions): Promise<Image | ImageIndex> {
  const temp = new TempFile(reserveTemp(options.scratch()))
  try {
    for await (const piece of engine.save(reference, options.signal)) temp.write(piece)
    temp.close()
    return await readImageArchive(temp.path, options)
  } catch (error) {
    temp.discard()
    throw error
  }
}

function described(found: EngineImage, reference: Reference, options: EngineReadOptions): Image {
  const { engine, limits } = options
  const configBytes = encodeUtf8(printJson(found.config))
  const file = `${printReference(reference)} in ${engine.name}`
  const config = decodeImageConfig(configBytes, { file, limits })
  let fetched: Promise<ReadonlyMap<DiffId, Layer>> | undefined
  const fetch = (): Promise<ReadonlyMap<DiffId, Layer>> => (fetched ??= savedLayers(found, reference, options))
  const layers = config.diffIds.map((diffId): Layer => {
    async function* open(signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
      const layer = (await fetch()).get(diffId)
      if (layer === undefined) throw new CnbError('E_ENGINE', `${engine.name} saved ${file} without layer ${diffId}`)
      // An engine that keeps manifests keeps layers as they came.
      const { content } = await decompress(layer.open(signal), { file, limits })
      yield* verifiedTar(content, diffId, file)
    }
    return { descriptor: { mediaType: DOCKER_LAYER, digest: diffId, size: UNKNOWN_SIZE }, diffId, open }
  })
  return imageOf({ config, configBytes, layers, manifestType: DOCKER_MANIFEST, configType: DOCKER_CONFIG })
}

/** The layers of an image, as plain tars. */
async function savedLayers(
  { id, diffIds }: EngineImage,
  reference: Reference,
  options: EngineReadOptions,
): Promise<ReadonlyMap<DiffId, Layer>> {
  for await (const image of imagesIn(await saved(reference, options), options.signal)) {
    if (image.config.diffIds.join() === diffIds.join())
      return new Map(image.layers.map((layer) => [layer.diffId, layer]))
  }
  throw new CnbError('E_ENGINE', `${printReference(reference)} in ${options.engine.name} is not ${id} any more`, {
    hint: 'try again',
  })
}

/** The images that an engine saved. One that keeps manifests names platforms, and attestations, that it does not have. */
async function* imagesIn(root: Image | ImageIndex | Artifact, signal: AbortSignal | undefined): AsyncGenerator<Image> {
  if (root.kind === 'image') yield root
  if (root.kind === 'index') {
    for (const child of root.children) {
      const read = await child.read(signal).catch((error: unknown) => {
        if (error instanceof CnbError && NOT_HERE.has(error.code)) return undefined
        throw error
      })
      if (read !== undefined) yield* imagesIn(read, signal)
    }
  }
}

const NOT_HERE: ReadonlySet<string> = new Set(['E_OCI_BLOB_MISSING', 'E_IMAGE_KIND'])
