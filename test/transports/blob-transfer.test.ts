import { expect, onTestFinished, test } from 'vitest'
import { digestOf } from '#src/oci/digest.js'
import { BlobTransfer } from '#src/transports/blob-transfer.js'
import { testClient } from '../registry/client.js'
import { registryWith } from '../registry/kit.js'
import { startTokenServer } from '../support/registry/token-server.js'

test('blobs of many repositories are mounted with one token, and none of their bytes is moved', async () => {
  const tokens = await startTokenServer({ anonymous: ['pull', 'push'] })
  onTestFinished(() => tokens.close())
  const registry = await registryWith({ auth: { kind: 'bearer', tokens } })
  const { client, exchanges } = testClient()
  const remote = client.repository({ registry: registry.host, name: 'app' }, 'pull,push')
  const transfer = new BlobTransfer()
  const names = Array.from({ length: 30 }, (_, i) => `part/${i}`)
  const blobs = await Promise.all(
    names.map(async (name) => {
      const bytes = Buffer.from(name)
      await registry.putBlob(name, bytes)
      const descriptor = { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length }
      const open = () => expect.unreachable('nobody reads it')
      return { descriptor, open, origin: { registry: registry.host, name } }
    }),
  )
  await Promise.all(blobs.map((blob) => transfer.put(blob, remote)))
  for (const { descriptor } of blobs) expect(registry.hasBlob('app', descriptor.digest)).toBe(true)
  expect(tokens.requests).toHaveLength(1)
  expect(exchanges.filter(({ sent }) => sent > 0)).toEqual([])
})
