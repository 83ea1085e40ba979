import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { assembleImages, type AssembleContext, type Assembly } from '#src/assemble/build-image.js'
import type { Cache } from '#src/cache/cache.js'
import { parseDiffId, parseDigest } from '#src/oci/digest.js'
import type { Layer } from '#src/oci/image.js'
import type { BuilderPlan } from '#src/plan/builder-plan.js'
import type { PlannedLayer } from '#src/plan/planned-layer.js'
import { directoryEntry, fileEntry, whiteoutEntry } from '#src/plan/inline-entries.js'
import { planBuilder } from '#src/plan/plan-builder.js'
import { temporaryDirectory } from '../support/directories.js'
import { DOCKER, OCI, sha256 } from '../support/layout.js'
import { isWhole, readWorld } from '../support/world.js'
import { aCache, inline, make, SETTINGS } from './made.js'

const ORDER: PlannedLayer = {
  role: 'order',
  title: '/cnb/order.toml',
  modules: [],
  source: inline(fileEntry('/cnb/order.toml', 'order')),
}

const BASE_LAYER: Layer = {
  descriptor: { mediaType: OCI.gzip, digest: parseDigest(`sha256:${'b'.repeat(64)}`), size: 1 },
  diffId: parseDiffId(`sha256:${'d'.repeat(64)}`),
  open: () => {
    throw new Error('the layers of the base are not opened')
  },
}

/** A plan over a base with one layer, with these layers. */
function aPlan(...layers: readonly PlannedLayer[]): BuilderPlan {
  const builder =
    '[build]\nimage = "golden.test/build:1"\n[[run.images]]\nimage = "golden.test/run:1"\n[lifecycle]\nuri = "lifecycle"\n'
  const { judged } = readWorld({ builder })
  if (!isWhole(judged)) throw new Error('something is missing')
  const plan = planBuilder(judged)
  return { ...plan, base: { ...plan.base, layers: [BASE_LAYER] }, layers }
}

/** A module, and what hides the one that the base has. */
async function replacing(existing: 'same' | 'other'): Promise<PlannedLayer[]> {
  const source = inline(fileEntry('/cnb/buildpacks/a/1/x', 'x'))
  const { facts } = await make(source)
  const before = existing === 'same' ? facts.diffId : parseDiffId(`sha256:${'1'.repeat(64)}`)
  const whiteout = inline(whiteoutEntry('/cnb/buildpacks/a', '1'))
  return [
    { role: 'whiteout', title: 'whiteout', modules: [], source: whiteout, existing: before },
    { role: 'module', title: 'module', modules: [], source, existing: before },
  ]
}

interface Assembled {
  readonly assembly: Assembly
  /** What was told before it was ready. */
  readonly offered: readonly Layer[]
}

async function assemble(plan: BuilderPlan, cache: Cache, parts: Partial<AssembleContext> = {}): Promise<Assembled> {
  const offered: Layer[] = []
  const context = { settings: SETTINGS, compression: 'gzip', jobs: 1, now: Date.now, report: () => {}, cache } as const
  const onLayer = (layer: Layer): void => void offered.push(layer)
  const [assembly] = await assembleImages([plan], { ...context, onLayer, ...parts })
  return { assembly: assembly!, offered }
}

const digestsOf = (layers: readonly Layer[]): string[] => layers.map(({ descriptor }) => descriptor.digest).toSorted()

describe('layers are offered as soon as they are there', () => {
  test('those of the base, those that are made, and those that are found', async () => {
    const cache = aCache(temporaryDirectory())
    for (const plan of [aPlan(ORDER), aPlan(ORDER, { ...ORDER, source: inline(directoryEntry('/x')) })]) {
      const { assembly, offered } = await assemble(plan, cache)
      expect(digestsOf(offered)).toEqual(digestsOf(assembly.image.layers))
    }
  })

  test('but none when all are found: the image is there at once, and a place may have it', async () => {
    const cache = aCache(temporaryDirectory())
    for (const expected of [2, 0]) {
      const { offered } = await assemble(aPlan(ORDER), cache)
      expect(offered).toHaveLength(expected)
    }
  })

  test('but not one that may turn out to be there already', async () => {
    const { assembly, offered } = await assemble(aPlan(...(await replacing('same')), ORDER), aCache())
    expect(assembly.layers.map(({ title }) => title)).toEqual(['/cnb/order.toml'])
    expect(digestsOf(offered)).toEqual(digestsOf(assembly.image.layers))
  })

  test('nor what hides a layer, which may turn out not to be needed', async () => {
    const { assembly, offered } = await assemble(aPlan(...(await replacing('other')), ORDER), aCache())
    expect(assembly.layers.map(({ title }) => title)).toEqual(['whiteout', 'module', '/cnb/order.toml'])
    expect(offered).toHaveLength(assembly.image.layers.length - 1)
  })
})

describe('without compression', () => {
  test('a layer is its tar, and its digest its diffID', async () => {
    const { assembly } = await assemble(aPlan(ORDER), aCache(), { compression: 'none' })
    const layer = assembly.image.layers.at(-1)!
    const { tar } = await make(ORDER.source as Parameters<typeof make>[0])
    expect(readFileSync(layer.range!.file).equals(tar)).toBe(true)
    expect(layer.descriptor).toMatchObject({ digest: layer.diffId, size: tar.length })
    expect(layer.diffId).toBe(sha256(tar))
  })

  test('its type is of the family of the base', async () => {
    const plan = aPlan(ORDER)
    const { manifest } = plan.base
    for (const [mediaType, type] of [
      [OCI.manifest, OCI.tar],
      [DOCKER.manifest, 'application/vnd.docker.image.rootfs.diff.tar'],
    ] as const) {
      const base = { ...plan.base, manifest: { ...manifest, mediaType } }
      const { assembly } = await assemble({ ...plan, base }, aCache(), { compression: 'none' })
      expect(assembly.image.layers.at(-1)?.descriptor.mediaType).toBe(type)
    }
  })

  test('layers are kept beside those with', async () => {
    const directory = temporaryDirectory()
    const plan = aPlan(ORDER, { ...ORDER, source: inline(directoryEntry('/x')) })
    const reused = async (compression: 'gzip' | 'none'): Promise<boolean[]> =>
      (await assemble(plan, aCache(directory), { compression })).assembly.layers.map((layer) => layer.reused)
    expect(await reused('gzip')).toEqual([false, false])
    expect(await reused('none')).toEqual([false, false])
    expect(await reused('gzip')).toEqual([true, true])
    expect(await reused('none')).toEqual([true, true])
  })
})
