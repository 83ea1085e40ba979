import { CnbError } from '../errors.js'
import type { Digest } from '../oci/digest.js'
import type { Descriptor, Image, ImageIndex } from '../oci/image.js'
import { manifestKindOf } from '../oci/media-type.js'
import { printReference, type Reference, type Repository } from '../oci/reference.js'
import { verified } from '../oci/verified.js'
import { openBlob } from '../registry/blobs.js'
import { getManifest, type FoundManifest } from '../registry/manifests.js'
import type { RegistryClient, RepositoryClient } from '../registry/registry-client.js'
import { readManifest } from './read-image.js'
import type { BlobSource, NamedBlob, ReadOptions } from './transport.js'

/** Where images are read from, and how. */
export interface RegistrySourceOptions extends ReadOptions {
  readonly client: RegistryClient
  /** The `host[:port]` that is asked instead of the registry of the reference. */
  readonly mirror?: string | undefined
}

/**
 * The image or index that a reference stands for; undefined when the registry has none. A tag is looked up once, and everything
 * after that goes by digest. Manifest and config are read; layers are fetched when they are opened.
 *
 * @throws CnbError of groups "Images", "Network", "Registries" and "Credentials"
 */
export async function findRegistry(
  reference: Reference,
  options: RegistrySourceOptions,
): Promise<Image | ImageIndex | undefined> {
  const { client, mirror, signal } = options
  const { repository, selector } = reference
  const asked: Repository = mirror === undefined ? repository : { ...repository, registry: mirror }
  const remote = client.repository(asked, 'pull')
  const found = await getManifest(remote, selector, signal)
  return found && readManifest(registryBlobs(remote, found), found.descriptor, options)
}

/** As `findRegistry`. @throws CnbError E_IMAGE_MISSING when the registry has no such image, and those of `findRegistry` */
export async function readRegistry(reference: Reference, options: RegistrySourceOptions): Promise<Image | ImageIndex> {
  const found = await findRegistry(reference, options)
  if (found !== undefined) return found
  const name = printReference(reference)
  const asked = options.mirror === undefined ? '' : `, of which ${options.mirror} is the mirror`
  throw new CnbError('E_IMAGE_MISSING', `the registry has no ${name}${asked}`, {
    place: { file: name },
    value: name,
    hint: 'the name may be wrong, or the registry hides what it wants credentials for',
  })
}

/** The blobs of a repository; the manifest that was found first is not asked for again. */
function registryBlobs(remote: RepositoryClient, first: FoundManifest): BlobSource {
  return {
    name: remote.name,
    blob: (descriptor) => Promise.resolve(blobOf(descriptor)),
  }

  function blobOf(descriptor: Descriptor): NamedBlob {
    const name = remote.nameOf(descriptor.digest)
    const origin = remote.repository
    if (manifestKindOf(descriptor.mediaType) !== undefined) {
      return { descriptor, name, origin, open: (signal) => manifestBytes(descriptor, signal) }
    }
    return { descriptor, name, origin, open: (signal) => openBlob(remote, descriptor, signal) }
  }

  async function* manifestBytes(descriptor: Descriptor, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    const { digest } = descriptor
    if (digest === first.descriptor.digest) {
      yield first.bytes
      return
    }
    const found = await getManifest(remote, { kind: 'digest', digest }, signal)
    if (found === undefined) throw missing(digest)
    yield* verified([found.bytes], descriptor, remote.nameOf(digest))
  }

  function missing(digest: Digest): CnbError {
    return new CnbError('E_OCI_BLOB_MISSING', `${remote.name} lacks the manifest ${digest}`, {
      place: { file: remote.nameOf(digest) },
      value: digest,
    })
  }
}
