import { CnbError } from '../errors.js'
import { readUpTo, discard } from './body.js'
import { EXCERPT_READ, excerpt } from './excerpt.js'
import { HttpError } from './failure.js'
import { Certificates } from './certificates.js'
import { Gates } from './gates.js'
import type { Request, Response } from './message.js'
import { checkPlainHttp, mayBePlain, normalUrl, secretsInQuery, shownUrl } from './origin.js'
import { Proxies } from './proxy.js'
import { nextHop } from './redirect.js'
import { Resolver } from './resolver.js'
import { ResumedBody, type DownloadOptions } from './resume.js'
import { parseRetryAfter } from './retry.js'
import type { HttpSettings } from './settings.js'
import { HostSlots } from './slots.js'
import { checkTarget, type NamedTarget, type TargetRules } from './targets.js'
import { Tries } from './tries.js'
import { warningsIn } from './warning.js'
import { Wire, type Counts } from './wire.js'

/** Requests under way at once. What is sent and what is read have slots of their own: a copy from a host to itself needs both. */
const SLOTS = { perHost: 4, overall: 8 }
/** Redirects of one request. */
const MAX_REDIRECTS = 10
/** Milliseconds for which a host that says 429 is left alone when it does not say for how long. */
const PAUSE = 1000

/**
 * Requests over HTTP/1.1: tried again when that may help, redirected within bounds, a few at a time. A secret goes to the
 * origin that it is for and to no other.
 */
export class HttpClient {
  readonly #settings: HttpSettings
  readonly #wire: Wire
  readonly #gates: Gates
  readonly #reads = new HostSlots(SLOTS)
  readonly #writes = new HostSlots(SLOTS)
  readonly #rules: TargetRules
  readonly #warned = new Set<string>()

  constructor(settings: HttpSettings) {
    const { env = {}, clock, secrets, insecureHosts = [] } = settings
    const warn = (text: string): void => this.#warnOnce(text)
    const resolver = new Resolver(settings.lookup)
    const proxies = new Proxies(env, warn, secrets)
    const certificates = new Certificates(settings.certificates ?? {}, env, warn)
    this.#settings = settings
    this.#wire = new Wire(settings, { resolver, proxies, certificates })
    this.#gates = new Gates(clock)
    this.#rules = { resolver, insecureHosts, isProxied: (url) => proxies.proxyFor(url) !== undefined }
  }

  /** What has gone over the wire so far. */
  get counts(): Counts {
    return this.#wire.counts
  }

  /**
   * The answer, once it is one that the caller wants: 2xx, or in `accept`.
   *
   * @throws CnbError E_NETWORK, E_AUTH, E_TLS, E_REDIRECT, E_OFFLINE; the signal's reason; what the body's source throws
   */
  send(request: Request, signal?: AbortSignal): Promise<Response> {
    return this.#send(request, new Tries(this.#settings.clock), signal)
  }

  /**
   * As `send` for GET, but the body goes on where it was when it is cut. Statuses in `accept` come with the body that they have.
   *
   * @throws as `send`; so does reading the body
   */
  async download(request: Request, options: DownloadOptions = {}, signal?: AbortSignal): Promise<Response> {
    const tries = new Tries(this.#settings.clock)
    const first = await this.#send(request, tries, signal)
    if (request.accept?.includes(first.status) === true) return first
    const doing = `GET ${shownUrl(first.url)}`
    if (first.status !== 200) {
      await discard(first)
      throw new CnbError('E_NETWORK', `${doing} was answered with status ${first.status} instead of the file`)
    }
    const again = (headers: Readonly<Record<string, string>>): Promise<Response> =>
      this.#try(
        { ...request, headers: { ...unconditional(request.headers), ...headers }, accept: [416] },
        tries.number,
        signal,
      )
    return { ...first, body: new ResumedBody(first, { ...options, doing, again, tries, signal }) }
  }

  async #send(request: Request, tries: Tries, signal: AbortSignal | undefined): Promise<Response> {
    for (;;) {
      try {
        return await this.#try(request, tries.number, signal)
      } catch (error) {
        await tries.failed(error, isIdempotent(request), signal)
      }
    }
  }

  /** True when plain http to the host does no harm, or the user wants it. */
  allowsPlainHttp(url: URL): boolean {
    return mayBePlain(url, this.#rules.insecureHosts)
  }

  /**
   * Judges an address that an answer named, such as a token realm, as a redirect to it would be judged.
   *
   * @throws CnbError E_REDIRECT, E_NETWORK
   */
  checkTarget(target: NamedTarget): Promise<void> {
    return checkTarget(target, this.#rules)
  }

  /** Ends all connections, also those in use. */
  close(): Promise<void> {
    return this.#wire.close()
  }

  /** One try: the request, and wherever it is sent on to. */
  async #try(request: Request, attempt: number, signal: AbortSignal | undefined): Promise<Response> {
    const first = normalUrl(request.url)
    this.#checkFirst(first, request)
    let url = first
    for (let hops = 0; ; hops++) {
      const response = await this.#exchange(request, url, attempt, signal)
      const to = nextHop(request, response)
      if (to === undefined) return this.#accepted(request, response)
      await discard(response)
      if (hops === MAX_REDIRECTS) throw tooMany(first, response)
      for (const value of secretsInQuery(to)) this.#settings.secrets?.add(value)
      await this.checkTarget({ to, from: url, first, allowPlainHttp: request.allowPlainHttp })
      url = to
    }
  }

  #checkFirst(url: URL, { method, allowPlainHttp }: Request): void {
    if (this.#settings.offline === true) {
      throw new CnbError('E_OFFLINE', `${method} ${shownUrl(url)}: not asked: --offline`, { value: shownUrl(url) })
    }
    if (allowPlainHttp !== true) checkPlainHttp(url, this.#rules.insecureHosts)
  }

  async #exchange(request: Request, url: URL, attempt: number, signal: AbortSignal | undefined): Promise<Response> {
    const headers = this.#headers(request, url)
    await this.#gates.pass(url.host, signal)
    const release = await (request.body === undefined ? this.#reads : this.#writes).take(url.host, signal)
    const { method, body } = request
    const response = await this.#wire.exchange({ method, url, headers, body, attempt, finished: release }, signal)
    for (const text of warningsIn(response.headers.get('warning'))) this.#warnOnce(`${url.host} says: ${text}`)
    return response
  }

  #warnOnce(text: string): void {
    const { secrets, warn } = this.#settings
    const clean = secrets?.scrub(text) ?? text
    if (this.#warned.has(clean)) return
    this.#warned.add(clean)
    warn?.(clean)
  }

  #headers(request: Request, url: URL): Record<string, string> {
    return {
      'user-agent': this.#settings.userAgent,
      'accept-encoding': 'identity',
      ...lowerCased(request.headers),
      ...lowerCased(request.secrets?.(url)),
    }
  }

  async #accepted(request: Request, response: Response): Promise<Response> {
    const { status, headers, url } = response
    if ((status >= 200 && status < 300) || request.accept?.includes(status) === true) return response
    const said = excerpt(await readUpTo(response.body, EXCERPT_READ).catch(() => new Uint8Array()))
    const retryAfter = headers.get('retry-after')
    if (status === 429) this.#gates.close(url.host, parseRetryAfter(retryAfter, this.#settings.clock.now()) ?? PAUSE)
    const text = this.#settings.secrets?.scrub(said) ?? said
    throw new HttpError(
      status === 401 || status === 403 || status === 407 ? 'E_AUTH' : 'E_NETWORK',
      `${request.method} ${shownUrl(url)} was answered with status ${status}${text === '' ? '' : `: ${text}`}`,
      { value: String(status), outcome: { kind: 'answered', status, retryAfter }, hint: hintOf(status) },
    )
  }
}

/** What to do about an answer that nobody asked for. */
function hintOf(status: number): string | undefined {
  if (status === 407) return 'give HTTPS_PROXY the user and the password of the proxy'
  if (status === 429) return 'ask less often, or log in: many servers allow more to those whom they know'
  if (status >= 500) return 'try again later; where it stays so, tell whoever runs the server'
  return status === 404 ? 'check the address' : undefined
}

function isIdempotent({ method, idempotent }: Request): boolean {
  return idempotent ?? (method !== 'POST' && method !== 'PATCH')
}

function lowerCased(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

/** The headers that ask for the file itself, whatever the cache has. */
function unconditional(headers: Request['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(lowerCased(headers)).filter(([name]) => !name.startsWith('if-')))
}

function tooMany(url: URL, { headers }: Response): CnbError {
  const wantsCookie = headers.has('set-cookie')
  return new CnbError('E_NETWORK', `${shownUrl(url)} sends us on more than ${MAX_REDIRECTS} times`, {
    value: shownUrl(url),
    hint: wantsCookie ? 'it sets a cookie, and may want it back: cookies are not kept' : undefined,
  })
}
