import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { layerOf } from '#src/assemble/layer-of.js'
import type { ObtainedLayer } from '#src/assemble/obtain-layers.js'
import type { Cache } from '#src/cache/cache.js'
import { CnbError } from '#src/errors.js'
import type { TrowelEvent } from '#src/events.js'
import { parseDiffId, parseDigest } from '#src/oci/digest.js'
import type { Layer } from '#src/oci/image.js'
import { collect, verified } from '#src/oci/verified.js'
import type { LayerSource, PlannedLayer } from '#src/plan/planned-layer.js'
import { temporaryDirectory } from '../support/directories.js'
import { OCI, sha256 } from '../support/layout.js'
import { aModule, anOrder, type ModuleParts } from '../support/modules.js'
import * as tar from '../support/tar-bytes.js'
import { BASE_IMAGE, imageOf } from '../support/world.js'
import { aCache, aModuleSource, modules, obtain, refusal } from './made.js'
import { canonical, END, packed, ROOT } from './packed.js'

const ORIGIN = { registry: 'registry.test', name: 'acme/java' }

/** A layer of these blocks that lies elsewhere, and what was asked of the place where it lies. */
class Elsewhere {
  readonly blob: Buffer
  readonly layer: Layer
  opened = 0

  /** @param arrived is called before the blob comes */
  constructor(blocks: readonly Uint8Array[], arrived: () => Promise<void> = () => Promise.resolve()) {
    const content = Buffer.concat([...blocks, END])
    const blob = gzipSync(content)
    const descriptor = { mediaType: OCI.gzip, digest: parseDigest(sha256(blob)), size: blob.length }
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      await arrived()
      yield blob.subarray(0, 100)
      yield blob.subarray(100)
    }
    this.blob = blob
    this.layer = {
      descriptor,
      diffId: parseDiffId(sha256(content)),
      origin: ORIGIN,
      open: () => {
        this.opened++
        return verified(pieces(), descriptor, 'registry')
      },
    }
  }
}

const java = (...more: readonly Uint8Array[]): Elsewhere => new Elsewhere(canonical(packed(...more)))

interface SourceParts extends Pick<ModuleParts, 'api' | 'order' | 'targets' | 'info'> {
  readonly name?: string
  readonly from?: string
}

/** A module in this layer, of which the label of its package says what `parts` has. */
function source({ layer }: Elsewhere, parts: SourceParts = {}) {
  const { name = 'acme/java@1.0.0', from = 'registry.test/p:1' } = parts
  const [id = '', version = ''] = name.split('@')
  const promised = aModule({ ...parts, id, version }).descriptor
  return modules<Layer>(aModuleSource({ kind: 'layer', layer, from, promised }, name))
}

const planned = (source: LayerSource): PlannedLayer => ({ role: 'module', title: 'a layer', modules: [], source })

async function obtainOne(source: LayerSource, cache: Cache): Promise<ObtainedLayer> {
  const [layer] = await obtain([planned(source)], cache)
  if (layer === undefined) throw new Error('no layer')
  return layer
}

const base = imageOf(BASE_IMAGE)

describe('a module that is a layer of a published package', () => {
  test('is fetched once, audited, and not opened again', async () => {
    const directory = temporaryDirectory()
    const elsewhere = java()
    const first = await obtainOne(source(elsewhere), aCache(directory))
    expect(first).toMatchObject({
      file: undefined,
      reused: true,
      facts: { packaged: true, digest: elsewhere.layer.descriptor.digest, diffId: elsewhere.layer.diffId },
    })
    expect(elsewhere.opened).toBe(1)
    pruneBlobs(directory)
    const second = await obtainOne(source(elsewhere), aCache(directory))
    expect(second).toEqual(first)
    expect(elsewhere.opened).toBe(1)
  })

  test('is known by its digest, whatever the package is called', async () => {
    const directory = temporaryDirectory()
    await obtainOne(source(java()), aCache(directory))
    const other = java()
    await obtainOne(source(other, { from: 'other.test/p:2' }), aCache(directory))
    expect(other.opened).toBe(0)
  })

  test('goes into the image as the registry has it', async () => {
    const directory = temporaryDirectory()
    const cache = aCache(directory)
    const elsewhere = java()
    const layer = layerOf(source(elsewhere), await obtainOne(source(elsewhere), cache), base)
    expect(layer).toMatchObject({
      origin: ORIGIN,
      descriptor: elsewhere.layer.descriptor,
      diffId: elsewhere.layer.diffId,
    })
    expect(layer.range).toBeUndefined()
    expect(await collect(layer.open())).toEqual(elsewhere.blob)
  })

  test('is written anew when it is not what we would write, and then not fetched again either', async () => {
    const directory = temporaryDirectory()
    const blocks = canonical([
      ...packed(),
      tar.directory('/cnb/buildpacks/other'),
      tar.directory('/cnb/buildpacks/other/1'),
    ])
    const elsewhere = new Elsewhere(blocks)
    const first = await obtainOne(source(elsewhere), aCache(directory))
    expect(first).toMatchObject({ reused: false, facts: { packaged: false, diffId: java().layer.diffId } })
    const cache = aCache(directory)
    const second = await obtainOne(source(elsewhere), cache)
    expect(second).toEqual({ ...first, reused: true })
    expect(elsewhere.opened).toBe(1)
    expect(layerOf(source(elsewhere), second, base)).toMatchObject({ range: { file: first.file } })
  })

  test('that several layers are made of is fetched once', async () => {
    const elsewhere = java()
    const two = [source(elsewhere), modules(...sourcesOf(elsewhere), ...sourcesOf(java()))]
    await obtain(two.map(planned), aCache())
    expect(elsewhere.opened).toBe(1)
  })
})

function sourcesOf(elsewhere: Elsewhere) {
  const { layer } = elsewhere
  return [aModuleSource<Layer>({ kind: 'layer', layer, from: 'p' }, 'acme/java@1.0.0')]
}

/** What is known stays, what was fetched goes. */
function pruneBlobs(directory: string): void {
  rmSync(join(directory, 'v1/blobs'), { recursive: true })
}

describe('the audit refuses', () => {
  test.each([
    ['another API than the label promises', java(), { api: { major: 0, minor: 11 } }],
    ['another order than the label promises', java(), { order: anOrder(['acme/jre@1.0.0']) }],
    ['another module than the label promises', java(), { name: 'acme/java@2' }],
    ['a module without descriptor', new Elsewhere(canonical(packed().slice(0, 2))), {}],
    [
      'a link in the place of the descriptor',
      new Elsewhere(canonical([...packed().slice(0, 2), tar.symlink(`${ROOT}/buildpack.toml`, 'other')])),
      {},
    ],
    [
      'a descriptor that is none',
      new Elsewhere(canonical([...packed().slice(0, 2), tar.entry({ name: `${ROOT}/buildpack.toml` }, 'api = ')])),
      {},
    ],
  ])('%s', async (_what, elsewhere, parts) => {
    const directory = temporaryDirectory()
    expect(await refusal(obtainOne(source(elsewhere, parts), aCache(directory)))).toBe('E_LABEL_LAYER_MISMATCH')
    expect(await refusal(obtainOne(source(elsewhere, parts), aCache(directory)))).toBe('E_LABEL_LAYER_MISMATCH')
  })

  test('not what a label says besides, but tells it, also when the layer is known', async () => {
    const cache = aCache()
    const targets = [{ os: 'plan9', arch: 'amd64', variant: '', distros: [] }]
    for (const _ of ['fetched', 'known']) {
      const { facts } = await obtainOne(
        source(java(), { targets, info: { homepage: 'https://elsewhere.test' } }),
        cache,
      )
      expect(facts.warnings).toMatchObject([
        { rule: 'package-label-differs', message: expect.stringContaining('targets and homepage') },
      ])
    }
  })

  test('names outside the folders of modules', async () => {
    expect(await refusal(obtainOne(source(java(tar.entry({ name: '/etc/passwd' }))), aCache()))).toBe(
      'E_TAR_PATH_ESCAPE',
    )
  })

  test('what the registry says of the tar and is not so', async () => {
    const { layer } = java()
    const liar = { layer: { ...layer, diffId: parseDiffId(`sha256:${'0'.repeat(64)}`) } }
    expect(await refusal(obtainOne(source(liar as Elsewhere), aCache()))).toBe('E_DIFFID')
  })
})

describe('many layers', () => {
  /** Eight layers of which none arrives before `go` is called. */
  function stalled(count: number) {
    let go = (): void => {}
    const gate = new Promise<void>((resolve) => (go = resolve))
    const layers = Array.from({ length: count }, (_, i) => {
      const file = tar.entry({ name: `${ROOT}/file` }, `content ${i}`)
      return new Elsewhere(canonical([...packed(), file]), () => gate)
    })
    const opened = (): number => layers.reduce((sum, layer) => sum + layer.opened, 0)
    return { layers, opened, go }
  }

  const plan = (layers: readonly Elsewhere[]): PlannedLayer[] => layers.map((layer) => planned(source(layer)))

  test('are fetched four at a time, and each is given as soon as it is there', async () => {
    const { layers, opened, go } = stalled(8)
    const running = obtain(plan(layers), aCache())
    await turns()
    expect(opened()).toBe(4)
    go()
    expect((await running).map(({ facts }) => facts.digest)).toEqual(layers.map(({ layer }) => layer.descriptor.digest))
    expect(opened()).toBe(8)
  })

  test('that are here are made while others are being fetched', async () => {
    const { layers, go } = stalled(1)
    const near = planned(modules(aModuleSource({ kind: 'directory', path: temporaryDirectory() })))
    const report = ({ kind }: TrowelEvent): void => (kind === 'layer-done' ? go() : undefined)
    const obtained = await obtain([...plan(layers), near], aCache(), { report })
    expect(obtained).toHaveLength(2)
  })

  test('of which one cannot be fetched end with its error, and leave nothing unfinished', async () => {
    const scratch = temporaryDirectory()
    const gone = new CnbError('E_NETWORK', 'connection reset')
    const bad = new Elsewhere(canonical(packed()), () => Promise.reject(gone))
    const { layers, go } = stalled(2)
    const running = obtain([...plan([bad]), ...plan(layers)], aCache(undefined, scratch))
    go()
    await expect(running).rejects.toBe(gone)
    expect(unfinishedIn(scratch)).toEqual([])
  })

  test('stop being fetched when the run is stopped', async () => {
    const scratch = temporaryDirectory()
    const stop = new AbortController()
    const reason = new Error('stopped')
    const { layers, go, opened } = stalled(8)
    const running = obtain(plan(layers), aCache(undefined, scratch), { signal: stop.signal })
    await turns()
    stop.abort(reason)
    go()
    await expect(running).rejects.toBe(reason)
    expect(opened()).toBe(4)
    expect(unfinishedIn(scratch)).toEqual([])
  })
})

/** Lets everything happen that waits for nothing from outside. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}

function unfinishedIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.trowel-'))
}
