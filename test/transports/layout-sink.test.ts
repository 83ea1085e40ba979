import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { identityOf } from '#src/files.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { Image } from '#src/oci/image.js'
import { BlobMemory } from '#src/transports/blob-memory.js'
import { layoutDirectory } from '#src/transports/layout-directory.js'
import { layoutSink } from '#src/transports/layout-sink.js'
import { writeTo } from '#src/transports/write-to.js'
import { readLayout } from '#src/transports/read-layout.js'
import { verifyLayers } from '#src/transports/verify-layers.js'
import { describeTransport } from '../contracts/transport.js'
import { makeLayout, tarOf, TestLayout } from '../support/layout.js'
import { temporaryDirectory } from '../support/directories.js'
import { snapshot } from '../support/snapshot.js'
import { writeLater } from '../support/write-later.js'

const limits = DEFAULT_LIMITS
const report = (): void => undefined

for (const tag of [undefined, 'latest']) {
  describeTransport(`a layout directory, tag ${tag}`, (parent) => {
    const directory = join(parent, 'new', 'layout')
    return {
      sink: layoutSink({ directory, tag, memory: new BlobMemory(), limits }),
      read: () => readLayout(layoutDirectory(directory), tag, { limits, report }),
      state: () => snapshot(parent),
    }
  })
}

async function read(directory: string, tag?: string): Promise<Image> {
  const root = await readLayout(layoutDirectory(directory), tag, { limits, report })
  if (root.kind !== 'image') throw new Error('not an image')
  return root
}

async function write(image: Image, directory: string, tag?: string, memory = new BlobMemory()): Promise<void> {
  await writeTo([layoutSink({ directory, tag, memory, limits })], image)
}

/** An image with two layers, in a layout of its own. */
function twoLayers(name: string): TestLayout {
  return makeLayout(join(temporaryDirectory(), name), { tars: [tarOf(`${name}-1`, name), tarOf(`${name}-2`, name)] })
}

describe('a layout that is there already', () => {
  test('keeps its other images, and what others wrote into its index', async () => {
    const parent = temporaryDirectory()
    const target = makeLayout(join(parent, 'target'))
    target.editEntry((entry) => {
      entry.annotations = { 'org.opencontainers.image.ref.name': 'old' }
      entry['x-new'] = 1
    })
    target.writeJson('index.json', {
      'x-new': true,
      ...(JSON.parse(readFileSync(target.path('index.json'), 'utf8')) as object),
    })
    const old = target.entries()[0]
    const image = await read(twoLayers('new').directory)
    await write(image, target.directory, 'new')
    expect(JSON.parse(readFileSync(target.path('index.json'), 'utf8'))).toEqual({
      'x-new': true,
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [old, { ...image.descriptor, annotations: { 'org.opencontainers.image.ref.name': 'new' } }].map(
        (entry) => JSON.parse(JSON.stringify(entry)) as unknown,
      ),
    })
  })

  test('has its damaged blob made whole', async () => {
    const source = twoLayers('one')
    const image = await read(source.directory)
    const directory = join(temporaryDirectory(), 'target')
    await write(image, directory)
    const file = join(directory, `blobs/${image.layers[0]!.descriptor.digest.replace(':', '/')}`)
    const bytes = readFileSync(file)
    writeFileSync(file, Buffer.alloc(bytes.length, 7))
    await write(image, directory)
    expect(readFileSync(file)).toEqual(bytes)
  })

  test('has a blob that is a link replaced by a file', async () => {
    const image = await read(twoLayers('one').directory)
    const directory = join(temporaryDirectory(), 'target')
    await write(image, directory)
    const file = join(directory, `blobs/${image.layers[0]!.descriptor.digest.replace(':', '/')}`)
    const elsewhere = join(directory, '..', 'elsewhere')
    writeFileSync(elsewhere, readFileSync(file))
    rmSync(file)
    symlinkSync(elsewhere, file)
    await write(image, directory)
    await verifyLayers(await read(directory), { limits, memory: new BlobMemory() })
  })

  test.each([
    ['E_OCI_LAYOUT', (target: TestLayout) => target.writeJson('oci-layout', { imageLayoutVersion: '2.0.0' })],
    ['E_JSON', (target: TestLayout) => target.write('index.json', '{"schemaVersion":2')],
    [
      'E_JSON_DUP',
      (target: TestLayout) => target.write('index.json', '{"schemaVersion":2,"manifests":[],"manifests":[]}'),
    ],
  ])('is left alone when it is not sound: %s', async (code, damage) => {
    const target = makeLayout(join(temporaryDirectory(), 'target'))
    damage(target)
    const before = snapshot(target.directory)
    const image = await read(twoLayers('new').directory)
    await expect(write(image, target.directory, 'new')).rejects.toMatchObject({ code })
    expect(snapshot(target.directory)).toBe(before)
  })
})

test('a directory that holds something else is no place for a layout', async () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'thesis.tex'), '')
  const image = await read(twoLayers('new').directory)
  await expect(write(image, directory)).rejects.toMatchObject({ code: 'E_OCI_LAYOUT', value: 'thesis.tex' })
  expect(readdirSync(directory)).toEqual(['thesis.tex'])
})

test('a place below a file is an error of the disk', async () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'file'), '')
  const image = await read(twoLayers('new').directory)
  await expect(write(image, join(directory, 'file', 'out'))).rejects.toMatchObject({ code: 'E_IO' })
  await expect(write(image, join(directory, 'file'))).rejects.toMatchObject({ code: 'E_IO' })
})

test('a file of our own is linked, one of somebody else is copied', async () => {
  const image = await read(twoLayers('one').directory)
  const directory = join(temporaryDirectory(), 'target')
  const [own, foreign] = image.layers
  const memory = new BlobMemory()
  memory.addOwn(own!.descriptor.digest, identityOf(own!.range!.file))
  await write(image, directory, undefined, memory)
  const written = await read(directory)
  const inode = (file: string): number => statSync(file).ino
  expect(inode(written.layers[0]!.range!.file)).toBe(inode(own!.range!.file))
  expect(inode(written.layers[1]!.range!.file)).not.toBe(inode(foreign!.range!.file))
})

test('a file that is ours no longer counts when it was written to', async () => {
  const image = await read(twoLayers('one').directory)
  const [own] = image.layers
  const memory = new BlobMemory()
  memory.addOwn(own!.descriptor.digest, identityOf(own!.range!.file))
  const bytes = readFileSync(own!.range!.file)
  writeLater(own!.range!.file, Buffer.alloc(bytes.length, 7))
  await expect(write(image, join(temporaryDirectory(), 'target'), undefined, memory)).rejects.toMatchObject({
    code: 'E_DIGEST',
  })
})

describe('a memory of what was checked', () => {
  test('spares a later run the reading of a layer, until the file is written to', async () => {
    const image = await read(twoLayers('one').directory)
    const directory = join(temporaryDirectory(), 'target')
    const memory = new BlobMemory()
    await write(image, directory, undefined, memory)
    const later = new BlobMemory(memory.print())
    expect(later.print()).toBeUndefined()
    const written = await read(directory)
    expect(written.layers.map((layer) => later.isChecked(layer))).toEqual([true, true])
    // The same bytes elsewhere are another file, and the same file under another diffID is another claim.
    expect(image.layers.map((layer) => later.isChecked(layer))).toEqual([false, false])
    const [first, second] = written.layers
    expect(later.isChecked({ ...first!, diffId: second!.diffId })).toBe(false)
    writeLater(first!.range!.file, Buffer.alloc(first!.range!.length, 7))
    expect(later.isChecked(first!)).toBe(false)
  })

  test.each(['', 'not JSON', '{}', '[1]', '[["a"]]', '[["a","b","c","d","e"]]'])('that is %j is none', (text) => {
    expect(new BlobMemory(text).print()).toBeUndefined()
  })
})

const WRITER = join(import.meta.dirname, '../support/faulty-writer.mjs')

/** Runs a writer in which the `call`-th change to the disk goes wrong. `killed`, or what it printed: a code, or `ok`. */
function faultyWrite(source: string, directory: string, fault: string, call: number): string {
  const child = spawnSync(process.execPath, [WRITER, source, directory, 'new', fault, String(call)], {
    encoding: 'utf8',
  })
  if (child.signal === 'SIGKILL') return 'killed'
  if (child.stderr !== '') throw new Error(child.stderr)
  return child.stdout
}

function tagsOf(directory: string): readonly string[] {
  const { manifests } = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')) as {
    manifests: { annotations: Record<string, string> }[]
  }
  return manifests.map(({ annotations }) => annotations['org.opencontainers.image.ref.name'] ?? '')
}

/** Whatever the layout names can be read to the last layer by somebody who knows nothing. */
async function expectWhole(directory: string, tags: readonly string[]): Promise<void> {
  expect(tagsOf(directory)).toEqual(tags)
  for (const tag of tags) await verifyLayers(await read(directory, tag), { limits, memory: new BlobMemory() })
}

const tempsIn = (directory: string): readonly string[] =>
  readdirSync(directory).filter((name) => name.startsWith('.trowel-'))

/** As many as an honest run makes, and some; the sweep ends when a run is over before the fault. */
const MOST_CALLS = 200

describe('a writer that is stopped at any change to the disk', () => {
  test.each(['a new directory', 'a layout with an image'])(
    'leaves the old index or the new one, both whole, when it is killed: %s',
    async (kind) => {
      const source = twoLayers('new')
      const old = await read(twoLayers('old').directory)
      const tags = kind === 'a new directory' ? [] : ['old']
      let kills = 0
      for (; kills < MOST_CALLS; kills++) {
        const directory = join(temporaryDirectory(), 'target')
        if (tags.length > 0) await write(old, directory, 'old')
        const outcome = faultyWrite(source.directory, directory, 'kill', kills + 1)
        if (existsSync(join(directory, 'index.json'))) {
          await expectWhole(directory, tagsOf(directory).includes('new') ? [...tags, 'new'] : tags)
        }
        if (outcome === 'ok') break
        expect(outcome).toBe('killed')
        // The next run needs no help.
        await write(await read(source.directory), directory, 'new')
        await expectWhole(directory, [...tags, 'new'])
      }
      expect(kills).toBeGreaterThan(15)
      expect(kills).toBeLessThan(MOST_CALLS)
    },
  )

  test.each(['EIO', 'ENOSPC'])('says so and cleans up when the disk says %s', async (errno) => {
    const source = twoLayers('new')
    const old = await read(twoLayers('old').directory)
    let faults = 0
    for (; faults < MOST_CALLS; faults++) {
      const directory = join(temporaryDirectory(), 'target')
      await write(old, directory, 'old')
      const index = readFileSync(join(directory, 'index.json'))
      const outcome = faultyWrite(source.directory, directory, errno, faults + 1)
      expect(tempsIn(directory)).toEqual([])
      if (outcome === 'ok') break
      expect(outcome).toBe('E_IO')
      await expectWhole(directory, tagsOf(directory).includes('new') ? ['old', 'new'] : ['old'])
      // Only the sync of the directory comes after the index got its name.
      if (!tagsOf(directory).includes('new')) expect(readFileSync(join(directory, 'index.json'))).toEqual(index)
    }
    expect(faults).toBeGreaterThan(15)
    expect(faults).toBeLessThan(MOST_CALLS)
  })
})

test('eight writers at a time into one new directory leave a layout whose every image is whole', async () => {
  const directory = join(temporaryDirectory(), 'target')
  const sources = Array.from({ length: 4 }, (_, number) => twoLayers(`image${number}`))
  const writers = [...sources, ...sources].map((source, number) =>
    promisify(execFile)(process.execPath, [WRITER, source.directory, directory, `tag${number % 4}`, 'none', '0']),
  )
  expect((await Promise.all(writers)).map(({ stdout }) => stdout)).toEqual(writers.map(() => 'ok'))
  const tags = tagsOf(directory)
  // Of two that replace the index in the same instant one may lose its entry, but the last one has it.
  expect(tags.length).toBeGreaterThan(0)
  await expectWhole(directory, tags)
  expect(tempsIn(directory)).toEqual([])
})
