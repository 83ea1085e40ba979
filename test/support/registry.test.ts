import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ask, type Answer } from './ask.js'
import { temporaryDirectory } from './directories.js'
import { makeLayout, OCI, sha256 } from './layout.js'
import { pushLayout } from './registry/push-layout.js'
import { startRegistry, type Registry, type RegistryOptions } from './registry/registry.js'
import { startTokenServer } from './registry/token-server.js'

async function registryWith(options: RegistryOptions = {}): Promise<Registry> {
  const registry = await startRegistry(options)
  onTestFinished(() => registry.close())
  return registry
}

/** Opens a session and returns where it is. */
async function open(registry: Registry, name = 'acme/app'): Promise<string> {
  const { status, headers } = await ask(`${registry.url}/v2/${name}/blobs/uploads/`, { method: 'POST' })
  expect(status).toBe(202)
  return headers.location!
}

async function chunk(location: string, bytes: Buffer, start: number): Promise<Answer> {
  const headers = {
    'content-range': `${start}-${start + bytes.length - 1}`,
    'content-type': 'application/octet-stream',
  }
  return ask(location, { method: 'PATCH', headers, body: bytes })
}

function closing(location: string, bytes: Uint8Array): string {
  const url = new URL(location)
  url.searchParams.set('digest', sha256(bytes))
  return url.href
}

describe('the registry of the tests', () => {
  test.each(['in memory', 'in files'])(
    'takes a blob in chunks and gives it back, whole and in part, %s',
    async (where) => {
      const registry = await registryWith(where === 'in files' ? { directory: temporaryDirectory() } : {})
      const bytes = randomBytes(10_000)
      const first = await chunk(await open(registry), bytes.subarray(0, 6000), 0)
      expect(first).toMatchObject({ status: 202, headers: { range: '0-5999' } })
      const second = await chunk(first.headers.location!, bytes.subarray(6000), 6000)
      const closed = await ask(closing(second.headers.location!, bytes), { method: 'PUT' })
      expect(closed).toMatchObject({ status: 201, headers: { 'docker-content-digest': sha256(bytes) } })

      const url = `${registry.url}/v2/acme/app/blobs/${sha256(bytes)}`
      expect((await ask(url)).body).toEqual(bytes)
      const part = await ask(url, { headers: { range: 'bytes=100-199' } })
      expect(part).toMatchObject({ status: 206, headers: { 'content-range': 'bytes 100-199/10000' } })
      expect(part.body).toEqual(bytes.subarray(100, 200))
      expect(registry.requests.map(({ method, bytesIn, bytesOut }) => [method, bytesIn, bytesOut])).toEqual([
        ['POST', 0, 0],
        ['PATCH', 6000, 0],
        ['PATCH', 4000, 0],
        ['PUT', 0, 0],
        ['GET', 0, 10_000],
        ['GET', 0, 100],
      ])
    },
  )

  test('refuses a manifest whose blobs are not there, and takes it when they are', async () => {
    const registry = await registryWith()
    const layout = makeLayout(join(temporaryDirectory(), 'layout'))
    const manifest = Buffer.from(JSON.stringify(layout.manifest()))
    const put = { method: 'PUT', headers: { 'content-type': OCI.manifest }, body: manifest }
    const url = `${registry.url}/v2/acme/app/manifests/1`
    const refused = await ask(url, put)
    expect(refused.status).toBe(400)
    expect(JSON.parse(refused.body.toString())).toMatchObject({ errors: [{ code: 'MANIFEST_BLOB_UNKNOWN' }] })
    await pushLayout(registry, layout.directory, 'acme/app:other')
    expect((await ask(url, put)).status).toBe(201)
    expect(registry.tags('acme/app').get('1')).toBe(sha256(manifest))
  })

  test('gives a token for what a user may do, and asks for a wider one', async () => {
    const tokens = await startTokenServer({ users: { ann: 'correct horse' } })
    onTestFinished(() => tokens.close())
    const registry = await registryWith({ auth: { kind: 'bearer', tokens } })
    const url = `${registry.url}/v2/acme/app/blobs/uploads/`
    const { status, headers } = await ask(url, { method: 'POST' })
    expect(status).toBe(401)
    const [, realm, service, scope] = /^Bearer realm="(.*)",service="(.*)",scope="(.*)"$/.exec(
      headers['www-authenticate']!,
    )!
    expect(scope).toBe('repository:acme/app:pull,push')
    const query = `?service=${service}&scope=${scope}`
    const tokenOf = async (where: string): Promise<string> =>
      (JSON.parse((await ask(where)).body.toString()) as { token: string }).token
    const anonymous = { authorization: `Bearer ${await tokenOf(`${realm}${query}`)}` }
    const narrow = await ask(url, { method: 'POST', headers: anonymous })
    expect(narrow.headers['www-authenticate']).toContain('error="insufficient_scope"')
    const named = realm!.replace('http://', 'http://ann:correct%20horse@')
    const wide = { authorization: `Bearer ${await tokenOf(`${named}${query}`)}` }
    expect((await ask(url, { method: 'POST', headers: wide })).status).toBe(202)
    tokens.revokeAll()
    expect((await ask(url, { method: 'POST', headers: wide })).status).toBe(401)
  })

  test('finds a secret in every form in which it may arrive', async () => {
    const secret = 'p4ss/wörd&=?'
    const registry = await registryWith({ secrets: { secret, other: 'never sent' } })
    const basic = ['', 'a:', 'ab:', 'abc:'].map(
      (before) => `Basic ${Buffer.from(`${before}${secret};`).toString('base64')}`,
    )
    for (const authorization of basic) await ask(`${registry.url}/v2/`, { headers: { authorization } })
    await ask(`${registry.url}/v2/?x=${encodeURIComponent(secret)}`)
    await ask(`${registry.url}/v2/${Buffer.from(secret).toString('hex')}`)
    expect(registry.requests.map(({ secrets }) => secrets)).toEqual(registry.requests.map(() => ['secret']))
  })
})

describe('a quirk changes one thing', () => {
  test('a chunk out of order is refused, or appended', async () => {
    const registry = await registryWith()
    const first = await chunk(await open(registry), Buffer.alloc(2000), 0)
    expect((await chunk(first.headers.location!, Buffer.alloc(1000), 3000)).status).toBe(416)
    registry.quirks.ignoreContentRange = true
    const appended = await chunk(first.headers.location!, Buffer.alloc(1000), 3000)
    expect(appended).toMatchObject({ status: 202, headers: { range: '0-2999' } })
  })

  test('a blob that was taken is seen late by manifests', async () => {
    const registry = await registryWith({ quirks: { blobsLate: 2 } })
    const layout = makeLayout(join(temporaryDirectory(), 'layout'))
    await pushLayout(registry, layout.directory, 'acme/app:other')
    const put = { method: 'PUT', headers: { 'content-type': OCI.manifest }, body: JSON.stringify(layout.manifest()) }
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) statuses.push((await ask(`${registry.url}/v2/acme/app/manifests/1`, put)).status)
    expect(statuses).toEqual([400, 400, 400, 400, 201])
  })
})
