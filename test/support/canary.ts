import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, onTestFinished } from 'vitest'

/** A place that nobody may go to. */
export interface Canary {
  readonly host: string
  readonly port: number
  /** How often it was connected to, and what came. */
  readonly visits: readonly string[]
}

/** Listens on a loopback address, and fails the test when anything connects to it. */
export async function canary(address = '127.0.0.1', port = 0): Promise<Canary> {
  const visits: string[] = []
  const server = createServer((socket) => {
    const index = visits.push('') - 1
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => (visits[index] += chunk.toString('latin1')))
    socket.setTimeout(1000, () => socket.destroy())
  })
  server.listen(port, address)
  await once(server, 'listening')
  const actual = (server.address() as AddressInfo).port
  onTestFinished(() => {
    server.close()
    expect(visits, `nobody may connect to the canary on ${address}`).toEqual([])
  })
  return { host: `${address.includes(':') ? `[${address}]` : address}:${actual}`, port: actual, visits }
}
