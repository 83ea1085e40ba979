import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { Blob } from '#src/oci/image.js'
import { sendBlob } from '#src/registry/upload.js'
import { sha256 } from '../support/layout.js'
import type { Match, Rule } from '../support/proxy/rules.js'
import type { Quirks } from '../support/registry/quirks.js'
import type { Registry } from '../support/registry/registry.js'
import type { Behaviour } from './behaviour.js'
import { testClient, type TestClient } from './client.js'
import { behindProxy, blobOf, registryWith, repositoryOf, SMALL } from './kit.js'

/** More than a part, less than a whole; and more than a whole. */
const [WHOLE, PARTS] = [3500, 10_500]

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

const NO_PLACES: readonly (readonly [string, NonNullable<Quirks['location']>])[] = [
  ['missing', 'missing'],
  ['empty', 'empty'],
  ['http://[', () => 'http://['],
  ['http://', () => 'http://'],
]

/** uploads. */
export const UPLOAD_BEHAVIOURS: readonly Behaviour[] = [
  ...LOCATIONS.flatMap(([about, location]): Behaviour[] => [
    {
      id: 'R-25',
      about: `a Location that is ${about}, for one request`,
      outcome: 'ACC',
      run: async () => expect((await send(WHOLE, { location })).methods).toEqual(['POST', 'PUT']),
    },
    {
      id: 'R-25',
      about: `a Location that is ${about}, for parts`,
      outcome: 'ACC',
      run: async () => expect(count((await send(PARTS, { location })).methods, 'PATCH')).toBe(11),
    },
  ]),
  ...NO_PLACES.map(([about, location]): Behaviour => ({
    id: 'R-25',
    about: `a Location that is ${about}`,
    outcome: 'NET',
    code: 'E_REGISTRY',
    run: () => send(WHOLE, { location }),
  })),
  {
    id: 'R-25',
    about: 'what the query of a Location holds is kept to the letter',
    outcome: 'ACC',
    run: async () => {
      const { registry } = await send(WHOLE, { location: (path) => `${path}&state=a%2Fb%20c&empty=&flag` })
      expect(registry.requests.at(-1)?.path).toMatch(/&state=a%2Fb%20c&empty=&flag&digest=sha256%3A[0-9a-f]{64}$/)
    },
  },
  ...(['file:///etc/passwd', 'ftp://127.0.0.1/x'] as const).map((to): Behaviour => ({
    id: 'R-26',
    about: `a Location where no upload may go: ${to}`,
    outcome: 'REJ',
    code: 'E_REDIRECT',
    run: () => send(WHOLE, { location: () => to }),
  })),
  {
    id: 'R-26',
    about: 'a Location on another host gets the bytes, and no user info that it names',
    outcome: 'ACC',
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
    outcome: 'RTY',
    run: async () => {
      const { methods, blob } = await send(PARTS, { takeOfChunk: 700 })
      expect(count(methods, 'POST')).toBe(1)
      expect(blob.opened).toBe(1)
    },
  },
  {
    id: 'R-27',
    about: 'a registry that appends whatever comes is not sent a part twice',
    outcome: 'RTY',
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
    outcome: 'ACC',
    run: async () => {
      const { methods } = await send(PARTS, { chunkStatus: 204, acknowledge })
      expect(count(methods, 'PATCH')).toBe(11)
    },
  })),
  {
    id: 'R-29',
    about: 'an upload whose part was cut goes on where the registry says that it is',
    outcome: 'RTY',
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
    outcome: 'RTY',
    run: async () => {
      const rules: Rule[] = [{ match: onPatch(3), do: { kind: 'cut', of: 'request', after: '50%', how: 'rst' } }]
      const { methods } = await send(PARTS, { uploadStatus }, rules)
      expect(count(methods, 'POST')).toBe(2)
    },
  })),
  {
    id: 'R-30',
    about: '416 to a part: the registry is asked how far it is',
    outcome: 'RTY',
    run: async () => {
      const rules: Rule[] = [{ match: onPatch(2), do: { kind: 'status', status: 416 } }]
      const { methods } = await send(PARTS, {}, rules)
      expect(count(methods, 'POST')).toBe(1)
    },
  },
  {
    id: 'R-30',
    about: '416 to the end of an upload: it is begun again',
    outcome: 'RTY',
    run: async () => {
      const rules: Rule[] = [{ match: { method: 'PUT', nth: 1 }, do: { kind: 'status', status: 416 } }]
      const { methods } = await send(WHOLE, {}, rules)
      expect(count(methods, 'POST')).toBe(2)
    },
  },
  {
    id: 'R-31',
    about: 'a registry that wants larger parts gets them',
    outcome: 'ACC',
    run: async () => {
      const { registry } = await send(PARTS, { chunkMinLength: 2000 })
      const sizes = registry.requests.filter(({ method }) => method === 'PATCH').map(({ bytesIn }) => bytesIn)
      expect(sizes).toEqual([2000, 2000, 2000, 2000, 2000, 500])
    },
  },
  {
    id: 'R-31',
    about: '413 to a part: smaller ones are sent, in the same session',
    outcome: 'RTY',
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
    outcome: 'RTY',
    run: async () => {
      const { methods } = await send(WHOLE, { chunkMaxLength: 1000 })
      expect(count(methods, 'PATCH')).toBe(4)
    },
  },
  {
    id: 'R-31',
    about: '413 to the smallest part there is',
    outcome: 'REJ',
    code: 'E_REGISTRY_REFUSED',
    run: () => send(PARTS, { chunkMaxLength: 50 }),
  },
  {
    id: 'R-32',
    about: 'a session that is forgotten half way is begun again, and not for ever',
    outcome: 'RTY',
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
    outcome: 'ACC',
    run: async () => expect(count((await send(PARTS, { forgetLocations: true })).methods, 'POST')).toBe(1),
  },
  {
    id: 'R-33',
    about: 'the answer to the last request is lost: the blob is there, so nothing is sent again',
    outcome: 'RTY',
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
    outcome: 'RTY',
    run: async () => {
      const rules: Rule[] = [{ match: { method: 'PUT', nth: 1 }, do: { kind: 'corrupt', of: 'request', at: '50%' } }]
      const { methods } = await send(WHOLE, { wrongDigestEnds }, rules)
      expect(count(methods, 'POST')).toBe(2)
    },
  })),
  {
    id: 'R-35',
    about: 'a small blob goes with the request that opens an upload',
    outcome: 'ACC',
    run: async () => expect((await send(50, {})).methods).toEqual(['POST']),
  },
  {
    id: 'R-35',
    about: 'a registry that drops it gets it again, and no other blob that way',
    outcome: 'ACC',
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
    id: 'R-61',
    about: 'a registry that cannot end a session is not asked twice',
    outcome: 'ACC',
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
    outcome: 'NET',
    code: 'E_REGISTRY',
    run: async () => {
      const sent = send(WHOLE, { readOnly: 405 })
      await expect(sent).rejects.toMatchObject({ message: expect.stringContaining('only be read') })
      await sent
    },
  },
  {
    id: 'R-62',
    about: 'a registry that can only be read: 403',
    outcome: 'AUTH',
    code: 'E_AUTH',
    run: () => send(WHOLE, { readOnly: 403 }),
  },
]

/** The place of a session that a registry has opened. */
async function opened(registry: Registry): Promise<string> {
  const response = await fetch(`${registry.url}/v2/acme/app/blobs/uploads/`, { method: 'POST' })
  return response.headers.get('location') ?? ''
}
