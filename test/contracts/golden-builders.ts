import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Run } from '../support/cli.js'
import { goldenCases, goldenLayers, type GoldenCase } from '../support/golden.js'

/** One way to run the golden cases: where their images come from, and where the builders go. */
export interface GoldenWay {
  /** Runs a case; `without` is the value of a flag that is left out. */
  create(golden: GoldenCase, without: string | undefined): Promise<Run>
  /** A blob of what a case made, as text. */
  blob(golden: GoldenCase, digest: string): Promise<string>
  /** True when a case left nothing at its place. */
  isUntouched(golden: GoldenCase): boolean
}

/** Cases of several platforms: an index. */
const INDEXES = new Set(['builder-targets-flag', 'builder-targets-suffix', 'builder-targets-toml'])

/** What pack accepts and we refuse, with the code that says so; docs/differences-from-pack.md has each row. */
export const REFUSED = new Map([
  ['builder-archives', 'E_TAR_LINK_ESCAPE'],
  ['builder-shapes', 'E_TAR_LINK_ESCAPE'],
  ['builder-special', 'E_TAR_NAME_ENCODING'],
  ['builder-same-module-differs', 'module-content-conflict'],
  ['builder-same-module-differs-2', 'module-content-conflict'],
  ['builder-truncated-id', 'id-charset'],
])

/** What pack fails on, or cuts short without a word, and we make whole. */
const REPAIRED = new Map([
  ['builder-truncated-global', 'buildpack golden_a-pax-global@1'],
  ['builder-truncated-link', 'buildpack golden_link-ustar-overflow@1'],
  ['builder-truncated-ustar', 'buildpack golden_names-ustar-overflow@1'],
])

/** A layer whose entries pack shuffles; ours are sorted. */
const SHUFFLED = new Map([['builder-build-env', 'build-config env']])

/** Flags of a case that the catalogue of bad input refuses; without them the case is as it was. */
export const WITHOUT = new Map([['builder-labels', 'io.buildpacks.builder.metadata=mine']])

interface Platform {
  readonly platform: string
  readonly digest: string
  readonly config: string
  readonly layers: readonly { readonly diffId: string }[]
}

interface ResultJson {
  readonly digest: string
  readonly platforms: readonly Platform[]
}

interface Made {
  readonly diffIds: readonly string[]
  readonly config: string
}

/** Every case of a builder, with what pack made of it beside what we make. */
export function describeGoldenBuilders(way: GoldenWay): void {
  async function result(golden: GoldenCase): Promise<ResultJson> {
    const run = await way.create(golden, WITHOUT.get(golden.name))
    expect(run.stderr).not.toMatch(/^error/m)
    expect(run.status).toBe(0)
    return JSON.parse(run.stdout) as ResultJson
  }

  async function made(golden: GoldenCase): Promise<Made> {
    const { platforms } = await result(golden)
    expect(platforms.length).toBe(1)
    return madeOf(golden, platforms[0])
  }

  async function madeOf(golden: GoldenCase, platform: Platform | undefined): Promise<Made> {
    const config = await way.blob(golden, platform?.config ?? '')
    return { diffIds: platform?.layers.map(({ diffId }) => diffId) ?? [], config }
  }

  describe('builders of one platform', () => {
    const cases = goldenCases(/^builder-/).filter(
      ({ name, exit }) => !INDEXES.has(name) && (exit === 0 || name.endsWith('emptylayer')),
    )
    const deviant = (name: string): boolean => REFUSED.has(name) || REPAIRED.has(name) || SHUFFLED.has(name)

    test.each(cases.filter(({ name }) => !deviant(name)))('$name: $title', async (golden) => {
      const { diffIds, config } = await made(golden)
      const expected = expectedFolder(golden)
      expect(diffIds).toEqual(goldenLayers(expected).map(({ diffId }) => diffId))
      expect(config).toBe(readFileSync(join(expected, 'config.json'), 'utf8'))
    })

    test.each(cases.filter(({ name }) => REPAIRED.has(name) || SHUFFLED.has(name)))(
      '$name, but for the layer that differs on purpose: $title',
      async (golden) => {
        const { diffIds } = await made(golden)
        const different = REPAIRED.get(golden.name) ?? SHUFFLED.get(golden.name)
        const layers = goldenLayers(golden.expected)
        expect(layers.map(({ what }) => what)).toContain(different)
        const others = layers.map(({ what, diffId }, i) => (what === different ? diffIds[i] : diffId))
        expect(diffIds).toEqual(others)
        const shuffled = layers.find(({ what }) => what === different)?.diffId
        expect(diffIds).not.toContain(REPAIRED.has(golden.name) ? shuffled : '')
      },
    )

    test.each(cases.filter(({ name }) => REFUSED.has(name)))('$name is refused: $title', async (golden) => {
      const run = await way.create(golden, WITHOUT.get(golden.name))
      expect(run.stderr).toContain(`error[${REFUSED.get(golden.name)}]`)
      expect([2, 3]).toContain(run.status)
      expect(way.isUntouched(golden)).toBe(true)
    })

    test('builder-extension-truncated: what overflows USTAR in an extension is no error, as it is none in a buildpack', async () => {
      const [golden] = goldenCases(/^builder-extension-truncated$/)
      if (golden === undefined) throw new Error('the case is gone')
      expect(golden.exit).toBe(1)
      expect((await made(golden)).diffIds.length).toBeGreaterThan(8)
    })
  })

  describe('builders of several platforms', () => {
    test.each(goldenCases(/^builder-/).filter(({ name }) => INDEXES.has(name)))('$name: $title', async (golden) => {
      const { digest, platforms } = await result(golden)
      for (const one of platforms) {
        const expected = join(golden.expected, one.platform.replaceAll('/', '-'))
        const { diffIds, config } = await madeOf(golden, one)
        expect(diffIds).toEqual(goldenLayers(expected).map(({ diffId }) => diffId))
        expect(config).toBe(readFileSync(join(expected, 'config.json'), 'utf8'))
      }
      // The manifests differ from pack's in the digests of compressed layers; all else of the index is the same, byte for byte.
      const sizes = (text: string): string => text.replaceAll(/"size":\d+,"digest":"[^"]*"/g, '"size":0,"digest":""')
      const pack = readFileSync(join(golden.expected, 'index.json'), 'utf8')
      const index = await way.blob(golden, digest)
      expect(sizes(index)).toBe(sizes(pack))
      expect([...index.matchAll(/sha256:[0-9a-f]{64}/g)].map(([one]) => one)).toEqual(
        platforms.map((one) => one.digest),
      )
    })
  })
}

/** `should-be/` is what comes out where pack's defect is absent. */
function expectedFolder(golden: GoldenCase): string {
  const names = readdirSync(golden.expected)
  return names.includes('should-be') ? join(golden.expected, 'should-be') : golden.expected
}
