/** Docker Hub, as normalised references name it. */
const DOCKER_HUB = 'docker.io'
const HUB_NAMES = new Set(['', DOCKER_HUB, 'index.docker.io', 'registry-1.docker.io'])

const REGISTRY = /^(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?$/
const REPOSITORY = /^[a-z0-9_./-]{2,255}$/
const TAG = /^[A-Za-z0-9_.-]{1,128}$/
const DIGEST = /^sha256:[0-9a-f]{64}$/

/**
 * The one spelling of an image reference: with registry, repository, and digest or else tag. undefined when `text` is not a
 * reference. The grammar is as weak as pack's: a first part with a dot or a colon is the registry, otherwise Docker Hub is
 * meant.
 *
 * @see https://github.com/google/go-containerregistry/blob/v0.21.5/pkg/name/ref.go
 */
export function normaliseReference(text: string): string | undefined {
  const at = text.indexOf('@')
  if (at < 0) return taggedReference(text)
  const digest = text.slice(at + 1)
  const repository = taggedReference(text.slice(0, at))
  if (!DIGEST.test(digest) || repository === undefined) return undefined
  // A digest says it all; the tag beside it is dropped.
  return `${repository.slice(0, repository.lastIndexOf(':'))}@${digest}`
}

function taggedReference(text: string): string | undefined {
  const colon = text.lastIndexOf(':')
  const hasTag = colon >= 0 && !text.slice(colon).includes('/')
  const name = repositoryName(hasTag ? text.slice(0, colon) : text)
  const tag = hasTag ? text.slice(colon + 1) : 'latest'
  return name === undefined || !TAG.test(tag) ? undefined : `${name}:${tag}`
}

function repositoryName(text: string): string | undefined {
  const slash = text.indexOf('/')
  const first = slash < 0 ? '' : text.slice(0, slash)
  const hasRegistry = /[.:]/.test(first)
  const registry = hasRegistry ? first : ''
  const repository = hasRegistry ? text.slice(slash + 1) : text
  if (!REPOSITORY.test(repository) || (hasRegistry && !REGISTRY.test(registry))) return undefined
  if (!HUB_NAMES.has(registry)) return `${registry}/${repository}`
  return `${DOCKER_HUB}/${repository.includes('/') ? repository : `library/${repository}`}`
}
