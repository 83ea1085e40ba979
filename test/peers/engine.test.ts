import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { Image } from '#src/oci/image.js'
import { withLayers } from '#src/oci/with-layers.js'
import { layoutDirectory } from '#src/transports/layout-directory.js'
import { readLayout } from '#src/transports/read-layout.js'
import { writeTo } from '#src/transports/write-to.js'
import { describeTransport } from '../contracts/transport.js'
import { anImage, readFrom, REFUSING, sinkTo } from '../support/engine-client.js'
import { goldenInput } from '../support/golden.js'
import { temporaryDirectory } from '../support/directories.js'
import { makeLayout, tarOf } from '../support/layout.js'
import { reference } from '../support/reference.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry } from '../support/registry/registry.js'
import { ENGINES, peerEngine } from './engines.js'

for (const name of ENGINES) {
  describeTransport(
    `the engine ${name}`,
    async (_, context) => {
      const { engine, clear, state } = await peerEngine(context, name)
      await clear()
      return {
        sink: sinkTo(engine, 'acme/app:1', 'registry.test:5000/acme/app:2'),
        read: () => readFrom(engine, 'acme/app:1', { whole: true }),
        state,
      }
    },
    // dockerd takes an image without layers, but cannot save it.
    { indexes: false, manifests: false, empty: name !== 'dockerd' },
  )
}

test.for(ENGINES)('%s is as it was when another place refuses the image', async (name, context) => {
  const { engine, clear, state } = await peerEngine(context, name)
  await clear()
  await writeTo([sinkTo(engine, 'acme/app:1')], await anImage({ tars: [tarOf('old', '1')] }))
  const before = await state()
  const sinks = [sinkTo(engine, 'acme/app:1', 'acme/app:2'), REFUSING]
  await expect(writeTo(sinks, await anImage())).rejects.toThrow('refused')
  expect(await state()).toBe(before)
})

/** An image with layers that nobody may read. */
function unread(image: Image, which: (index: number) => boolean): Image {
  const open = (): never => {
    throw new Error('this layer is not needed')
  }
  return { ...image, layers: image.layers.map((layer, at) => (which(at) ? { ...layer, open } : layer)) }
}

test('dockerd is sent what is new on top of what it has', async (context) => {
  const { engine, clear } = await peerEngine(context, 'dockerd')
  await clear()
  const tars = ['a', 'b', 'c'].map((name) => tarOf(name, name))
  await writeTo([sinkTo(engine, 'acme/base:1')], await anImage({ tars: tars.slice(0, 2) }))
  const image = await anImage({ tars })
  await writeTo(
    [sinkTo(engine, 'acme/app:1')],
    unread(image, (at) => at < 2),
  )
  const back = await readFrom(engine, 'acme/app:1', { whole: true })
  expect(back.manifest.config.digest).toBe(image.manifest.config.digest)
})

test('dockerd pulls from a registry with the password that it is told, and nothing without', async (context) => {
  const { engine, clear } = await peerEngine(context, 'dockerd')
  await clear()
  const [username, password] = ['ann', 'correct horse? üÿ~>>']
  const registry = await startRegistry({ auth: { kind: 'basic', users: { [username]: password } } })
  onTestFinished(() => registry.close())
  const directory = join(temporaryDirectory(), 'layout')
  const { config } = makeLayout(directory).manifest() as { readonly config: { readonly digest: string } }
  await pushLayout(registry, directory, 'acme/app:1')

  const name = reference(`${registry.host}/acme/app:1`)
  const auth = () => Promise.resolve({ username, password, serveraddress: registry.host })
  await expect(engine.pull(name)).rejects.toMatchObject({ code: 'E_ENGINE' })
  expect(await engine.pull(reference(`${registry.host}/acme/app:absent`), { auth })).toBe(false)
  expect(await engine.inspect(name)).toBeUndefined()
  expect(await engine.pull(name, { auth, platform: { os: 'linux', architecture: 'amd64' } })).toBe(true)
  expect((await engine.inspect(name))?.id).toBe(config.digest)
})

describe('the base of a builder', () => {
  const bases = goldenInput('bases')
  const names = readdirSync(bases)

  test.for(names)('%s has the same config out of dockerd and out of a layout', async (name, context) => {
    const { engine, clear } = await peerEngine(context, 'dockerd')
    await clear()
    const options = { limits: DEFAULT_LIMITS, report: () => undefined }
    const root = await readLayout(layoutDirectory(join(bases, name)), undefined, options)
    const image = root.kind === 'image' ? root : await root.children[0]?.read()
    if (image?.kind !== 'image') throw new Error(`${name} has no image`)
    await writeTo([sinkTo(engine, 'acme/base:1')], image)
    const described = await readFrom(engine, 'acme/base:1', { whole: false })
    const change = {
      layers: [],
      labels: new Map<string, string>(),
      workingDir: '/layers',
      created: '1980-01-01T00:00:01Z',
    }
    const [expected, actual] = [image, described].map((base) => configOf(withLayers(base, change)))
    if (name === 'build-odd') {
      const lost = new Set([...LOST.map((key) => `config.${key}`), 'docker_version', 'os.features'])
      expect(actual).toEqual(without(expected ?? {}, lost))
    } else expect(JSON.stringify(actual)).toBe(JSON.stringify(expected))
  })
})

/** What an engine keeps, but pack's library does not take over. */
const LOST =
  'AttachStdout Domainname Hostname Image OpenStdin StdinOnce Tty ArgsEscaped NetworkDisabled MacAddress'.split(' ')

type Config = Readonly<Record<string, unknown>>

function configOf(image: Image): Config {
  return JSON.parse(Buffer.from(image.configBytes).toString()) as Config
}

function without(config: Config, paths: ReadonlySet<string>): Config {
  const drop = (object: Config, prefix: string): Config =>
    Object.fromEntries(Object.entries(object).filter(([key]) => !paths.has(prefix + key)))
  return { ...drop(config, ''), config: drop(config['config'] as Config, 'config.') }
}
