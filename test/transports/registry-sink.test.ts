import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { Image, ImageIndex, Layer } from '#src/oci/image.js'
import { collect } from '#src/oci/verified.js'
import { UPLOAD_SIZES, type UploadSizes } from '#src/registry/upload-sizes.js'
import { BlobMemory } from '#src/transports/blob-memory.js'
import { layoutSink } from '#src/transports/layout-sink.js'
import { registrySink } from '#src/transports/registry-sink.js'
import type { ImageSink } from '#src/transports/transport.js'
import { writeTo } from '#src/transports/write-to.js'
import { describeTransport } from '../contracts/transport.js'
import { testClient, type TestClient } from '../registry/client.js'
import { anImage, behindProxy, publish, pull, readTestLayout, registryWith } from '../registry/kit.js'
import { temporaryDirectory } from '../support/directories.js'
import { OCI, tarOf, TestLayout } from '../support/layout.js'
import { reference } from '../support/reference.js'
import { startRegistry, type Registry } from '../support/registry/registry.js'

const limits = DEFAULT_LIMITS
const report = (): void => undefined

let shared: Registry
beforeAll(async () => {
  shared = await startRegistry()
})
afterAll(() => shared.close())

let places = 0

/** What counts in a registry: blobs that nothing names go away by themselves. */
function namesIn(state: string): string {
  return state
    .split('\n')
    .filter((line) => !line.includes(' blob '))
    .join('\n')
}

for (const names of [[':1'], [':1', ':2', '/other:3', '-b:latest']]) {
  describeTransport(`a registry, names ${names.join(' ')}`, () => {
    const test = testClient()
    const repository = `${shared.host}/place${++places}/app`
    return {
      sink: sinkFor(
        test,
        names.map((name) => `${repository}${name}`),
      ),
      read: () => pull(test, `${repository}${names.at(-1)}`),
      state: () => namesIn(shared.state()),
    }
  })
}

function sinkFor({ client }: TestClient, names: readonly string[], platforms?: readonly string[]): ImageSink {
  return registrySink({
    client,
    references: names.map(reference),
    platformNames: platforms?.map(reference),
    memory: new BlobMemory(),
    limits,
    report,
  })
}

/** Two layers that no other image has. */
function twoLayers(name: string): Promise<Image> {
  return anImage({ tars: [tarOf(`${name}-1`, name), tarOf(`${name}-2`, 'x'.repeat(100_000))] })
}

async function anIndex(platforms: readonly Record<string, string>[]): Promise<ImageIndex> {
  const layout = new TestLayout(join(temporaryDirectory(), 'layout'))
  const manifests = platforms.map((platform) => ({ ...layout.image(platform), platform }))
  layout.setEntries([layout.putJson(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests })])
  const root = await readTestLayout(layout)
  if (root.kind !== 'index') throw new Error('not an index')
  return root
}

/** Bytes of blobs that a registry was sent. */
function blobBytes({ requests }: Registry): number {
  const uploads = requests.filter(({ path }) => path.includes('/blobs/uploads/'))
  return uploads.reduce((sum, { bytesIn }) => sum + bytesIn, 0)
}

function blobSizeOf(image: Image): number {
  const layers = image.layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0)
  return layers + image.manifest.config.size
}

function methodsOf({ requests }: Registry): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { method } of requests) counts[method] = (counts[method] ?? 0) + 1
  return counts
}

describe('what is sent', () => {
  test('goes to each registry once, whatever the number of names and repositories', async () => {
    const [one, two] = [await registryWith(), await registryWith()]
    const image = await twoLayers('a')
    const names = [`${one.host}/a/x:1`, `${one.host}/a/y:2`, `${two.host}/b/z:3`, `${one.host}/a/x:4`]
    await publish(testClient(), image, names)
    const { digest } = image.descriptor
    expect(namesIn(one.state()).split('\n')).toEqual([
      `a/x manifest ${digest}`,
      `a/x tag 1 ${digest}`,
      `a/x tag 4 ${digest}`,
      `a/y manifest ${digest}`,
      `a/y tag 2 ${digest}`,
    ])
    expect(two.tags('b/z').get('3')).toBe(digest)
    expect([blobBytes(one), blobBytes(two)]).toEqual([blobSizeOf(image), blobSizeOf(image)])
  })

  test('is nothing when the image is there: one question for it, one for each tag', async () => {
    const registry = await registryWith()
    const image = await twoLayers('b')
    const test = testClient()
    const names = [`${registry.host}/a/x:1`, `${registry.host}/a/x:2`]
    await publish(test, image, names)
    registry.requests.splice(0)
    const published = await publish(test, image, names)
    const { digest } = image.descriptor
    expect(published).toEqual(names.map((name) => ({ name, before: digest, after: digest })))
    expect(methodsOf(registry)).toEqual({ HEAD: 3 })
  })

  test('is what has changed', async () => {
    const registry = await registryWith()
    const test = testClient()
    const before = await anImage({ tars: [tarOf('a', '1'), tarOf('b', '2')] })
    const after = await anImage({ tars: [tarOf('a', '1'), tarOf('c', '3')] })
    await publish(test, before, [`${registry.host}/a/x:1`])
    registry.requests.splice(0)
    const [published] = await publish(test, after, [`${registry.host}/a/x:1`])
    expect(published).toMatchObject({ before: before.descriptor.digest, after: after.descriptor.digest })
    expect(blobBytes(registry)).toBe(after.layers[1]!.descriptor.size + after.manifest.config.size)
  })

  test('is no layer that another repository of the registry has', async () => {
    const registry = await registryWith()
    const image = await twoLayers('c')
    const test = testClient()
    await publish(test, image, [`${registry.host}/base:1`])
    const there = await pull(test, `${registry.host}/base:1`)
    registry.requests.splice(0)
    await publish(test, there, [`${registry.host}/a/x:1`, `${registry.host}/a/y:1`])
    expect(blobBytes(registry)).toBe(image.manifest.config.size)
    expect(registry.requests.filter(({ method, path }) => method === 'GET' && path.includes('/blobs/'))).toEqual([])
  })

  test.each([false, true])(
    'is nothing to one more repository of a registry that has the image, wherever it is named (offered: %s)',
    async (isOffered) => {
      const registry = await registryWith()
      const index = await anIndex([
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm64' },
      ])
      const image = await twoLayers('h')
      const test = testClient()
      for (const root of [image, index]) await publish(test, root, [`${registry.host}/a/x:1`])
      registry.requests.splice(0)
      for (const root of [image, index]) {
        const sink = sinkFor(test, [`${registry.host}/a/new:1`, `${registry.host}/a/x:1`, `${registry.host}/a/z:1`])
        if (isOffered && root.kind === 'image') for (const layer of root.layers) sink.offer(layer)
        await writeTo([sink], root)
      }
      expect(blobBytes(registry)).toBe(0)
      for (const name of ['a/new', 'a/z']) expect(registry.tags(name).get('1')).toBe(index.descriptor.digest)
    },
  )

  test('comes from where the image is, when that is another registry', async () => {
    const [from, to] = [await registryWith(), await registryWith()]
    const index = await anIndex([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64' },
    ])
    const test = testClient()
    await publish(test, index, [`${from.host}/a/x:1`])
    await publish(test, await pull(test, `${from.host}/a/x:1`), [`${to.host}/b/y:1`])
    expect(namesIn(to.state()).replaceAll('b/y', 'a/x')).toBe(namesIn(from.state()))
  })
})

describe('names', () => {
  test('of the images of an index are given before its own', async () => {
    const registry = await registryWith()
    const index = await anIndex([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
    ])
    const [names, platforms] = [
      ['latest', '2'],
      ['linux-amd64', 'linux-arm-v7'],
    ].map((tags) => tags.map((tag) => `${registry.host}/a/x:${tag}`))
    const published = await writeTo([sinkFor(testClient(), names!, platforms)], index)
    expect(published.map(({ name }) => name)).toEqual([...platforms!, ...names!])
    const [amd64, arm] = index.children.map(({ descriptor }) => descriptor.digest)
    const root = index.descriptor.digest
    expect(Object.fromEntries(registry.tags('a/x'))).toEqual({
      'linux-amd64': amd64,
      'linux-arm-v7': arm,
      latest: root,
      2: root,
    })
  })

  test('by digest are refused before anything is asked', async () => {
    const registry = await registryWith()
    const { digest } = (await anImage()).descriptor
    const name = `${registry.host}/a/x@${digest}`
    await expect(sinkFor(testClient(), [name]).check()).rejects.toMatchObject({ code: 'E_USAGE', value: name })
    expect(registry.requests).toEqual([])
  })

  test('in a registry that does not let us in are refused before any work', async () => {
    const registry = await registryWith({ auth: { kind: 'basic', users: { ann: 'correct horse' } } })
    const name = `${registry.host}/a/x:1`
    await expect(sinkFor(testClient(), [name]).check()).rejects.toMatchObject({ code: 'E_AUTH' })
    expect(registry.requests.map(({ path }) => path).filter((path) => path !== '/v2/')).toEqual([])
  })
})

describe('when one name cannot be given', () => {
  const isPutOf =
    (tag: string) =>
    ({ method, url }: { method: string; url: URL }) =>
      method === 'PUT' && url.pathname.endsWith(`/manifests/${tag}`)

  test('those before it stand for what they stood for, and a new one is gone', async () => {
    const registry = await registryWith({
      intercept: (exchange) => {
        if (!isPutOf('3')(exchange) || registry.tags('a/x').has('3')) return false
        exchange.fail(400, 'TAG_INVALID', 'no such tag may be')
        return true
      },
    })
    const [old, image] = [await twoLayers('old'), await twoLayers('new')]
    const test = testClient()
    const names = ['1', '2', '3'].map((tag) => `${registry.host}/a/x:${tag}`)
    await publish(test, old, names.slice(0, 1))
    await expect(publish(test, image, names)).rejects.toMatchObject({ code: 'E_REGISTRY_REFUSED' })
    expect(Object.fromEntries(registry.tags('a/x'))).toEqual({ 1: old.descriptor.digest })
    expect(test.warnings).toEqual([])
  })

  test('also one whose answer was lost is put back', async () => {
    const [old, image] = [await twoLayers('old'), await twoLayers('new')]
    const { registry, proxy } = await behindProxy([])
    const test = testClient()
    const names = ['1', '2'].map((tag) => `${proxy.host}/a/x:${tag}`)
    await publish(test, old, names)
    proxy.setRules([
      {
        match: { method: 'PUT', path: /manifests\/2$/, times: 6 },
        do: { kind: 'cut', of: 'request', after: '100%', how: 'rst' },
      },
    ])
    await expect(publish(test, image, names)).rejects.toMatchObject({ code: 'E_NETWORK' })
    expect(new Set(registry.tags('a/x').values())).toEqual(new Set([old.descriptor.digest]))
  })

  test('what cannot be put back is told', async () => {
    const registry = await registryWith({
      quirks: { deleteStatus: 405 },
      intercept: (exchange) => {
        if (!isPutOf('2')(exchange)) return false
        exchange.fail(400, 'TAG_INVALID', 'no such tag may be')
        return true
      },
    })
    const test = testClient()
    const names = ['1', '2'].map((tag) => `${registry.host}/a/x:${tag}`)
    const image = await twoLayers('new')
    await expect(publish(test, image, names)).rejects.toMatchObject({ code: 'E_REGISTRY_REFUSED' })
    const told = `${names[0]} could not be put back to nothing, and stands for ${image.descriptor.digest}: `
    expect(test.warnings).toMatchObject([{ rule: 'registry-tag', message: expect.stringContaining(told) }])
  })

  test('a tag whose manifest the registry did not show is told, and not removed', async () => {
    const [old, image] = [await twoLayers('old'), await twoLayers('new')]
    let hidden = false
    const registry = await registryWith({
      intercept: (exchange) => {
        const isOld = exchange.method === 'GET' && exchange.url.pathname.endsWith(old.descriptor.digest)
        if (!(isOld && hidden) && !isPutOf('2')(exchange)) return false
        exchange.fail(isOld ? 404 : 400, isOld ? 'MANIFEST_UNKNOWN' : 'TAG_INVALID')
        return true
      },
    })
    const test = testClient()
    const names = ['1', '2'].map((tag) => `${registry.host}/a/x:${tag}`)
    await publish(test, old, names.slice(0, 1))
    hidden = true
    await expect(publish(test, image, names)).rejects.toMatchObject({ code: 'E_REGISTRY_REFUSED' })
    const [before, after] = [old.descriptor.digest, image.descriptor.digest]
    expect(Object.fromEntries(registry.tags('a/x'))).toEqual({ 1: after })
    const told = `${names[0]} could not be put back to ${before}, and stands for ${after}: `
    expect(test.warnings).toMatchObject([{ rule: 'registry-tag', message: expect.stringContaining(told) }])
  })

  test('because another place failed, all are put back', async () => {
    const registry = await registryWith()
    const [old, image] = [await twoLayers('old'), await twoLayers('new')]
    const test = testClient()
    const names = ['1', '2'].map((tag) => `${registry.host}/a/x:${tag}`)
    await publish(test, old, names.slice(0, 1))
    const broken: ImageSink = {
      ...layoutSink({ directory: join(temporaryDirectory(), 'out'), tag: undefined, memory: new BlobMemory(), limits }),
      stage: () =>
        Promise.resolve({
          publish: () => Promise.reject(new Error('broken')),
          revert: () => Promise.resolve(),
          discard: () => Promise.resolve(),
        }),
    }
    await expect(writeTo([sinkFor(test, names), broken], image)).rejects.toThrow('broken')
    expect(Object.fromEntries(registry.tags('a/x'))).toEqual({ 1: old.descriptor.digest })
  })
})

/** Every upload has a session. */
const SESSIONS: UploadSizes = { ...UPLOAD_SIZES, single: 0 }

/** A layer that is sent as far as half of it, and no further until its reader leaves. */
function stuck(layer: Layer): { layer: Layer; isHalfWay: Promise<void> } {
  let tell = (): void => undefined
  const isHalfWay = new Promise<void>((resolve) => (tell = resolve))
  const open = async function* (signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    const bytes = await collect(layer.open())
    yield bytes.subarray(0, bytes.length / 2)
    yield bytes.subarray(bytes.length / 2)
    tell()
    await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))
  }
  return { layer: { ...layer, open }, isHalfWay }
}

describe('a layer that is offered', () => {
  test('is on its way before the image is there, and is not sent again', async () => {
    const registry = await registryWith()
    const image = await twoLayers('d')
    const sink = sinkFor(testClient(), [`${registry.host}/a/x:1`])
    for (const layer of image.layers) sink.offer(layer)
    await expect
      .poll(() => image.layers.filter(({ descriptor }) => registry.hasBlob('a/x', descriptor.digest)))
      .toHaveLength(2)
    await writeTo([sink], image)
    expect(blobBytes(registry)).toBe(blobSizeOf(image))
    expect(registry.tags('a/x').get('1')).toBe(image.descriptor.digest)
  })

  test('and fails, fails the image', async () => {
    const registry = await registryWith()
    const image = await twoLayers('e')
    const [first, ...others] = image.layers
    const broken: Layer = {
      ...first!,
      // eslint-disable-next-line require-yield -- it fails before
      open: async function* () {
        throw new Error('the disk is gone')
      },
    }
    const sink = sinkFor(testClient(), [`${registry.host}/a/x:1`])
    sink.offer(broken)
    await expect(writeTo([sink], { ...image, layers: [broken, ...others] })).rejects.toThrow('the disk is gone')
    expect(namesIn(registry.state())).toBe('')
    expect(registry.openUploads()).toBe(0)
  })

  test('for an image that will never be is taken back', async () => {
    const registry = await registryWith()
    const { layer, isHalfWay } = stuck((await twoLayers('f')).layers[0]!)
    const sink = sinkFor(testClient(SESSIONS), [`${registry.host}/a/x:1`])
    sink.offer(layer)
    await isHalfWay
    await expect.poll(() => registry.openUploads()).toBe(1)
    await sink.abandon()
    expect(registry.openUploads()).toBe(0)
    expect(registry.state()).toBe('')
  })

  test('for a run that is stopped is taken back', async () => {
    const registry = await registryWith()
    const image = await twoLayers('g')
    const { layer, isHalfWay } = stuck(image.layers[0]!)
    const sink = sinkFor(testClient(SESSIONS), [`${registry.host}/a/x:1`])
    const controller = new AbortController()
    sink.offer(layer, controller.signal)
    const written = writeTo([sink], { ...image, layers: [layer, ...image.layers.slice(1)] }, controller.signal)
    await isHalfWay
    const others = [image.layers[1]!.descriptor, image.manifest.config]
    await expect.poll(() => others.every(({ digest }) => registry.hasBlob('a/x', digest))).toBe(true)
    expect(registry.openUploads()).toBe(1)
    controller.abort(new Error('stopped'))
    await expect(written).rejects.toThrow('stopped')
    expect(registry.openUploads()).toBe(0)
    expect(namesIn(registry.state())).toBe('')
  })
})
