import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import type { buildConnector } from 'undici'
import { CnbError } from '../errors.js'
import type { Certificates } from './certificates.js'
import { failureOf, HttpError } from './failure.js'
import { hostOf, portOf } from './origin.js'
import { shownProxy, type Proxies, type Proxy } from './proxy.js'
import type { Resolver } from './resolver.js'

/** What connections are made with. */
export interface ConnectOptions {
  readonly resolver: Resolver
  readonly certificates: Certificates
  readonly proxies: Proxies
  /** Milliseconds for each step. */
  readonly timeout: number
}

/** Makes connections for undici: through a tunnel where a proxy is to be used, with the certificates of the host. */
export function connectorOf(build: typeof buildConnector, options: ConnectOptions): buildConnector.connector {
  const { resolver, certificates, proxies, timeout } = options
  /** Each remembers the TLS sessions of its host. */
  const secure = new Map<string, buildConnector.connector>()
  const plain = build({ timeout, lookup: resolver.lookup })

  const secureFor = (host: string, port: string): buildConnector.connector => {
    const key = `${host}:${port}`
    const made =
      secure.get(key) ?? build({ timeout, lookup: resolver.lookup, secureContext: certificates.contextFor(host, port) })
    secure.set(key, made)
    return made
  }

  const connect = async (to: buildConnector.Options, callback: buildConnector.Callback): Promise<void> => {
    // The URL of what is spoken to: an origin, or a proxy that plain http goes through.
    const url = new URL(`${to.protocol}//${to.host ?? to.hostname}`)
    if (url.protocol === 'http:') {
      plain(to, callback)
      return
    }
    const proxy = proxies.proxyFor(url)
    const connector = secureFor(hostOf(url), portOf(url))
    if (proxy === undefined) connector(to, callback)
    else connector({ ...to, httpSocket: await openTunnel(proxy, url, options) }, callback)
  }

  return (to, callback) => {
    connect(to, callback).catch((error: unknown) => callback(error as Error, null))
  }
}

/** A connection to the host of `url` by way of a proxy. @throws CnbError E_AUTH; HttpError; a socket's error */
async function openTunnel(proxy: Proxy, url: URL, options: ConnectOptions): Promise<Socket> {
  const target = `${url.hostname}:${portOf(url)}`
  const asking = await ask(proxy, target, options)
  return new Promise((resolve, reject) => {
    asking.on('connect', (answer, socket: Socket) => {
      if (answer.statusCode === 200) {
        resolve(socket)
        return
      }
      socket.destroy()
      reject(proxyRefused(proxy, target, answer.statusCode ?? 0))
    })
    asking.on('timeout', () => {
      asking.destroy(Object.assign(new Error('the proxy does not answer'), { code: 'UND_ERR_CONNECT_TIMEOUT' }))
    })
    asking.on('error', (error) => reject(failureOf(`CONNECT ${target} by the proxy ${shownProxy(proxy)}`, error)))
    asking.end()
  })
}

async function ask(
  { url, authorization }: Proxy,
  target: string,
  { resolver, certificates, timeout }: ConnectOptions,
): Promise<ClientRequest> {
  const isSecure = url.protocol === 'https:'
  const { request } = isSecure ? await import('node:https') : await import('node:http')
  return request({
    host: hostOf(url),
    port: portOf(url),
    method: 'CONNECT',
    path: target,
    headers: { host: target, ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }) },
    lookup: resolver.lookup,
    agent: false,
    timeout,
    ...(isSecure ? { secureContext: certificates.contextFor(hostOf(url), portOf(url)) } : {}),
  })
}

/** What an answer other than 200 to CONNECT means. */
function proxyRefused(proxy: Proxy, target: string, status: number): CnbError {
  if (status === 407) return proxyWantsCredentials(proxy)
  return new HttpError('E_NETWORK', `the proxy ${shownProxy(proxy)} answered status ${status} to CONNECT ${target}`, {
    outcome: { kind: 'answered', status, retryAfter: undefined },
  })
}

/** What status 407 means. */
export function proxyWantsCredentials(proxy: Proxy): CnbError {
  const problem =
    proxy.authorization === undefined ? 'wants a user name and a password' : 'refuses our user name and password'
  return new CnbError('E_AUTH', `the proxy ${shownProxy(proxy)} ${problem}`, {
    hint: 'write them into the address of the proxy: http://user:password@proxy.example:3128',
  })
}
