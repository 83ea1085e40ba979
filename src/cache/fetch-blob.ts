import { readRange } from '../file-range.js'
import { TempFile } from '../files.js'
import type { Digest } from '../oci/digest.js'
import type { Blob, FileRange } from '../oci/image.js'
import { verified } from '../oci/verified.js'
import type { Cache } from './cache.js'

/** Brings layers to this machine; one that is wanted several times at once is fetched once. */
export class BlobFetcher {
  readonly #cache: Cache
  readonly #underWay = new Map<Digest, Promise<FileRange>>()

  constructor(cache: Cache) {
    this.#cache = cache
  }

  /** Where the bytes of the blob lie: where they are, in the cache, or in the cache from now on. @throws what reading it throws */
  fetch(blob: Blob, signal?: AbortSignal): Promise<FileRange> {
    if (blob.range !== undefined) return Promise.resolve(blob.range)
    const { digest } = blob.descriptor
    const present = this.#underWay.get(digest)
    if (present !== undefined) return present
    const fetching = this.#fetch(blob, signal).finally(() => this.#underWay.delete(digest))
    this.#underWay.set(digest, fetching)
    return fetching
  }

  /** The same blob, read from this machine from now on. @throws what reading it throws */
  async bring<B extends Blob>(blob: B, signal?: AbortSignal): Promise<B> {
    if (blob.range !== undefined) return blob
    const range = await this.fetch(blob, signal)
    const { descriptor } = blob
    return { ...blob, range, open: (signal) => verified(readRange(range, signal), descriptor, descriptor.digest) }
  }

  async #fetch(blob: Blob, signal: AbortSignal | undefined): Promise<FileRange> {
    const { digest, size } = blob.descriptor
    const file = this.#cache.find(digest) ?? (await this.#store(blob, signal))
    return { file, offset: 0, length: size }
  }

  /** Not synced: it can be fetched again, and is hashed before a later run relies on it. */
  async #store(blob: Blob, signal: AbortSignal | undefined): Promise<string> {
    const temp = new TempFile(this.#cache.reserve())
    try {
      for await (const piece of blob.open(signal)) temp.write(piece)
      temp.close()
      return this.#cache.keep(temp.path, { digest: blob.descriptor.digest, kind: 'fetched-layer', isSynced: false })
    } catch (error) {
      temp.discard()
      throw error
    }
  }
}
