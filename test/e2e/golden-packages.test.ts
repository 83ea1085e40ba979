import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../support/directories.js'
import {
  goldenCases,
  goldenLayers,
  materialiseGolden,
  packageGolden,
  startGoldenRegistry,
  type GoldenCase,
} from '../support/golden.js'

const workspace = materialiseGolden()
const registry = await startGoldenRegistry()
afterAll(async () => {
  await registry.close()
  workspace.remove()
})

interface Platform {
  readonly platform: string
  readonly config: string
  readonly layers: readonly { readonly diffId: string }[]
}

interface Made {
  readonly digest: string
  readonly platforms: readonly Platform[]
  blob(digest: string): string
}

/** Flags of a case that the catalogue of bad input refuses; without them the case is as it was. */
const WITHOUT = new Map([['package-labels', 'io.buildpacks.buildpackage.metadata=mine']])

async function make(golden: GoldenCase): Promise<Made> {
  const layout = join(temporaryDirectory(), 'layout')
  const run = await packageGolden(golden, {
    workspace: workspace.path,
    registry: registry.host,
    layout,
    without: WITHOUT.get(golden.name),
  })
  expect(run.stderr).not.toMatch(/^error/m)
  expect(run.status).toBe(0)
  const { digest, platforms } = JSON.parse(run.stdout) as Made
  const blob = (digest: string): string => readFileSync(join(layout, 'blobs/sha256', digest.slice(7)), 'utf8')
  return { digest, platforms, blob }
}

/** The folder of each image that pack made: an index has one a platform, and several files have one each. */
function foldersOf({ expected }: GoldenCase): readonly string[] {
  const folders = readdirSync(expected, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.length === 0 ? [expected] : folders.map(({ name }) => join(expected, name))
}

interface Config {
  readonly created: string
  readonly rootfs: { readonly diff_ids: readonly string[] }
}

/** The config as pack writes it into images: into files it writes another time, and leaves out what the variant and the distro are. */
function asImage(config: string): unknown {
  const text = config.replaceAll('0001-01-01T00:00:00Z', '1980-01-01T00:00:01Z')
  const parsed = JSON.parse(text) as Config
  // pack shuffles the layers of a composite.
  return { ...parsed, rootfs: { ...parsed.rootfs, diff_ids: parsed.rootfs.diff_ids.toSorted() } }
}

/** What a file of pack lacks beside the image of the same package. */
const LOST_IN_FILES = new Map([['package-variant-file', { variant: 'v7', 'os.version': '24.04' }]])

describe('packages', () => {
  test.each(goldenCases(/^(?:package|extension)-/).filter(({ exit }) => exit === 0))(
    '$name: $title',
    async (golden) => {
      const made = await make(golden)
      const folders = foldersOf(golden)
      expect(made.platforms).toHaveLength(folders.length)
      for (const [i, { config, layers }] of made.platforms.entries()) {
        const folder = folders[i]!
        const expected = readFileSync(join(folder, 'config.json'), 'utf8')
        const actual = made.blob(config)
        expect(layers.map(({ diffId }) => diffId).toSorted()).toEqual(
          goldenLayers(folder)
            .map(({ diffId }) => diffId)
            .toSorted(),
        )
        expect(asImage(actual)).toEqual({ ...(asImage(expected) as object), ...LOST_IN_FILES.get(golden.name) })
        if (layers.length === 1 && !expected.includes('0001-01-01')) expect(actual).toBe(expected)
      }
    },
  )
})
