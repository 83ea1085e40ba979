import { DOCKER_HUB } from '../oci/reference.js'

/** Where docker and its helpers keep the credentials for Docker Hub. */
const HUB_SERVER = 'https://index.docker.io/v1/'
const HUB_HOSTS = new Set([DOCKER_HUB, 'index.docker.io', 'registry-1.docker.io'])
const PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 }

/** What a key in a file of credentials is for. */
interface Key {
  readonly text: string
  /** `https:` or `http:`; undefined when the key does not say. */
  readonly scheme: string | undefined
  readonly host: string
  readonly port: number | undefined
  /** The start of the names of repositories, part by part. */
  readonly path: readonly string[]
}

/**
 * Those of `keys` that are for a repository of the registry at `url`: first the one that names most of the repository, among
 * equals the one that stands first. A host must be the same to the letter once both are normalised.
 *
 * @see https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md
 */
export function keysFor(keys: Iterable<string>, url: URL, repository: string): readonly string[] {
  const parts = repository.split('/')
  const matching = [...keys].map(parseKey).filter((key) => key !== undefined && isFor(key, url, parts)) as Key[]
  return matching.sort((a, b) => b.path.length - a.path.length).map(({ text }) => text)
}

/** What a credential helper is asked for. */
export function helperServer(url: URL): string {
  return HUB_HOSTS.has(url.hostname) ? HUB_SERVER : url.host
}

/** What people call the registry at `url`. */
export function registryName(url: URL): string {
  return HUB_HOSTS.has(url.hostname) ? DOCKER_HUB : url.host
}

function isFor(key: Key, url: URL, repository: readonly string[]): boolean {
  if (key.scheme !== undefined && key.scheme !== url.protocol) return false
  const port = url.port === '' ? PORTS[url.protocol] : Number(url.port)
  return (
    key.host === plainHost(url.hostname) &&
    (key.port ?? PORTS[url.protocol]) === port &&
    key.path.every((part, index) => part === repository[index])
  )
}

/** `[scheme://]host[:port][/path]`; undefined when it is something else, which is then for nothing. */
function parseKey(text: string): Key | undefined {
  const [, scheme, authority = '', path = ''] = /^(?:(https?:)\/\/)?([^/?#@\s]+)(\/[^?#]*)?$/i.exec(text) ?? []
  if (!URL.canParse(`https://${authority}`)) return undefined
  const port = /:(\d+)$/.exec(authority)?.[1]
  return {
    text,
    scheme: scheme?.toLowerCase(),
    host: plainHost(new URL(`https://${authority}`).hostname),
    port: port === undefined ? undefined : Number(port),
    path: namespaceOf(path),
  }
}

/** The `/v1/` and `/v2/` that docker writes are the API, not a part of names. */
function namespaceOf(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '')
  return parts.length === 1 && /^v[12]$/.test(parts[0] ?? '') ? [] : parts
}

function plainHost(hostname: string): string {
  return HUB_HOSTS.has(hostname) ? DOCKER_HUB : hostname
}
