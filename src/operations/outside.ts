import type { Assembly } from '../assemble/build-image.js'
import type { Cache } from '../cache/cache.js'
import { BlobFetcher } from '../cache/fetch-blob.js'
import { fetchedOnce } from '../cache/fetched-once.js'
import { CnbError } from '../errors.js'
import { identityOf } from '../files.js'
import type { Limits } from '../limits.js'
import type { Image, ImageIndex } from '../oci/image.js'
import { printPlace, type ImagePlace } from '../oci/place.js'
import type { Platform } from '../oci/platform.js'
import { printReference, type Reference } from '../oci/reference.js'
import { readArchive } from '../transports/archive.js'
import { archiveSink } from '../transports/archive-sink.js'
import { BlobMemory } from '../transports/blob-memory.js'
import { layoutDirectory } from '../transports/layout-directory.js'
import { layoutSink } from '../transports/layout-sink.js'
import { readLayout } from '../transports/read-layout.js'
import type { ImageSink, ReadOptions } from '../transports/transport.js'
import { engineAuth } from './engine-auth.js'
import { Network } from './network.js'
import type { NetworkOptions } from './network-options.js'
import { onlyEngine, type Output, type OutputPlace } from './outputs.js'
import type { Problems } from './problems.js'
import type { RunSettings } from './run-settings.js'
import type { Surroundings } from './surroundings.js'

/** What reading and writing images needs beside the surroundings. */
export interface OutsideContext extends Surroundings {
  readonly options: NetworkOptions & {
    readonly limits: Limits
    readonly verifyTag: boolean
  }
  readonly settings: RunSettings
  readonly outputs: readonly Output[]
  readonly problems: Problems
  readonly cache: Cache
  /** A directory for what must be unpacked; made when it is asked for. */
  readonly scratch: () => string
}

/** There is one record of what was checked. */
const CHECKED_KEY = ''

/** Images in and out, wherever they are: on this machine, in a registry, in an engine. One per run. */
export class Outside {
  readonly network: Network
  readonly #context: OutsideContext
  /** When nothing but an engine is written to, it is asked for images first. */
  readonly #prefersEngine: boolean
  readonly #memory: BlobMemory
  /** By place: platforms have their images in common. */
  readonly #read = new Map<string, Promise<Image | ImageIndex | undefined>>()

  constructor(context: OutsideContext) {
    const { problems } = context
    this.#context = context
    this.network = new Network({ ...context, warn: problems.report, secrets: problems.secrets })
    this.#prefersEngine = onlyEngine(context.outputs)
    this.#memory = new BlobMemory(context.cache.record('checked', CHECKED_KEY))
  }

  /**
   * The image or index at a place; undefined when there is none of that name. A reference of a registry is looked up at its
   * mirror, and first in the engine when only that is written to.
   */
  find(place: ImagePlace): Promise<Image | ImageIndex | undefined> {
    const key = printPlace(place)
    const before = this.#read.get(key)
    if (before !== undefined) return before
    const reading = this.#find(place, false)
    this.#read.set(key, reading)
    return reading
  }

  /** As `find`. @throws CnbError E_IMAGE_MISSING */
  async read(place: ImagePlace): Promise<Image | ImageIndex> {
    return (await this.find(place)) ?? missing(place)
  }

  /** As `read`, with all that is needed to write it somewhere else. @throws CnbError E_IMAGE_MISSING */
  async readWhole(place: ImagePlace): Promise<Image | ImageIndex> {
    return (await this.#find(place, true)) ?? missing(place)
  }

  /** What the docker engine runs. @throws CnbError E_ENGINE */
  async enginePlatform(): Promise<Platform> {
    const engine = await this.network.engine()
    return (await engine.info(this.#context.signal)).platform
  }

  /** What writes to a place. */
  async sink(place: OutputPlace, { suffixed }: { readonly suffixed: Reference | undefined }): Promise<ImageSink> {
    const { options, problems, scratch } = this.#context
    const { limits, verifyTag } = options
    const memory = this.#memory
    switch (place.kind) {
      case 'layout':
        return layoutSink({ directory: place.directory, tag: place.tag, memory, limits })
      case 'archive':
        return archiveSink({ file: place.file, format: place.format, names: place.names, memory, limits })
      case 'registry': {
        const { registrySink } = await import('../transports/registry-sink.js')
        const client = await this.network.registry()
        const { references } = place
        const { report } = problems
        return registrySink({ client, references, suffixed, mustVerify: verifyTag, memory, limits, report })
      }
      case 'engine': {
        const { engineSink } = await import('../transports/engine-sink.js')
        return engineSink({ engine: await this.network.engine(), names: place.references, limits, scratch })
      }
    }
  }

  /** Says which layers are of our own making: they need not be read again to be trusted. */
  rememberOwn({ image, layers }: Assembly): void {
    image.layers.slice(image.layers.length - layers.length).forEach(({ descriptor, range }, i) => {
      if (range !== undefined && layers[i]?.packaged === false) {
        this.#memory.addOwn(descriptor.digest, identityOf(range.file))
      }
    })
  }

  /** Ends all connections. Does not throw. */
  async close(): Promise<void> {
    const text = this.#memory.print()
    if (text !== undefined) this.#context.cache.remember('checked', CHECKED_KEY, text)
    await this.network.close()
  }

  async #find(place: ImagePlace, whole: boolean): Promise<Image | ImageIndex | undefined> {
    switch (place.kind) {
      case 'layout':
        return readLayout(layoutDirectory(place.directory), place.tag, this.#readOptions())
      case 'archive':
        return readArchive(place.file, this.#readOptions())
      case 'engine':
        return place.reference && this.#inEngine(place.reference, whole)
      case 'registry':
        return this.#findReference(place.reference, whole)
    }
  }

  async #findReference(named: Reference, whole: boolean): Promise<Image | ImageIndex | undefined> {
    const { mirrorOf, pullPolicy } = this.#context.settings
    const reference = mirrorOf(named) ?? named
    if (reference !== named) {
      const text = `Using mirror '${printReference(reference)}' for ${printReference(named)}`
      this.#context.report({ kind: 'detail', text })
    }
    if (!this.#prefersEngine || whole) return this.#inRegistry(reference)
    if (pullPolicy === 'never') return this.#inEngine(reference, whole)
    if (pullPolicy === 'if-not-present') {
      const present = await this.#inEngine(reference, whole)
      if (present !== undefined) return present
    }
    await this.#pull(reference)
    return this.#inEngine(reference, whole)
  }

  /** Has the engine fetch an image. That it is in no registry is no error: the engine may have been given it by hand. */
  async #pull(reference: Reference): Promise<void> {
    const engine = await this.network.engine()
    const credentials = await this.network.credentials()
    const { signal } = this.#context
    await engine.pull(reference, { auth: (repository) => engineAuth(credentials, repository), signal })
  }

  async #inEngine(reference: Reference, whole: boolean): Promise<Image | ImageIndex | undefined> {
    const { readEngineImage } = await import('../transports/read-engine.js')
    const engine = await this.network.engine()
    return readEngineImage(reference, { ...this.#readOptions(), engine, whole, scratch: this.#context.scratch })
  }

  async #inRegistry(reference: Reference): Promise<Image | ImageIndex | undefined> {
    const { findRegistry } = await import('../transports/registry-source.js')
    const { cache } = this.#context
    const found = await findRegistry(reference, {
      ...this.#readOptions(),
      client: await this.network.registry(),
      cache,
    })
    // One place gets its layers as they come; for several they are kept.
    const isShared = this.#context.outputs.length > 1
    return isShared && found !== undefined ? fetchedOnce(found, new BlobFetcher(cache, 'fetched-layer')) : found
  }

  #readOptions(): ReadOptions {
    const { options, problems, signal, scratch } = this.#context
    return { limits: options.limits, report: problems.report, signal, scratch }
  }
}

function missing(place: ImagePlace): never {
  const name = printPlace(place)
  throw new CnbError('E_IMAGE_MISSING', `there is no image ${name}`, {
    value: name,
    hint: 'the name may be wrong, or it is hidden from whom it does not know',
  })
}
