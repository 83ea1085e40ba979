import type { BlobKind } from '../cache/blob-record.js'
import type { Cache } from '../cache/cache.js'
import { CnbError } from '../errors.js'
import { readRange, wholeFile } from '../file-range.js'
import type { Digest } from '../oci/digest.js'
import type { Descriptor } from '../oci/image.js'
import { isImageConfigType, manifestKindOf } from '../oci/media-type.js'
import { collect, verified } from '../oci/verified.js'
import { openBlob } from '../registry/blobs.js'
import { getManifest, type FoundManifest } from '../registry/manifests.js'
import type { RepositoryClient } from '../registry/registry-client.js'
import type { BlobSource, NamedBlob } from './transport.js'

/**
 * The blobs of a repository. Manifests and configs are kept in the cache, and what is there is not asked for; layers are read
 * from there when somebody else has put them there.
 */
export class RegistryBlobs implements BlobSource {
  readonly #remote: RepositoryClient
  readonly #cache: Cache | undefined
  readonly #manifests = new Map<Digest, Uint8Array>()

  constructor(remote: RepositoryClient, cache: Cache | undefined) {
    this.#remote = remote
    this.#cache = cache
  }

  get name(): string {
    return this.#remote.name
  }

  blob(descriptor: Descriptor): Promise<NamedBlob> {
    const { digest } = descriptor
    return Promise.resolve({
      descriptor,
      name: this.#remote.nameOf(digest),
      origin: this.#remote.repository,
      open: (signal) => this.#open(descriptor, signal),
    })
  }

  /** Takes a manifest that is known already. */
  keep({ descriptor, bytes }: FoundManifest): void {
    this.#manifests.set(descriptor.digest, bytes)
    this.#cache?.put(bytes, 'manifest')
  }

  /** The bytes of a manifest or config that is here. @throws CnbError E_IO */
  async cached(digest: Digest): Promise<Uint8Array | undefined> {
    const known = this.#manifests.get(digest)
    const file = known === undefined ? this.#cache?.find(digest) : undefined
    return file === undefined ? known : collect(readFile(file))
  }

  async *#open(descriptor: Descriptor, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    const kind = kindOf(descriptor)
    const name = this.#remote.nameOf(descriptor.digest)
    if (kind !== undefined) {
      yield* verified(await this.#small(descriptor, kind, signal), descriptor, name)
      return
    }
    const file = this.#cache?.find(descriptor.digest)
    // What comes from the registry is verified where it arrives.
    yield* file === undefined
      ? openBlob(this.#remote, descriptor, signal)
      : verified(readFile(file, signal), descriptor, name)
  }

  async #small(
    descriptor: Descriptor,
    kind: BlobKind,
    signal: AbortSignal | undefined,
  ): Promise<readonly Uint8Array[]> {
    const cached = await this.cached(descriptor.digest)
    if (cached !== undefined) return [cached]
    const bytes = await (kind === 'manifest'
      ? this.#fetchManifest(descriptor, signal)
      : collect(openBlob(this.#remote, descriptor, signal)))
    this.#cache?.put(bytes, kind)
    return [bytes]
  }

  async #fetchManifest({ digest }: Descriptor, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const found = await getManifest(this.#remote, { kind: 'digest', digest }, signal)
    if (found !== undefined) return found.bytes
    throw new CnbError('E_OCI_BLOB_MISSING', `${this.name} lacks the manifest ${digest}`, {
      place: { file: this.#remote.nameOf(digest) },
      value: digest,
    })
  }
}

/** What is read whole; undefined for a layer. */
function kindOf({ mediaType }: Descriptor): BlobKind | undefined {
  if (manifestKindOf(mediaType) !== undefined) return 'manifest'
  return isImageConfigType(mediaType) ? 'config' : undefined
}

function readFile(file: string, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  return readRange(wholeFile(file), signal)
}
