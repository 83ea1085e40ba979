import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ask } from './ask.js'
import { faultsOver } from './proxy/faults-over.js'
import { startProxy, type Proxy, type ProxyOptions } from './proxy/proxy.js'
import type { Fault } from './proxy/rules.js'
import { startRegistry, type Registry } from './registry/registry.js'

const bytes = randomBytes(10_000)

async function setUp(
  options: Omit<ProxyOptions, 'target'> = {},
): Promise<{ registry: Registry; proxy: Proxy; url: string }> {
  const registry = await startRegistry()
  const proxy = await startProxy({ target: registry.host, ...options })
  onTestFinished(async () => {
    await proxy.close()
    await registry.close()
  })
  return { registry, proxy, url: `${proxy.url}/v2/acme/app/blobs/${await registry.putBlob('acme/app', bytes)}` }
}

/** What one GET of the blob gives: status and body, or how it failed. */
async function outcome(fault: Fault): Promise<unknown> {
  const { url } = await setUp({ rules: [{ do: fault }] })
  return ask(url).then(
    ({ status, body }) => ({ status, length: body.length, isSame: body.equals(bytes) }),
    (error: NodeJS.ErrnoException) => error.code,
  )
}

describe('the proxy does to a request what its rule says', () => {
  test.each<[Fault, unknown]>([
    [
      { kind: 'delay', ms: 5 },
      { status: 200, length: 10_000, isSame: true },
    ],
    [
      { kind: 'throttle', of: 'response', bytesPerSecond: 500_000 },
      { status: 200, length: 10_000, isSame: true },
    ],
    [
      { kind: 'corrupt', of: 'response', at: '50%' },
      { status: 200, length: 10_000, isSame: false },
    ],
    [
      { kind: 'truncate', to: '50%', fixLength: true },
      { status: 200, length: 5000, isSame: false },
    ],
    [{ kind: 'truncate', to: '50%', fixLength: false }, 'ECONNRESET'],
    [{ kind: 'cut', of: 'response', after: '99%', how: 'rst' }, 'ECONNRESET'],
    [{ kind: 'cut', of: 'request', after: '100%', how: 'rst' }, 'ECONNRESET'],
    [{ kind: 'refuse' }, 'ECONNRESET'],
    [
      { kind: 'status', status: 503, body: 'later' },
      { status: 503, length: 5, isSame: false },
    ],
    [
      { kind: 'raw', bytes: 'HTTP/1.0 200 OK\r\n\r\nold' },
      { status: 200, length: 3, isSame: false },
    ],
  ])('%j', async (fault, expected) => {
    expect(await outcome(fault)).toEqual(expected)
  })

  test('headers are set, left out and sent twice', async () => {
    const { url } = await setUp({
      rules: [
        {
          do: {
            kind: 'header',
            set: { etag: '"x"' },
            drop: ['docker-content-digest'],
            dup: { link: '<a>', Link: '<b>' },
          },
        },
      ],
    })
    const { headers, body } = await ask(url)
    expect(headers).toMatchObject({ etag: '"x"', link: '<a>, <b>' })
    expect(headers['docker-content-digest']).toBeUndefined()
    expect(body).toEqual(bytes)
  })

  test('only the n-th of those that fit, and the rest goes through unharmed', async () => {
    const { url, proxy } = await setUp({
      rules: [{ id: 'second', match: { method: 'GET', path: /blobs/, nth: 2 }, do: { kind: 'status', status: 500 } }],
    })
    for (const method of ['HEAD', 'GET', 'GET', 'GET']) await ask(url, { method })
    expect(proxy.transcript.map(({ status, fault, responseBytes }) => [status, fault, responseBytes])).toEqual([
      [200, undefined, 0],
      [200, undefined, 10_000],
      [500, 'second', 0],
      [200, undefined, 10_000],
    ])
  })

  test('a request that is cut half-way brings half of its body', async () => {
    const cut: Fault = { kind: 'cut', of: 'request', after: '50%', how: 'rst' }
    const { registry, proxy } = await setUp({ rules: [{ match: { method: 'PATCH' }, do: cut }] })
    const { headers } = await ask(`${proxy.url}/v2/acme/app/blobs/uploads/`, { method: 'POST' })
    expect(headers.location).toContain(proxy.host)
    await expect(ask(headers.location!, { method: 'PATCH', body: bytes })).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect.poll(() => registry.requests.at(-1)).toMatchObject({ method: 'PATCH', bytesIn: 5000, status: 0 })
  })

  test('a proxy that refuses takes nobody until it is opened again', async () => {
    const { url, proxy } = await setUp({ rules: [{ match: { times: 1 }, do: { kind: 'refuse' } }] })
    await expect(ask(url)).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect(ask(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await proxy.reopen()
    expect((await ask(url)).body).toEqual(bytes)
  })
})

describe('the proxy does to a connection what its rule says', () => {
  test('it is cut after so many bytes', async () => {
    const { url } = await setUp({
      connections: [{ nth: 1, do: { kind: 'cut', direction: 'down', after: 3000, how: 'rst' } }],
    })
    await expect(ask(url)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect((await ask(url)).body).toEqual(bytes)
  })

  test('it says nothing at all, and the client is the one that leaves', async () => {
    const { proxy } = await setUp({ connections: [{ do: { kind: 'stall' } }] })
    const socket = connect(Number(proxy.host.split(':')[1]), '127.0.0.1')
    const said: Buffer[] = []
    socket.on('data', (chunk: Buffer) => said.push(chunk)).write('GET /v2/ HTTP/1.1\r\nhost: x\r\n\r\n')
    await expect.poll(() => proxy.connections()).toBe(1)
    expect(said).toEqual([])
    socket.destroy()
  })
})

test('a sweep has every fault of every request', async () => {
  const { proxy, url } = await setUp()
  await ask(url, { method: 'HEAD' })
  await ask(url)
  const names = faultsOver(proxy.transcript).map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names.filter((name) => name.startsWith('request 1 (HEAD)'))).toHaveLength(8)
  expect(names).toContain('request 2 (GET): cut response 99% rst')
  expect(names).toContain('request 2 (GET): corrupt response 50%')
})
