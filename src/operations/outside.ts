import type { Assembly } from '../assemble/build-image.js'
import type { Cache } from '../cache/cache.js'
import { BlobFetcher } from '../cache/fetch-blob.js'
import { fetchedOnce } from '../cache/fetched-once.js'
import { CnbError } from '../errors.js'
import { identityOf } from '../files.js'
import type { Limits } from '../limits.js'
import type { Image, ImageIndex } from '../oci/image.js'
import type { HttpClient } from '../http/client.js'
import { printPlace, type ImagePlace } from '../oci/place.js'
import type { Platform } from '../oci/platform.js'
import type { Digest } from '../oci/digest.js'
import { byDigest, normaliseReference, printReference, type Reference } from '../oci/reference.js'
import { readImageArchive } from '../transports/archive.js'
import { archiveSink } from '../transports/archive-sink.js'
import { platformArchives } from '../transports/platform-archives.js'
import { BlobMemory } from '../transports/blob-memory.js'
import { layoutDirectory } from '../transports/layout-directory.js'
import { layoutSink } from '../transports/layout-sink.js'
import { readLayout } from '../transports/read-layout.js'
import type { DownloadedFile, ImageNeed, Named } from '../sources/context.js'
import type { Downloads } from '../sources/download.js'
import type { RegistryLocator } from '../cnb/locator.js'
import type { RegistryIndex } from '../sources/registry-index.js'
import type { ImageSink, ImageReadOptions } from '../transports/transport.js'
import { engineAuth } from './engine-auth.js'
import { Network } from './network.js'
import type { NetworkOptions } from './network-options.js'
import { onlyEngine, onlyHere, type Output, type OutputPlace } from './outputs.js'
import type { Problems } from './problems.js'
import type { RunSettings } from './run-settings.js'
import type { Surroundings } from './surroundings.js'

/** What reading and writing images needs beside the surroundings. */
export interface OutsideContext extends Surroundings {
  readonly options: NetworkOptions & {
    readonly limits: Limits
    readonly verifyTag: boolean
    /** True when images are read from registries, whatever an engine has. */
    readonly publish?: boolean | undefined
  }
  readonly settings: RunSettings
  readonly outputs: readonly Output[]
  readonly problems: Problems
  readonly cache: Cache
  /** A directory for what must be unpacked; made when it is asked for. */
  readonly scratch: () => string
}

/** Which names of its own the image of each platform gets, beside that of the index. */
export type PlatformNames =
  | { readonly kind: 'none' }
  /** A file beside each archive. */
  | { readonly kind: 'files' }
  /** Such files, and in the registry a tag beside this one. */
  | { readonly kind: 'files-and-tags'; readonly beside: Reference }

type RegistryPlace = Extract<ImagePlace, { readonly kind: 'registry' }>

/** A registry answered, and has no image for us; some say of what they do not have that it is forbidden. */
const NOT_SHOWN: ReadonlySet<string> = new Set(['E_IMAGE_MISSING', 'E_AUTH'])

const NEVER_PULLED = 'the pull policy is never: pull it by hand, or give --pull-policy if-not-present'

/** There is one record of what was checked. */
const CHECKED_KEY = ''

/** Images in and out, wherever they are: on this machine, in a registry, in an engine. One per run. */
export class Outside {
  readonly network: Network
  readonly #context: OutsideContext
  /** When nothing but an engine is written to, it is asked for images first. */
  readonly #prefersEngine: boolean
  /** When nothing leaves this machine, the pull policy says whether an engine or a registry is asked first. */
  readonly #asksEngine: boolean
  readonly #memory: BlobMemory
  #downloads: Promise<Downloads> | undefined
  #index: Promise<RegistryIndex> | undefined
  readonly #digests = new Map<string, Digest>()
  /** By place: platforms have their images in common. */
  readonly #read = new Map<string, Promise<Image | ImageIndex>>()

  constructor(context: OutsideContext) {
    const { problems } = context
    this.#context = context
    this.network = new Network({ ...context, warn: problems.report, secrets: problems.secrets })
    this.#prefersEngine = onlyEngine(context.outputs)
    this.#asksEngine = onlyHere(context.outputs) && context.options.publish !== true
    this.#memory = new BlobMemory(context.cache.record('checked', CHECKED_KEY))
  }

  /**
   * What a file of the user names: at its mirror; in the engine when only that is written to; and for its layers, when files are
   * written, in either of them.
   *
   * @throws CnbError E_IMAGE_MISSING when there is none of that name
   */
  readNamed(place: ImagePlace, need: ImageNeed): Promise<Image | ImageIndex> {
    const key = `${need} ${printPlace(place)}`
    const before = this.#read.get(key)
    if (before !== undefined) return before
    const reading = this.#readNamed(place, need)
    this.#read.set(key, reading)
    return reading
  }

  #readNamed(place: ImagePlace, need: ImageNeed): Promise<Image | ImageIndex> {
    // Another place than its engine has to be given the layers of a base.
    if (place.kind === 'engine' && need === 'base' && !this.#prefersEngine) return this.read(place, 'layers')
    if (place.kind !== 'registry') return this.read(place, need)
    if (this.#prefersEngine) return this.#readByEngine(this.#mirrored(place.reference), need)
    return this.#asksEngine && need === 'layers' ? this.#readHereOrThere(place) : this.read(place, need)
  }

  /** The image or index at a place; a reference of a registry is looked up at its mirror. @throws CnbError E_IMAGE_MISSING */
  async read(place: ImagePlace, need: ImageNeed): Promise<Image | ImageIndex> {
    const found = (await this.#find(place, need)) ?? missing(place)
    if (place.kind === 'registry') this.#digests.set(printReference(place.reference), found.descriptor.digest)
    return found
  }

  /** `text` by the digest that it had when this run read it from a registry; undefined when it did not. */
  pinned(text: string): string | undefined {
    const digest = this.#digests.get(normaliseReference(text) ?? text)
    return digest && byDigest(text, digest)
  }

  /** A file from an http or https address, fetched once in a run. @throws CnbError */
  async download(url: string, named: Named): Promise<DownloadedFile> {
    this.#downloads ??= this.#openDownloads()
    return (await this.#downloads).fetch(url, named)
  }

  /** The image that the buildpack registry has for an entry. @throws CnbError */
  async lookUp(entry: RegistryLocator, named: Named): Promise<Reference> {
    return (await this.registryIndex()).lookUp(entry, named)
  }

  /** The buildpack registry of the run. @throws CnbError E_USAGE when there is none of its name */
  registryIndex(): Promise<RegistryIndex> {
    this.#index ??= this.#openIndex()
    return this.#index
  }

  /** What the docker engine runs. @throws CnbError E_ENGINE */
  async enginePlatform(): Promise<Platform> {
    const engine = await this.network.engine()
    return (await engine.info(this.#context.signal)).platform
  }

  /** What writes to a place. */
  async sink(place: OutputPlace, platformNames: PlatformNames = { kind: 'none' }): Promise<ImageSink> {
    const { options, problems, scratch } = this.#context
    const { limits, verifyTag } = options
    const memory = this.#memory
    switch (place.kind) {
      case 'layout':
        return layoutSink({ directory: place.directory, tag: place.tag, memory, limits })
      case 'archive': {
        const { file, format, names } = place
        const write = platformNames.kind !== 'none' && format === 'oci' ? platformArchives : archiveSink
        return write({ file, format, names, memory, limits })
      }
      case 'registry': {
        if (options.offline) throw writtenOffline(place.references)
        const { registrySink } = await import('../transports/registry-sink.js')
        const client = await this.network.registry()
        const { references } = place
        const { report } = problems
        const suffixed = platformNames.kind === 'files-and-tags' ? platformNames.beside : undefined
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

  async #openIndex(): Promise<RegistryIndex> {
    const { RegistryIndex } = await import('../sources/registry-index.js')
    const { host, options, settings, problems, cache, scratch, report, signal } = this.#context
    return new RegistryIndex({
      registry: settings.buildpackRegistry(),
      schemes: options.indexSchemes,
      offline: options.offline,
      ca: options.ca,
      limits: options.limits,
      env: host.env,
      cwd: host.cwd,
      cache,
      scratch,
      secrets: problems.secrets,
      tell: report,
      report: problems.report,
      signal,
    })
  }

  async #find(place: ImagePlace, need: ImageNeed): Promise<Image | ImageIndex | undefined> {
    switch (place.kind) {
      case 'layout':
        return readLayout(layoutDirectory(place.directory), place.tag, this.#readOptions())
      case 'archive':
        return readImageArchive(place.file, this.#readOptions())
      case 'engine':
        return place.reference && this.#inEngine(place.reference, need)
      case 'registry':
        return this.#inRegistry(this.#mirrored(place.reference))
    }
  }

  async #openDownloads(): Promise<Downloads> {
    const { Downloads } = await import('../sources/download.js')
    const { options, cache, problems, report, signal } = this.#context
    const { limits, offline, allowInsecureDownload: allowInsecure } = options
    const http = (): Promise<HttpClient> => this.network.http()
    return new Downloads({ http, cache, limits, offline, allowInsecure, secrets: problems.secrets, report, signal })
  }

  #mirrored(named: Reference): Reference {
    const reference = this.#context.settings.mirrorOf(named)
    if (reference === undefined) return named
    const text = `Using mirror '${printReference(reference)}' for ${printReference(named)}`
    this.#context.report({ kind: 'detail', text })
    return reference
  }

  /** In the engine, after it has fetched what it is to fetch. */
  async #readByEngine(reference: Reference, need: ImageNeed): Promise<Image | ImageIndex> {
    const { settings, options } = this.#context
    const policy = options.offline ? 'never' : settings.pullPolicy
    const present = policy === 'always' ? undefined : await this.#inEngine(reference, need)
    if (present !== undefined) return present
    if (policy !== 'never') await this.#pull(reference)
    return (
      (await this.#inEngine(reference, need)) ??
      missing({ kind: 'engine', reference }, policy === 'never' ? this.#neverPulled() : undefined)
    )
  }

  /**
   * In a registry or in the engine: nothing is pulled, for what is written to a file needs no engine. What a registry has is taken
   * as it was published, so by the policy `always` the engine is only asked for what no registry shows us.
   */
  async #readHereOrThere(place: RegistryPlace): Promise<Image | ImageIndex> {
    const reference = this.#mirrored(place.reference)
    switch (this.#context.settings.pullPolicy) {
      case 'never':
        return (await this.#inEngine(reference, 'layers')) ?? missing({ kind: 'engine', reference }, NEVER_PULLED)
      case 'if-not-present':
        return (await this.#inEngineIfAny(reference)) ?? this.read(place, 'layers')
      case 'always':
        try {
          return await this.read(place, 'layers')
        } catch (error) {
          const isHidden = error instanceof CnbError && NOT_SHOWN.has(error.code)
          const present = isHidden ? await this.#inEngineIfAny(reference) : undefined
          if (present === undefined) throw error
          return present
        }
    }
  }

  /** Not to have an engine is as if it had no image. */
  async #inEngineIfAny(reference: Reference): Promise<Image | ImageIndex | undefined> {
    const opened = await this.network.engine().catch((error: unknown) => {
      if (error instanceof CnbError && error.code === 'E_ENGINE') return undefined
      throw error
    })
    return opened && this.#inEngine(reference, 'layers')
  }

  #neverPulled(): string {
    return this.#context.options.offline ? 'leave out --offline, so that the engine may pull it' : NEVER_PULLED
  }

  /** Has the engine fetch an image. @throws CnbError E_IMAGE_MISSING when neither a registry nor the engine has it */
  async pull(named: Reference): Promise<void> {
    const reference = this.#mirrored(named)
    await this.#pull(reference)
    const engine = await this.network.engine()
    const image = await engine.inspect(reference, this.#context.signal)
    if (image === undefined) missing({ kind: 'engine', reference })
  }

  /** That the image is in no registry is no error: the engine may have been given it by hand. */
  async #pull(reference: Reference): Promise<void> {
    const engine = await this.network.engine()
    const credentials = await this.network.credentials()
    const { signal } = this.#context
    await engine.pull(reference, { auth: (repository) => engineAuth(credentials, repository), signal })
  }

  async #inEngine(reference: Reference, need: ImageNeed): Promise<Image | ImageIndex | undefined> {
    const { readEngineImage } = await import('../transports/read-engine.js')
    const { scratch } = this.#context
    const engine = await this.network.engine()
    return readEngineImage(reference, { ...this.#readOptions(), engine, whole: need === 'layers', scratch })
  }

  async #inRegistry(reference: Reference): Promise<Image | ImageIndex | undefined> {
    const { findInRegistry } = await import('../transports/registry-source.js')
    const { cache } = this.#context
    const found = await findInRegistry(reference, {
      ...this.#readOptions(),
      client: await this.network.registry(),
      cache,
    })
    // One place gets its layers as they come; for several they are kept.
    const isShared = this.#context.outputs.length > 1
    return isShared && found !== undefined ? fetchedOnce(found, new BlobFetcher(cache)) : found
  }

  #readOptions(): ImageReadOptions {
    const { options, problems, signal, scratch } = this.#context
    return { limits: options.limits, report: problems.report, signal, scratch }
  }
}

function writtenOffline(references: readonly Reference[]): CnbError {
  const names = references.map(printReference).join(', ')
  return new CnbError('E_OFFLINE', `${names} cannot be written offline`, {
    value: names,
    hint: 'leave out --offline, or write oci:DIR, and copy that another time',
  })
}

function missing(
  place: ImagePlace,
  hint = 'check the name; a registry hides private images from those who are not logged in',
): never {
  const name = printPlace(place)
  throw new CnbError('E_IMAGE_MISSING', `there is no image ${name}`, {
    value: name,
    hint,
  })
}
