import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { Cache } from '#src/cache/cache.js'
import type { Image } from '#src/oci/image.js'
import { collect } from '#src/oci/verified.js'
import { testClient, type TestClient } from '../registry/client.js'
import { find, pull, registryWith } from '../registry/kit.js'
import { temporaryDirectory } from '../support/directories.js'
import { makeLayout, tarOf } from '../support/layout.js'
import { pushLayout } from '../support/registry/push-layout.js'
import type { Registry } from '../support/registry/registry.js'

let registry: Registry
let digest: string
let name: string
let byDigest: string

beforeEach(async () => {
  registry = await registryWith()
  digest = await push('1')
  name = `${registry.host}/acme/app:1`
  byDigest = `${registry.host}/acme/app@${digest}`
})

/** Puts an image under the tag that all tests read. */
function push(content: string): Promise<string> {
  const layout = makeLayout(join(temporaryDirectory(), 'layout'), { tars: [tarOf('a', content), tarOf('b', content)] })
  return pushLayout(registry, layout.directory, 'acme/app:1')
}

async function pullImage(client: TestClient, from: string, cache?: Cache): Promise<Image> {
  const root = await pull(client, from, { cache })
  if (root.kind !== 'image') throw new Error('not an image')
  return root
}

/** What was asked since the last time, but for how to ask. */
function asked(): string[] {
  return registry.requests
    .splice(0)
    .filter(({ path }) => path !== '/v2/')
    .map(({ method, path }) => `${method} ${path.replace(/^.*\/(manifests|blobs)\/(sha256:)?(.{0,7}).*$/, '$1 $3')}`)
}

/** A cache in a directory that other runs may use too. */
function cacheIn(directory: string): Cache {
  return new Cache({ directory, scratch: temporaryDirectory, user: process.getuid?.(), now: () => 1_000_000 })
}

const short = (text: string): string => text.slice('sha256:'.length, 'sha256:'.length + 7)

describe('an image of a registry', () => {
  test('costs its manifest and its config; layers are fetched when they are opened', async () => {
    const image = await pullImage(testClient(), name)
    const config = short(image.manifest.config.digest)
    expect(asked()).toEqual(['GET manifests 1', `GET blobs ${config}`])
    expect(image.layers.map(({ origin }) => origin)).toEqual([
      { registry: registry.host, name: 'acme/app' },
      { registry: registry.host, name: 'acme/app' },
    ])
    const bytes = await collect(image.layers[0]!.open())
    expect(await registry.blob('acme/app', image.layers[0]!.descriptor.digest)).toEqual(bytes)
    expect(asked()).toEqual([`GET blobs ${short(image.layers[0]!.descriptor.digest)}`])
  })

  test('that is not there is told from one that cannot be read', async () => {
    expect(await find(testClient(), `${registry.host}/acme/app:2`)).toBeUndefined()
    expect(await find(testClient(), `${registry.host}/acme/other:1`)).toBeUndefined()
    expect(await find(testClient(), `${registry.host}/acme/app@sha256:${'0'.repeat(64)}`)).toBeUndefined()
    await registry.close()
    await expect(find(testClient(), name)).rejects.toMatchObject({ code: 'E_NETWORK' })
  })
})

describe('a cache', () => {
  test('spares a later run the config, and of a digest everything', async () => {
    const directory = temporaryDirectory()
    await pullImage(testClient(), name, cacheIn(directory))
    asked()
    await pullImage(testClient(), name, cacheIn(directory))
    expect(asked()).toEqual(['GET manifests 1'])
    const again = await pullImage(testClient(), byDigest, cacheIn(directory))
    expect(again.descriptor.digest).toBe(digest)
    expect(asked()).toEqual([])
  })

  test('does not say what a tag stands for while there is a network', async () => {
    const directory = temporaryDirectory()
    await pullImage(testClient(), name, cacheIn(directory))
    const moved = await push('2')
    expect((await pullImage(testClient(), name, cacheIn(directory))).descriptor.digest).toBe(moved)
    await registry.close()
    await expect(pullImage(testClient(), name, cacheIn(directory))).rejects.toMatchObject({ code: 'E_NETWORK' })
  })

  test('has a layer that somebody has put there', async () => {
    const cache = cacheIn(temporaryDirectory())
    const image = await pullImage(testClient(), name, cache)
    const [layer] = image.layers
    const bytes = await collect(layer!.open())
    cache.put(bytes, 'fetched-layer')
    asked()
    expect(await collect(layer!.open())).toEqual(bytes)
    expect(asked()).toEqual([])
  })
})

describe('without a network', () => {
  const offline = (): TestClient => testClient(undefined, { offline: true })

  test('an image is what its tag stood for the last time', async () => {
    const directory = temporaryDirectory()
    await pullImage(testClient(), name, cacheIn(directory))
    const moved = await push('2')
    await pullImage(testClient(), name, cacheIn(directory))
    asked()
    expect((await pullImage(offline(), name, cacheIn(directory))).descriptor.digest).toBe(moved)
    expect((await pullImage(offline(), byDigest, cacheIn(directory))).descriptor.digest).toBe(digest)
    expect(registry.requests).toEqual([])
  })

  test('what is not here is refused, and nobody is asked', async () => {
    const directory = temporaryDirectory()
    const image = await pullImage(testClient(), name, cacheIn(directory))
    asked()
    const here = await pullImage(offline(), name, cacheIn(directory))
    expect(here.descriptor).toEqual(image.descriptor)
    await expect(collect(here.layers[0]!.open())).rejects.toMatchObject({ code: 'E_OFFLINE' })
    for (const other of [
      `${registry.host}/acme/app:2`,
      `${registry.host}/acme/other@${image.manifest.config.digest}`,
    ]) {
      await expect(pullImage(offline(), other)).rejects.toMatchObject({ code: 'E_OFFLINE' })
    }
    expect(registry.requests).toEqual([])
  })

  test('a record that is no digest is as good as none', async () => {
    const cache = cacheIn(temporaryDirectory())
    cache.remember('tag', name, 'sha256:nonsense')
    await expect(pullImage(offline(), name, cache)).rejects.toMatchObject({ code: 'E_OFFLINE' })
  })
})
