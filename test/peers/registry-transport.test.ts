import { randomBytes } from 'node:crypto'
import { describe, expect, test, type TestContext } from 'vitest'
import { discard } from '#src/http/body.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { RepositoryClient } from '#src/registry/registry-client.js'
import { collect } from '#src/oci/verified.js'
import { describeManifest } from '#src/registry/manifests.js'
import { openBlob } from '#src/registry/blobs.js'
import { mountBlob, sendBlob } from '#src/registry/upload.js'
import type { UploadSizes } from '#src/registry/upload-sizes.js'
import { BlobMemory } from '#src/transports/blob-memory.js'
import { registrySink } from '#src/transports/registry-sink.js'
import { describeTransport } from '../contracts/transport.js'
import { testClient, type TestClient } from '../registry/client.js'
import { anImage, blobOf, publish, pull, repositoryOf } from '../registry/kit.js'
import { makeAuthority } from '../support/certificates.js'
import { temporaryDirectory } from '../support/directories.js'
import { reference } from '../support/reference.js'
import { peer } from './peer.js'
import { HTPASSWD_USER, startPeerRegistry } from './registries.js'

const limits = DEFAULT_LIMITS
const { name: user, password } = HTPASSWD_USER

const PROGRAMS = ['docker-registry', 'distribution'] as const

type Program = (typeof PROGRAMS)[number]
type Kind = 'plain' | 'with a password' | 'with tokens' | 'with TLS'

interface Peer {
  readonly host: string
  readonly client: TestClient
}

/** A real registry, and a client that it lets in. */
async function start(context: TestContext, program: Program, kind: Kind = 'plain', sizes?: UploadSizes): Promise<Peer> {
  const authority = kind === 'with TLS' ? makeAuthority(temporaryDirectory()) : undefined
  const registry = await startPeerRegistry(peer(context, program), {
    delete: true,
    htpasswd: kind === 'with a password',
    ...(kind === 'with tokens' ? { token: { users: { [user]: password } } } : {}),
    ...(authority === undefined ? {} : { tls: authority }),
  })
  const auth = Buffer.from(`${user}:${password}`).toString('base64')
  const settings = authority === undefined ? {} : { certificates: { ca: authority.certFile } }
  const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [registry.host]: { auth } } }) }
  return { host: registry.host, client: testClient(sizes, settings, env) }
}

/** Which image each tag stands for. */
async function tagsOf(remote: RepositoryClient): Promise<string> {
  const { response, bytes } = await remote.read({ method: 'GET', to: 'tags/list' }, limits.jsonBytes, undefined)
  // A repository that nobody has written to has no list.
  if (bytes === undefined) {
    await discard(response)
    return ''
  }
  const { tags } = JSON.parse(Buffer.from(bytes).toString()) as { tags: readonly string[] }
  const digests = tags.map((tag) => describeManifest(remote, { kind: 'tag', tag }, undefined))
  return (await Promise.all(digests))
    .map((found, i) => `${tags[i]} ${found?.digest}`)
    .toSorted()
    .join('\n')
}

for (const program of PROGRAMS) {
  for (const kind of ['plain', 'with tokens'] as const) {
    describeTransport(`${program} ${kind}`, async (_, context) => {
      const { host, client } = await start(context, program, kind)
      const names = [`${host}/acme/app:1`, `${host}/acme/app:2`, `${host}/other/app:1`]
      return {
        sink: registrySink({
          client: client.client,
          references: names.map(reference),
          memory: new BlobMemory(),
          limits,
          report: () => undefined,
        }),
        read: () => pull(client, names.at(-1)!),
        state: async () => {
          const remotes = ['acme/app', 'other/app'].map((name) => repositoryOf(client, host, { name }))
          return (await Promise.all(remotes.map(tagsOf))).join('\n\n')
        },
      }
    })
  }
}

/** Parts that a test can afford. */
const SMALL: UploadSizes = { single: 64 * 1024, whole: 1, part: 100_000, smallestPart: 64 * 1024 }

describe.each(PROGRAMS)('%s', (program) => {
  test.for([100, 1_000_000])('takes a blob of %d bytes in parts, and gives it back', async (size, context) => {
    const { host, client } = await start(context, program, 'plain', SMALL)
    const remote = repositoryOf(client, host)
    const bytes = randomBytes(size)
    const blob = blobOf(bytes, 65_536)
    await sendBlob(remote, blob, undefined, undefined)
    expect(bytes.equals(await collect(openBlob(remote, blob.descriptor, undefined)))).toBe(true)
    expect(blob.opened).toBeLessThanOrEqual(2)
  })

  test.for(['with a password', 'with TLS'] as const)('%s takes an image and gives it back', async (kind, context) => {
    const { host, client } = await start(context, program, kind)
    const image = await anImage()
    await publish(client, image, [`${host}/acme/app:1`])
    expect((await pull(client, `${host}/acme/app:1`)).descriptor.digest).toBe(image.descriptor.digest)
  })

  test('mounts a blob', async (context) => {
    const { host, client } = await start(context, program, 'with tokens')
    const blob = blobOf(randomBytes(100_000))
    await sendBlob(repositoryOf(client, host, { name: 'acme/base' }), blob, undefined, undefined)
    const from = { registry: host, name: 'acme/base' }
    expect(await mountBlob(repositoryOf(client, host), blob.descriptor, from, undefined)).toBe('mounted')
  })
})
