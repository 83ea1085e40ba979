import type { Assembly } from '../assemble/build-image.js'
import { CnbError } from '../errors.js'
import { identityOf } from '../files.js'
import { printReference, type Reference } from '../oci/reference.js'
import { archiveSink } from '../transports/archive-sink.js'
import { BlobMemory } from '../transports/blob-memory.js'
import { layoutSink } from '../transports/layout-sink.js'
import { platformArchives } from '../transports/platform-archives.js'
import type { ImageSink } from '../transports/transport.js'
import type { Network } from './network.js'
import type { OutputPlace } from './outputs.js'
import type { RunContext } from './run-context.js'

/** Which names of its own the image of each platform gets, beside that of the index. */
export type PlatformNames =
  | { readonly kind: 'none' }
  /** A file beside each archive. */
  | { readonly kind: 'files' }
  /** Such files, and in the registry a tag beside this one. */
  | { readonly kind: 'files-and-tags'; readonly beside: Reference }

/** There is one record of what was checked. */
const CHECKED_KEY = ''

/** Opens the places that one run writes to. They share what is known of blobs that need not be read again. */
export class ImageSinks {
  readonly #context: RunContext
  readonly #network: Network
  readonly #memory: BlobMemory

  constructor(network: Network, context: RunContext) {
    this.#context = context
    this.#network = network
    this.#memory = new BlobMemory(context.cache.record('checked', CHECKED_KEY))
  }

  /** What writes to a place. */
  async open(place: OutputPlace, platformNames: PlatformNames = { kind: 'none' }): Promise<ImageSink> {
    const { options, problems, scratch } = this.#context
    const { limits, verifyTag = false } = options
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
        const client = await this.#network.registry()
        const { references } = place
        const { report } = problems
        const suffixed = platformNames.kind === 'files-and-tags' ? platformNames.beside : undefined
        return registrySink({ client, references, suffixed, mustVerify: verifyTag, memory, limits, report })
      }
      case 'engine': {
        const { engineSink } = await import('../transports/engine-sink.js')
        return engineSink({ engine: await this.#network.engine(), names: place.references, limits, scratch })
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

  /** Keeps what was checked for the next run. Does not throw. */
  remember(): void {
    const text = this.#memory.print()
    if (text !== undefined) this.#context.cache.remember('checked', CHECKED_KEY, text)
  }
}

function writtenOffline(references: readonly Reference[]): CnbError {
  const names = references.map(printReference).join(', ')
  return new CnbError('E_OFFLINE', `${names} cannot be written offline`, {
    value: names,
    hint: 'leave out --offline, or write oci:DIR, and copy that another time',
  })
}
