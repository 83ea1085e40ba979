import type { Digest } from './digest.js'
import { parseDigest } from './digest.js'

/** Docker Hub, as normalised references name it. */
export const DOCKER_HUB = 'docker.io'
const HUB_NAMES = new Set(['', DOCKER_HUB, 'index.docker.io', 'registry-1.docker.io'])

const REGISTRY = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?$/
const REPOSITORY = /^[a-z0-9_./-]{2,255}$/
const TAG = /^[A-Za-z0-9_.-]{1,128}$/
const DIGEST = /^sha256:[0-9a-f]{64}$/

/** Where images are kept in a registry. */
export interface Repository {
  /** Host, perhaps with a port; Docker Hub is `docker.io`. */
  readonly registry: string
  /** Such as `library/ubuntu`. */
  readonly name: string
}

/** What an image is called: a repository, and in it a tag or a digest. */
export interface Reference {
  readonly repository: Repository
  /** What follows `:` or `@`. */
  readonly selector:
    | { readonly kind: 'tag'; readonly tag: string }
    | { readonly kind: 'digest'; readonly digest: Digest }
}

/**
 * What `text` refers to; undefined when it is not a reference. The grammar is as weak as pack's: a first part with a dot or a
 * colon is the registry, otherwise Docker Hub is meant; without tag and digest the tag is `latest`, and beside a digest a tag
 * is dropped.
 *
 * @see https://github.com/google/go-containerregistry/blob/v0.21.5/pkg/name/ref.go
 */
export function parseReference(text: string): Reference | undefined {
  const at = text.indexOf('@')
  if (at < 0) return taggedReference(text)
  const digest = text.slice(at + 1)
  const repository = taggedReference(text.slice(0, at))?.repository
  if (!DIGEST.test(digest) || repository === undefined) return undefined
  return { repository, selector: { kind: 'digest', digest: parseDigest(digest) } }
}

/** The one spelling of a reference: with registry, repository, and digest or else tag. */
export function printReference({ repository, selector }: Reference): string {
  const name = printRepository(repository)
  return selector.kind === 'tag' ? `${name}:${selector.tag}` : `${name}@${selector.digest}`
}

/** `registry/name`. */
export function printRepository({ registry, name }: Repository): string {
  return `${registry}/${name}`
}

/** As `printReference` has what `parseReference` reads; undefined when `text` is not a reference. */
export function normaliseReference(text: string): string | undefined {
  const reference = parseReference(text)
  return reference && printReference(reference)
}

/** What names the same repository as `text`, in the same spelling, but the image of this digest. */
export function byDigest(text: string, digest: Digest): string {
  const [name = ''] = text.split('@')
  return `${name.replace(/:[^:/]*$/, '')}@${digest}`
}

function taggedReference(text: string): Reference | undefined {
  const colon = text.lastIndexOf(':')
  const hasTag = colon >= 0 && !text.slice(colon).includes('/')
  const repository = parseRepository(hasTag ? text.slice(0, colon) : text)
  const tag = hasTag ? text.slice(colon + 1) : 'latest'
  return repository === undefined || !TAG.test(tag) ? undefined : { repository, selector: { kind: 'tag', tag } }
}

function parseRepository(text: string): Repository | undefined {
  const slash = text.indexOf('/')
  const first = slash < 0 ? '' : text.slice(0, slash)
  const hasRegistry = /[.:]/.test(first)
  const registry = hasRegistry ? first : ''
  const name = hasRegistry ? text.slice(slash + 1) : text
  if (!REPOSITORY.test(name) || (hasRegistry && !REGISTRY.test(registry))) return undefined
  if (!HUB_NAMES.has(registry)) return { registry, name }
  return { registry: DOCKER_HUB, name: name.includes('/') ? name : `library/${name}` }
}
