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
  async open(place: OutputPlace): Promise<ImageSink> {
    const { options, problems, scratch } = this.#context
    const { limits, verifyTag = false } = options
    const memory = this.#memory
    switch (place.kind) {
      case 'layout':
        return layoutSink({ directory: place.directory, tag: place.tag, memory, limits })
      case 'archive': {
        const { file, format, names, platformFiles } = place
        const archive = { file, format, names, memory, limits }
        return platformFiles === undefined ? archiveSink(archive) : platformArchives({ ...archive, platformFiles })
      }
      case 'registry': {
        if (options.offline) throw writtenOffline(place.references)
        const { registrySink } = await import('../transports/registry-sink.js')
        const client = await this.#network.registry()
        const { references, platformNames } = place
        const { report } = problems
        return registrySink({ client, references, platformNames, mustVerify: verifyTag, memory, limits, report })
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
