import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { Image, ImageIndex } from '#src/oci/image.js'
import type { Reference } from '#src/oci/reference.js'
import { archiveSink } from '#src/transports/archive-sink.js'
import { readImageArchive } from '#src/transports/archive.js'
import { BlobMemory } from '#src/transports/blob-memory.js'
import { layoutDirectory } from '#src/transports/layout-directory.js'
import { readLayout } from '#src/transports/read-layout.js'
import type { ImageSink } from '#src/transports/transport.js'
import { writeTo } from '#src/transports/write-to.js'
import { describeTransport } from '../contracts/transport.js'
import { temporaryDirectory } from '../support/directories.js'
import { REFUSING } from '../support/engine-client.js'
import { makeLayout, OCI, tarOf, TestLayout } from '../support/layout.js'
import { reference } from '../support/reference.js'
import { snapshot } from '../support/snapshot.js'

const limits = DEFAULT_LIMITS
const report = (): void => undefined

function references(...texts: readonly string[]): readonly Reference[] {
  return texts.map(reference)
}

const NAMES = [references(), references('acme/app:1'), references('acme/app:1', 'registry.test/app:1', 'acme/app:2')]

for (const format of ['oci', 'docker'] as const) {
  for (const names of NAMES) {
    describeTransport(
      `${format}-archive with ${names.length} names`,
      (parent) => {
        const file = join(parent, 'new', 'image.tar')
        return {
          sink: archiveSink({ file, format, names, memory: new BlobMemory(), limits }),
          read: () => readImageArchive(file, { limits, report }),
          state: () => snapshot(parent),
        }
      },
      { indexes: format === 'oci', manifests: true },
    )
  }
}

async function image(layout: TestLayout): Promise<Image | ImageIndex> {
  return readLayout(layoutDirectory(layout.directory), undefined, { limits, report })
}

function sinkTo(file: string, format: 'oci' | 'docker' = 'oci', names = references('acme/app:1')): ImageSink {
  return archiveSink({ file, format, names, memory: new BlobMemory(), limits })
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

describe('an archive that we write', () => {
  test.each(['oci', 'docker'] as const)(
    '%s: has the same bytes for the same image, wherever it comes from',
    async (format) => {
      const parent = temporaryDirectory()
      const layout = makeLayout(join(parent, 'layout'), { tars: [tarOf('a', '1'), tarOf('b', '2')] })
      const [first, second] = [join(parent, 'first.tar'), join(parent, 'second.tar')]
      await writeTo([sinkTo(first, format)], await image(layout))
      await writeTo([sinkTo(second, format)], await readImageArchive(first, { limits, report }))
      expect(sha256(second)).toBe(sha256(first))
    },
  )

  test('is written again when somebody changed a byte of it', async () => {
    const parent = temporaryDirectory()
    const file = join(parent, 'image.tar')
    const root = await image(makeLayout(join(parent, 'layout')))
    await writeTo([sinkTo(file)], root)
    const sound = readFileSync(file)
    for (const at of [0, 600, sound.length - 3000, sound.length - 1]) {
      const damaged = Buffer.from(sound)
      damaged[at] = (damaged[at] ?? 0) ^ 1
      writeFileSync(file, damaged)
      await writeTo([sinkTo(file)], root)
      expect(readFileSync(file).equals(sound), `byte ${at}`).toBe(true)
    }
  })

  test('is called what it is called in index.json, as containerd and docker write it', async () => {
    const parent = temporaryDirectory()
    const file = join(parent, 'image.tar')
    await writeTo(
      [sinkTo(file, 'oci', references('acme/app:1', 'registry.test/app:2'))],
      await image(makeLayout(join(parent, 'l'))),
    )
    const text = readFileSync(file, 'latin1')
    const index = JSON.parse(
      /\{"schemaVersion":2,"mediaType":"application\/vnd\.oci\.image\.index.*?\}\]\}/.exec(text)?.[0] ?? '',
    ) as {
      manifests: { annotations: Record<string, string> }[]
    }
    expect(index.manifests.map(({ annotations }) => annotations)).toEqual([
      { 'io.containerd.image.name': 'docker.io/acme/app:1', 'org.opencontainers.image.ref.name': '1' },
      { 'io.containerd.image.name': 'registry.test/app:2', 'org.opencontainers.image.ref.name': '2' },
    ])
  })

  test('is put back when another place refuses the image after it', async () => {
    const BEFORE: readonly ((file: string) => void)[] = [
      () => undefined,
      (file) => writeFileSync(file, 'old content'),
      (file) => symlinkSync('elsewhere', file),
    ]
    for (const make of BEFORE) {
      const parent = temporaryDirectory()
      const file = join(parent, 'image.tar')
      make(file)
      const state = snapshot(parent)
      const source = await image(makeLayout(join(temporaryDirectory(), 'l')))
      await expect(writeTo([sinkTo(file), REFUSING], source)).rejects.toThrow('refused')
      expect(snapshot(parent)).toBe(state)
    }
  })

  test('takes the place of a link, not of what it leads to, and of nothing that is no file', async () => {
    const parent = temporaryDirectory()
    mkdirSync(join(parent, 'directory'))
    await expect(sinkTo(join(parent, 'directory')).check()).rejects.toMatchObject({ code: 'E_USAGE' })
    writeFileSync(join(parent, 'elsewhere'), 'stays')
    symlinkSync('elsewhere', join(parent, 'link'))
    await writeTo([sinkTo(join(parent, 'link'))], await image(makeLayout(join(parent, 'l'))))
    expect(readFileSync(join(parent, 'elsewhere'), 'utf8')).toBe('stays')
    expect(lstatSync(join(parent, 'link')).isFile()).toBe(true)
  })

  test('holds one image for docker: an index is refused before anything is written', async () => {
    const parent = temporaryDirectory()
    const layout = new TestLayout(join(parent, 'layout'))
    layout.setEntries([
      layout.putJson(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests: [layout.image()] }),
    ])
    const file = join(parent, 'new', 'image.tar')
    const before = snapshot(parent)
    await expect(writeTo([sinkTo(file, 'docker')], await image(layout))).rejects.toMatchObject({
      code: 'E_USAGE',
      hint: expect.stringContaining('--platform') as unknown,
    })
    expect(snapshot(parent)).toBe(before)
  })
})
