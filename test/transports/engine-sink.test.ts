import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Image, Layer } from '#src/oci/image.js'
import { writeTo } from '#src/transports/write-to.js'
import { describeTransport } from '../contracts/transport.js'
import { anImage, openEngine, readFrom, REFUSING, sinkTo } from '../support/engine-client.js'
import { startEngine, type TestEngine } from '../support/engine.js'
import { sha256, tarOf } from '../support/layout.js'

const [BASE, MIDDLE, TOP] = [tarOf('base', '1'), tarOf('middle', '2'), tarOf('top', '3')]

/** The layers that an engine was sent last. */
function sent({ loaded }: TestEngine): readonly string[] {
  return loaded.filter((path) => path.endsWith('/layer.tar')).map((path) => `sha256:${path.split('/')[0]}`)
}

function loads({ calls }: TestEngine): number {
  return calls.filter(({ path }) => path === '/images/load').length
}

/** An image whose layers fail the test when they are read. */
function unread(image: Image, which: (index: number) => boolean): Image {
  const open = (): never => {
    throw new Error('this layer is not needed')
  }
  const layers = image.layers.map((layer, index): Layer => (which(index) ? { ...layer, open } : layer))
  return { ...image, layers }
}

for (const [about, quirks] of [
  ['an engine', {}],
  ['an engine that wants all layers', { wantsAllLayers: true }],
] as const) {
  describeTransport(
    about,
    async () => {
      const engine = await startEngine(quirks)
      const client = await openEngine({ DOCKER_HOST: engine.host })
      return {
        sink: sinkTo(client, 'acme/app:1', 'registry.test:5000/acme/app:2'),
        read: () => readFrom(client, 'acme/app:1', { whole: true }),
        state: () => engine.state(),
      }
    },
    { indexes: false, manifests: false },
  )
}

describe('an engine', () => {
  test('is sent plain tars, in the order of the layers, config and manifest', async () => {
    const engine = await startEngine()
    const image = await anImage({ tars: [BASE, MIDDLE, TOP] })
    await writeTo([sinkTo(await openEngine({ DOCKER_HOST: engine.host }), 'acme/app:1')], image)
    const config = image.manifest.config.digest.slice('sha256:'.length)
    const layers = [BASE, MIDDLE, TOP].map((tar) => `${createHash('sha256').update(tar).digest('hex')}/layer.tar`)
    expect(engine.loaded).toEqual([`${config}.json`, ...layers, 'manifest.json'])
  })

  test('is not sent the layers at the bottom that it has, nor are they read', async () => {
    const engine = await startEngine()
    engine.put(Buffer.from('{"a":1}'), [TOP])
    engine.put(Buffer.from('{"b":1}'), [BASE, MIDDLE])
    engine.put(Buffer.from('{"c":1}'), [BASE])
    const image = unread(await anImage({ tars: [BASE, MIDDLE, TOP] }), (index) => index < 2)
    await writeTo([sinkTo(await openEngine({ DOCKER_HOST: engine.host }), 'acme/app:1')], image)
    expect(sent(engine)).toEqual([sha256(TOP)])
    expect(engine.images.get(image.manifest.config.digest)?.names).toEqual(new Set(['docker.io/acme/app:1']))
  })

  test('is sent a layer that it has, when that stands on other layers now', async () => {
    const engine = await startEngine()
    engine.put(Buffer.from('{"b":1}'), [BASE, MIDDLE])
    const image = await anImage({ tars: [BASE, TOP, MIDDLE, BASE] })
    await writeTo([sinkTo(await openEngine({ DOCKER_HOST: engine.host }), 'acme/app:1')], image)
    expect(sent(engine)).toEqual([TOP, MIDDLE, BASE].map(sha256))
  })

  test('is sent all layers when it does not do without', async () => {
    const engine = await startEngine({ wantsAllLayers: true })
    engine.put(Buffer.from('{"b":1}'), [BASE, MIDDLE])
    const image = await anImage({ tars: [BASE, MIDDLE, TOP] })
    await writeTo([sinkTo(await openEngine({ DOCKER_HOST: engine.host }), 'acme/app:1')], image)
    expect(loads(engine)).toBe(2)
    expect(sent(engine)).toEqual([BASE, MIDDLE, TOP].map(sha256))
  })

  test('is sent nothing when it has the image, only its name', async () => {
    const engine = await startEngine()
    const client = await openEngine({ DOCKER_HOST: engine.host })
    const image = await anImage()
    await writeTo([sinkTo(client, 'acme/app:1')], image)
    await writeTo(
      [sinkTo(client, 'acme/app:1', 'acme/app:2')],
      unread(image, () => true),
    )
    expect(loads(engine)).toBe(1)
    const { names } = engine.images.get(image.manifest.config.digest) ?? {}
    expect(names).toEqual(new Set(['docker.io/acme/app:1', 'docker.io/acme/app:2']))
  })

  test('that keeps manifests knows the image by an id of its own', async () => {
    const engine = await startEngine({ keepsManifests: true })
    engine.put(Buffer.from('{"b":1}'), [BASE])
    const client = await openEngine({ DOCKER_HOST: engine.host })
    const image = await anImage({ tars: [BASE, TOP] })
    const [name] = await writeTo([sinkTo(client, 'acme/app:1')], image)
    expect(sent(engine)).toEqual([BASE, TOP].map(sha256))
    expect(name?.after).not.toBe(image.manifest.config.digest)
    expect(engine.images.get(name?.after ?? '')?.names).toEqual(new Set(['docker.io/acme/app:1']))
  })

  test.each([false, true])('is as it was when another place fails, an older image there: %s', async (isUsed) => {
    const engine = await startEngine()
    const client = await openEngine({ DOCKER_HOST: engine.host })
    if (isUsed) engine.put(Buffer.from('{"b":1}'), [BASE], 'docker.io/acme/app:1')
    const before = engine.state()
    const sinks = [sinkTo(client, 'acme/app:1', 'acme/app:2'), REFUSING]
    await expect(writeTo(sinks, await anImage())).rejects.toThrow('refused')
    expect(engine.state()).toBe(before)
  })

  test('with an image that it cannot describe is sent all layers', async () => {
    const engine = await startEngine({
      intercept: ({ path }, _, response) => {
        if (!path.endsWith('/json') || path === '/images/json' || !path.includes(broken)) return false
        response.writeHead(500).end('{"message":"layer does not exist"}')
        return true
      },
    })
    const broken = engine.put(Buffer.from('{"b":1}'), [BASE])
    const image = await anImage({ tars: [BASE, TOP] })
    await writeTo([sinkTo(await openEngine({ DOCKER_HOST: engine.host }), 'acme/app:1')], image)
    expect(sent(engine)).toEqual([BASE, TOP].map(sha256))
  })

  test('that closes an idle connection just when it is used again is asked once more', async () => {
    const used = new Set<unknown>()
    const engine = await startEngine({
      intercept: ({ path }, { socket }) => {
        if (path !== '/images/json' || !used.has(socket)) {
          used.add(socket)
          return false
        }
        socket.destroy()
        return true
      },
    })
    expect(await (await openEngine({ DOCKER_HOST: engine.host })).imageIds()).toEqual([])
    expect(engine.calls.map(({ path }) => path)).toEqual(['/_ping', '/images/json', '/images/json'])
  })

  test('takes names with tags only', async () => {
    const engine = await startEngine()
    const client = await openEngine({ DOCKER_HOST: engine.host })
    const sink = sinkTo(client, `acme/app@sha256:${'0'.repeat(64)}`)
    await expect(sink.check()).rejects.toMatchObject({ code: 'E_USAGE' })
  })
})
