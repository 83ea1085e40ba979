import { randomBytes } from 'node:crypto'
import { expect, onTestFinished } from 'vitest'
import { collect } from '#src/oci/verified.js'
import { mountBlob, sendBlob } from '#src/registry/upload.js'
import { sha256 } from '../support/layout.js'
import type { Registry } from '../support/registry/registry.js'
import { startTokenServer } from '../support/registry/token-server.js'
import type { Behaviour } from './behaviour.js'
import { testClient } from './client.js'
import { anImage, blobOf, publish, registryWith, repositoryOf, SMALL } from './kit.js'

function mount(registry: Registry, bytes: Uint8Array, test = testClient(SMALL)): ReturnType<typeof mountBlob> {
  const from = { registry: registry.host, name: 'acme/base' }
  return mountBlob(repositoryOf(test, registry.host), blobOf(bytes).descriptor, from, undefined)
}

/** blobs of other repositories. */
export const MOUNT_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'R-36',
    about: 'a blob of another repository is mounted',
    outcome: 'ACC',
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
    outcome: 'ACC',
    run: async () => {
      const registry = await registryWith({ quirks: { mount: 'never' } })
      const bytes = randomBytes(500)
      await registry.putBlob('acme/base', bytes)
      const test = testClient(SMALL)
      const session = await mount(registry, bytes, test)
      if (session === undefined || session === 'mounted') throw new Error('not a session')
      await sendBlob(repositoryOf(test, registry.host), blobOf(bytes), session, undefined)
      expect(registry.hasBlob('acme/app', sha256(bytes))).toBe(true)
      expect(registry.requests.filter(({ path }) => path.includes('/uploads/')).map(({ method }) => method)).toEqual([
        'POST',
        'PUT',
      ])
    },
  },
  {
    id: 'R-37',
    about: 'the token for a mount is for both repositories',
    outcome: 'ACC',
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
    outcome: 'ACC',
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
    outcome: 'ACC',
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
    outcome: 'ACC',
    run: async () => {
      const registry = await registryWith({ quirks: { mount: status } })
      const bytes = randomBytes(500)
      await registry.putBlob('acme/base', bytes)
      expect(await mount(registry, bytes)).toBeUndefined()
    },
  })),
]
