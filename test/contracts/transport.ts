import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test, type TestContext } from 'vitest'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { Artifact, Image, ImageIndex, Layer } from '#src/oci/image.js'
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
  state(): string | Promise<string>
}

/** What a transport can keep, when that is not everything. */
export interface Keeps {
  /** False for one that holds single images. */
  readonly indexes: boolean
  /** False for one that knows an image by its config, and makes its own manifest. */
  readonly manifests: boolean
  /** False for one that cannot give back an image without layers. */
  readonly empty?: boolean
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

/** Everything that is in an image or index, in bytes, as far as a transport keeps it. */
async function contentOf(root: Image | ImageIndex | Artifact, keeps: Keeps): Promise<readonly string[]> {
  if (root.kind === 'index') {
    const children = await Promise.all(root.children.map(async (child) => contentOf(await child.read(), keeps)))
    return [root.descriptor.digest, Buffer.from(root.bytes).toString('hex'), ...children.flat()]
  }
  if (root.kind === 'artifact') {
    const blobs = await Promise.all(root.blobs.map(async (blob) => hex(await collect(blob.open()))))
    return [root.descriptor.digest, hex(root.bytes), ...blobs]
  }
  if (!keeps.manifests) return [hex(root.configBytes), ...(await tarsOf(root))]
  const layers = await Promise.all(
    root.layers.map(async (layer) => `${layer.diffId} ${hex(await collect(layer.open()))}`),
  )
  return [root.descriptor.digest, hex(root.manifestBytes), hex(root.configBytes), ...layers]
}

/** The layers of an image, unpacked. */
async function tarsOf(image: Image): Promise<readonly string[]> {
  return Promise.all(
    image.layers.map(async (layer) => {
      const stored = await collect(layer.open())
      return hex(stored[0] === 0x1f && stored[1] === 0x8b ? gunzipSync(stored) : stored)
    }),
  )
}

/** What a transport calls an image. */
function digestOf(root: Image | ImageIndex, { manifests }: Keeps): string {
  return manifests || root.kind === 'index' ? root.descriptor.digest : root.manifest.config.digest
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
    'an index with an attestation, as docker writes it, and an artifact among its images',
    (directory) => {
      const layout = new TestLayout(directory)
      const statement = layout.put('application/vnd.in-toto+json', Buffer.from('{"_type":"statement"}'))
      const attested = { type: 'layers', diff_ids: [statement.digest] }
      const attestation = layout.putJson(OCI.manifest, {
        schemaVersion: 2,
        mediaType: OCI.manifest,
        config: layout.putJson(OCI.config, { architecture: 'unknown', os: 'unknown', config: {}, rootfs: attested }),
        layers: [statement],
      })
      const artifact = layout.putJson(OCI.manifest, {
        schemaVersion: 2,
        mediaType: OCI.manifest,
        artifactType: 'application/x.example',
        config: layout.put('application/vnd.oci.empty.v1+json', Buffer.from('{}')),
        layers: [layout.put('text/plain', Buffer.from('something'))],
      })
      const image = { ...layout.image(), platform: { os: 'linux', architecture: 'amd64' } }
      const unknown = { os: 'unknown', architecture: 'unknown' }
      const manifests = [image, { ...attestation, platform: unknown }, artifact]
      layout.setEntries([layout.putJson(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests })])
    },
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

/**
 * What every transport that takes images promises. `makePlace` makes a place inside an empty directory, or skips the test when
 * what it needs is not there.
 */
export function describeTransport(
  name: string,
  makePlace: (directory: string, context: TestContext) => TestPlace | Promise<TestPlace>,
  keeps: Keeps = { indexes: true, manifests: true },
): void {
  const shapes = SHAPES.filter(
    ([shape]) =>
      (keeps.indexes || !shape.includes('index')) && (keeps.empty !== false || !shape.includes('without layers')),
  )
  describe(`${name} keeps the contract of transports`, () => {
    test.for(shapes)('%s comes back as it was, to the byte', async ([, make], context) => {
      const root = await source(make)
      const place = await makePlace(temporaryDirectory(), context)
      const [name] = await writeTo([place.sink], root)
      expect(name).toMatchObject({ before: undefined, after: digestOf(root, keeps) })
      expect(await contentOf(await place.read(), keeps)).toEqual(await contentOf(root, keeps))
    })

    test('writing the same thing twice moves nothing, and says so', async (context) => {
      const root = await source((directory) => makeLayout(directory))
      const place = await makePlace(temporaryDirectory(), context)
      await writeTo([place.sink], root)
      const before = await place.state()
      const digest = digestOf(root, keeps)
      const names = await writeTo([place.sink], root)
      expect(new Set(names.flatMap(({ before, after }) => [before, after]))).toEqual(new Set([digest]))
      expect(await place.state()).toBe(before)
    })

    test('a later image under the same name takes the place of the earlier one', async (context) => {
      const place = await makePlace(temporaryDirectory(), context)
      const first = await source((directory) => makeLayout(directory, { labels: { v: '1' } }))
      await writeTo([place.sink], first)
      const second = await source((directory) => makeLayout(directory, { labels: { v: '2' } }))
      const [name] = await writeTo([place.sink], second)
      expect(name).toMatchObject({ before: digestOf(first, keeps), after: digestOf(second, keeps) })
      expect(digestOf(await place.read(), keeps)).toBe(digestOf(second, keeps))
    })

    describe.each([
      ['an empty place', false],
      ['a place with an image', true],
    ])('%s stays as it was', (_, isUsed) => {
      async function placeBefore(context: TestContext): Promise<TestPlace> {
        const place = await makePlace(temporaryDirectory(), context)
        if (isUsed)
          await writeTo([place.sink], await source((directory) => makeLayout(directory, { tars: [tarOf('old', '1')] })))
        return place
      }

      test.for(DAMAGES)('when a layer turns out to be damaged: %s', async ([code, damage], context) => {
        const place = await placeBefore(context)
        const before = await place.state()
        let layout: TestLayout | undefined
        const image = await imageSource((directory) => {
          layout = makeLayout(directory)
          if (code === 'E_DIFFID') damage(layout)
        })
        // Damage that shows when an image is opened comes after that.
        if (layout !== undefined && code !== 'E_DIFFID') damage(layout)
        await expect(writeTo([place.sink], image)).rejects.toMatchObject({ code })
        expect(await place.state()).toBe(before)
      })

      test('when the work is aborted', async (context) => {
        const place = await placeBefore(context)
        const before = await place.state()
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
        expect(await place.state()).toBe(before)
      })
    })
  })
}
