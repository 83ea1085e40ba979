import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeImageConfig } from '#src/oci/image-config.js'
import type { Image, Layer } from '#src/oci/image.js'
import { decodeManifest } from '#src/oci/manifest.js'
import { withLayers } from '#src/oci/with-layers.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { layoutDirectory } from '#src/transports/layout-directory.js'
import { readLayout } from '#src/transports/read-layout.js'
import { GOLDEN, goldenInput } from '../support/golden.js'

const limits = DEFAULT_LIMITS

async function imagesOf(base: string): Promise<readonly Image[]> {
  const report = (): void => undefined
  const root = await readLayout(layoutDirectory(goldenInput('bases', base)), undefined, { limits, report })
  if (root.kind === 'image') return [root]
  const children = await Promise.all(root.children.map((child) => child.read()))
  return children.filter((child) => child.kind === 'image')
}

/** Every base of every platform, by its first layer, which no two of them share. */
const bases = (await Promise.all(readdirSync(goldenInput('bases')).map(imagesOf))).flat()

const expected = readdirSync(join(GOLDEN, 'cases'))
  .filter((name) => name.startsWith('builder-'))
  .flatMap((name) => [
    `${name}/expected`,
    `${name}/expected/linux-amd64`,
    `${name}/expected/linux-arm64`,
    `${name}/expected/should-be`,
  ])
  .filter((folder) => existsSync(join(GOLDEN, 'cases', folder, 'config.json')))

/** The layers that pack put on `base`, as its manifest and config name them. */
function addedLayers(base: Image, manifestBytes: Uint8Array, configBytes: Uint8Array): readonly Layer[] {
  const manifest = decodeManifest(manifestBytes, { file: 'manifest', limits, mediaType: base.manifest.mediaType })
  const { diffIds } = decodeImageConfig(configBytes, { file: 'config', limits })
  return manifest.layers.flatMap((descriptor, index) => {
    const diffId = diffIds[index]
    const open = (): never => {
      throw new Error('nobody reads a layer to print its image')
    }
    return index < base.layers.length || diffId === undefined ? [] : [{ descriptor, diffId, open }]
  })
}

describe('withLayers', () => {
  test('there are golden builders to compare with', () => {
    expect(expected.length).toBeGreaterThan(50)
  })

  test.each(expected)('prints config and manifest of %s to the byte', (folder) => {
    const read = (name: string): Buffer => readFileSync(join(GOLDEN, 'cases', folder, name))
    const config = decodeImageConfig(read('config.json'), { file: 'config', limits })
    const [firstDiffId] = config.diffIds
    const candidates = bases.filter((base) => base.config.diffIds[0] === firstDiffId)
    expect(candidates.length).toBeGreaterThan(0)
    const made = candidates.map((base) =>
      withLayers(base, {
        layers: addedLayers(base, read('manifest.json'), read('config.json')),
        labels: config.labels,
        workingDir: '/layers',
        created: '1980-01-01T00:00:01Z',
      }),
    )
    const texts = made.map((image) => [
      Buffer.from(image.configBytes).toString(),
      Buffer.from(image.manifestBytes).toString(),
    ])
    expect(texts).toContainEqual([read('config.json').toString(), read('manifest.json').toString()])
  })
})
