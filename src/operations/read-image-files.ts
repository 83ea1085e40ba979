import { CnbError } from '../errors.js'
import type { Limits } from '../limits.js'
import type { DiffId } from '../oci/digest.js'
import type { Image, Layer } from '../oci/image.js'
import { reasonOf, verifiedTar } from '../oci/verified.js'
import { filesOfLayers, isKept, pathOf, rootOf, wantedBytes } from '../rules/distribution/image-files.js'
import type { ImageFiles, LayerFile, LayerFiles } from '../rules/distribution/image-files.js'
import { decompress } from '../tar/archive.js'
import { contentOf } from '../tar/content.js'
import type { TarEntry } from '../tar/entry.js'
import { readTar } from '../tar/reader.js'

/** What reading layers needs to know. */
export interface ReadFilesOptions {
  /** The image for people. */
  readonly from: string
  readonly limits: Limits
  readonly signal?: AbortSignal | undefined
}

/** Names that are kept of one layer. A builder with 1000 modules has 5,000. */
const KEPT_ENTRIES = 200_000
/** Bytes of contents that are kept of one layer. */
const KEPT_BYTES = 64 * 1024 * 1024

/** Reads the layers of images, each once: platforms have some in common. */
export class LayerReader {
  readonly #options: ReadFilesOptions
  readonly #known = new Map<DiffId, Promise<LayerFiles>>()

  constructor(options: ReadFilesOptions) {
    this.#options = options
  }

  /**
   * What is in an image, as far as rules look at it. Every byte is read, and checked against the digests of manifest and config.
   *
   * @throws CnbError E_DIGEST, E_SIZE, E_DIFFID, those of group "Archives"
   */
  async filesOf(image: Image): Promise<ImageFiles> {
    const layers: LayerFiles[] = []
    for (const layer of image.layers) layers.push(await this.#read(layer))
    return filesOfLayers(layers)
  }

  #read(layer: Layer): Promise<LayerFiles> {
    const known = this.#known.get(layer.diffId) ?? readLayer(layer, this.#options)
    this.#known.set(layer.diffId, known)
    return known
  }
}

async function readLayer(layer: Layer, options: ReadFilesOptions): Promise<LayerFiles> {
  const { from, limits, signal } = options
  const { diffId } = layer
  const file = `${from}!${diffId}`
  const kept = new KeptFiles(file)
  try {
    const { content } = await decompress(layer.open(signal), { file, limits })
    const tar = verifiedTar(content, diffId, file)
    for await (const entry of readTar(tar, { file, limits, proven: true, mayBeEmpty: true, onlyLooks: true })) {
      await kept.add(entry)
    }
  } catch (error) {
    throw await reasonOf(error, layer, signal)
  }
  return { diffId, entries: kept.entries, roots: kept.roots }
}

/** Takes the entries of a layer, and keeps what rules look at. */
class KeptFiles {
  readonly entries = new Map<string, LayerFile>()
  readonly roots = new Set<string>()
  readonly #file: string
  #bytes = 0

  constructor(file: string) {
    this.#file = file
  }

  async add({ header, content }: TarEntry): Promise<void> {
    const path = pathOf(header.name)
    if (path === undefined || path === '/') return
    this.roots.add(rootOf(path))
    if (!isKept(path)) return
    if (this.entries.size + this.roots.size > KEPT_ENTRIES) throw this.#tooMuch(`${KEPT_ENTRIES} names`)
    const { type, mode, uid, gid, size, linkname } = header
    const wanted = type === 'file' ? wantedBytes(path, size) : 0
    this.#bytes += wanted
    if (this.#bytes > KEPT_BYTES) throw this.#tooMuch(`${KEPT_BYTES} bytes of descriptors`)
    const head = wanted === 0 ? undefined : await contentOf({ content }, wanted)
    this.entries.set(path, {
      type,
      mode,
      uid,
      gid,
      size,
      linkname,
      content: head ?? (size === 0 ? new Uint8Array() : undefined),
    })
  }

  #tooMuch(what: string): CnbError {
    return new CnbError('E_TAR_LIMIT', `${this.#file} has more than ${what} that a check would look at`, {
      place: { file: this.#file },
    })
  }
}
