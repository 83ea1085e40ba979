import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { Image, ImageIndex, Layer } from '#src/oci/image.js'
import { collect } from '#src/oci/verified.js'
import { layoutDirectory } from '#src/transports/layout-directory.js'
import { readLayout } from '#src/transports/read-layout.js'
import type { ImageSink } from '#src/transports/transport.js'
import { writeTo } from '#src/transports/write-to.js'
import { DOCKER, makeLayout, OCI, sha256, tarOf, TestLayout } from '../support/layout.js'
import { temporaryDirectory } from '../support/directories.js'

/** One place of a transport, empty at first. */
export interface TestPlace {
  readonly sink: ImageSink
  read(): Promise<Image | ImageIndex>
  /** Whatever the place holds, as text; equal when nothing was written to it. */
  state(): string
}

const limits = DEFAULT_LIMITS

/** An image as some other transport would give it. */
async function source(make: (directory: string) => void): Promise<Image | ImageIndex> {
  const directory = join(temporaryDirectory(), 'source')
  make(directory)
  return readLayout(layoutDirectory(directory), undefined, { limits, report: () => undefined })
}

async function imageSource(make: (directory: string) => void): Promise<Image> {
  const root = await source(make)
  if (root.kind !== 'image') throw new Error('not an image')
  return root
}

/** Everything that is in an image or index, in bytes. */
async function contentOf(root: Image | ImageIndex): Promise<readonly string[]> {
  if (root.kind === 'index') {
    const children = await Promise.all(root.children.map(async (child) => contentOf(await child.read())))
    return [root.descriptor.digest, Buffer.from(root.bytes).toString('hex'), ...children.flat()]
  }
  const layers = await Promise.all(
    root.layers.map(async (layer) => `${layer.diffId} ${hex(await collect(layer.open()))}`),
  )
  return [root.descriptor.digest, hex(root.manifestBytes), hex(root.configBytes), ...layers]
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

const SHAPES: readonly (readonly [string, (directory: string) => void])[] = [
  ['an OCI image', (directory) => makeLayout(directory)],
  ['a Docker image', (directory) => makeLayout(directory, { types: DOCKER })],
  ['an image without layers', (directory) => makeLayout(directory, { tars: [] })],
  [
    'an image with the same layer twice',
    (directory) => makeLayout(directory, { tars: [tarOf('a', '1'), tarOf('b', '2'), tarOf('a', '1')] }),
  ],
  [
    'an index, also of an index, over OCI and Docker images',
    (directory) => {
      const layout = new TestLayout(directory)
      const inner = layout.putJson(DOCKER.index, {
        schemaVersion: 2,
        mediaType: DOCKER.index,
        manifests: [
          {
            ...layout.image({ architecture: 'arm64', types: DOCKER }),
            platform: { os: 'linux', architecture: 'arm64' },
          },
        ],
      })
      const outer = layout.putJson(OCI.index, {
        schemaVersion: 2,
        mediaType: OCI.index,
        manifests: [{ ...layout.image(), platform: { os: 'linux', architecture: 'amd64' } }, inner],
      })
      layout.setEntries([outer])
    },
  ],
]

const DAMAGES: readonly (readonly [string, (layout: TestLayout) => void])[] = [
  [
    'E_DIGEST',
    (layout) => {
      const file = layout.blobPath(layout.manifest().layers[0].digest as string)
      const bytes = readFileSync(file)
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
      writeFileSync(file, bytes)
    },
  ],
  ['E_SIZE', (layout) => truncateSync(layout.blobPath(layout.manifest().layers[0].digest as string), 40)],
  [
    'E_DIFFID',
    (layout) =>
      layout.editConfig((config) => {
        config.rootfs.diff_ids = [sha256(Buffer.from('something else'))]
      }),
  ],
]

/** What every transport that takes images promises. `makePlace` makes a place inside an empty directory. */
export function describeTransport(name: string, makePlace: (directory: string) => TestPlace): void {
  describe(`${name} keeps the contract of transports`, () => {
    test.each(SHAPES)('%s comes back as it was, to the byte', async (_, make) => {
      const root = await source(make)
      const place = makePlace(temporaryDirectory())
      const [name] = await writeTo([place.sink], root)
      expect(name).toMatchObject({ before: undefined, after: root.descriptor.digest })
      expect(await contentOf(await place.read())).toEqual(await contentOf(root))
    })

    test('writing the same thing twice moves nothing', async () => {
      const root = await source((directory) => makeLayout(directory))
      const place = makePlace(temporaryDirectory())
      await writeTo([place.sink], root)
      const before = place.state()
      await writeTo([place.sink], root)
      expect(place.state()).toBe(before)
    })

    test('a later image under the same name takes the place of the earlier one', async () => {
      const place = makePlace(temporaryDirectory())
      await writeTo([place.sink], await source((directory) => makeLayout(directory, { labels: { v: '1' } })))
      const second = await source((directory) => makeLayout(directory, { labels: { v: '2' } }))
      await writeTo([place.sink], second)
      expect((await place.read()).descriptor.digest).toBe(second.descriptor.digest)
    })

    describe.each([
      ['an empty place', false],
      ['a place with an image', true],
    ])('%s stays as it was', (_, isUsed) => {
      async function placeBefore(): Promise<TestPlace> {
        const place = makePlace(temporaryDirectory())
        if (isUsed)
          await writeTo([place.sink], await source((directory) => makeLayout(directory, { tars: [tarOf('old', '1')] })))
        return place
      }

      test.each(DAMAGES)('when a layer turns out to be damaged: %s', async (code, damage) => {
        const place = await placeBefore()
        const before = place.state()
        let layout: TestLayout | undefined
        const image = await imageSource((directory) => {
          layout = makeLayout(directory)
          if (code === 'E_DIFFID') damage(layout)
        })
        // Damage that shows when an image is opened comes after that.
        if (layout !== undefined && code !== 'E_DIFFID') damage(layout)
        await expect(writeTo([place.sink], image)).rejects.toMatchObject({ code })
        expect(place.state()).toBe(before)
      })

      test('when the work is aborted', async () => {
        const place = await placeBefore()
        const before = place.state()
        const image = await imageSource((directory) =>
          makeLayout(directory, { tars: [tarOf('a', '1'), tarOf('b', '2')] }),
        )
        const controller = new AbortController()
        const [first, second] = image.layers
        if (first === undefined || second === undefined) throw new Error('two layers were made')
        const layers: Layer[] = [
          first,
          {
            ...second,
            open: (signal) => {
              controller.abort(new Error('stopped'))
              return second.open(signal)
            },
          },
        ]
        await expect(writeTo([place.sink], { ...image, layers }, controller.signal)).rejects.toThrow('stopped')
        expect(place.state()).toBe(before)
      })
    })
  })
}
