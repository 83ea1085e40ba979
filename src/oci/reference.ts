import { CnbError } from '../errors.js'
import { parseDigest, type Digest } from './digest.js'

/** A name of an image, with everything that is implied filled in. */
export interface Reference {
  /** Host, and port if any: `docker.io` for Docker Hub. */
  readonly registry: string
  /** With `library/` for the official images of Docker Hub. */
  readonly repository: string
  /** undefined when only a digest was written. */
  readonly tag: string | undefined
  /** Wins over the tag. */
  readonly digest: Digest | undefined
}

const DOCKER_HUB = 'docker.io'
const HUB_HOSTS = new Set([DOCKER_HUB, 'index.docker.io', 'registry-1.docker.io'])
const DEFAULT_TAG = 'latest'

const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/i
/** @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests */
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const REPOSITORY_LENGTH = 255
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/

/**
 * The image that `text` names. As in pack, a first part with a dot or a colon is the registry, and without one Docker Hub is
 * meant; so `localhost/x` is on Docker Hub and `localhost:5000/x` is not.
 *
 * @throws CnbError E_REFERENCE
 */
export function parseReference(text: string): Reference {
  const [named = '', digest, ...more] = text.split('@')
  if (more.length > 0) throw wrong(text, 'it has more than one @')
  const colon = named.lastIndexOf(':')
  // A colon before a slash belongs to the port.
  const hasTag = colon > named.lastIndexOf('/')
  const tag = hasTag ? named.slice(colon + 1) : digest === undefined ? DEFAULT_TAG : undefined
  if (tag !== undefined && !TAG.test(tag)) throw wrong(text, `its tag ${tag} is not 1 to 128 of A-Z a-z 0-9 _ . -`)
  return {
    ...parseName(hasTag ? named.slice(0, colon) : named, text),
    tag,
    digest: digest === undefined ? undefined : parseDigestOf(digest, text),
  }
}

function parseName(name: string, text: string): Pick<Reference, 'registry' | 'repository'> {
  const slash = name.indexOf('/')
  const first = name.slice(0, Math.max(slash, 0))
  const hasRegistry = /[.:]/.test(first)
  const registry = hasRegistry ? first.toLowerCase() : DOCKER_HUB
  const repository = hasRegistry ? name.slice(slash + 1) : name
  if (hasRegistry && !HOST.test(registry)) throw wrong(text, `${first} is not a host`)
  if (/[A-Z]/.test(repository)) throw wrong(text, 'a repository has no upper-case letters')
  if (!REPOSITORY.test(repository)) throw wrong(text, `${repository || 'nothing'} is not the path of a repository`)
  if (repository.length > REPOSITORY_LENGTH)
    throw wrong(text, `its path is longer than ${REPOSITORY_LENGTH} characters`)
  if (!HUB_HOSTS.has(registry)) return { registry, repository }
  return { registry: DOCKER_HUB, repository: repository.includes('/') ? repository : `library/${repository}` }
}

function parseDigestOf(digest: string, text: string): Digest {
  try {
    return parseDigest(digest)
  } catch {
    throw wrong(text, `${digest} is not a digest`)
  }
}

function wrong(text: string, reason: string): CnbError {
  return new CnbError('E_REFERENCE', `not an image reference: ${reason}`, {
    value: text,
    hint: 'write REGISTRY/REPOSITORY:TAG, such as registry.example/acme/builder:1',
  })
}

/** `registry/repository`, in full. */
export function printRepository({ registry, repository }: Reference): string {
  return `${registry}/${repository}`
}

/** The reference in full: with its digest, or else with its tag. Equal texts, equal images. */
export function printReference(reference: Reference): string {
  const { tag, digest } = reference
  return digest === undefined
    ? `${printRepository(reference)}:${tag ?? DEFAULT_TAG}`
    : `${printRepository(reference)}@${digest}`
}
