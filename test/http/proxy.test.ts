import { createServer, request as httpRequest } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bypassOf, Proxies } from '#src/http/proxy.js'
import type { Exchange, HttpSettings } from '#src/http/settings.js'
import { SecretSet } from '#src/secrets.js'
import { makeAuthority, type Authority } from '../support/certificates.js'
import { secretsIn } from '../support/secrets.js'
import { aClient, listening, serve, SHORT, textOf, type TestServer } from './support.js'

const PASSWORD = 'proxy-canary/1'
const WITH_PASSWORD = encodeURIComponent(PASSWORD)

/** What a proxy saw: the first line of each request, and whether it came with the password. */
interface TestProxy extends TestServer {
  readonly lines: string[]
}

/** A proxy for which every name is this machine; `refuse` is the status of its answers when it does not want to. */
async function aProxy({ refuse, silent }: { refuse?: number; silent?: boolean } = {}): Promise<TestProxy> {
  const lines: string[] = []
  const portOf = (target: string): number => Number(/:(\d+)\/?$/.exec(target)?.[1])
  const server = createServer((request, response) => {
    lines.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? '-'}`)
    if (refuse !== undefined) {
      response.writeHead(refuse).end('no')
      return
    }
    const { pathname, search, port, host } = new URL(request.url!)
    const headers = { ...request.headers, host }
    const onwards = httpRequest({ host: '127.0.0.1', port, path: pathname + search, method: request.method, headers })
    onwards.on('response', (answer) => answer.pipe(response.writeHead(answer.statusCode!, answer.headers)))
    request.pipe(onwards)
  })
  server.on('connect', (request, socket: Socket) => {
    lines.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? '-'}`)
    if (silent === true) return
    if (refuse !== undefined) {
      socket.end(`HTTP/1.1 ${refuse} No\r\ncontent-length: 0\r\n\r\n`)
      return
    }
    const onwards = connect(portOf(request.url!), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(onwards).pipe(socket)
    })
    onwards.on('error', () => socket.destroy())
    socket.on('error', () => onwards.destroy())
  })
  return Object.assign(await listening(server, 'http'), { lines })
}

/** A client that would not find the names of this test without the proxy. */
function behind(env: HttpSettings['env'], settings: Partial<HttpSettings> = {}): ReturnType<typeof aClient> {
  const lookup = (): Promise<never> => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))
  return aClient({ env, lookup, insecureHosts: ['server.test'], ...settings })
}

describe('plain http goes to the proxy itself', () => {
  test('with the whole address, and the name is not looked up here', async () => {
    const server = await serve((_, response) => response.end('ok'))
    const proxy = await aProxy()
    const url = `http://server.test:${server.port}/a?b`
    const response = await behind({ http_proxy: proxy.url }).send({ method: 'GET', url: new URL(url) })
    expect(await textOf(response.body)).toBe('ok')
    expect(proxy.lines).toEqual([`GET ${url} -`])
    expect(server.seen).toMatchObject([{ url: '/a?b', headers: { host: `server.test:${server.port}` } }])
  })

  test('with the user and the password in its address, which nobody else gets to see', async () => {
    const server = await serve((_, response) => response.end('ok'))
    const proxy = await aProxy()
    const url = new URL(`http://server.test:${server.port}/`)
    await behind({ HTTP_PROXY: `http://me:${WITH_PASSWORD}@127.0.0.1:${proxy.port}` }).send({ method: 'GET', url })
    expect(proxy.lines[0]).toContain(`Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`)
  })

  test('H-15: and a 407 is about the proxy', async () => {
    const proxy = await aProxy({ refuse: 407 })
    const sending = behind({ http_proxy: proxy.url }).send({ method: 'GET', url: new URL('http://server.test/') })
    await expect(sending).rejects.toMatchObject({
      code: 'E_AUTH',
      message: expect.stringContaining('the proxy http://127.0.0.1'),
    })
  })

  test('and what it leads to is judged by its name: nothing on this machine', async () => {
    const canary = await serve((_, response) => void response.end())
    const server = await serve((_, response) => void response.writeHead(302, { location: `${canary.url}/` }).end())
    const proxy = await aProxy()
    const url = new URL(`http://server.test:${server.port}/`)
    await expect(behind({ http_proxy: proxy.url }).send({ method: 'GET', url })).rejects.toMatchObject({
      code: 'E_REDIRECT',
    })
    expect(canary.connections).toBe(0)
  })
})

describe('https goes through a tunnel', () => {
  let directory: string
  let authority: Authority
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'trowel-proxy-'))
    authority = makeAuthority(directory)
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  const aSecureServer = (): Promise<TestServer> => {
    const { cert, key } = authority.issue('server', { names: ['DNS:server.test'] })
    return listening(
      createTlsServer({ cert, key }, (_, response) => response.end('secret')),
      'https',
    )
  }
  const trusting = (): Partial<HttpSettings> => ({ certificates: { ca: authority.certFile } })

  test('in which the certificate is that of the server', async () => {
    const server = await aSecureServer()
    const proxy = await aProxy()
    const client = behind({ https_proxy: `me:${WITH_PASSWORD}@127.0.0.1:${proxy.port}` }, trusting())
    for (const _ of [1, 2]) {
      const response = await client.send({ method: 'GET', url: new URL(`https://server.test:${server.port}/`) })
      expect(await textOf(response.body)).toBe('secret')
    }
    const authorization = `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`
    expect(proxy.lines).toEqual([`CONNECT server.test:${server.port} ${authorization}`])
  })

  test.each([
    [407, 'E_AUTH'],
    [403, 'E_NETWORK'],
    [502, 'E_NETWORK'],
  ])('H-15, U-08: and status %d to CONNECT is %s; the password is in no message and no log', async (status, code) => {
    const proxy = await aProxy({ refuse: status })
    const traces: Exchange[] = []
    const secrets = new SecretSet()
    const env = { https_proxy: `http://me:${WITH_PASSWORD}@127.0.0.1:${proxy.port}` }
    const client = behind(env, { ...trusting(), secrets, trace: (exchange) => traces.push(exchange) })
    const error = await client.send({ method: 'GET', url: new URL('https://server.test/') }).catch((e: unknown) => e)
    expect(error).toMatchObject({ code, message: expect.stringContaining(`the proxy http://127.0.0.1:${proxy.port}`) })
    expect(secretsIn(JSON.stringify([String(error), error, traces]), { PASSWORD })).toEqual([])
    expect(secrets.scrub(`it is ${PASSWORD}`)).toBe('it is ***')
  })

  test('H-15: and one that never opens is given up', async () => {
    const proxy = await aProxy({ silent: true })
    const client = behind({ https_proxy: proxy.url }, { timeouts: { ...SHORT, connect: 100 } })
    await expect(client.send({ method: 'GET', url: new URL('https://server.test/') })).rejects.toMatchObject({
      code: 'E_NETWORK',
    })
    expect(proxy.lines).toHaveLength(3)
  })
})

test.each(['http', 'https'])('H-15: a proxy that is not there is named: %s', async (scheme) => {
  // A port that was free a moment ago may be somebody else's by now; this one no system hands out.
  const nobody = '127.0.0.1:1'
  const client = behind({ http_proxy: nobody, https_proxy: nobody })
  await expect(client.send({ method: 'GET', url: new URL(`${scheme}://server.test/`) })).rejects.toMatchObject({
    code: 'E_NETWORK',
    message: expect.stringContaining(`by the proxy http://${nobody}: nobody listens there`),
  })
})

describe('which proxy', () => {
  const proxyFor = (env: HttpSettings['env'], url = 'https://server.test/'): string | undefined =>
    new Proxies(env!, () => {}).proxyFor(new URL(url))?.url.host

  test.each([
    [{ https_proxy: 'low:1', HTTPS_PROXY: 'up:1' }, 'low:1'],
    [{ HTTPS_PROXY: 'http://up:1' }, 'up:1'],
    [{ https_proxy: '', HTTPS_PROXY: 'up:1' }, undefined],
    [{ http_proxy: 'low:1' }, undefined],
    [{ https_proxy: 'low:1', no_proxy: 'server.test' }, undefined],
    [{ https_proxy: 'low:1', no_proxy: '', NO_PROXY: '*' }, 'low:1'],
    [{}, undefined],
  ])('%j: %j', (env, expected) => {
    expect(proxyFor(env)).toBe(expected)
  })

  test.each(['http://localhost/', 'http://127.0.0.1:5000/', 'http://[::1]/'])('none for %s', (url) => {
    expect(proxyFor({ http_proxy: 'low:1' }, url)).toBeUndefined()
  })

  test('ALL_PROXY is not used, and that is said once', async () => {
    const warnings: string[] = []
    const client = aClient({
      env: { ALL_PROXY: 'http://127.0.0.1:1' },
      warn: (text) => warnings.push(text),
      lookup: () => Promise.resolve([{ address: '1.1.1.1', family: 4 }]),
    })
    const from = new URL('https://1.0.0.1/')
    for (const _ of [1, 2]) await client.checkTarget({ to: new URL('https://server.test/'), from, first: from })
    expect(warnings).toEqual([expect.stringContaining('ALL_PROXY')])
  })

  test.each(['socks5://127.0.0.1:1', 'pac+http://127.0.0.1/x', 'http://', 'http://me:secret-1@[c'])(
    'H-15, U-08: %s is none that can be used; the value is not shown',
    (value) => {
      const find = (): unknown => proxyFor({ https_proxy: value })
      expect(find).toThrow(
        expect.objectContaining({ code: 'E_USAGE', message: expect.stringContaining('https_proxy') }),
      )
      expect(find).not.toThrow(/secret|127/)
    },
  )
})

describe('NO_PROXY', () => {
  test.each([
    ['*', 'https://a.test/', true],
    ['a.test', 'https://a.test/', true],
    ['a.test', 'https://A.TEST./', true],
    ['A.Test', 'https://b.a.test/', true],
    ['a.test', 'https://ba.test/', false],
    ['a.test', 'https://a.test.evil.test/', false],
    ['.a.test', 'https://b.a.test/', true],
    ['.a.test', 'https://a.test/', false],
    ['*.a.test', 'https://b.a.test/', true],
    ['a.test:8443', 'https://a.test:8443/', true],
    ['a.test:8443', 'https://a.test/', false],
    ['a.test:443', 'https://a.test/', true],
    ['x, a.test ,y', 'https://a.test/', true],
    ['x a.test', 'https://a.test/', true],
    ['10.0.0.0/8', 'https://10.255.0.1/', true],
    ['10.0.0.0/8', 'https://11.0.0.1/', false],
    ['10.0.0.0/8', 'https://10.a.test/', false],
    ['10.1.2.3', 'https://10.1.2.3:8443/', true],
    ['10.1.2.3:443', 'https://10.1.2.3:8443/', false],
    ['fd00::/8', 'https://[fd12::1]/', true],
    ['[fd00::]/8', 'https://[fd12::1]/', true],
    ['fd12:0::1', 'https://[fd12::1]/', true],
    ['[fd12::1]:443', 'https://[fd12::1]/', true],
    ['[fd12::1]:444', 'https://[fd12::1]/', false],
    ['10.0.0.0/33', 'https://10.0.0.1/', false],
    ['/', 'https://a.test/', false],
    ['.', 'https://a.test/', false],
    [':443', 'https://a.test/', false],
    ['', 'https://a.test/', false],
  ])('%j has %s: %j', (list, url, expected) => {
    expect(bypassOf(list)(new URL(url))).toBe(expected)
  })

  test('a network has an address when their first bits are the same', () => {
    const bitsOf = (address: string): string =>
      address
        .split('.')
        .map((byte) => Number(byte).toString(2).padStart(8, '0'))
        .join('')
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (network, address, bits) => {
        const expected = bitsOf(network).slice(0, bits) === bitsOf(address).slice(0, bits)
        expect(bypassOf(`${network}/${bits}`)(new URL(`https://${address}/`))).toBe(expected)
      }),
    )
  })

  test('no list makes the matcher throw', () => {
    fc.assert(
      fc.property(fc.string(), fc.webUrl(), (list, url) => {
        expect(bypassOf(list)(new URL(url))).toBeTypeOf('boolean')
      }),
    )
  })
})
