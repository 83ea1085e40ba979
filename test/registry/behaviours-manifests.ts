import { join } from 'node:path'
import { expect } from 'vitest'
import type { Image, ImageIndex } from '#src/oci/image.js'
import { temporaryDirectory } from '../support/directories.js'
import { makeLayout, OCI, TestLayout } from '../support/layout.js'
import { pushLayout } from '../support/registry/push-layout.js'
import type { Quirks } from '../support/registry/quirks.js'
import type { Registry } from '../support/registry/registry.js'
import type { Behaviour } from './behaviour.js'
import { testClient, type TestClient } from './client.js'
import { anImage, publish, readTestLayout, registryWith } from './kit.js'

interface Pushed {
  readonly registry: Registry
  readonly test: TestClient
  readonly name: string
}

/** Publishes `root` as `acme/app:1` where another image had that name. */
async function push(root: Image | ImageIndex, quirks: Quirks, isMoved = true): Promise<Pushed> {
  const registry = await registryWith({ quirks })
  const old = makeLayout(join(temporaryDirectory(), 'old'), { labels: { old: 'yes' } })
  if (isMoved) await pushLayout(registry, old.directory, 'acme/app:1')
  const test = testClient()
  const name = `${registry.host}/acme/app:1`
  await publish(test, root, [name])
  expect(registry.tags('acme/app').get('1')).toBe(root.descriptor.digest)
  return { registry, test, name }
}

async function anIndex(): Promise<ImageIndex> {
  const layout = new TestLayout(join(temporaryDirectory(), 'layout'))
  const manifests = ['amd64', 'arm64'].map((architecture) => ({
    ...layout.image({ architecture }),
    platform: { os: 'linux', architecture },
  }))
  layout.setEntries([layout.putJson(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests })])
  const root = await readTestLayout(layout)
  if (root.kind !== 'index') throw new Error('not an index')
  return root
}

const OTHER = `sha256:${'0'.repeat(64)}`

/** What is put, in its order: the last part of each path. */
const puts = ({ requests }: Registry): string[] =>
  requests
    .filter(({ method, path }) => method === 'PUT' && path.includes('/manifests/'))
    .map(({ path }) => path.replace(/^.*\//, ''))

/** what is put, and what is said of it. */
export const MANIFEST_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'R-20',
    about: 'a PUT that is answered with another digest, though ours is what is kept',
    outcome: 'ACC',
    run: async () => {
      const { registry } = await push(await anImage(), { committedDigest: () => OTHER })
      expect(registry.requests.some(({ method, path }) => method === 'GET' && path.includes('/manifests/sha'))).toBe(
        true,
      )
    },
  },
  {
    id: 'R-20',
    about: 'a PUT that is kept under another digest',
    outcome: 'REJ',
    code: 'E_REGISTRY_DIGEST',
    run: async () => {
      const image = await anImage()
      const registry = await registryWith({
        intercept: (exchange) => {
          if (!exchange.url.pathname.includes('/manifests/') || exchange.method !== 'PUT') return false
          exchange.reply(201, { 'docker-content-digest': OTHER })
          return true
        },
      })
      const published = publish(testClient(), image, [`${registry.host}/acme/app:1`])
      await expect(published).rejects.toMatchObject({ value: OTHER })
      await published
    },
  },
  {
    id: 'R-38',
    about: 'blobs that are seen late: the manifest is put again',
    outcome: 'RTY',
    run: async () => {
      const { registry, test } = await push(await anImage(), { blobsLate: 1 })
      expect(puts(registry).length).toBeGreaterThan(2)
      expect(test.clock.waits.length).toBeGreaterThan(0)
    },
  },
  {
    id: 'R-38',
    about: 'a blob that was taken and lost is sent again, once',
    outcome: 'RTY',
    run: async () => {
      const image = await anImage()
      const { digest } = image.layers[0]!.descriptor
      let isLost = true
      const registry = await registryWith({
        intercept: (exchange) => {
          if (exchange.method === 'POST' && puts(registry).length > 0) isLost = false
          if (exchange.method !== 'PUT' || !exchange.url.pathname.includes('/manifests/') || !isLost) return false
          exchange.fail(400, 'MANIFEST_BLOB_UNKNOWN', `blob unknown to registry: ${digest}`)
          return true
        },
      })
      await publish(testClient(), image, [`${registry.host}/acme/app:1`])
      expect(registry.tags('acme/app').get('1')).toBe(image.descriptor.digest)
      expect(isLost).toBe(false)
    },
  },
  {
    id: 'R-38',
    about: 'a blob that is lost again and again',
    outcome: 'REJ',
    code: 'E_REGISTRY_REFUSED',
    run: async () => {
      const image = await anImage()
      const { digest } = image.layers[0]!.descriptor
      const registry = await registryWith({
        intercept: (exchange) => {
          if (exchange.method !== 'PUT' || !exchange.url.pathname.includes('/manifests/')) return false
          exchange.fail(400, 'MANIFEST_BLOB_UNKNOWN', `blob unknown to registry: ${digest}`)
          return true
        },
      })
      const published = publish(testClient(), image, [`${registry.host}/acme/app:1`])
      await expect(published).rejects.toMatchObject({ message: expect.stringContaining(digest) })
      expect(puts(registry)).toHaveLength(5)
      await published
    },
  },
  ...([413, 400] as const).map((manifestTooLargeStatus): Behaviour => ({
    id: 'R-39',
    about: `a manifest that is too large, ${manifestTooLargeStatus}: both sizes are told`,
    outcome: 'REJ',
    code: 'E_REGISTRY_REFUSED',
    run: async () => {
      const image = await anImage()
      const pushed = push(image, { manifestMaxLength: 100, manifestTooLargeStatus })
      await expect(pushed).rejects.toMatchObject({
        message: expect.stringContaining(`${image.descriptor.size} bytes`),
        hint: expect.stringContaining('4194304'),
      })
      await pushed
    },
  })),
  ...([400, 409, 412] as const).map((immutableTags): Behaviour => ({
    id: 'R-40',
    about: `a tag that cannot be moved, ${immutableTags}: it is left alone`,
    outcome: 'REJ',
    code: 'E_REGISTRY_REFUSED',
    run: async () => {
      const pushed = push(await anImage(), { immutableTags })
      await expect(pushed).rejects.toMatchObject({ hint: expect.stringContaining('choose another') })
      await pushed
    },
  })),
  {
    id: 'R-40',
    about: 'a tag that cannot be moved, and need not be',
    outcome: 'ACC',
    run: async () => {
      const image = await anImage()
      const { registry, test, name } = await push(image, { immutableTags: 409 }, false)
      const again = registry.requests.length
      const [published] = await publish(test, image, [name])
      expect(published).toMatchObject({ before: image.descriptor.digest, after: image.descriptor.digest })
      expect(registry.requests.slice(again).map(({ method }) => method)).toEqual(['HEAD', 'HEAD'])
    },
  },
  {
    id: 'R-40',
    about: 'a tag that somebody else moves to our image, and that then cannot be moved',
    outcome: 'ACC',
    run: async () => {
      const image = await anImage()
      const registry = await registryWith({
        intercept: (exchange) => {
          if (exchange.method !== 'PUT' || !exchange.url.pathname.endsWith('/manifests/1')) return false
          registry.putManifest('acme/app', image.manifestBytes, OCI.manifest, '1')
          exchange.fail(409, 'TAG_INVALID', 'the tag already exists')
          return true
        },
      })
      const [published] = await publish(testClient(), image, [`${registry.host}/acme/app:1`])
      expect(published).toMatchObject({ before: undefined, after: image.descriptor.digest })
    },
  },
  ...([false, true] as const).map((mustVerify): Behaviour => ({
    id: 'R-41',
    about: `somebody else moves the tag at the same time: ${mustVerify ? 'an error' : 'a warning'} with both digests`,
    ...(mustVerify ? { outcome: 'REJ', code: 'E_REGISTRY_DIGEST' } : { outcome: 'WARN' }),
    run: async () => {
      const [image, other] = [await anImage(), await anImage({ labels: { other: 'yes' } })]
      const registry = await registryWith({
        intercept: (exchange) => {
          const isAfterPut = exchange.method === 'HEAD' && puts(registry).includes('1')
          if (isAfterPut) registry.putManifest('acme/app', other.manifestBytes, OCI.manifest, '1')
          return false
        },
      })
      const test = testClient()
      const published = publish(test, image, [`${registry.host}/acme/app:1`], { mustVerify })
      const both = new RegExp(`${image.descriptor.digest}.*${other.descriptor.digest}`)
      if (mustVerify) await expect(published).rejects.toMatchObject({ message: expect.stringMatching(both) })
      // What the other one wrote is not taken away.
      await published.finally(() => expect(registry.tags('acme/app').get('1')).toBe(other.descriptor.digest))
      expect(test.warnings).toMatchObject([{ rule: 'registry-tag', message: expect.stringMatching(both) }])
    },
  })),
  {
    id: 'R-42',
    about: 'children by digest, then their index, then the tag',
    outcome: 'ACC',
    run: async () => {
      const index = await anIndex()
      const { registry } = await push(index, { manifestsLate: 1 })
      const order = puts(registry)
      const children = index.children.map(({ descriptor }) => descriptor.digest as string)
      expect(new Set(order.slice(0, 2))).toEqual(new Set(children))
      expect(order.at(-1)).toBe('1')
      expect(order.filter((one) => !children.includes(one))[0]).toBe(index.descriptor.digest)
    },
  },
  {
    id: 'R-49',
    about: 'what a registry warns of is shown once',
    outcome: 'WARN',
    run: async () => {
      const { test } = await push(await anImage(), { headers: { warning: '299 - "this \\"registry\\" is closing"' } })
      expect(test.warned).toEqual([expect.stringContaining('this "registry" is closing')])
    },
  },
  ...errorBodies(),
]

/** Bodies of an error, and what is to be seen of them. */
function errorBodies(): Behaviour[] {
  const bodies: readonly (readonly [string, string, RegExp])[] = [
    ['HTML', '<html><body><h1>Bad gateway</h1></body></html>', /Bad gateway/],
    ['empty', '', /answered 400$/],
    ['10 MiB', 'x'.repeat(10 * 1024 * 1024), /answered 400, x{2048}…$/],
    ['terminal escapes', 'a\u001b[31mred\u0007', /a\\u001b\[31mred\\u0007/],
    ['errors: null', '{"errors":null}', /\{"errors":null\}/],
    ['wrong types', '{"errors":[1,{"code":2,"message":["x"]}]}', /answered 400/],
    ['its own form', '{"errors":[{"code":"X_Y","message":"no"}]}', /answered 400, X_Y: no$/],
  ]
  return bodies.map(([about, body, shown]) => ({
    id: 'R-50',
    about: `an error whose body is ${about}`,
    outcome: 'REJ',
    code: 'E_REGISTRY_REFUSED',
    run: async () => {
      const registry = await registryWith({
        intercept: (exchange) => {
          if (exchange.method !== 'POST') return false
          exchange.reply(400, {}, body)
          return true
        },
      })
      const published = publish(testClient(), await anImage(), [`${registry.host}/acme/app:1`])
      await expect(published).rejects.toMatchObject({ message: expect.stringMatching(shown) })
      await published
    },
  }))
}
