import { mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { trowel } from '../support/cli.js'
import {
  goldenCases,
  goldenLayers,
  goldenReplacements,
  materialiseGolden,
  type GoldenCase,
  type GoldenLayer,
} from '../support/golden.js'

const workspace = materialiseGolden()
afterAll(() => {
  workspace.remove()
})

/** Cases of several platforms, or about registries: they wait for the transports. */
const LATER = new Map([
  ['builder-targets-flag', 'an index'],
  ['builder-targets-suffix', 'an index'],
  ['builder-targets-toml', 'an index'],
])

/** Where we do otherwise on purpose; docs/differences-from-pack.md has each row. */
const REFUSED = new Map<string, string>([])

/** Layers that differ on purpose, by what they hold. */
const DIFFERENT = new Map<string, { readonly layers: RegExp; readonly why: string }>([])

interface ResultJson {
  readonly digest: string
  readonly platforms: readonly { readonly config: string; readonly layers: readonly { readonly diffId: string }[] }[]
}

async function create(golden: GoldenCase, extra: readonly string[] = []): ReturnType<typeof trowel> {
  const [, , , , ...flags] = golden.command
  const out = join(workspace.path, 'out', golden.name)
  mkdirSync(join(workspace.path, 'out'), { recursive: true })
  const args = ['builder', 'create', `golden.test/out/${golden.name}`, ...ours(flags), ...extra]
  const fixed = ['--to', `oci:${out}`, '--created-by', 'Pack CLI@0.40.6', '--json', '--no-cache']
  return trowel([...args, ...goldenReplacements(), ...fixed], {
    cwd: join(workspace.path, golden.cwd),
    env: { ...golden.env },
  })
}

/** pack's flags without those that say where the image goes. */
function ours(flags: readonly string[]): string[] {
  return flags.filter((flag, i) => flag !== '--publish' && flag !== '--tag' && flags[i - 1] !== '--tag')
}

function layoutBlob(name: string, digest: string): Buffer {
  return readFileSync(join(workspace.path, 'out', name, 'blobs', ...digest.split(':')))
}

describe('builders of one platform', () => {
  for (const golden of goldenCases(/^builder-/)) {
    const { name, title } = golden
    const later = LATER.get(name)
    if (later !== undefined) continue
    const different = DIFFERENT.get(name)
    const why = REFUSED.get(name)

    test(`${name}: ${title}${why === undefined ? '' : ` (${why})`}`, async () => {
      const run = await create(golden)
      if (why !== undefined) {
        expect(run.status).toBeGreaterThanOrEqual(2)
        expect(run.stdout + run.stderr).toContain(why)
        return
      }
      expect(run.stderr, run.stderr).not.toMatch(/^error/m)
      expect(run.status).toBe(0)
      const result = JSON.parse(run.stdout) as ResultJson
      const [platform] = result.platforms
      const expected = expectedFolder(golden)
      const layers = goldenLayers(expected)
      const kept = (layer: GoldenLayer): boolean => !(different?.layers.test(layer.what) ?? false)
      const made = platform?.layers.map((layer) => layer.diffId) ?? []
      expect(made.length).toBe(layers.length)
      expect(made.filter((_, i) => kept(layers[i] ?? { diffId: '', what: '' }))).toEqual(
        layers.filter(kept).map((layer) => layer.diffId),
      )
      if (different === undefined) {
        expect(layoutBlob(name, platform?.config ?? '').toString()).toBe(
          readFileSync(join(expected, 'config.json'), 'utf8'),
        )
      }
    })
  }
})

/** `should-be/` is what comes out where pack's defect is absent. */
function expectedFolder(golden: GoldenCase): string {
  const names = readdirSync(golden.expected)
  return names.includes('should-be') ? join(golden.expected, 'should-be') : golden.expected
}
