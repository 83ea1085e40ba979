import { CnbError } from '../errors.js'
import { redactLocator } from '../redact.js'
import { isLoopbackHost } from './address.js'

/**
 * The one spelling of an address: without user info and fragment, and without the dot that may end a host. Case, default
 * ports, international names and the many ways to write an IP address are `URL`'s own to unify.
 */
export function normalUrl(url: URL): URL {
  const normal = new URL(url)
  normal.username = ''
  normal.password = ''
  normal.hash = ''
  if (normal.hostname.endsWith('.')) normal.hostname = normal.hostname.slice(0, -1)
  return normal
}

/** True when a secret of one may be sent to the other. Another port is another origin. */
export function isSameOrigin(a: URL, b: URL): boolean {
  return normalUrl(a).origin === normalUrl(b).origin
}

/** Names of values in a query that let somebody in. */
const SECRET_NAME = /auth|credential|key|pass|secret|sig|token/i

/** The values in the query of an address that let whoever knows them in, as those of signed addresses do. */
export function secretsInQuery({ searchParams }: URL): readonly string[] {
  return [...searchParams].filter(([name]) => SECRET_NAME.test(name)).map(([, value]) => value)
}

/** An address as it may be printed. */
export function shownUrl(url: URL): string {
  return redactLocator(url.href)
}

/** The host of a URL as certificates and DNS know it: IPv6 addresses without their brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
}

/**
 * Refuses plain http except to this machine and to hosts that the user named.
 *
 * @param insecureHosts each `host` or `host:port`
 * @throws CnbError E_NETWORK
 */
export function checkPlainHttp(url: URL, insecureHosts: readonly string[]): void {
  if (url.protocol !== 'http:' || mayBePlain(url, insecureHosts)) return
  throw new CnbError('E_NETWORK', `plain http to ${url.host} is not allowed`, {
    value: shownUrl(url),
    hint: `use https, or allow it with --insecure-registry ${url.host}`,
  })
}

/** True when plain http to the host of `url` does no harm, or the user wants it. */
export function mayBePlain(url: URL, insecureHosts: readonly string[]): boolean {
  if (isLoopbackHost(hostOf(url))) return true
  return insecureHosts.some((host) => {
    if (!URL.canParse(`http://${host}`)) return false
    const allowed = new URL(`http://${host}`)
    return hostOf(allowed) === hostOf(url) && (!/:\d+$/.test(host) || portOf(allowed) === portOf(url))
  })
}

/** The port of a URL, also when it goes without saying. */
export function portOf({ protocol, port }: URL): string {
  return port === '' ? (protocol === 'https:' ? '443' : '80') : port
}
