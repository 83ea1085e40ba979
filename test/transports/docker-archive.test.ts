import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { Image } from '#src/oci/image.js'
import { collect } from '#src/oci/verified.js'
import { readImageArchive } from '#src/transports/archive.js'
import { BlobMemory } from '#src/transports/blob-memory.js'
import { verifyLayers } from '#src/transports/verify-layers.js'
import { temporaryDirectory } from '../support/directories.js'
import { OCI, sha256 } from '../support/layout.js'
import { ROWS, TARS } from './docker-archive-catalogue.js'

const limits = DEFAULT_LIMITS

async function read(bytes: Buffer): Promise<Image> {
  const file = join(temporaryDirectory(), 'saved.tar')
  writeFileSync(file, bytes)
  const image = await readImageArchive(file, { limits, report: () => undefined })
  if (image.kind !== 'image') throw new Error('not an image')
  return image
}

describe('what docker save writes', () => {
  test.each(ROWS)('$id $outcome: $about', async ({ code, shows, make }) => {
    if (code !== undefined && shows === 'open') {
      await expect(read(make())).rejects.toMatchObject({ name: 'CnbError', code })
      return
    }
    const image = await read(make())
    expect(image.manifest).toMatchObject({ mediaType: OCI.manifest, config: { mediaType: OCI.config } })
    if (code !== undefined) {
      await expect(verifyLayers(image, { limits, memory: new BlobMemory() })).rejects.toMatchObject({ code })
      return
    }
    await verifyLayers(image, { limits, memory: new BlobMemory() })
    expect(image.layers.map(({ diffId }) => diffId)).toEqual(TARS.map(sha256))
    const stored = await Promise.all(image.layers.map(async (layer) => Buffer.from(await collect(layer.open()))))
    expect(stored.map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes))).toEqual(TARS)
    expect(image.layers.map(({ descriptor }) => descriptor)).toEqual(
      stored.map((bytes) => ({
        mediaType: bytes[0] === 0x1f ? OCI.gzip : OCI.tar,
        digest: sha256(bytes),
        size: bytes.length,
      })),
    )
  })
})
