import { appendFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { Image, ImageIndex } from '#src/oci/image.js'
import { collect } from '#src/oci/verified.js'
import { readImageArchive } from '#src/transports/archive.js'
import { BlobMemory } from '#src/transports/blob-memory.js'
import { layoutDirectory } from '#src/transports/layout-directory.js'
import { readLayout } from '#src/transports/read-layout.js'
import { verifyLayers } from '#src/transports/verify-layers.js'
import { makeLayout, TestLayout, type TestDescriptor } from '../support/layout.js'
import { temporaryDirectory } from '../support/directories.js'

const INPUTS = join(import.meta.dirname, '../../fixtures/golden/inputs')
const options = { limits: DEFAULT_LIMITS, report: (): void => undefined }

function read(directory: string, tag?: string): Promise<Image | ImageIndex> {
  return readLayout(layoutDirectory(directory), tag, options)
}

function directoriesIn(path: string): readonly string[] {
  return readdirSync(path).map((name) => join(path, name))
}

describe('layouts that real tools wrote', () => {
  const layouts = [
    ...directoriesIn(join(INPUTS, 'bases')),
    ...directoriesIn(join(INPUTS, 'packages')),
    join(INPUTS, 'work/packages/two-next-layout'),
  ]

  test.each(layouts)('%s is sound to the last layer', async (directory) => {
    await verifyLayers(await read(directory), { limits: DEFAULT_LIMITS, memory: new BlobMemory() })
  })

  test.each(directoriesIn(join(INPUTS, 'work/packages')).filter((name) => name.endsWith('.cnb')))(
    '%s too',
    async (file) => {
      const image = await readImageArchive(file, options)
      await verifyLayers(image, { limits: DEFAULT_LIMITS, memory: new BlobMemory() })
      expect(image.kind === 'image' && image.layers.every(({ range }) => range?.file === file)).toBe(true)
    },
  )

  test('an unpacked layout and its archive hold the same image', async () => {
    const layout = makeLayout(join(temporaryDirectory(), 'layout'))
    const [image] = layout.entries()
    expect((await read(layout.directory)).descriptor.digest).toBe(image?.digest)
  })
})

describe('which image of a layout is meant', () => {
  const named = (entry: TestDescriptor, name: string): TestDescriptor => ({
    ...entry,
    annotations: { 'org.opencontainers.image.ref.name': name },
  })

  test('the one with the name', async () => {
    const layout = new TestLayout(temporaryDirectory())
    const [one, two] = [layout.image({ labels: { n: '1' } }), layout.image({ labels: { n: '2' } })]
    layout.setEntries([named(one, 'one'), named(two, 'two')])
    expect((await read(layout.directory, 'two')).descriptor.digest).toBe(two.digest)
  })

  test('a name that is not there lists those that are', async () => {
    const layout = new TestLayout(temporaryDirectory())
    layout.setEntries([named(layout.image(), 'one')])
    await expect(read(layout.directory, 'two')).rejects.toMatchObject({
      code: 'E_OCI_LAYOUT',
      message: expect.stringContaining('nothing named two; there is one') as unknown,
    })
  })

  test("containerd's full name counts where docker gives the same tag to two images", async () => {
    const layout = new TestLayout(temporaryDirectory())
    const entries = ['a', 'b'].map((name) => ({
      ...layout.image({ labels: { name } }),
      annotations: {
        'io.containerd.image.name': `docker.io/library/${name}:latest`,
        'org.opencontainers.image.ref.name': 'latest',
      },
    }))
    layout.setEntries(entries)
    await expect(read(layout.directory, 'latest')).rejects.toMatchObject({ code: 'E_AMBIGUOUS_REF' })
    const found = await read(layout.directory, 'docker.io/library/b:latest')
    expect(found.descriptor.digest).toBe(entries[1]?.digest)
  })

  test('without a name, entries that differ only in their platform are one index', async () => {
    const layout = new TestLayout(temporaryDirectory())
    layout.setEntries([
      { ...layout.image(), platform: { os: 'linux', architecture: 'amd64' } },
      { ...layout.image({ architecture: 'arm64' }), platform: { os: 'linux', architecture: 'arm64' } },
    ])
    const index = await read(layout.directory)
    expect(index.kind === 'index' && index.children.map((child) => child.descriptor.platform?.architecture)).toEqual([
      'amd64',
      'arm64',
    ])
  })

  test('without a name, several images are too many', async () => {
    const layout = new TestLayout(temporaryDirectory())
    layout.setEntries([layout.image(), layout.image({ labels: { n: '2' } })])
    await expect(read(layout.directory)).rejects.toMatchObject({ code: 'E_AMBIGUOUS_REF' })
  })
})

describe('O-45: a blob that changes after the image was opened', () => {
  async function opened(): Promise<{ layout: TestLayout; image: Image; file: string }> {
    const layout = makeLayout(join(temporaryDirectory(), 'layout'))
    const image = await read(layout.directory)
    const file = image.kind === 'image' ? image.layers[0]?.range?.file : undefined
    if (image.kind !== 'image' || file === undefined) throw new Error('one layer was made')
    return { layout, image, file }
  }

  test('is refused when other bytes are in its place', async () => {
    const { image, file } = await opened()
    writeFileSync(file, Buffer.alloc(image.layers[0]?.descriptor.size ?? 0, 7))
    await expect(collect(image.layers[0]!.open())).rejects.toMatchObject({ code: 'E_DIGEST' })
  })

  test('is refused when it got shorter', async () => {
    const { image, file } = await opened()
    writeFileSync(file, 'x')
    await expect(collect(image.layers[0]!.open())).rejects.toMatchObject({ code: 'E_SIZE' })
  })

  test('gives the bytes that were meant when it grew', async () => {
    const { image, file } = await opened()
    const before = await collect(image.layers[0]!.open())
    appendFileSync(file, 'more')
    expect(await collect(image.layers[0]!.open())).toEqual(before)
  })

  test('is refused when it is gone, and when a link took its place', async () => {
    const { image, file, layout } = await opened()
    renameSync(file, layout.path('moved'))
    await expect(collect(image.layers[0]!.open())).rejects.toMatchObject({ code: 'E_IO' })
  })

  test('is compared again when it is read again', async () => {
    const { image, file } = await opened()
    await collect(image.layers[0]!.open())
    writeFileSync(file, Buffer.alloc(image.layers[0]?.descriptor.size ?? 0, 7))
    await expect(collect(image.layers[0]!.open())).rejects.toMatchObject({ code: 'E_DIGEST' })
  })
})
