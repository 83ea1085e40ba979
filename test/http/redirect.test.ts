import { createServer as createTlsServer } from 'node:https'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HttpClient } from '#src/http/client.js'
import type { Request } from '#src/http/message.js'
import type { Lookup } from '#src/http/settings.js'
import { makeAuthority, type Authority } from '../support/certificates.js'
import { secretsIn } from '../support/secrets.js'
import { aBody, aClient, listening, serve, textOf, type Seen, type TestServer } from './support.js'

const CODES = [301, 302, 303, 307, 308]
const METHODS = ['GET', 'HEAD', 'POST', 'PATCH', 'PUT'] as const

/** Every name of a test is this machine, so that nothing that goes wrong leaves it. */
const onLoopback: Lookup = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }])
/** Names that claim to be elsewhere. None of them is ever connected to: these addresses are only looked at. */
const elsewhere: Lookup = (name) =>
  Promise.resolve([{ address: name.endsWith('.private.test') ? '10.0.0.1' : '127.0.0.1', family: 4 }])

const NAMES = ['registry.test', 'sub.registry.test', 'other.test']

/** A client for which all names are this machine, over plain http. */
const aLocalClient = (): HttpClient => aClient({ lookup: onLoopback, insecureHosts: NAMES })

function redirecting(code: number, location: string | undefined): Promise<TestServer> {
  return serve((_, response) => void response.writeHead(code, location === undefined ? {} : { location }).end())
}

async function get(client: HttpClient, url: string, change: Partial<Request> = {}): Promise<string> {
  const response = await client.send({ method: 'GET', url: new URL(url), ...change })
  return textOf(response.body)
}

describe('A-01, R-52, R-53: a secret goes to its own origin and to no other', () => {
  const PASSWORD = 'canary-password'
  const SECRETS = {
    Basic: { name: 'Authorization', value: `Basic ${Buffer.from(`user:${PASSWORD}`).toString('base64')}` },
    Bearer: { name: 'authorization', value: `Bearer ${PASSWORD}` },
    'a header of the user': { name: 'X-Registry-Key', value: PASSWORD },
  }
  /** Where a redirect leads: its address, and whether that is the same origin. */
  const TARGETS: Record<string, { to: (own: number, other: number) => string; same: boolean }> = {
    'the same origin': { to: (own) => `http://registry.test:${own}/there`, same: true },
    'a path': { to: () => '/there', same: true },
    'the same in upper case': { to: (own) => `HTTP://REGISTRY.TEST:${own}/there`, same: true },
    'the same with a dot at the end': { to: (own) => `http://registry.test.:${own}/there`, same: true },
    'the same with user info': { to: (own) => `http://who:${PASSWORD}@registry.test:${own}/there`, same: true },
    'another port': { to: (_, other) => `http://registry.test:${other}/there`, same: false },
    'a name below it': { to: (own) => `http://sub.registry.test:${own}/there`, same: false },
    'another name': { to: (own) => `http://other.test:${own}/there`, same: false },
    'its address': { to: (own) => `http://127.0.0.1:${own}/there`, same: false },
    'its address, written as a number': { to: (own) => `http://2130706433:${own}/there`, same: false },
    'another name with user info': { to: (own) => `http://registry.test@other.test:${own}/there`, same: false },
    'the same without a scheme': { to: (own) => `//registry.test:${own}/there`, same: true },
  }

  const rows = Object.keys(TARGETS).flatMap((target) =>
    METHODS.flatMap((method) =>
      Object.keys(SECRETS).map((kind) => ({ target, method, kind: kind as keyof typeof SECRETS })),
    ),
  )
  test.each(rows)('$kind on $method to $target', async ({ target, method, kind }) => {
    const { to, same } = TARGETS[target]!
    const { name, value } = SECRETS[kind]
    const asksOf: string[] = []
    for (const code of CODES) {
      const other = await serve((_, response) => void response.end())
      const own = await serve((request, response) => {
        if (request.url === '/there') response.end()
        else response.writeHead(code, { location: to(own.port, other.port) }).end()
      })
      const origin = `http://registry.test:${own.port}`
      const isUpload = method !== 'GET' && method !== 'HEAD'
      const sending = aLocalClient().send({
        method,
        url: new URL(`${origin}/here`),
        secrets: (url) => {
          asksOf.push(url.origin)
          return url.origin === origin ? { [name]: value } : undefined
        },
        ...(isUpload ? { body: aBody('upload') } : {}),
      })
      const follows = !isUpload || code === 307 || code === 308
      if (follows) await expect(sending).resolves.toMatchObject({ status: 200 })
      else await expect(sending).rejects.toMatchObject({ code: 'E_REDIRECT' })

      const seen = [...own.seen, ...other.seen]
      expect(seen.map((request) => request.url)).toEqual(follows ? ['/here', '/there'] : ['/here'])
      expect(seen.map((request) => request.method)).toEqual(seen.map(() => method))
      expect(seen.map((request) => request.body)).toEqual(seen.map(() => (isUpload ? 'upload' : '')))
      expect(holders(seen)).toEqual(same && follows ? ['/here', '/there'] : ['/here'])
    }
    expect(asksOf.every((origin) => !origin.includes('@'))).toBe(true)
  })

  /** The paths of the requests in which the secret was. */
  function holders(seen: readonly Seen[]): string[] {
    return seen
      .filter(({ headers, url }) => secretsIn(JSON.stringify([headers, url]), { PASSWORD }).length > 0)
      .map(({ url }) => url)
  }
})

describe('R-51: a redirect is followed', () => {
  test('ten times', async () => {
    const server = await serve((request, response) => {
      const left = Number(request.url.slice(1))
      if (left === 0) response.end('there')
      else response.writeHead(302, { location: `/${left - 1}` }).end()
    })
    expect(await get(aClient(), `${server.url}/10`)).toBe('there')
    await expect(get(aClient(), `${server.url}/11`)).rejects.toMatchObject({ code: 'E_NETWORK' })
  })

  test('to where its answer says that it came from', async () => {
    const there = await serve((_, response) => void response.end())
    const server = await redirecting(302, `${there.url}/b`)
    const response = await aClient().send({ method: 'GET', url: new URL(server.url) })
    expect(response.url.href).toBe(`${there.url}/b`)
  })

  test('but not in a circle for ever', async () => {
    const server = await redirecting(302, '/')
    await expect(get(aClient(), server.url)).rejects.toMatchObject({ code: 'E_NETWORK' })
    expect(server.seen).toHaveLength(11)
  })

  test('not when the caller wants to see it', async () => {
    const server = await redirecting(302, '/b')
    const response = await aClient().send({ method: 'GET', url: new URL(server.url), accept: [302] })
    expect(response.status).toBe(302)
  })
})

describe('H-05: a redirect is refused', () => {
  test.each([
    ['a file', 'file:///etc/passwd', 'E_REDIRECT'],
    ['data', 'data:,x', 'E_REDIRECT'],
    ['ftp', 'ftp://127.0.0.1/x', 'E_REDIRECT'],
    ['nowhere', undefined, 'E_NETWORK'],
    ['nothing that is an address', 'http://[', 'E_NETWORK'],
  ])('to %s', async (_, location, code) => {
    const server = await redirecting(302, location)
    await expect(get(aClient(), server.url)).rejects.toMatchObject({ code })
  })

  test('R-55: to plain http on a host that nobody named', async () => {
    const canary = await serve((_, response) => void response.end())
    const server = await redirecting(302, `http://other.test:${canary.port}/`)
    const client = aClient({ lookup: onLoopback })
    await expect(get(client, server.url)).rejects.toMatchObject({
      code: 'E_NETWORK',
      hint: expect.stringContaining(`--insecure-registry other.test:${canary.port}`),
    })
    expect(canary.connections).toBe(0)
  })

  test('U-06: and its secrets are not in the message', async () => {
    const server = await redirecting(302, 'ftp://me:pass-word@host.test/x?X-Amz-Signature=sig-nature')
    const error = await get(aClient(), `${server.url}?token=to-ken`).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'E_REDIRECT', message: expect.stringContaining('ftp://host.test/x') })
    expect(String(error)).not.toMatch(/pass-word|sig-nature|to-ken/)
  })
})

describe('with TLS', () => {
  let directory: string
  let authority: Authority
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'trowel-redirect-'))
    authority = makeAuthority(directory)
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  /** A server of `registry.test` that redirects. */
  function secured(location: string): Promise<TestServer> {
    const { cert, key } = authority.issue('registry', { names: ['DNS:registry.test'] })
    return listening(
      createTlsServer({ cert, key }, (_, response) => void response.writeHead(307, { location }).end()),
      'https',
    )
  }

  test.each(METHODS)(
    'H-04: %s never goes from https to http, not even to this machine or a host that the user named',
    async (method) => {
      const canary = await serve((_, response) => void response.end())
      for (const host of ['127.0.0.1', 'localhost', 'registry.test']) {
        const server = await secured(`http://${host}:${canary.port}/`)
        const client = aClient({
          lookup: onLoopback,
          insecureHosts: NAMES,
          certificates: { ca: authority.certFile },
        })
        const sending = client.send({ method, url: new URL(`https://registry.test:${server.port}/`) })
        await expect(sending).rejects.toMatchObject({
          code: 'E_REDIRECT',
          message: expect.stringContaining('after https'),
        })
      }
      expect(canary.connections).toBe(0)
    },
  )
})

describe('H-05, R-26, A-02: a private network is not entered from outside', () => {
  /** This machine, written in some way. */
  const MACHINE = [
    'http://127.0.0.1:PORT/',
    'http://127.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f000001:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://[::1]:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://localhost:PORT/',
    'http://a.localhost:PORT/',
    'http://LOCALHOST.:PORT/',
    'https://0.0.0.0/',
    'https://[::]/',
  ]
  /** What is looked at, and never spoken to. */
  const LINK = ['https://169.254.169.254/latest/meta-data', 'https://[::ffff:169.254.169.254]/', 'https://[fe80::1]/']
  const OTHERS = [
    'https://10.0.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://[fd00::1]/',
    'https://[64:ff9b::a00:1]/',
    'https://name.private.test/',
  ]
  /** By the address that the user named. */
  const FIRST = {
    'this machine': 'http://127.0.0.1:2/',
    'the link': 'http://169.254.1.1/',
    'a private network': 'http://10.1.1.1/',
  }
  const reachable: readonly (readonly [keyof typeof FIRST, string])[] = [
    ...MACHINE.map((to) => ['this machine', to] as const),
    ...LINK.map((to) => ['the link', to] as const),
    ...OTHERS.flatMap((to) => Object.keys(FIRST).map((from) => [from as keyof typeof FIRST, to] as const)),
  ]
  const unreachable: readonly (readonly [keyof typeof FIRST, string])[] = [
    ...MACHINE.flatMap((to) => [['the link', to] as const, ['a private network', to] as const]),
    ...LINK.flatMap((to) => [['this machine', to] as const, ['a private network', to] as const]),
  ]

  test.each([...MACHINE, ...LINK, ...OTHERS])('%s', async (location) => {
    const canary = await serve((_, response) => void response.end())
    // A name that was public when it was looked up, and whose server is here all the same.
    const client = aClient({ lookup: elsewhere, insecureHosts: NAMES })
    const target = {
      to: new URL(location.replace('PORT', String(canary.port))),
      first: new URL('https://93.184.216.34/'),
    }
    await expect(client.checkTarget({ ...target, from: new URL('http://93.184.216.34/') })).rejects.toMatchObject({
      code: 'E_REDIRECT',
      message: expect.stringContaining('private network'),
    })
    expect(canary.connections).toBe(0)
  })

  test.each(reachable)('except from %s, when the user sent us there: %s', async (network, location) => {
    const to = new URL(location.replace('PORT', '1'))
    const from = new URL(FIRST[network])
    await expect(aClient({ lookup: elsewhere }).checkTarget({ to, from, first: from })).resolves.toBeUndefined()
  })

  test.each(unreachable)('also not from %s: %s', async (network, location) => {
    const to = new URL(location.replace('PORT', '1'))
    const from = new URL(FIRST[network])
    const client = aClient({ lookup: elsewhere })
    await expect(client.checkTarget({ to, from, first: from })).rejects.toMatchObject({ code: 'E_REDIRECT' })
  })

  test('a name means the same addresses when it is judged and when it is connected to', async () => {
    let asked = 0
    const lookup: Lookup = () => Promise.resolve([{ address: ++asked === 1 ? '127.0.0.1' : '10.0.0.1', family: 4 }])
    const server = await serve((_, response) => void response.setHeader('connection', 'close').end('ok'))
    const client = aClient({ lookup, insecureHosts: NAMES })
    for (const _ of [1, 2]) expect(await get(client, `http://registry.test:${server.port}/`)).toBe('ok')
    expect(asked).toBe(1)
  })

  test.each(['https://93.184.216.34/', 'https://[2606:2800:220:1::1]/', 'https://[64:ff9b::5db8:d822]/'])(
    '%s is none',
    async (location) => {
      const from = new URL('https://93.184.216.35/')
      await expect(aClient().checkTarget({ to: new URL(location), from, first: from })).resolves.toBeUndefined()
    },
  )
})
