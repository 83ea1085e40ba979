import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { makeAuthority } from '../support/certificates.js'
import type { Exchange, LoggedRequest } from '../support/registry/exchange.js'
import { startServer } from '../support/registry/server.js'

/** Hosts of the world outside, all of them one server behind a proxy, so that no name is looked up and nothing leaves the machine. */
export interface Internet {
  /** For `HTTPS_PROXY` and `HTTP_PROXY`. */
  readonly proxy: string
  /** File with the authority of every host. */
  readonly ca: string
  /** What all hosts were asked; the host is in the headers. */
  readonly requests: LoggedRequest[]
  /** Where somebody wanted to go that is not on the internet: `10.0.0.1:443`, `GET http://registry.test/`. */
  readonly strayed: string[]
  close(): Promise<void>
}

/** No wildcards: Node takes none directly below a top-level domain. */
const NAMES = [
  'registry.test',
  'sub.registry.test',
  'my-registry.test',
  'auth.test',
  'other.test',
  'auth.other.test',
  'registry.test.other.test',
  'third.test',
  'xn--bcher-kva.test',
]
const ADDRESSES = ['203.0.113.7', '2001:db8::7']
const IS_OUTSIDE = /(?:\.test|^203\.0\.113\.7|^\[2001:db8::7\]):\d+$/

/** Starts an internet where every host answers with `answer`. */
export async function startInternet(
  directory: string,
  answer: (exchange: Exchange, host: string) => Promise<void> | void,
  secrets: Readonly<Record<string, string>>,
): Promise<Internet> {
  const authority = makeAuthority(directory)
  const { cert, key } = authority.issue('internet', {
    names: [...NAMES.map((name) => `DNS:${name}`), ...ADDRESSES.map((address) => `IP:${address}`)],
  })
  const server = await startServer((exchange) => answer(exchange, exchange.header('host') ?? ''), {
    tls: { cert, key },
    secrets,
  })
  const strayed: string[] = []
  const port = Number(new URL(server.url).port)
  const sockets = new Set<Socket>()
  const proxy = createServer((request, response) => {
    strayed.push(`${request.method} ${request.url}`)
    response.writeHead(502).end()
  })
  proxy.on('connect', ({ url = '' }: IncomingMessage, client: Socket) => {
    client.on('error', () => undefined)
    if (!IS_OUTSIDE.test(url)) {
      strayed.push(url)
      client.destroy()
      return
    }
    const tunnel = connect(port, '127.0.0.1')
    sockets.add(client).add(tunnel)
    tunnel.on('error', () => client.destroy())
    client.write('HTTP/1.1 200 OK\r\n\r\n')
    client.pipe(tunnel).pipe(client)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    ca: authority.certFile,
    requests: server.requests,
    strayed,
    async close() {
      for (const socket of sockets) socket.destroy()
      proxy.close()
      proxy.closeAllConnections()
      await server.close()
    },
  }
}
