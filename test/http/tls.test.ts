import { createServer as createPlainServer } from 'node:http'
import { createServer } from 'node:https'
import { copyFileSync, chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createPrivateKey } from 'node:crypto'
import { createServer as createSilentServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket, TlsOptions } from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { HttpSettings } from '#src/http/settings.js'
import { makeAuthority, type Authority, type Certificate } from '../support/certificates.js'
import { aClient, FakeClock, listening, SHORT, textOf, type TestServer } from './support.js'

let directory: string
let authority: Authority
let good: Certificate
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'trowel-tls-'))
  authority = makeAuthority(directory)
  good = authority.issue('good')
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

function secured(options: TlsOptions = {}, { cert, key }: { cert: string; key: string } = good): Promise<TestServer> {
  return listening(
    createServer({ cert, key, ...options }, (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate()
      response.end(subject === undefined ? 'hello' : `hello ${String(subject.CN)}`)
    }),
    'https',
  )
}

async function get(server: TestServer, settings: Partial<HttpSettings> = {}): Promise<string> {
  const response = await aClient(settings).send({ method: 'GET', url: new URL(server.url) })
  return textOf(response.body)
}

describe('an authority of the user', () => {
  test('is trusted by a flag', async () => {
    expect(await get(await secured(), { certificates: { ca: authority.certFile } })).toBe('hello')
  })

  test.each(['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'])('is trusted by %s', async (name) => {
    expect(await get(await secured(), { env: { [name]: authority.certFile } })).toBe('hello')
  })

  test.each(['127.0.0.1:PORT', '127.0.0.1'])(
    'is trusted in the directory %s, as far as that is for the host',
    async (name) => {
      const server = await secured()
      const certs = mkdtempSync(join(directory, 'certs.d-'))
      const own = join(certs, name.replace('PORT', String(server.port)))
      mkdirSync(own)
      copyFileSync(authority.certFile, join(own, 'ca.crt'))
      const getting = get(server, { certificates: { directories: [join(directory, 'nothing-here'), certs] } })
      if (name.includes('PORT')) expect(await getting).toBe('hello')
      else await expect(getting).rejects.toMatchObject({ code: 'E_TLS' })
    },
  )

  test.each(['absent.pem', '.'])('must be a file: %s', async (name) => {
    const getting = get(await secured(), { certificates: { ca: join(directory, name) } })
    await expect(getting).rejects.toMatchObject({ code: 'E_CREDENTIALS', place: { file: join(directory, name) } })
  })
})

describe('R-56: a certificate is refused, once, and the flag is named', () => {
  const cases: Record<string, () => Promise<TestServer>> = {
    'by an authority that nobody knows': () => secured(),
    expired: () => secured({}, authority.issue('expired', { days: -1 })),
    'for another host': () => secured({}, authority.issue('other', { names: ['DNS:other.test'] })),
    'signed by itself': () => secured({}, makeAuthority(mkdtempSync(join(directory, 'self-')))),
  }
  test.each(Object.keys(cases))('%s', async (name) => {
    const server = await cases[name]!()
    const clock = new FakeClock()
    const trusts = name.startsWith('by') ? {} : { certificates: { ca: authority.certFile } }
    await expect(get(server, { ...trusts, clock })).rejects.toMatchObject({
      code: 'E_TLS',
      message: expect.stringContaining('the certificate is not accepted'),
      hint: expect.stringContaining('--ca'),
    })
    expect(clock.slept).toEqual([])
    expect(server.connections).toBe(1)
  })
})

describe('no TLS connection, and no other try', () => {
  test('R-56: with a server that knows no version after 1.1', async () => {
    const server = await secured({ maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' })
    await expect(get(server, { certificates: { ca: authority.certFile } })).rejects.toMatchObject({ code: 'E_TLS' })
    expect(server.connections).toBe(1)
  })

  test('R-55: with a server that speaks plain http, and nothing falls back to that', async () => {
    const server = await listening(
      createPlainServer((_, response) => void response.end('plain')),
      'https',
    )
    await expect(get(server)).rejects.toMatchObject({
      code: 'E_TLS',
      hint: expect.stringContaining('--insecure-registry'),
    })
    expect(server.connections).toBe(1)
  })
})

test('R-55: a name that needs TLS is not spoken to in plain http', async () => {
  let asked = 0
  const lookup = (): Promise<never> => {
    asked++
    return Promise.reject(new Error('not to be asked'))
  }
  const sending = aClient({ lookup }).send({ method: 'GET', url: new URL('http://registry.test/') })
  await expect(sending).rejects.toMatchObject({
    code: 'E_NETWORK',
    hint: expect.stringContaining('--insecure-registry'),
  })
  expect(asked).toBe(0)
})

test('R-58: a server that would rather speak HTTP/2 is spoken to in HTTP/1.1', async () => {
  let protocol: unknown
  const server = createServer({ ...good, ALPNProtocols: ['h2', 'http/1.1'] }, (request, response) => {
    protocol = (request.socket as TLSSocket).alpnProtocol
    response.end(`HTTP/${request.httpVersion}`)
  })
  const said = await get(await listening(server, 'https'), { certificates: { ca: authority.certFile } })
  expect({ said, protocol }).toEqual({ said: 'HTTP/1.1', protocol: 'http/1.1' })
})

test('R-10: a server that does not get on with the handshake is given up', async () => {
  const server = await listening(createSilentServer(), 'https')
  const getting = get(server, { timeouts: { ...SHORT, connect: 100 } })
  await expect(getting).rejects.toMatchObject({ code: 'E_NETWORK', message: expect.stringContaining('in time') })
  expect(server.connections).toBe(3)
})

describe('A-18: a certificate of ours', () => {
  let certs: string
  let client: Certificate
  beforeEach(() => {
    certs = mkdtempSync(join(directory, 'certs.d-'))
    client = authority.issue('client')
  })

  async function mutual(): Promise<{ server: TestServer; own: string }> {
    const server = await secured({ requestCert: true, rejectUnauthorized: true, ca: authority.cert })
    const own = join(certs, `127.0.0.1:${server.port}`)
    mkdirSync(own)
    copyFileSync(authority.certFile, join(own, 'ca.crt'))
    return { server, own }
  }

  test('is shown to its host', async () => {
    const { server, own } = await mutual()
    copyFileSync(client.certFile, join(own, 'client.cert'))
    copyFileSync(client.keyFile, join(own, 'client.key'))
    chmodSync(join(own, 'client.key'), 0o600)
    const warnings: string[] = []
    const settings = { certificates: { directories: [certs] }, warn: (text: string) => warnings.push(text) }
    expect(await get(server, settings)).toBe('hello client')
    expect(warnings).toEqual([])
  })

  test('whose key others can read is used with a warning', async () => {
    const { server, own } = await mutual()
    copyFileSync(client.certFile, join(own, 'client.cert'))
    copyFileSync(client.keyFile, join(own, 'client.key'))
    chmodSync(join(own, 'client.key'), 0o644)
    const warnings: string[] = []
    const settings = { certificates: { directories: [certs] }, warn: (text: string) => warnings.push(text) }
    expect(await get(server, settings)).toBe('hello client')
    expect(warnings).toEqual([expect.stringContaining('client.key')])
  })

  test('with an encrypted key needs its password, which is in the environment', async () => {
    const { server, own } = await mutual()
    copyFileSync(client.certFile, join(own, 'client.cert'))
    const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open-sesame' } as const
    writeFileSync(join(own, 'client.key'), createPrivateKey(client.key).export(options))
    const certificates = { directories: [certs] }
    expect(await get(server, { certificates, env: { TROWEL_CLIENT_KEY_PASSPHRASE: 'open-sesame' } })).toBe(
      'hello client',
    )
    for (const env of [{}, { TROWEL_CLIENT_KEY_PASSPHRASE: 'wrong-password' }]) {
      const error = await get(server, { certificates, env }).catch((reason: unknown) => reason)
      expect(error).toMatchObject({
        code: 'E_CREDENTIALS',
        hint: expect.stringContaining('TROWEL_CLIENT_KEY_PASSPHRASE'),
      })
      expect(String(error)).not.toContain('wrong-password')
    }
  })

  test.each(['of another key', 'that is no key', 'that is not there'])('with a key %s is refused', async (what) => {
    const { server, own } = await mutual()
    copyFileSync(client.certFile, join(own, 'client.cert'))
    if (what === 'of another key') copyFileSync(good.keyFile, join(own, 'client.key'))
    if (what === 'that is no key') writeFileSync(join(own, 'client.key'), 'hello')
    const getting = get(server, { certificates: { directories: [certs] } })
    await expect(getting).rejects.toMatchObject({ code: 'E_CREDENTIALS' })
  })
})
