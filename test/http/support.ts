import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import { afterEach } from 'vitest'
import { HttpClient } from '#src/http/client.js'
import type { Clock, HttpSettings } from '#src/http/settings.js'

/** Time that passes only when somebody sleeps. */
export class FakeClock implements Clock {
  readonly slept: number[] = []
  time = Date.parse('2026-01-01T00:00:00Z')
  chance = 0.5

  now(): number {
    return this.time
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    this.slept.push(milliseconds)
    this.time += milliseconds
    return Promise.resolve()
  }

  random(): number {
    return this.chance
  }
}

const toClose: (() => unknown)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close()
})

/** A request as a server saw it. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  body: string
}

/** A server on loopback, until the test ends. */
export interface TestServer {
  readonly url: string
  readonly port: number
  readonly seen: Seen[]
  readonly connections: number
}

/** Starts a server; a request is handed over once its body has arrived. */
export function serve(answer: (request: Seen, response: ServerResponse, count: number) => void): Promise<TestServer> {
  const seen: Seen[] = []
  const listener: RequestListener = (request, response) => {
    const entry = { method: request.method!, url: request.url!, headers: request.headers, body: '' }
    seen.push(entry)
    const count = seen.length
    request.on('data', (piece: Buffer) => (entry.body += piece.toString('latin1')))
    request.on('end', () => answer(entry, response, count))
    request.on('error', () => {})
  }
  return listening(createServer(listener), 'http', seen)
}

/** Puts a server on a free port of loopback. */
export async function listening(server: Server, scheme: string, seen: Seen[] = []): Promise<TestServer> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  toClose.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    seen,
    get connections() {
      return connections
    },
  }
}

/** A client that ends with the test. Its clock is a fake unless the settings have another. */
export function aClient(settings: Partial<HttpSettings> = {}): HttpClient {
  const client = new HttpClient({ userAgent: 'trowel/test', clock: new FakeClock(), ...settings })
  toClose.push(() => client.close())
  return client
}

/** Milliseconds that do not make a test slow, for servers that are silent: a busy machine makes others seem so. */
export const SHORT = { connect: 1000, firstByte: 150, idleBody: 150, floor: { bytes: 1024, per: 100 } }

/** The whole body as text. */
export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of body) pieces.push(piece)
  return Buffer.concat(pieces).toString('latin1')
}

/** A body that can be sent again; it remembers how often it was opened. */
export function aBody(text: string): { size: number; opened: number; open(): AsyncIterable<Uint8Array> } {
  return {
    size: text.length,
    opened: 0,
    async *open() {
      this.opened++
      yield Buffer.from(text)
    },
  }
}
