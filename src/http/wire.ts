import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { IncomingBody } from './body.js'
import { connectorOf, proxyWantsCredentials, type ConnectOptions } from './connect.js'
import { codeOf, failureOf, noSize } from './failure.js'
import type { Request, RequestBody, Response } from './message.js'
import { shownUrl } from './origin.js'
import { shownProxy, type Proxy } from './proxy.js'
import { DEFAULT_TIMEOUTS, type Exchange, type HttpSettings, type Timeouts } from './settings.js'

/** What is sent to one server, as it stands. */
export interface Hop {
  readonly method: Request['method']
  readonly url: URL
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: RequestBody | undefined
  /** Counts from 1; for the log. */
  readonly attempt: number
  /** Called once, when nothing more is sent or comes. */
  readonly finished: () => void
}

/** A pool of connections. */
interface Pool {
  request(options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData>
  end(): Promise<void>
}

/** What has gone over the wire so far; bytes are those of bodies. */
export interface Counts {
  readonly requests: number
  readonly bytesSent: number
  readonly bytesReceived: number
}

/** Bytes. Node's 16 KiB are too few for the tokens and links of some servers. */
const MAX_HEADER_SIZE = 64 * 1024
const LENGTH_MISMATCH = 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'
/** An answer to one of these has no body. */
const WITHOUT_BODY = new Set([204, 205, 304])

/** Requests and answers one by one, over connections that are kept. Knows nothing of redirects and second tries. */
export class Wire {
  readonly #settings: HttpSettings
  readonly #timeouts: Timeouts
  readonly #connections: Omit<ConnectOptions, 'timeout'>
  readonly #counts = { requests: 0, bytesSent: 0, bytesReceived: 0 }
  #agent: Promise<Pool> | undefined

  constructor(settings: HttpSettings, connections: Omit<ConnectOptions, 'timeout'>) {
    this.#settings = settings
    this.#connections = connections
    this.#timeouts = settings.timeouts ?? DEFAULT_TIMEOUTS
  }

  get counts(): Counts {
    return { ...this.#counts }
  }

  /** The answer, whatever its status. @throws CnbError; HttpError when another try may help; the signal's reason */
  async exchange(hop: Hop, signal?: AbortSignal): Promise<Response> {
    const under = new UnderWay(hop, this.#settings, this.#counts)
    try {
      // Only https goes through a tunnel; plain http is a request to the proxy itself.
      const proxy = hop.url.protocol === 'http:' ? this.#connections.proxies.proxyFor(hop.url) : undefined
      if (proxy !== undefined) under.doing += ` by the proxy ${shownProxy(proxy)}`
      const agent = await this.#open()
      const answer = await agent.request({
        ...(proxy === undefined ? directly(hop.url) : by(proxy, hop.url)),
        method: hop.method,
        headers: {
          ...hop.headers,
          ...lengthOf(hop.body),
          ...(proxy === undefined ? {} : proxyHeaders(proxy, hop.url)),
        },
        body: hop.body === undefined || hop.body.size === 0 ? null : asBody(under.sending(hop.body)),
        // undici would end the connection of every HEAD, lest a body follow: then the next answer is refused, and asked for again.
        reset: false,
        signal: signal ?? null,
      })
      under.status = answer.statusCode
      if (proxy !== undefined && answer.statusCode === 407) {
        answer.body.on('error', () => {}).destroy()
        throw proxyWantsCredentials(proxy)
      }
      return await this.#response(hop, answer, under, signal)
    } catch (error) {
      const failure = signal?.aborted === true ? signal.reason : under.explain(error)
      under.finished(0, failure)
      throw failure
    }
  }

  /** Ends all connections, also those in use. */
  async close(): Promise<void> {
    await (await this.#agent)?.end()
  }

  async #response(hop: Hop, answer: Dispatcher.ResponseData, under: UnderWay, signal?: AbortSignal): Promise<Response> {
    const headers = headersOf(answer.headers)
    const body = new IncomingBody(answer.body, {
      doing: under.doing,
      clock: this.#settings.clock,
      floor: this.#timeouts.floor,
      signal,
      explain: (error) => under.explain(error),
      finished: (received, failure) => under.finished(received, failure),
    })
    // Nobody needs to read what is not there.
    if (hop.method === 'HEAD' || WITHOUT_BODY.has(answer.statusCode) || headers.get('content-length') === '0') {
      await body.leaveEmpty()
    }
    return { status: answer.statusCode, headers, url: hop.url, body }
  }

  #open(): Promise<Pool> {
    this.#agent ??= this.#makeAgent()
    return this.#agent
  }

  /** undici is loaded late: many runs need no network. */
  async #makeAgent(): Promise<Pool> {
    const { Agent, buildConnector, request } = await import('./undici.js')
    const agent = new Agent({
      maxHeaderSize: MAX_HEADER_SIZE,
      headersTimeout: this.#timeouts.firstByte,
      bodyTimeout: this.#timeouts.idleBody,
      connect: connectorOf(buildConnector, { ...this.#connections, timeout: this.#timeouts.connect }),
    })
    return { request: request.bind(agent), end: () => agent.destroy() }
  }
}

/** One exchange while it lasts. */
class UnderWay {
  /** For messages. */
  doing: string
  status: number | undefined
  readonly #hop: Hop
  readonly #settings: HttpSettings
  readonly #counts: { requests: number; bytesSent: number; bytesReceived: number }
  readonly #began: number
  #sent = 0
  #isOver = false
  /** What the source of our body threw: not the network's fault, whatever the connection says of it. */
  #sourceFailure: { readonly error: unknown } | undefined

  constructor(
    hop: Hop,
    settings: HttpSettings,
    counts: { requests: number; bytesSent: number; bytesReceived: number },
  ) {
    this.doing = `${hop.method} ${shownUrl(hop.url)}`
    this.#hop = hop
    this.#settings = settings
    this.#counts = counts
    this.#began = settings.clock.now()
    counts.requests++
  }

  async *sending(body: RequestBody): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of body.open()) {
        this.#sent += piece.length
        this.#counts.bytesSent += piece.length
        yield piece
      }
    } catch (error) {
      this.#sourceFailure = { error }
      throw error
    }
  }

  explain(error: unknown): unknown {
    if (this.#sourceFailure !== undefined) return this.#sourceFailure.error
    // Two lengths, of which undici believes neither, before there is a body.
    if (this.status === undefined && error instanceof Error && codeOf(error) === LENGTH_MISMATCH)
      return noSize(this.doing)
    return failureOf(this.doing, error)
  }

  finished(received: number, failure: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#counts.bytesReceived += received
    this.#hop.finished()
    this.#settings.trace?.(this.#told(received, failure))
  }

  #told(received: number, failure: unknown): Exchange {
    const { clock, secrets } = this.#settings
    const text = failure === undefined ? undefined : failure instanceof Error ? failure.message : 'stopped'
    return {
      method: this.#hop.method,
      url: shownUrl(this.#hop.url),
      status: this.status,
      failure: text === undefined ? undefined : (secrets?.scrub(text) ?? text),
      sent: this.#sent,
      received,
      milliseconds: clock.now() - this.#began,
      attempt: this.#hop.attempt,
    }
  }
}

function directly(url: URL): { origin: string; path: string } {
  return { origin: url.origin, path: url.pathname + url.search }
}

function by(proxy: Proxy, url: URL): { origin: string; path: string } {
  return { origin: proxy.url.origin, path: url.href }
}

function proxyHeaders({ authorization }: Proxy, url: URL): Record<string, string> {
  return { host: url.host, ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }) }
}

/** undici takes whatever can be iterated over; its types know streams only. */
function asBody(pieces: AsyncIterable<Uint8Array>): Readable {
  return pieces as Readable
}

function lengthOf(body: RequestBody | undefined): Record<string, string> {
  return body?.size === undefined ? {} : { 'content-length': String(body.size) }
}

function headersOf(headers: Dispatcher.ResponseData['headers']): ReadonlyMap<string, string> {
  const all = new Map<string, string>()
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) all.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  return all
}
