import { once } from 'node:events'
import { Agent, createServer, request as askUpstream, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'
import type { TlsOptions } from '../registry/server.js'
import { secretsIn } from '../secrets.js'
import { Cut, faulty } from './body-faults.js'
import { answerOf, counted, passResponse, reply, withoutHops } from './relay.js'
import { endWith, relayBytes } from './connection.js'
import { nameOfFault, RuleBook, type Asked, type ConnectionRule, type Fault, type Rule } from './rules.js'

/** One request that came to the proxy. */
export interface TranscriptEntry {
  /** From 1, in the order in which they began. */
  readonly id: number
  /** From 1. */
  readonly connection: number
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** 0 when there was no answer. */
  status: number
  /** Bytes of the body that came from the client. */
  requestBytes: number
  /** Bytes of the body that went to the client. */
  responseBytes: number
  /** Bytes that the body of the answer should have had; of a HEAD none. */
  responseSize: number
  /** What was done to it. */
  fault: string | undefined
  /** Names of the secrets that the head of the request has. */
  readonly secrets: readonly string[]
}

export interface ProxyOptions {
  /** Where requests go: `127.0.0.1:PORT`, plain http. */
  readonly target: string
  readonly rules?: readonly Rule[]
  /** Asked when no rule fits; for faults at random. */
  readonly faultFor?: (asked: Asked) => Fault | undefined
  readonly connections?: readonly ConnectionRule[]
  /** Speaks https to the client. */
  readonly tls?: TlsOptions
  /** By name, to be found in the heads of requests. */
  readonly secrets?: Readonly<Record<string, string>>
}

export interface Proxy {
  readonly host: string
  readonly url: string
  readonly transcript: TranscriptEntry[]
  /** How often it was connected to. */
  readonly connections: () => number
  /** Other rules from now on; their counting starts anew. */
  setRules(rules: readonly Rule[]): void
  /** Takes connections again after `refuse`. */
  reopen(): Promise<void>
  close(): Promise<void>
}

/** Ports below those that a system hands out: nobody gets one that `refuse` has closed until it is opened again. */
const PORTS = { first: 10_000, count: 20_000 }

/** Processes begin at different places, and come to the same one late. */
let tried = process.pid * 101

/** Starts a proxy in front of a server on the loopback that does to requests what its rules say. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const running = new FaultProxy(options)
  for (;;) {
    const taken = await running.listen(PORTS.first + (tried++ % PORTS.count)).catch(unlessTaken)
    if (taken === undefined) return running
  }
}

function unlessTaken(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  if (error.code === 'EADDRINUSE') return error
  throw error
}

class FaultProxy implements Proxy {
  readonly transcript: TranscriptEntry[] = []
  readonly #options: ProxyOptions
  readonly #target: { readonly host: string; readonly port: number }
  readonly #agent = new Agent({ keepAlive: true })
  readonly #http = createServer(
    { maxHeaderSize: 256 * 1024 },
    (request, response) => void this.#take(request, response),
  )
  readonly #sockets = new Map<Socket, number>()
  #server: Server | undefined
  #opening: Promise<void> | undefined
  #rules: RuleBook
  #port = 0
  #count = 0

  constructor(options: ProxyOptions) {
    this.#options = options
    this.#rules = new RuleBook(options.rules ?? [])
    const { hostname, port } = new URL(`http://${options.target}`)
    this.#target = { host: hostname, port: Number(port) }
    this.#http.on('clientError', (_, socket) => socket.destroy())
  }

  get host(): string {
    return `127.0.0.1:${this.#port}`
  }

  get url(): string {
    return `${this.#options.tls === undefined ? 'http' : 'https'}://${this.host}`
  }

  connections = (): number => this.#count

  setRules(rules: readonly Rule[]): void {
    this.#rules = new RuleBook(rules)
  }

  async listen(port: number): Promise<void> {
    const server = createTcpServer({ noDelay: true }, (socket) => this.#connected(socket))
    this.#server = server
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    this.#port = (server.address() as AddressInfo).port
  }

  /** Everybody who asks waits until it listens. */
  async reopen(): Promise<void> {
    if (this.#server === undefined) this.#opening = this.listen(this.#port)
    await this.#opening
  }

  async close(): Promise<void> {
    this.#server?.close()
    this.#agent.destroy()
    for (const socket of this.#sockets.keys()) socket.destroy()
    this.#http.closeAllConnections()
  }

  #connected(socket: Socket): void {
    const connection = ++this.#count
    this.#sockets.set(socket, connection)
    socket.on('error', () => undefined)
    socket.once('close', () => this.#sockets.delete(socket))
    const rule = this.#options.connections?.find(({ nth }) => nth === undefined || nth === connection)
    const fault = rule?.do
    if (fault === undefined) this.#speak(socket, connection)
    else if (fault.kind === 'reset') socket.resetAndDestroy()
    else if (fault.kind === 'stall') socket.pause()
    else if (fault.kind === 'delay') setTimeout(() => this.#speak(socket, connection), fault.ms).unref()
    else {
      const upstream = relayBytes(socket, this.#target, fault)
      this.#sockets.set(upstream, connection)
      upstream.once('close', () => this.#sockets.delete(upstream))
    }
  }

  #speak(socket: Socket, connection: number): void {
    const { tls } = this.#options
    if (tls === undefined) {
      this.#http.emit('connection', socket)
      return
    }
    const secure = new TLSSocket(socket, { isServer: true, ...tls })
    secure.on('error', () => socket.destroy())
    this.#sockets.set(secure, connection)
    secure.once('close', () => this.#sockets.delete(secure))
    this.#http.emit('connection', secure)
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = request
    const asked: Asked = { method, path, host: headers.host ?? '' }
    const rule = this.#rules.find(asked)
    const fault = rule?.do ?? this.#options.faultFor?.(asked)
    const entry: TranscriptEntry = {
      id: this.transcript.length + 1,
      connection: this.#sockets.get(request.socket) ?? 0,
      method,
      path,
      headers,
      status: 0,
      requestBytes: 0,
      responseBytes: 0,
      responseSize: 0,
      fault: fault === undefined ? undefined : (rule?.id ?? nameOfFault(fault)),
      secrets: secretsIn([path, ...request.rawHeaders].join('\n'), this.#options.secrets ?? {}),
    }
    this.transcript.push(entry)
    try {
      if (fault?.kind === 'refuse') this.#refuse()
      const own = fault === undefined ? undefined : answerOf(fault, entry)
      if (own === undefined) await this.#pass(fault, entry, request, response)
      else await reply(own, entry, request, response)
    } catch (error) {
      this.#end(request.socket, error instanceof Cut ? error.how : 'rst')
    }
  }

  #refuse(): never {
    this.#server?.close()
    this.#server = undefined
    throw new Cut('rst')
  }

  async #pass(
    fault: Fault | undefined,
    entry: TranscriptEntry,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { method, path } = entry
    const headers = withoutHops(request.rawHeaders)
    const upstream = askUpstream({ ...this.#target, method, path, headers: headers.flat(), agent: this.#agent })
    const answered = once(upstream, 'response') as Promise<[IncomingMessage]>
    answered.catch(() => undefined)
    response.once('close', () => {
      if (!response.writableFinished) upstream.destroy()
    })
    if (fault?.kind === 'delay') await sleep(fault.ms)
    try {
      await passRequest(fault, entry, request, { upstream, answered })
    } catch (error) {
      upstream.destroy()
      throw error
    }
    const [answer] = await answered
    if (fault?.kind === 'cut' && fault.of === 'request') throw new Cut(fault.how)
    await passResponse(fault, entry, answer, response)
  }

  #end(socket: Socket, how: Cut['how']): void {
    // A TLS socket cannot be reset, the one below it can.
    const raw = [...this.#sockets.keys()].find(
      (one) => !(one instanceof TLSSocket) && this.#sockets.get(one) === this.#sockets.get(socket),
    )
    endWith(how === 'rst' ? (raw ?? socket) : socket, how)
  }
}

/** Passes the body of a request on, but for what `fault` does to it. */
async function passRequest(
  fault: Fault | undefined,
  entry: TranscriptEntry,
  request: IncomingMessage,
  { upstream, answered }: { upstream: ReturnType<typeof askUpstream>; answered: Promise<unknown> },
): Promise<void> {
  const isAtEnd = fault?.kind === 'cut' && fault.of === 'request' && fault.after === '100%'
  const size = Number(request.headers['content-length'] ?? 0)
  const body = faulty(counted(request, entry), 'request', isAtEnd ? undefined : fault, size)
  for await (const chunk of body) {
    // Handed over before the next one is read, so that nothing of it is lost when the connection is cut.
    const written = new Promise<void>((resolve) => upstream.write(chunk, () => resolve()))
    await Promise.race([written, answered])
  }
  upstream.end()
}
