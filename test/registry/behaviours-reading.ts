import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Descriptor } from '#src/oci/image.js'
import { collect } from '#src/oci/verified.js'
import { hasBlob, openBlob } from '#src/registry/blobs.js'
import { describeManifest, getManifest } from '#src/registry/manifests.js'
import { temporaryDirectory } from '../support/directories.js'
import { DOCKER, makeLayout, OCI, sha256, TestLayout } from '../support/layout.js'
import { pushLayout } from '../support/registry/push-layout.js'
import type { Quirks } from '../support/registry/quirks.js'
import type { Registry } from '../support/registry/registry.js'
import type { Behaviour } from './behaviour.js'
import { testClient, type TestClient } from './client.js'
import { behindProxy, blobOf, find, pull, registryWith, repositoryOf } from './kit.js'

/** A registry that has a sound image as `acme/app:1`. */
async function registryWithImage(quirks: Quirks = {}): Promise<{ registry: Registry; digest: string; name: string }> {
  const registry = await registryWith({ quirks })
  const layout = makeLayout(join(temporaryDirectory(), 'layout'))
  const digest = await pushLayout(registry, layout.directory, 'acme/app:1')
  return { registry, digest, name: `${registry.host}/acme/app:1` }
}

/** Puts text as a manifest under a tag, sent with a type. */
async function registryWithManifest(body: string, quirks: Quirks = {}, type: string = OCI.manifest): Promise<string> {
  const registry = await registryWith({ quirks })
  registry.putManifest('acme/app', Buffer.from(body), type, '1')
  return `${registry.host}/acme/app:1`
}

const count = ({ requests }: Registry, method: string): number =>
  requests.filter((one) => one.method === method && one.path.includes('/manifests/')).length

const TAG = { kind: 'tag', tag: '1' } as const

const GENERIC_TYPES: readonly (readonly [string, (type: string) => string | undefined])[] = [
  ['missing', () => undefined],
  ['with parameters', (type) => `${type}; charset=utf-8`],
  ['in capitals', (type) => type.toUpperCase()],
  ['text/plain', () => 'text/plain; charset=utf-8'],
  ['application/json', () => 'application/json'],
  ['application/octet-stream', () => 'application/octet-stream'],
]

async function pulledDigest(quirks: Quirks): Promise<{ actual: string; wanted: string; test: TestClient }> {
  const { digest, name } = await registryWithImage(quirks)
  const test = testClient()
  return { actual: (await pull(test, name)).descriptor.digest, wanted: digest, test }
}

/** reading. */
export const READING_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'R-05',
    about: 'a name that is not there is no failure; whether it is wrong or hidden, nobody can tell',
    outcome: 'ACC',
    run: async () => {
      const registry = await registryWith()
      const name = `${registry.host}/acme/app:1`
      expect(await find(testClient(), name)).toBeUndefined()
    },
  },
  ...([404, 416] as const).map((status): Behaviour => ({
    id: 'R-12',
    about: `a layer that is cut goes on, also when its rest is answered with ${status} once`,
    outcome: 'RTY',
    run: async () => {
      const { registry, proxy } = await behindProxy([
        { match: { path: /blobs/, nth: 1 }, do: { kind: 'cut', of: 'response', after: '50%', how: 'rst' } },
        { match: { path: /blobs/, nth: 2 }, do: { kind: 'status', status } },
      ])
      const bytes = randomBytes(500_000)
      await registry.putBlob('acme/app', bytes)
      const remote = repositoryOf(testClient(), proxy.host)
      const got = await collect(openBlob(remote, blobOf(bytes).descriptor, undefined))
      expect(bytes.equals(got)).toBe(true)
    },
  })),
  {
    id: 'R-18',
    about: 'a manifest that is damaged once is asked for once more',
    outcome: 'RTY',
    run: async () => {
      const layout = makeLayout(join(temporaryDirectory(), 'layout'))
      const { registry, proxy } = await behindProxy([
        { match: { path: /manifests/, nth: 1 }, do: { kind: 'corrupt', of: 'response', at: '50%' } },
      ])
      const digest = await pushLayout(registry, layout.directory, 'acme/app:1')
      const root = await pull(testClient(), `${proxy.host}/acme/app@${digest}`)
      expect(root.descriptor.digest).toBe(digest)
    },
  },
  {
    id: 'R-18',
    about: 'a manifest that is always something else',
    outcome: 'REJ',
    code: 'E_DIGEST',
    run: async () => {
      const registry = await registryWith({
        intercept: (exchange) => {
          if (!exchange.url.pathname.includes('/manifests/')) return false
          exchange.reply(200, { 'content-type': OCI.manifest }, '{"schemaVersion":2}')
          return true
        },
      })
      const name = `${registry.host}/acme/app@${sha256(Buffer.from('x'))}`
      await pull(testClient(), name).finally(() => expect(count(registry, 'GET')).toBe(2))
    },
  },
  ...(['E_DIGEST', 'E_SIZE'] as const).map((code): Behaviour => ({
    id: 'R-18',
    about: `a layer that is something else: ${code}`,
    outcome: 'REJ',
    code,
    run: async () => {
      const bytes = randomBytes(1000)
      const digest = code === 'E_DIGEST' ? blobOf(randomBytes(1000)).descriptor.digest : sha256(bytes)
      const server = await registryWith({
        intercept: (exchange) => {
          exchange.reply(200, {}, bytes)
          return true
        },
      })
      const wanted = { ...blobOf(bytes).descriptor, digest, size: code === 'E_SIZE' ? 999 : 1000 } as Descriptor
      const remote = repositoryOf(testClient(), server.host)
      await collect(openBlob(remote, wanted, undefined))
    },
  })),
  ...([undefined, 'nonsense', 'sha256:ABC', `md5:${'0'.repeat(32)}`] as const).map((claimed): Behaviour => ({
    id: 'R-19',
    about: `Docker-Content-Digest that says nothing: ${claimed}`,
    outcome: 'ACC',
    run: async () => {
      const { actual, wanted, test } = await pulledDigest({ contentDigest: () => claimed })
      expect(actual).toBe(wanted)
      expect(test.warnings).toEqual([])
    },
  })),
  {
    id: 'R-19',
    about: 'Docker-Content-Digest that is wrong: what was sent decides, with a warning',
    outcome: 'WARN',
    run: async () => {
      const { actual, wanted, test } = await pulledDigest({ contentDigest: () => `sha256:${'0'.repeat(64)}` })
      expect(actual).toBe(wanted)
      expect(test.warnings).toMatchObject([{ rule: 'registry-digest' }])
    },
  },
  {
    id: 'R-19',
    about: 'Docker-Content-Digest that is missing on HEAD: GET says it',
    outcome: 'ACC',
    run: async () => {
      const { registry, digest } = await registryWithImage({ contentDigest: () => undefined })
      const found = await describeManifest(repositoryOf(testClient(), registry.host), TAG, undefined)
      expect(found?.digest).toBe(digest)
    },
  },
  ...([404, 405, 501, 'no-length'] as const).map((head): Behaviour => ({
    id: 'R-21',
    about: `a registry without HEAD, ${head}: GET says it, and HEAD is not tried again`,
    outcome: 'ACC',
    run: async () => {
      const { registry, digest } = await registryWithImage({ head })
      const remote = repositoryOf(testClient(), registry.host)
      for (let i = 0; i < 2; i++) {
        expect((await describeManifest(remote, TAG, undefined))?.digest).toBe(digest)
      }
      expect([count(registry, 'HEAD'), count(registry, 'GET')]).toEqual([1, 2])
    },
  })),
  ...([405, 501] as const).map((head): Behaviour => ({
    id: 'R-21',
    about: `a registry without HEAD for blobs, ${head}: GET tells that one is there, and leaves it`,
    outcome: 'ACC',
    run: async () => {
      const { registry } = await registryWithImage({ head })
      const bytes = randomBytes(5_000_000)
      await registry.putBlob('acme/app', bytes)
      const remote = repositoryOf(testClient(), registry.host)
      expect(await hasBlob(remote, blobOf(bytes).descriptor, undefined)).toBe(true)
      expect(await hasBlob(remote, blobOf(randomBytes(9)).descriptor, undefined)).toBe(false)
      const methods = registry.requests.filter(({ path }) => path.includes('/blobs/')).map(({ method }) => method)
      expect(methods).toEqual(['HEAD', 'GET', 'GET'])
    },
  })),
  {
    id: 'R-21',
    about: 'a HEAD of a blob without a length still says that it is there',
    outcome: 'ACC',
    run: async () => {
      const { registry } = await registryWithImage({ head: 'no-length' })
      const bytes = randomBytes(50)
      await registry.putBlob('acme/app', bytes)
      expect(await hasBlob(repositoryOf(testClient(), registry.host), blobOf(bytes).descriptor, undefined)).toBe(true)
    },
  },
  ...GENERIC_TYPES.map(([about, contentType]): Behaviour => ({
    id: 'R-22',
    about: `a Content-Type that is ${about}`,
    outcome: 'ACC',
    run: async () => {
      const { actual, wanted } = await pulledDigest({ contentType })
      expect(actual).toBe(wanted)
    },
  })),
  {
    id: 'R-22',
    about: 'a Content-Type that says nothing, over a manifest that says nothing: its structure does',
    outcome: 'ACC',
    run: async () => {
      const config = { mediaType: OCI.config, digest: sha256(Buffer.from('x')), size: 1 }
      const name = await registryWithManifest(
        JSON.stringify({ schemaVersion: 2, config, layers: [] }),
        {},
        'text/plain',
      )
      const [host = ''] = name.split('/')
      const found = await getManifest(repositoryOf(testClient(), host), TAG, undefined)
      expect(found?.descriptor.mediaType).toBe(OCI.manifest)
    },
  },
  {
    id: 'R-22',
    about: 'a Content-Type that the manifest contradicts',
    outcome: 'REJ',
    code: 'E_MEDIATYPE_CONFUSION',
    run: async () => {
      const name = await registryWithManifest(JSON.stringify({ schemaVersion: 2, mediaType: DOCKER.manifest }))
      await pull(testClient(), name)
    },
  },
  ...(['application/vnd.docker.distribution.manifest.v1+prettyjws', 'application/json'] as const).map(
    (type): Behaviour => ({
      id: 'R-23',
      about: `schema 1, sent as ${type}`,
      outcome: 'REJ',
      code: 'E_MANIFEST',
      run: async () => {
        const name = await registryWithManifest('{"schemaVersion":1,"fsLayers":[],"history":[]}', {}, type)
        await pull(testClient(), name)
      },
    }),
  ),
  {
    id: 'R-23',
    about: 'an index, whatever was asked for, is an index',
    outcome: 'ACC',
    run: async () => {
      const layout = new TestLayout(join(temporaryDirectory(), 'layout'))
      const child = { ...layout.image(), platform: { os: 'linux', architecture: 'amd64' } }
      layout.setEntries([layout.putJson(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests: [child] })])
      const registry = await registryWith()
      const digest = await pushLayout(registry, layout.directory, 'acme/app:1')
      const root = await pull(testClient(), `${registry.host}/acme/app:1`)
      expect(root).toMatchObject({ kind: 'index', descriptor: { digest } })
    },
  },
  {
    id: 'R-24',
    about: 'a tag that moves while the image is read: everything is of the image that was found first',
    outcome: 'ACC',
    run: async () => {
      const layout = new TestLayout(join(temporaryDirectory(), 'layout'))
      const child = { ...layout.image(), platform: { os: 'linux', architecture: 'amd64' } }
      layout.setEntries([layout.putJson(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests: [child] })])
      const registry = await registryWith()
      await pushLayout(registry, layout.directory, 'acme/app:1')
      const root = await pull(testClient(), `${registry.host}/acme/app:1`)
      const other = makeLayout(join(temporaryDirectory(), 'other'), { labels: { other: 'yes' } })
      await pushLayout(registry, other.directory, 'acme/app:1')
      if (root.kind !== 'index') throw new Error('not an index')
      expect((await root.children[0]!.read()).descriptor.digest).toBe(child.digest)
      expect(registry.requests.filter(({ path }) => path.endsWith('/manifests/1'))).toHaveLength(1)
    },
  },
  {
    id: 'R-60',
    about: 'a blob that is said to be compressed on the way is judged as it came',
    outcome: 'ACC',
    run: async () => {
      const { registry } = await registryWithImage({ headers: { 'content-encoding': 'gzip' } })
      const bytes = randomBytes(1000)
      await registry.putBlob('acme/app', bytes)
      const remote = repositoryOf(testClient(), registry.host)
      expect(await collect(openBlob(remote, blobOf(bytes).descriptor, undefined))).toEqual(bytes)
    },
  },
]
