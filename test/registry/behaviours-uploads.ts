import { randomBytes } from 'node:crypto'
import { expect, onTestFinished } from 'vitest'
import type { Blob } from '#src/oci/image.js'
import { collect } from '#src/oci/verified.js'
import { mountBlob, sendBlob } from '#src/registry/upload.js'
import type { UploadSizes } from '#src/registry/upload-sizes.js'
import { sha256 } from '../support/layout.js'
import type { Match, Rule } from '../support/proxy/rules.js'
import type { Quirks } from '../support/registry/quirks.js'
import type { Registry } from '../support/registry/registry.js'
import { startTokenServer } from '../support/registry/token-server.js'
import type { Behaviour } from './behaviour.js'
import { testClient, type TestClient } from './client.js'
import { anImage, behindProxy, blobOf, publish, registryWith, repositoryOf } from './kit.js'

/** Uploads as large ones are, with bytes that a test can count. */
const SMALL: UploadSizes = { single: 64, whole: 4000, part: 1000, smallestPart: 100 }

/** More than a part, less than a whole; and more than a whole. */
const [WHOLE, PARTS] = [3500, 10_500]

const UPLOADS = /\/blobs\/uploads\//

interface Sent {
  readonly registry: Registry
  readonly methods: readonly string[]
  readonly blob: Blob & { opened: number }
  readonly test: TestClient
}

/** Sends random bytes to a registry with quirks, and looks whether they are there. */
async function send(size: number, quirks: Quirks, rules: readonly Rule[] = []): Promise<Sent> {
  const { registry, proxy } = await behindProxy(rules, { quirks })
  const test = testClient(SMALL)
  const bytes = randomBytes(size)
  const blob = blobOf(bytes, 300)
  await sendBlob(repositoryOf(test, proxy.host), blob, undefined, undefined)
  expect(await registry.blob('acme/app', blob.descriptor.digest)).toEqual(bytes)
  expect(registry.openUploads()).toBe(0)
  return { registry, blob, test, methods: afterPings(proxy.transcript) }
}

/** What was asked after it was clear how to ask. */
const afterPings = (transcript: readonly { method: string; path: string }[]): string[] =>
  transcript.filter(({ path }) => path !== '/v2/').map(({ method }) => method)

const count = (methods: readonly string[], method: string): number => methods.filter((one) => one === method).length

const onPatch = (nth: number): Match => ({ method: 'PATCH', nth })

const LOCATIONS: readonly (readonly [string, NonNullable<Quirks['location']>])[] = [
  ['absolute', 'absolute'],
  ['relative', 'relative'],
  ['//host/…', 'scheme-relative'],
  ['with more state in its query', (path) => `${path}&state=a%2Fb%20c&empty=&flag`],
  ['with a digest in it already', (path) => `${path}&digest=sha256%3A00`],
  ['5 kB long', (path) => `${path}&pad=${'x'.repeat(5000)}`],
]

/** uploads. */
export const UPLOAD_BEHAVIOURS: readonly Behaviour[] = [
  ...LOCATIONS.flatMap(([about, location]): Behaviour[] => [
    {
      id: 'R-25',
      about: `a Location that is ${about}, for one request`,
      run: async () => expect((await send(WHOLE, { location })).methods).toEqual(['POST', 'PUT']),
    },
    {
      id: 'R-25',
      about: `a Location that is ${about}, for parts`,
      run: async () => expect(count((await send(PARTS, { location })).methods, 'PATCH')).toBe(11),
    },
  ]),
  ...(['missing', 'empty', () => 'http://[', () => 'http://'] as const).map((location): Behaviour => ({
    id: 'R-25',
    about: `a Location that is no place: ${String(location)}`,
    run: () => expect(send(WHOLE, { location })).rejects.toMatchObject({ code: 'E_REGISTRY' }),
  })),
  {
    id: 'R-25',
    about: 'what the query of a Location holds is kept to the letter',
    run: async () => {
      const { registry } = await send(WHOLE, { location: (path) => `${path}&state=a%2Fb%20c&empty=&flag` })
      expect(registry.requests.at(-1)?.path).toMatch(/&state=a%2Fb%20c&empty=&flag&digest=sha256%3A[0-9a-f]{64}$/)
    },
  },
  ...(['file:///etc/passwd', 'ftp://127.0.0.1/x'] as const).map((to): Behaviour => ({
    id: 'R-26',
    about: `a Location where no upload may go: ${to}`,
    run: () => expect(send(WHOLE, { location: () => to })).rejects.toMatchObject({ code: 'E_REDIRECT' }),
  })),
  {
    id: 'R-26',
    about: 'a Location on another host gets the bytes, and no user info that it names',
    run: async () => {
      const other = await registryWith()
      const url = new URL(await opened(other))
      url.username = 'eve'
      const registry = await registryWith({ quirks: { location: () => url.href } })
      const bytes = randomBytes(WHOLE)
      await sendBlob(repositoryOf(testClient(SMALL), registry.host), blobOf(bytes), undefined, undefined)
      expect(await other.blob('acme/app', sha256(bytes))).toEqual(bytes)
      expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined])
    },
  },
  {
    id: 'R-27',
    about: 'a registry that takes a part of a part is sent the rest',
    run: async () => {
      const { methods, blob } = await send(PARTS, { takeOfChunk: 700 })
      expect(count(methods, 'POST')).toBe(1)
      expect(blob.opened).toBe(1)
    },
  },
  {
    id: 'R-27',
    about: 'a registry that appends whatever comes is not sent a part twice',
    run: async () => {
      const rules: Rule[] = [{ match: onPatch(3), do: { kind: 'cut', of: 'request', after: '100%', how: 'rst' } }]
      const { methods, blob } = await send(PARTS, { ignoreContentRange: true }, rules)
      expect(count(methods, 'POST')).toBe(1)
      expect(blob.opened).toBe(1)
    },
  },
  ...(['bytes', 'nothing'] as const).map((acknowledge): Behaviour => ({
    id: 'R-28',
    about: `a part is acknowledged with 204 and ${acknowledge}`,
    run: async () => {
      const { methods } = await send(PARTS, { chunkStatus: 204, acknowledge })
      expect(count(methods, 'PATCH')).toBe(11)
    },
  })),
  {
    id: 'R-29',
    about: 'an upload whose part was cut goes on where the registry says that it is',
    run: async () => {
      const rules: Rule[] = [{ match: onPatch(3), do: { kind: 'cut', of: 'request', after: '50%', how: 'rst' } }]
      const { methods, blob } = await send(PARTS, {}, rules)
      expect(count(methods, 'POST')).toBe(1)
      expect(blob.opened).toBe(1)
    },
  },
  ...([404, 400, 405] as const).map((uploadStatus): Behaviour => ({
    id: 'R-29',
    about: `a registry that answers ${uploadStatus} when asked how far it is gets a new session`,
    run: async () => {
      const rules: Rule[] = [{ match: onPatch(3), do: { kind: 'cut', of: 'request', after: '50%', how: 'rst' } }]
      const { methods } = await send(PARTS, { uploadStatus }, rules)
      expect(count(methods, 'POST')).toBe(2)
    },
  })),
  {
    id: 'R-30',
    about: '416 to a part: the registry is asked how far it is',
    run: async () => {
      const rules: Rule[] = [{ match: onPatch(2), do: { kind: 'status', status: 416 } }]
      const { methods } = await send(PARTS, {}, rules)
      expect(count(methods, 'POST')).toBe(1)
    },
  },
  {
    id: 'R-30',
    about: '416 to the end of an upload: it is begun again',
    run: async () => {
      const rules: Rule[] = [{ match: { method: 'PUT', nth: 1 }, do: { kind: 'status', status: 416 } }]
      const { methods } = await send(WHOLE, {}, rules)
      expect(count(methods, 'POST')).toBe(2)
    },
  },
  {
    id: 'R-31',
    about: 'a registry that wants larger parts gets them',
    run: async () => {
      const { registry } = await send(PARTS, { chunkMinLength: 2000 })
      const sizes = registry.requests.filter(({ method }) => method === 'PATCH').map(({ bytesIn }) => bytesIn)
      expect(sizes).toEqual([2000, 2000, 2000, 2000, 2000, 500])
    },
  },
  {
    id: 'R-31',
    about: '413 to a part: smaller ones are sent, in the same session',
    run: async () => {
      const { registry, methods, blob } = await send(PARTS, { chunkMaxLength: 300 })
      const taken = registry.requests.filter(({ method, status }) => method === 'PATCH' && status === 202)
      expect(new Set(taken.map(({ bytesIn }) => bytesIn))).toEqual(new Set([250]))
      expect(count(methods, 'POST')).toBe(1)
      expect(blob.opened).toBe(1)
    },
  },
  {
    id: 'R-31',
    about: '413 to a whole blob: it is sent in parts',
    run: async () => {
      const { methods } = await send(WHOLE, { chunkMaxLength: 1000 })
      expect(count(methods, 'PATCH')).toBe(4)
    },
  },
  {
    id: 'R-31',
    about: '413 to the smallest part there is',
    run: () => expect(send(PARTS, { chunkMaxLength: 50 })).rejects.toMatchObject({ code: 'E_REGISTRY_REFUSED' }),
  },
  {
    id: 'R-32',
    about: 'a session that is forgotten half way is begun again, and not for ever',
    run: async () => {
      const quirks: Quirks = { sessionChunks: 3 }
      await expect(send(PARTS, quirks)).rejects.toMatchObject({ code: 'E_REGISTRY_REFUSED' })
      const rules: Rule[] = [
        { match: onPatch(4), do: { kind: 'status', status: 404, body: '{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}' } },
      ]
      expect(count((await send(PARTS, {}, rules)).methods, 'POST')).toBe(2)
    },
  },
  {
    id: 'R-32',
    about: 'only the newest Location counts',
    run: async () => expect(count((await send(PARTS, { forgetLocations: true })).methods, 'POST')).toBe(1),
  },
  {
    id: 'R-33',
    about: 'the answer to the last request is lost: the blob is there, so nothing is sent again',
    run: async () => {
      const rules: Rule[] = [
        { match: { method: 'PUT' }, do: { kind: 'cut', of: 'request', after: '100%', how: 'rst' } },
      ]
      const { methods, blob } = await send(WHOLE, {}, rules)
      expect(methods).toEqual(['POST', 'PUT', 'DELETE', 'HEAD'])
      expect(blob.opened).toBe(1)
    },
  },
  ...([true, false] as const).map((wrongDigestEnds): Behaviour => ({
    id: 'R-34',
    about: `bytes that were damaged on the way are sent in a new session, the old one ${wrongDigestEnds ? 'dead' : 'alive'}`,
    run: async () => {
      const rules: Rule[] = [{ match: { method: 'PUT', nth: 1 }, do: { kind: 'corrupt', of: 'request', at: '50%' } }]
      const { methods } = await send(WHOLE, { wrongDigestEnds }, rules)
      expect(count(methods, 'POST')).toBe(2)
    },
  })),
  {
    id: 'R-35',
    about: 'a small blob goes with the request that opens an upload',
    run: async () => expect((await send(50, {})).methods).toEqual(['POST']),
  },
  {
    id: 'R-35',
    about: 'a registry that drops it gets it again, and no other blob that way',
    run: async () => {
      const { methods, registry, test } = await send(50, { ignorePostDigest: true })
      expect(methods).toEqual(['POST', 'PUT'])
      const again = registry.requests.length
      await sendBlob(repositoryOf(test, registry.host), blobOf(randomBytes(40)), undefined, undefined)
      await sendBlob(repositoryOf(test, registry.host), blobOf(randomBytes(40)), undefined, undefined)
      const paths = registry.requests.slice(again).filter(({ method }) => method === 'POST')
      expect(paths.map(({ path }) => path.includes('digest='))).toEqual([true, false])
    },
  },
  {
    id: 'R-36',
    about: 'a blob of another repository is mounted',
    run: async () => {
      const registry = await registryWith()
      const bytes = randomBytes(500)
      await registry.putBlob('acme/base', bytes)
      expect(await mount(registry, bytes)).toBe('mounted')
      expect(registry.hasBlob('acme/app', sha256(bytes))).toBe(true)
    },
  },
  {
    id: 'R-36',
    about: 'a registry that opens a session instead gets the bytes there',
    run: async () => {
      const registry = await registryWith({ quirks: { mount: 'never' } })
      const bytes = randomBytes(500)
      await registry.putBlob('acme/base', bytes)
      const test = testClient(SMALL)
      const session = await mount(registry, bytes, test)
      if (session === undefined || session === 'mounted') throw new Error('not a session')
      await sendBlob(repositoryOf(test, registry.host), blobOf(bytes), session, undefined)
      expect(registry.hasBlob('acme/app', sha256(bytes))).toBe(true)
      expect(registry.requests.filter(({ path }) => UPLOADS.test(path)).map(({ method }) => method)).toEqual([
        'POST',
        'PUT',
      ])
    },
  },
  {
    id: 'R-37',
    about: 'the token for a mount is for both repositories',
    run: async () => {
      const tokens = await startTokenServer({ anonymous: ['pull', 'push'] })
      onTestFinished(() => tokens.close())
      const registry = await registryWith({ auth: { kind: 'bearer', tokens } })
      const bytes = randomBytes(500)
      await registry.putBlob('acme/base', bytes)
      const test = testClient(SMALL)
      // A token for one of them is there already.
      await repositoryOf(test, registry.host).checkAccess(undefined)
      expect(await mount(registry, bytes, test)).toBe('mounted')
    },
  },
  {
    id: 'R-37',
    about: 'a repository that we may not read: its blob is sent',
    run: async () => {
      const grant = (_: string | undefined, name: string, actions: readonly string[]): readonly string[] =>
        name === 'acme/base' ? [] : actions
      const tokens = await startTokenServer({ anonymous: ['pull', 'push'], grant })
      onTestFinished(() => tokens.close())
      const registry = await registryWith({ auth: { kind: 'bearer', tokens } })
      const image = await anImage()
      const layers = image.layers.map((layer) => ({ ...layer, origin: { registry: registry.host, name: 'acme/base' } }))
      for (const layer of layers) await registry.putBlob('acme/base', await collect(layer.open()))
      await publish(testClient(SMALL), { ...image, layers }, [`${registry.host}/acme/app:1`])
      expect(registry.tags('acme/app').get('1')).toBe(image.descriptor.digest)
    },
  },
  {
    id: 'R-36',
    about: 'a registry that opens a session although it has the blob',
    run: async () => {
      const registry = await registryWith({ quirks: { mount: 'never', sharedBlobs: true } })
      const bytes = randomBytes(500)
      await registry.putBlob('acme/base', bytes)
      const test = testClient(SMALL)
      const session = await mount(registry, bytes, test)
      if (session === undefined || session === 'mounted') throw new Error('not a session')
      await sendBlob(repositoryOf(test, registry.host), blobOf(bytes), session, undefined)
      expect(registry.openUploads()).toBe(0)
    },
  },
  ...([400, 401, 403, 404, 405, 500, 503] as const).map((status): Behaviour => ({
    id: 'R-36',
    about: `a mount that is answered with ${status} is done without`,
    run: async () => {
      const registry = await registryWith({ quirks: { mount: status } })
      const bytes = randomBytes(500)
      await registry.putBlob('acme/base', bytes)
      expect(await mount(registry, bytes)).toBeUndefined()
    },
  })),
  {
    id: 'R-61',
    about: 'a registry that cannot end a session is not asked twice',
    run: async () => {
      const rules: Rule[] = [{ match: { method: 'PUT', nth: 1 }, do: { kind: 'status', status: 404 } }]
      const { registry, proxy } = await behindProxy(rules, { quirks: { cancelStatus: 405 } })
      const blob = blobOf(randomBytes(WHOLE))
      await sendBlob(repositoryOf(testClient(SMALL), proxy.host), blob, undefined, undefined)
      expect(registry.hasBlob('acme/app', blob.descriptor.digest)).toBe(true)
      expect(registry.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(1)
    },
  },
  {
    id: 'R-62',
    about: 'a registry that can only be read: 405',
    run: () =>
      expect(send(WHOLE, { readOnly: 405 })).rejects.toMatchObject({
        code: 'E_REGISTRY_REFUSED',
        hint: expect.stringContaining('only be read'),
      }),
  },
  {
    id: 'R-62',
    about: 'a registry that can only be read: 403',
    run: () => expect(send(WHOLE, { readOnly: 403 })).rejects.toMatchObject({ code: 'E_AUTH' }),
  },
]

function mount(registry: Registry, bytes: Uint8Array, test = testClient(SMALL)): ReturnType<typeof mountBlob> {
  const from = { registry: registry.host, name: 'acme/base' }
  return mountBlob(repositoryOf(test, registry.host), blobOf(bytes).descriptor, from, undefined)
}

/** The place of a session that a registry has opened. */
async function opened(registry: Registry): Promise<string> {
  const response = await fetch(`${registry.url}/v2/acme/app/blobs/uploads/`, { method: 'POST' })
  return response.headers.get('location') ?? ''
}
