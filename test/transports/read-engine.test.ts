import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { collect } from '#src/oci/verified.js'
import { withLayers } from '#src/oci/with-layers.js'
import { BlobMemory } from '#src/transports/blob-memory.js'
import { layoutSink } from '#src/transports/layout-sink.js'
import { readEngineImage } from '#src/transports/read-engine.js'
import { writeTo } from '#src/transports/write-to.js'
import { temporaryDirectory } from '../support/directories.js'
import { openEngine, readFrom, sinkTo } from '../support/engine-client.js'
import { startEngine, type TestEngine } from '../support/engine.js'
import { OCI, sha256, tarOf, tarOfEntries, TestLayout } from '../support/layout.js'
import { reference } from '../support/reference.js'
import { snapshot } from '../support/snapshot.js'

const limits = DEFAULT_LIMITS
const TARS = [tarOf('a', '1'), tarOf('b', '2'), tarOf('a', '1')]
const CONFIG = {
  architecture: 'amd64',
  os: 'linux',
  created: '2026-01-05T12:00:00Z',
  config: { User: '1000:1000', Env: ['A=1'], Labels: { a: 'b' }, Hostname: 'is lost', Cmd: null },
  rootfs: { type: 'layers', diff_ids: TARS.map(sha256) },
}

async function engineWithImage(): Promise<TestEngine> {
  const engine = await startEngine()
  engine.put(Buffer.from(JSON.stringify(CONFIG)), TARS, 'docker.io/acme/app:1')
  return engine
}

function saves({ calls }: TestEngine): number {
  return calls.filter(({ path }) => path.endsWith('/get')).length
}

test('an image that is not there is undefined', async () => {
  const engine = await openEngine({ DOCKER_HOST: (await startEngine()).host })
  const options = { engine, limits, report: () => undefined, scratch: temporaryDirectory }
  for (const whole of [false, true]) {
    expect(await readEngineImage(reference('acme/absent'), { ...options, whole })).toBeUndefined()
  }
})

test('a described image has what the engine tells, and nothing is fetched for it', async () => {
  const engine = await engineWithImage()
  const image = await readFrom(await openEngine({ DOCKER_HOST: engine.host }), 'acme/app:1', { whole: false })
  const { Hostname: _, Cmd: __, ...config } = CONFIG.config
  expect(JSON.parse(Buffer.from(image.configBytes).toString())).toEqual({ ...CONFIG, config })
  expect(image.config).toMatchObject({ platform: { os: 'linux', architecture: 'amd64' }, user: '1000:1000' })
  expect(image.layers.map(({ diffId }) => diffId)).toEqual(TARS.map(sha256))
  expect(saves(engine)).toBe(0)
})

test('the layers of a described image are fetched together, when the first of them is read', async () => {
  const engine = await engineWithImage()
  const image = await readFrom(await openEngine({ DOCKER_HOST: engine.host }), 'acme/app:1', { whole: false })
  const tars = await Promise.all(image.layers.map(async (layer) => Buffer.from(await collect(layer.open()))))
  expect(tars).toEqual(TARS)
  expect(saves(engine)).toBe(1)
})

test('what is built on a described image goes into its engine without its layers', async () => {
  const engine = await engineWithImage()
  const client = await openEngine({ DOCKER_HOST: engine.host })
  const base = await readFrom(client, 'acme/app:1', { whole: false })
  const change = { layers: [], labels: new Map([['c', 'd']]), workingDir: '/', created: '1980-01-01T00:00:01Z' }
  const [name] = await writeTo([sinkTo(client, 'acme/built:1')], withLayers(base, change))
  expect(engine.loaded).toEqual([`${name?.after.slice('sha256:'.length)}.json`, 'manifest.json'])
  expect(engine.images.get(name?.after ?? '')?.diffIds).toEqual(TARS.map(sha256))
  expect(saves(engine)).toBe(0)
})

test('and into an engine that wants all layers with them', async () => {
  const engine = await startEngine({ wantsAllLayers: true })
  engine.put(Buffer.from(JSON.stringify(CONFIG)), TARS, 'docker.io/acme/app:1')
  const client = await openEngine({ DOCKER_HOST: engine.host })
  const base = await readFrom(client, 'acme/app:1', { whole: false })
  const change = { layers: [], labels: new Map([['c', 'd']]), workingDir: '/', created: '1980-01-01T00:00:01Z' }
  const [name] = await writeTo([sinkTo(client, 'acme/built:1')], withLayers(base, change))
  expect(engine.images.get(name?.after ?? '')?.diffIds).toEqual(TARS.map(sha256))
})

test('a described image is written nowhere else: nobody takes a manifest whose sizes are not known', async () => {
  const engine = await engineWithImage()
  const image = await readFrom(await openEngine({ DOCKER_HOST: engine.host }), 'acme/app:1', { whole: false })
  const parent = temporaryDirectory()
  const sink = layoutSink({ directory: join(parent, 'layout'), tag: undefined, memory: new BlobMemory(), limits })
  await expect(writeTo([sink], image)).rejects.toMatchObject({ code: 'E_MANIFEST' })
  expect(snapshot(parent)).toBe(snapshot(temporaryDirectory()))
})

test('a whole image has the bytes of its config, and sizes', async () => {
  const engine = await engineWithImage()
  const image = await readFrom(await openEngine({ DOCKER_HOST: engine.host }), 'acme/app:1', { whole: true })
  expect(Buffer.from(image.configBytes).toString()).toBe(JSON.stringify(CONFIG))
  expect(image.layers.map(({ descriptor }) => descriptor.size)).toEqual(TARS.map((tar) => tar.length))
})

test('an image that is replaced while it is read is not taken for the one before', async () => {
  const engine = await engineWithImage()
  const image = await readFrom(await openEngine({ DOCKER_HOST: engine.host }), 'acme/app:1', { whole: false })
  const other = { ...CONFIG, rootfs: { type: 'layers', diff_ids: [] } }
  engine.put(Buffer.from(JSON.stringify(other)), [], 'docker.io/acme/app:1')
  const [first] = image.layers
  await expect(collect(first!.open())).rejects.toMatchObject({ code: 'E_ENGINE' })
})

test('the layers of an engine that keeps manifests are those of the platform that it has', async () => {
  const layout = new TestLayout(temporaryDirectory())
  const image = layout.image({ tars: [TARS[0]!] })
  const index = layout.putJson(OCI.index, {
    schemaVersion: 2,
    mediaType: OCI.index,
    manifests: [{ ...image, digest: `sha256:${'1'.repeat(64)}` }, image],
  })
  layout.setEntries([index])
  const engine = await startEngine({
    keepsManifests: true,
    intercept: ({ path }, _, response) => {
      if (!path.endsWith('/get')) return false
      response.end(tarOfEntries(layout.tarEntries()))
      return true
    },
  })
  const config = { ...CONFIG, rootfs: { type: 'layers', diff_ids: [sha256(TARS[0]!)] } }
  engine.put(Buffer.from(JSON.stringify(config)), [TARS[0]!], 'docker.io/acme/app:1')
  const described = await readFrom(await openEngine({ DOCKER_HOST: engine.host }), 'acme/app:1', { whole: false })
  expect(Buffer.from(await collect(described.layers[0]!.open()))).toEqual(TARS[0])
})
