import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hasBlob } from '#src/registry/blobs.js'
import { getManifest } from '#src/registry/manifests.js'
import { makeAuthority } from '../support/certificates.js'
import { temporaryDirectory } from '../support/directories.js'
import { OCI } from '../support/layout.js'
import { testClient } from './client.js'
import { blobOf, registryWith, repositoryOf } from './kit.js'

const TAG = { kind: 'tag', tag: '1' } as const

describe('a registry', () => {
  test('on this machine is spoken to in plain http, and the address is asked for once', async () => {
    const registry = await registryWith()
    const test = testClient()
    const pings = (): number => registry.requests.filter(({ path }) => path === '/v2/').length
    await repositoryOf(test, registry.host).checkAccess(undefined)
    const before = pings()
    const remotes = ['acme/app', 'acme/other'].map((name) => repositoryOf(test, registry.host, { name }))
    await Promise.all(remotes.map((remote) => hasBlob(remote, blobOf(randomBytes(9)).descriptor, undefined)))
    expect(pings()).toBe(before)
  })

  test.each(['its own', 'a foreign'])(
    'with a certificate is spoken to in TLS, and %s authority decides',
    async (whose) => {
      const authority = makeAuthority(temporaryDirectory())
      const registry = await registryWith({ tls: authority.issue('registry') })
      const test = testClient(undefined, whose === 'its own' ? { certificates: { ca: authority.certFile } } : {})
      const checked = repositoryOf(test, registry.host).checkAccess(undefined)
      if (whose === 'its own') await checked
      else await expect(checked).rejects.toMatchObject({ code: 'E_TLS', hint: expect.stringContaining('--ca') })
      // Nothing was waited for: what is so will stay so.
      expect(test.clock.waits).toEqual([])
    },
  )

  test('that does not answer is not asked for ever', async () => {
    const server = await registryWith()
    await server.close()
    await expect(repositoryOf(testClient(), server.host).checkAccess(undefined)).rejects.toMatchObject({
      code: 'E_NETWORK',
    })
  })

  test('has a name that cannot reach out of its path', () => {
    const { client } = testClient()
    for (const name of ['../x', 'a/../b', 'a//b', 'a/./b', '-a', 'a.', 'a..b']) {
      expect(() => client.repository({ registry: '127.0.0.1:1', name }, 'pull')).toThrow(
        expect.objectContaining({ code: 'E_USAGE', value: name }),
      )
    }
  })

  test('tells its rate limit once', async () => {
    const registry = await registryWith({ quirks: { rateLimit: { limit: 100, remaining: 76, windowSeconds: 21_600 } } })
    registry.putManifest('acme/app', Buffer.from('{"schemaVersion":2,"manifests":[]}'), OCI.index, '1')
    const test = testClient()
    for (let i = 0; i < 3; i++) await getManifest(repositoryOf(test, registry.host), TAG, undefined)
    expect(test.events).toEqual([`${registry.host} reports a rate limit: 76 of 100 requests left in 6 hours`])
  })

  test('cannot make us read more than a manifest may have', async () => {
    const registry = await registryWith()
    registry.putManifest('acme/app', Buffer.alloc(4 * 1024 * 1024 + 1, ' '), OCI.manifest, '1')
    const remote = repositoryOf(testClient(), registry.host)
    await expect(getManifest(remote, TAG, undefined)).rejects.toMatchObject({ code: 'E_OCI_LIMIT' })
    const largest = Buffer.from(`{${' '.repeat(4 * 1024 * 1024 - 2)}}`)
    registry.putManifest('acme/app', largest, OCI.index, '1')
    expect((await getManifest(remote, TAG, undefined))?.bytes.length).toBe(largest.length)
  })
})
