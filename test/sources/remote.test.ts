import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Module } from '#src/cnb/module.js'
import { CnbError, type ErrorCode } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { parseDigest } from '#src/oci/digest.js'
import type { Artifact, Image, ImageIndex, Layer } from '#src/oci/image.js'
import { printPlace, type ImagePlace } from '#src/oci/place.js'
import type { Named, SourceContext } from '#src/sources/context.js'
import { readBuildImage, readRunImage } from '#src/sources/images.js'
import { readLifecycle } from '#src/sources/lifecycle.js'
import { readModules } from '#src/sources/module-source.js'
import { prefetch } from '#src/sources/prefetch.js'
import { layoutDirectory } from '#src/transports/layout-directory.js'
import { readLayout } from '#src/transports/read-layout.js'
import { temporaryDirectory } from '../support/directories.js'
import { GOLDEN, goldenInput } from '../support/golden.js'
import { sha256 } from '../support/layout.js'
import { sourceOf } from './golden-context.js'

const AMD64 = { os: 'linux', architecture: 'amd64' }
const LIFECYCLE = goldenInput('work', 'lifecycle/stub-0.21.0-linux.x86-64.tgz')

/** What was asked of a registry. */
const asked: string[] = []
let opened = 0
beforeEach(() => {
  asked.length = 0
  opened = 0
})

/** An image of the golden set as a registry has it: its layers lie elsewhere. */
async function published(path: string): Promise<Image | ImageIndex> {
  const root = await readLayout(layoutDirectory(join(GOLDEN, 'inputs', path)), undefined, {
    limits: DEFAULT_LIMITS,
    report: () => {},
  })
  return elsewhere(root)
}

function elsewhere<Root extends Image | ImageIndex | Artifact>(root: Root): Root {
  if (root.kind === 'artifact') return root
  if (root.kind === 'image') return withoutRanges(root) as Root
  return {
    ...root,
    children: root.children.map((child) => ({ ...child, read: async () => elsewhere(await child.read()) })),
  }
}

function withoutRanges(image: Image): Image {
  const layers = image.layers.map((layer): Layer => ({
    descriptor: layer.descriptor,
    diffId: layer.diffId,
    open: (signal) => {
      opened++
      return layer.open(signal)
    },
  }))
  return { ...image, layers }
}

/** A registry with these images, by the texts of their places; with anything else, it fails with `code`. */
function registry(
  images: Readonly<Record<string, string>>,
  code: ErrorCode = 'E_IMAGE_MISSING',
): SourceContext['readImage'] {
  return async (place: ImagePlace) => {
    const name = printPlace(place)
    asked.push(name)
    const path = images[name]
    if (path === undefined) throw new CnbError(code, `there is no ${name}`)
    return published(path)
  }
}

interface Parts {
  readonly replace?: readonly string[]
  readonly readImage?: SourceContext['readImage']
  readonly download?: SourceContext['download']
}

function sourceWith(builder: string, { replace = [], ...parts }: Parts) {
  const file = join(temporaryDirectory(), 'builder.toml')
  writeFileSync(file, builder)
  const source = sourceOf(file, replace)
  return { ...source, context: { ...source.context, ...parts } }
}

async function modulesOf(entry: string, parts: Parts): Promise<readonly Module[]> {
  const { config, context } = sourceWith(`[[buildpacks]]\n${entry}\n`, parts)
  const read = await readModules({ kind: 'buildpack', index: 0, entry: config.buildpacks[0]!, wanted: AMD64 }, context)
  if (read === undefined) throw new Error('nothing was read')
  return read
}

const named = (text: string, what = 'run image'): Named => ({ text, what, place: { file: 'builder.toml', line: 7 } })

describe('a package in a registry', () => {
  const parts = { readImage: registry({ 'registry.test/acme/one:1': 'packages/one' }) }

  test.each(['uri = "docker://registry.test/acme/one:1"', 'image = "registry.test/acme/one:1"'])(
    '%s is described by its labels, and no layer is opened',
    async (entry) => {
      const [module] = await modulesOf(entry, parts)
      expect(module).toMatchObject({
        descriptor: { info: { id: 'golden/one' } },
        packaged: true,
        content: { kind: 'layer', from: 'registry.test/acme/one:1', promised: { info: { id: 'golden/one' } } },
      })
      expect(asked).toEqual(['registry.test/acme/one:1'])
      expect(opened).toBe(0)
    },
  )

  test('whose layer is larger than a module may be is refused before anything is fetched', async () => {
    const readImage: SourceContext['readImage'] = async () => {
      const image = await published('packages/one')
      if (image.kind === 'index') throw new Error('an index')
      const size = DEFAULT_LIMITS.moduleBytes + 1
      const huge = (layer: Layer): Layer => ({ ...layer, descriptor: { ...layer.descriptor, size } })
      return { ...image, layers: image.layers.map(huge) }
    }
    await expect(modulesOf('uri = "docker://registry.test/acme/one:1"', { readImage })).rejects.toMatchObject({
      code: 'E_OCI_LIMIT',
    })
    expect(opened).toBe(0)
  })

  test('that is not there is an error where the file names it', async () => {
    await expect(modulesOf('uri = "docker://registry.test/acme/two:1"', parts)).rejects.toMatchObject({
      code: 'E_IMAGE_MISSING',
      place: { file: 'builder.toml', line: 2 },
      message: expect.stringContaining('docker://registry.test/acme/two:1'),
      hint: expect.stringContaining('--replace'),
    })
  })

  test.each([
    ['docker://registry.test/acme/one:1', 'registry.test/acme/one:1'],
    ['docker:acme/one:1', 'docker:docker.io/acme/one:1'],
  ])('can be read from where --replace says: %s', async (place, name) => {
    const readImage = registry({ [name]: 'packages/one' })
    const [module] = await modulesOf('uri = "docker://other.test/x:1"', {
      readImage,
      replace: [`other.test/x:1=${place}`],
    })
    expect(module?.descriptor.info.id).toBe('golden/one')
    expect(asked).toEqual([name])
  })

  test.each(['oci-archive', 'docker-archive'])('can be read from the file of an %s', async (scheme) => {
    const file = join(temporaryDirectory(), 'package.tar')
    writeFileSync(file, '')
    const readImage = registry({ [`${scheme}:${file}`]: 'packages/one' })
    await modulesOf('uri = "docker://other.test/x:1"', { readImage, replace: [`other.test/x:1=${scheme}:${file}`] })
    expect(asked).toEqual([`${scheme}:${file}`])
  })
})

describe('a run image', () => {
  const read = (text: string, readImage: SourceContext['readImage']) =>
    readRunImage(named(text), AMD64, sourceWith('', { readImage }).context)

  test('is read from its registry', async () => {
    const found = await read('registry.test/run:1', registry({ 'registry.test/run:1': 'bases/run' }))
    expect(found).toMatchObject({ platform: AMD64 })
    expect(opened).toBe(0)
  })

  test.each([
    ['absent', 'E_IMAGE_MISSING'],
    ['unread', 'E_OFFLINE'],
  ] as const)('is %s when the registry says %s', async (found, code) => {
    expect(await read('registry.test/run:1', registry({}, code))).toBe(found)
  })

  test('that cannot be read for another reason is an error where the file names it', async () => {
    await expect(read('registry.test/run:1', registry({}, 'E_AUTH'))).rejects.toMatchObject({
      code: 'E_AUTH',
      place: { file: 'builder.toml', line: 7 },
    })
  })

  test('whose name is no reference is asked of nobody', async () => {
    expect(await read('NO/REFERENCE', registry({}))).toBe('absent')
    expect(asked).toEqual([])
  })
})

test('a build image that is not there is an error where the file names it', async () => {
  const { context } = sourceWith('', { readImage: registry({}) })
  await expect(readBuildImage(named('registry.test/build:1', 'build image'), AMD64, context)).rejects.toMatchObject({
    code: 'E_IMAGE_MISSING',
    place: { file: 'builder.toml', line: 7 },
    message: expect.stringContaining('the build image registry.test/build:1'),
  })
})

/** A server with one file, and what was asked of it. */
function server(file: string): Parts {
  return {
    download: async (url) => {
      asked.push(url)
      // As in a cache, whose names say nothing.
      const copy = join(temporaryDirectory(), 'blob')
      copyFileSync(file, copy)
      return { file: copy, digest: parseDigest(sha256(readFileSync(file))) }
    },
  }
}

describe('what is downloaded', () => {
  const URL_OF_IT = 'https://user:hunter2@host.test/a.tgz?token=hunter2'
  const WORK = goldenInput('work')

  test('is known by its digest, and called by its address without secrets', async () => {
    const file = join(WORK, 'archives/ustar.tgz')
    const [module] = await modulesOf(`uri = "${URL_OF_IT}"`, server(file))
    expect(asked).toEqual([URL_OF_IT])
    expect(module?.content).toMatchObject({
      kind: 'archive',
      download: { name: 'https://host.test/a.tgz', digest: sha256(readFileSync(file)) },
    })
    expect(module?.locate(['buildpack', 'id']).file).toBe('https://host.test/a.tgz!buildpack.toml')
  })

  test('and is no archive is refused by its address, where it is named', async () => {
    const file = join(temporaryDirectory(), 'page')
    writeFileSync(file, '<html>not found</html>'.repeat(100))
    await expect(modulesOf(`uri = "${URL_OF_IT}"`, server(file))).rejects.toMatchObject({
      message: expect.stringContaining('https://host.test/a.tgz'),
      place: { file: 'builder.toml', line: 2 },
    })
  })

  test('may be a package', async () => {
    const [module] = await modulesOf(`uri = "${URL_OF_IT}"`, server(join(WORK, 'packages/one.cnb')))
    expect(module).toMatchObject({ packaged: true, content: { kind: 'layer', from: 'https://host.test/a.tgz' } })
  })

  test('is a lifecycle of the version that is named', async () => {
    const { config, context } = sourceWith('[lifecycle]\nversion = "0.21.0"\n', server(LIFECYCLE))
    const lifecycle = await readLifecycle({ lifecycle: config.lifecycle, target: AMD64, host: AMD64 }, context)
    const url = 'https://github.com/buildpacks/lifecycle/releases/download/v0.21.0/lifecycle-v0.21.0+linux.x86-64.tgz'
    expect(asked).toEqual([url])
    expect(lifecycle).toMatchObject({
      descriptor: { version: '0.21.0' },
      content: { kind: 'archive', download: { name: url } },
    })
  })
})

test('the last layer of a lifecycle image in a registry is fetched, once', async () => {
  const { config, context } = sourceWith('[lifecycle]\nuri = "docker://registry.test/lifecycle:1"\n', {
    readImage: registry({ 'registry.test/lifecycle:1': 'bases/lifecycle-image' }),
  })
  const lifecycle = await readLifecycle({ lifecycle: config.lifecycle, target: AMD64, host: AMD64 }, context)
  expect(opened).toBe(1)
  const content = lifecycle?.content
  if (content?.kind !== 'layer') throw new Error('no layer')
  const { range, descriptor } = content.layer
  expect(range && sha256(readFileSync(range.file))).toBe(descriptor.digest)
})

test('a lifecycle image for another platform than the builder is told: which one is taken is decided by the machine', async () => {
  const target = { os: 'linux', architecture: 'arm64' }
  for (const host of [AMD64, target]) {
    const { config, context, reported } = sourceWith('[lifecycle]\nuri = "docker://registry.test/lifecycle:1"\n', {
      readImage: registry({ 'registry.test/lifecycle:1': 'bases/lifecycle-image' }),
    })
    await readLifecycle({ lifecycle: config.lifecycle, target, host }, context)
    const told = { rule: 'lifecycle-platform', severity: 'warning', place: { line: 2 } }
    expect(reported).toMatchObject(host === AMD64 ? [told] : [])
  }
})

describe('reading beforehand', () => {
  const many = Array.from({ length: 20 }, (_, i) => named(`docker://registry.test/p${i}:1`, 'buildpack'))

  test('asks for eight images at a time', async () => {
    let go = (): void => {}
    const gate = new Promise<void>((resolve) => (go = resolve))
    const readImage: SourceContext['readImage'] = async (place) => {
      asked.push(printPlace(place))
      await gate
      return published('packages/one')
    }
    const reading = prefetch(many, AMD64, sourceWith('', { readImage }).context)
    await new Promise((resolve) => setImmediate(resolve))
    expect(asked).toHaveLength(8)
    go()
    await reading
    expect(asked.toSorted()).toEqual(many.map(({ text }) => text.slice('docker://'.length)).toSorted())
  })

  test('says nothing of what is not there, and asks nobody for what is on this machine', async () => {
    const names = [
      named('docker://registry.test/none:1'),
      named('./here'),
      named('https://host.test/x'),
      named('x.test/y:1'),
    ]
    const source = sourceWith('', { readImage: registry({}), replace: ['x.test/y:1=oci:layout'] })
    await prefetch(names, AMD64, source.context)
    expect(asked).toEqual(['registry.test/none:1'])
    expect(source.reported).toEqual([])
  })
})
