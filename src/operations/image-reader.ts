import { BlobFetcher } from '../cache/fetch-blob.js'
import { fetchedOnce } from '../cache/fetched-once.js'
import { CnbError } from '../errors.js'
import type { Digest } from '../oci/digest.js'
import type { Image, ImageIndex } from '../oci/image.js'
import { printPlace, type ImagePlace } from '../oci/place.js'
import { byDigest, normaliseReference, printReference, type Reference } from '../oci/reference.js'
import type { ImageNeed, WantedPlatform } from '../sources/context.js'
import { hasPlatform } from '../sources/select-platform.js'
import { readImageArchive } from '../transports/archive.js'
import { layoutDirectory } from '../transports/layout-directory.js'
import { readLayout } from '../transports/read-layout.js'
import type { ImageReadOptions } from '../transports/transport.js'
import { engineAuth } from './engine-auth.js'
import type { Network } from './network.js'
import { onlyEngine, onlyHere } from './outputs.js'
import type { RunContext } from './run-context.js'

type RegistryPlace = Extract<ImagePlace, { readonly kind: 'registry' }>
type EnginePlace = Extract<ImagePlace, { readonly kind: 'engine' }>

/** A registry answered, and has no image for us; some say of what they do not have that it is forbidden. */
const NOT_SHOWN: ReadonlySet<string> = new Set(['E_IMAGE_MISSING', 'E_AUTH'])

/**
 * Reads images for one run, wherever they are: on this machine, in a registry, in an engine. This is where a place becomes a
 * transport, and where mirrors and the pull policy count.
 */
export class ImageReader {
  readonly #context: RunContext
  readonly #network: Network
  /** When nothing but an engine is written to, it is asked for images first. */
  readonly #prefersEngine: boolean
  /** When nothing leaves this machine, the pull policy says whether an engine or a registry is asked first. */
  readonly #asksEngine: boolean
  /** What references stood for, as this run read them from registries. */
  readonly #digests = new Map<string, Digest>()
  /** By place and need: platforms have their images in common. */
  readonly #found = new Map<string, Promise<Image | ImageIndex | undefined>>()
  readonly #named = new Map<string, Promise<Image | ImageIndex>>()
  readonly #placesRead: ImagePlace[] = []

  constructor(network: Network, context: RunContext) {
    this.#context = context
    this.#network = network
    this.#prefersEngine = onlyEngine(context.outputs)
    this.#asksEngine = onlyHere(context.outputs) && context.options.publish !== true
  }

  /**
   * What a file of the user names: at its mirror; in the engine when only that is written to; and in either of them when files are
   * written.
   *
   * @param wanted what the engine has is as if it were not there when it is for something else
   * @throws CnbError E_IMAGE_MISSING when there is none of that name
   */
  readNamed(place: ImagePlace, need: ImageNeed, wanted: WantedPlatform): Promise<Image | ImageIndex> {
    this.#placesRead.push(place)
    const key = `${need} ${printPlace(place)} ${JSON.stringify(wanted)}`
    return once(this.#named, key, () => this.#readNamed(place, need, wanted))
  }

  /** The places of what files of the user name, so far. */
  get placesRead(): readonly ImagePlace[] {
    return this.#placesRead
  }

  #readNamed(place: ImagePlace, need: ImageNeed, wanted: WantedPlatform): Promise<Image | ImageIndex> {
    if (place.kind === 'registry' && this.#prefersEngine) return this.#readByEngine(place, need, wanted)
    // Another place than its engine has to be given the layers of a base.
    const needed = need === 'base' && !this.#prefersEngine ? 'layers' : need
    return place.kind === 'registry' && this.#asksEngine
      ? this.#readHereOrThere(place, needed, wanted)
      : this.read(place, needed)
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

  #find(place: ImagePlace, need: ImageNeed): Promise<Image | ImageIndex | undefined> {
    return once(this.#found, `${need} ${printPlace(place)}`, () => this.#look(place, need))
  }

  async #look(place: ImagePlace, need: ImageNeed): Promise<Image | ImageIndex | undefined> {
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

  #mirrored(named: Reference): Reference {
    const reference = this.#context.settings.mirrorOf(named)
    if (reference === undefined) return named
    const text = `Using mirror '${printReference(reference)}' for ${printReference(named)}`
    this.#context.report({ kind: 'detail', text })
    return reference
  }

  /** In the engine, after it has fetched what it is to fetch. */
  async #readByEngine(place: RegistryPlace, need: ImageNeed, wanted: WantedPlatform): Promise<Image | ImageIndex> {
    const { settings, options, signal } = this.#context
    const reference = this.#mirrored(place.reference)
    const policy = options.offline ? 'never' : settings.pullPolicy
    const present = policy === 'always' ? undefined : await this.#inEngine(reference, need)
    if (present !== undefined && (policy === 'never' || (await hasPlatform(present, wanted, signal)))) return present
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
  async #readHereOrThere(place: RegistryPlace, need: ImageNeed, wanted: WantedPlatform): Promise<Image | ImageIndex> {
    const { settings, signal } = this.#context
    const local: EnginePlace = { kind: 'engine', reference: this.#mirrored(place.reference) }
    switch (settings.pullPolicy) {
      case 'never':
        return (
          (await this.#find(local, need).catch((error) => this.#onlyEngine(error))) ??
          missing(local, this.#neverPulled())
        )
      case 'if-not-present': {
        const present = await this.#inEngineIfAny(local, need)
        const isFit = present !== undefined && (await hasPlatform(present, wanted, signal))
        return isFit ? present : this.#publishedOr(place, need, () => Promise.resolve(present))
      }
      case 'always':
        return this.#publishedOr(place, need, () => this.#inEngineIfAny(local, need))
    }
  }

  /** What a registry has, or where none shows it to us what else there is. */
  async #publishedOr(
    place: RegistryPlace,
    need: ImageNeed,
    other: () => Promise<Image | ImageIndex | undefined>,
  ): Promise<Image | ImageIndex> {
    try {
      return await this.read(place, need)
    } catch (error) {
      const isHidden = error instanceof CnbError && NOT_SHOWN.has(error.code)
      const present = isHidden ? await other() : undefined
      if (present === undefined) throw error
      return present
    }
  }

  /** Not to have an engine is as if it had no image. */
  async #inEngineIfAny(place: EnginePlace, need: ImageNeed): Promise<Image | ImageIndex | undefined> {
    const opened = await this.#network.engine().catch((error: unknown) => {
      if (error instanceof CnbError && error.code === 'E_ENGINE') return undefined
      throw error
    })
    return opened && this.#find(place, need)
  }

  /** @throws the failure to ask an engine, saying that nobody else may be asked */
  #onlyEngine(error: unknown): never {
    if (!(error instanceof CnbError) || error.code !== 'E_ENGINE') throw error
    throw error.with({ hint: [error.hint, this.#neverPulled()].filter(Boolean).join('; ') })
  }

  #neverPulled(): string {
    const { options, settings } = this.#context
    if (options.offline && settings.pullPolicy !== 'never') return 'leave out --offline, so that the engine may pull it'
    const file = settings.pullPolicyFile
    const says = file === undefined ? 'the pull policy is never' : `pull-policy = "never" stands in ${file}`
    return `${says}: pull it by hand, or give --pull-policy if-not-present`
  }

  /** Has the engine fetch an image. @throws CnbError E_IMAGE_MISSING when neither a registry nor the engine has it */
  async pull(named: Reference): Promise<void> {
    const reference = this.#mirrored(named)
    await this.#pull(reference)
    const engine = await this.#network.engine()
    const image = await engine.inspect(reference, this.#context.signal)
    if (image === undefined) missing({ kind: 'engine', reference })
  }

  /** That the image is in no registry is no error: the engine may have been given it by hand. */
  async #pull(reference: Reference): Promise<void> {
    const engine = await this.#network.engine()
    const credentials = await this.#network.credentials()
    const { signal } = this.#context
    await engine.pull(reference, { auth: (repository) => engineAuth(credentials, repository), signal })
  }

  async #inEngine(reference: Reference, need: ImageNeed): Promise<Image | ImageIndex | undefined> {
    const { readEngineImage } = await import('../transports/read-engine.js')
    const { scratch } = this.#context
    const engine = await this.#network.engine()
    return readEngineImage(reference, { ...this.#readOptions(), engine, whole: need === 'layers', scratch })
  }

  async #inRegistry(reference: Reference): Promise<Image | ImageIndex | undefined> {
    const { findInRegistry } = await import('../transports/registry-source.js')
    const { cache } = this.#context
    const found = await findInRegistry(reference, {
      ...this.#readOptions(),
      client: await this.#network.registry(),
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

/** What was read under a key before, or is being read. */
function once<Found>(memory: Map<string, Promise<Found>>, key: string, read: () => Promise<Found>): Promise<Found> {
  const before = memory.get(key)
  if (before !== undefined) return before
  const reading = read()
  memory.set(key, reading)
  return reading
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
