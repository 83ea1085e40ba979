import { isIP } from 'node:net'
import { CnbError } from '../errors.js'
import type { SecretSet } from '../secrets.js'
import { blockList, isLoopbackHost } from './address.js'
import { hostOf, portOf, shownUrl } from './origin.js'

/** What the environment says of proxies. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A proxy, and what it wants to hear from us. */
export interface Proxy {
  /** Without user info. */
  readonly url: URL
  /** The value of Proxy-Authorization. */
  readonly authorization: string | undefined
}

/** Which proxy a request goes through. */
export class Proxies {
  readonly #env: Environment
  readonly #isBypassed: (url: URL) => boolean
  readonly #warn: (text: string) => void
  readonly #secrets: SecretSet | undefined

  /**
   * @param warn is told of ALL_PROXY, which is not used
   * @param secrets learns the password
   */
  constructor(env: Environment, warn: (text: string) => void, secrets?: SecretSet) {
    this.#env = env
    this.#secrets = secrets
    this.#isBypassed = bypassOf(variable(env, 'no_proxy')?.value ?? '')
    this.#warn = warn
  }

  /** The proxy for `url`, if there is one. This machine is never spoken to by way of others. @throws CnbError E_USAGE */
  proxyFor(url: URL): Proxy | undefined {
    if (isLoopbackHost(hostOf(url)) || this.#isBypassed(url)) return undefined
    const found = variable(this.#env, url.protocol === 'https:' ? 'https_proxy' : 'http_proxy')
    if (found !== undefined) {
      const proxy = proxyOf(found.name, found.value, this.#secrets)
      return proxy.url.origin === url.origin ? undefined : proxy
    }
    if (variable(this.#env, 'all_proxy') !== undefined) {
      this.#warn('ALL_PROXY is not used: set HTTPS_PROXY or HTTP_PROXY')
    }
    return undefined
  }
}

/** A variable that is set in lower case, or else in upper case; empty means that it is not. */
function variable(env: Environment, name: string): { readonly name: string; readonly value: string } | undefined {
  for (const spelling of [name, name.toUpperCase()]) {
    const value = env[spelling]
    if (value !== undefined) return value.trim() === '' ? undefined : { name: spelling, value: value.trim() }
  }
  return undefined
}

function proxyOf(name: string, text: string, secrets: SecretSet | undefined): Proxy {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  if (!URL.canParse(address)) throw unusable(name, 'is not an address')
  const url = new URL(address)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw unusable(name, `names a proxy of the kind ${url.protocol.slice(0, -1)}, which is not supported`)
  }
  if (url.hostname === '') throw unusable(name, 'is not an address')
  const password = decoded(url.password)
  secrets?.add(password)
  const user = `${decoded(url.username)}:${password}`
  url.username = ''
  url.password = ''
  return { url, authorization: user === ':' ? undefined : `Basic ${Buffer.from(user).toString('base64')}` }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The value is not shown: it may hold a password wherever it is malformed. */
function unusable(name: string, why: string): CnbError {
  return new CnbError('E_USAGE', `the environment variable ${name} ${why}`, {
    hint: 'it should be such as http://proxy.example:3128',
  })
}

/**
 * Whether NO_PROXY has a URL: by `*`, an address, a network in CIDR form, a domain and those below it, or with a leading dot only
 * those below it; each perhaps with a port. Names are not looked up.
 *
 * @internal
 */
export function bypassOf(list: string): (url: URL) => boolean {
  const matchers = list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map((entry) => matcherOf(entry.toLowerCase()))
  return (url) => matchers.some((matches) => matches(url))
}

function matcherOf(entry: string): (url: URL) => boolean {
  if (entry === '*') return () => true
  if (entry.includes('/')) return networkMatcher(entry)
  const [, bracketed, plain = '', port] = /^(?:\[(.*)\]|(.*?))(?::(\d+))?$/.exec(entry) ?? []
  // An IPv6 address without brackets has no port.
  const isBare = isIP(entry) === 6
  const host = isBare ? entry : (bracketed ?? plain)
  const hasHost = hostMatcher(host)
  return (url) => hasHost(hostOf(url)) && (isBare || port === undefined || port === portOf(url))
}

function hostMatcher(host: string): (host: string) => boolean {
  const version = isIP(host)
  if (version !== 0) return isInNetwork(host, version === 6 ? 128 : 32)
  const domain = host.replace(/^\*?\./, '').replace(/\.$/, '')
  const below = `.${domain}`
  const itself = domain === host.replace(/\.$/, '') ? domain : undefined
  return (name) => name === itself || (domain !== '' && name.endsWith(below))
}

function networkMatcher(entry: string): (url: URL) => boolean {
  const [, address = '', bits = ''] = /^\[?([^\]/]*)\]?\/(\d{1,3})$/.exec(entry) ?? []
  const version = isIP(address)
  if (version === 0 || Number(bits) > (version === 6 ? 128 : 32)) return () => false
  const contains = isInNetwork(address, Number(bits))
  return (url) => contains(hostOf(url))
}

function isInNetwork(address: string, bits: number): (host: string) => boolean {
  const list = blockList([`${address}/${bits}`])
  return (host) => {
    const version = isIP(host)
    return version !== 0 && list.check(host, version === 6 ? 'ipv6' : 'ipv4')
  }
}

/** A proxy as it may be named. */
export function shownProxy({ url }: Proxy): string {
  return shownUrl(url).replace(/\/$/, '')
}
