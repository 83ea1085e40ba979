import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TrowelEvent } from '#src/events.js'
import { digestOf } from '#src/oci/digest.js'
import type { Blob } from '#src/oci/image.js'
import { openBlob } from '#src/registry/blobs.js'
import { BlobTransfer } from '#src/transports/blob-transfer.js'
import { testClient } from '../registry/client.js'
import { startRegistry, type Registry } from '../support/registry/registry.js'

const SIZE = 300_000

let registry: Registry
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry.close())

/** A blob in pieces, as a file is read. */
function blobOf(byte: number): Blob {
  const bytes = new Uint8Array(SIZE).fill(byte)
  return {
    descriptor: { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digestOf(bytes), size: SIZE },
    async *open() {
      for (let at = 0; at < SIZE; at += 65_536) yield bytes.subarray(at, at + 65_536)
    },
  }
}

function movedBytes(transfers: readonly TrowelEvent[], wanted: 'up' | 'down'): number {
  return transfers.reduce(
    (sum, event) => sum + (event.kind === 'transfer-progress' && event.way === wanted ? event.bytes : 0),
    0,
  )
}

/** What was settled, as `way how place`. */
function settled(transfers: readonly TrowelEvent[]): string[] {
  return transfers.flatMap((event) =>
    event.kind === 'transfer-done' && event.size === SIZE ? [`${event.way} ${event.how} ${event.place}`] : [],
  )
}

test('a blob is told of for every repository that it is brought to, and its bytes once', async () => {
  const { client, transfers } = testClient()
  const blob = blobOf(1)
  const names = ['acme/one', 'acme/two'].map((name) => ({ registry: registry.host, name }))
  const remotes = names.map((repository) => client.repository(repository, 'pull,push'))
  const transfer = new BlobTransfer()
  await Promise.all(remotes.map((remote) => transfer.put(blob, remote)))
  await transfer.close()
  expect(settled(transfers)).toEqual([`up moved ${registry.host}/acme/one`, `up mounted ${registry.host}/acme/two`])
  expect(movedBytes(transfers, 'up')).toBe(SIZE)

  const again = new BlobTransfer()
  await Promise.all(remotes.map((remote) => again.put(blob, remote)))
  await again.close()
  expect(settled(transfers).slice(2).sort()).toEqual([
    `up present ${registry.host}/acme/one`,
    `up present ${registry.host}/acme/two`,
  ])
  expect(movedBytes(transfers, 'up')).toBe(SIZE)
})

test('a blob that is fetched is told of when all of it is there', async () => {
  const { client, transfers } = testClient()
  const blob = blobOf(2)
  const remote = client.repository({ registry: registry.host, name: 'acme/three' }, 'pull,push')
  const transfer = new BlobTransfer()
  await transfer.put(blob, remote)
  await transfer.close()
  transfers.length = 0
  const pieces = openBlob(remote, blob.descriptor, undefined)
  await pieces.next()
  await pieces.return(undefined)
  expect(settled(transfers)).toEqual([])
  transfers.length = 0
  let bytes = 0
  for await (const piece of openBlob(remote, blob.descriptor, undefined)) bytes += piece.length
  expect(bytes).toBe(SIZE)
  expect(movedBytes(transfers, 'down')).toBe(SIZE)
  expect(settled(transfers)).toEqual([`down moved ${registry.host}/acme/three`])
})
