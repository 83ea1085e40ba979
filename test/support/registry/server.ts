import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { Exchange, type LoggedRequest } from './exchange.js'
import { secretsIn } from '../secrets.js'

/** What https needs; `ca` with `requestCert` asks for a certificate of the client. */
export type TlsOptions = Pick<
  ServerOptions,
  'key' | 'cert' | 'ca' | 'requestCert' | 'rejectUnauthorized' | 'minVersion' | 'maxVersion'
>

export interface TestServer {
  /** `127.0.0.1:PORT`. */
  readonly host: string
  readonly url: string
  /** In the order in which they began. */
  readonly requests: LoggedRequest[]
  close(): Promise<void>
}

export interface ServerSetup {
  readonly tls?: TlsOptions | undefined
  /** A loopback address; 127.0.0.1. */
  readonly address?: string | undefined
  readonly port?: number | undefined
  /** By name, to be found in what arrives. */
  readonly secrets?: Readonly<Record<string, string>> | undefined
}

/** Starts a server on the loopback that writes down what it is asked, and answers with `answer`. */
export async function startServer(
  answer: (exchange: Exchange) => Promise<void> | void,
  { tls, address = '127.0.0.1', port = 0, secrets = {} }: ServerSetup = {},
): Promise<TestServer> {
  const requests: LoggedRequest[] = []
  const sockets = new Map<Socket, number>()

  function listener(request: IncomingMessage, response: ServerResponse): void {
    const log: LoggedRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      connection: sockets.get(request.socket) ?? 0,
      status: 0,
      bytesIn: 0,
      bytesOut: 0,
      secrets: secretsIn([request.url ?? '', ...request.rawHeaders].join('\n'), secrets),
    }
    requests.push(log)
    const exchange = new Exchange(request, response, log, secrets)
    Promise.resolve(answer(exchange)).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else exchange.fail(500, 'UNKNOWN', String(error))
    })
  }

  // Headers of any size that a client may send to us are taken.
  const server =
    tls === undefined ? createServer({ maxHeaderSize: 256 * 1024 }, listener) : createTlsServer(tls, listener)
  let connections = 0
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.set(socket, ++connections)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('clientError', (_, socket) => socket.destroy())
  server.listen(port, address)
  await once(server, 'listening')
  const host = `${address.includes(':') ? `[${address}]` : address}:${(server.address() as AddressInfo).port}`
  return {
    host,
    url: `${tls === undefined ? 'http' : 'https'}://${host}`,
    requests,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets.keys()) socket.destroy()
      server.closeAllConnections()
      await closed
    },
  }
}
