import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A slow way to a server. */
export interface SlowRelay {
  readonly host: string
  /** Resolves when so many bytes have gone through, both ways counted. */
  passed(bytes: number): Promise<void>
  /** Bytes that have gone through so far, both ways counted. */
  count(): number
  /** Resets every connection, as when a machine changes its network. New ones are taken. */
  cut(): void
  close(): void
}

/** Milliseconds between the pieces that go one way through one connection. */
const EVERY = 40

/** Starts a relay on the loopback that lets through a piece of at most 64 KiB every 40 ms, each way of each connection. */
export async function startSlowRelay(target: string): Promise<SlowRelay> {
  const { hostname, port } = new URL(`http://${target}`)
  const sockets = new Set<Socket>()
  const waiting = new Set<{ readonly bytes: number; readonly resolve: () => void }>()
  let count = 0

  function pass(from: Socket, to: Socket): void {
    sockets.add(from)
    from.on('data', (piece) => {
      count += piece.length
      for (const one of waiting) {
        if (count < one.bytes) continue
        waiting.delete(one)
        one.resolve()
      }
      to.write(piece)
      from.pause()
      setTimeout(() => from.resume(), EVERY)
    })
    from.on('end', () => to.end())
    from.on('error', () => to.destroy())
    from.on('close', () => {
      sockets.delete(from)
      to.destroy()
    })
  }

  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    pass(client, upstream)
    pass(upstream, client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => count,
    passed: (bytes) =>
      new Promise((resolve) => {
        if (count >= bytes) resolve()
        else waiting.add({ bytes, resolve })
      }),
    cut: () => sockets.forEach((socket) => socket.resetAndDestroy()),
    close() {
      server.close()
      sockets.forEach((socket) => socket.destroy())
    },
  }
}
