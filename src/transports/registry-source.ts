import type { Cache } from '../cache/cache.js'
import { CnbError } from '../errors.js'
import { parseDigest, type Digest } from '../oci/digest.js'
import type { Descriptor, Image, ImageIndex } from '../oci/image.js'
import { printReference, type Reference } from '../oci/reference.js'
import { manifestTypeOf } from '../registry/manifest-type.js'
import { getManifest } from '../registry/manifests.js'
import type { RegistryClient, RepositoryClient } from '../registry/registry-client.js'
import { readManifest } from './read-image.js'
import { RegistryBlobs } from './registry-blobs.js'
import type { ImageReadOptions } from './transport.js'

/** Where images are read from, and how. */
export interface RegistrySourceOptions extends ImageReadOptions {
  readonly client: RegistryClient
  /** Keeps manifests and configs, and what a tag stood for, for runs without a network. */
  readonly cache?: Cache | undefined
}

/**
 * The image or index that a reference stands for; undefined when the registry has none. A tag is looked up once, and everything
 * after that goes by digest. Manifest and config are read; layers are fetched when they are opened.
 *
 * @throws CnbError of groups "Images", "Network", "Registries" and "Credentials"
 */
export async function findInRegistry(
  reference: Reference,
  options: RegistrySourceOptions,
): Promise<Image | ImageIndex | undefined> {
  const remote = options.client.repository(reference.repository, 'pull')
  const blobs = new RegistryBlobs(remote, options.cache)
  const root = await find(reference, remote, blobs, options)
  return root && readManifest(blobs, root, options)
}

/** What is behind the reference. Of what goes by digest, nothing is asked that is known. */
async function find(
  reference: Reference,
  remote: RepositoryClient,
  blobs: RegistryBlobs,
  options: RegistrySourceOptions,
): Promise<Descriptor | undefined> {
  const { selector } = reference
  if (selector.kind === 'digest') {
    const known = await findCached(selector.digest, blobs, options)
    if (known !== undefined) return known
  }
  try {
    const found = await getManifest(remote, selector, options.signal)
    if (found === undefined) return undefined
    blobs.keep(found)
    if (selector.kind === 'tag') options.cache?.remember('tag', printReference(reference), found.descriptor.digest)
    return found.descriptor
  } catch (error) {
    const known = isOffline(error) ? await findRemembered(reference, blobs, options) : undefined
    if (known !== undefined) return known
    throw error
  }
}

function isOffline(error: unknown): boolean {
  return error instanceof CnbError && error.code === 'E_OFFLINE'
}

/** What a tag stood for when it was last looked up: good enough when it cannot be. */
async function findRemembered(
  reference: Reference,
  blobs: RegistryBlobs,
  options: RegistrySourceOptions,
): Promise<Descriptor | undefined> {
  const text = options.cache?.record('tag', printReference(reference))
  try {
    return text === undefined ? undefined : await findCached(parseDigest(text), blobs, options)
  } catch (error) {
    if (error instanceof CnbError && error.code === 'E_DIGEST_SYNTAX') return undefined
    throw error
  }
}

async function findCached(
  digest: Digest,
  blobs: RegistryBlobs,
  { limits }: RegistrySourceOptions,
): Promise<Descriptor | undefined> {
  const bytes = await blobs.cached(digest)
  if (bytes === undefined || bytes.length > limits.jsonBytes) return undefined
  const mediaType = manifestTypeOf(undefined, bytes, { file: digest, limits })
  return { mediaType, digest, size: bytes.length }
}
