import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Run } from '../support/cli.js'
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

async function run(golden: GoldenCase): Promise<Run & { readonly layout: string }> {
  const layout = join(temporaryDirectory(), 'layout')
  const without = WITHOUT.get(golden.name)
  const made = await packageGolden(golden, { workspace: workspace.path, registry: registry.host, layout, without })
  return { ...made, layout }
}

async function make(golden: GoldenCase): Promise<Made> {
  const { status, stdout, stderr, layout } = await run(golden)
  expect(stderr).not.toMatch(/^error/m)
  expect(status).toBe(0)
  const { digest, platforms } = JSON.parse(stdout) as Made
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

/** Archives and odd directories: what pack accepts and we refuse, with the code that says so; docs/differences-from-pack.md has each row. */
const REFUSED_CONTENT = new Map([
  ['archive-absolute', 'E_TAR_ABSOLUTE'],
  ['archive-cut-trailer', 'E_TAR_TRUNCATED'],
  ['archive-dotdot', 'E_TAR_PATH_ESCAPE'],
  ['archive-dotdot-inside', 'E_TAR_PATH_ESCAPE'],
  ['archive-duplicate-toml', 'E_TAR_DUPLICATE'],
  ['archive-duplicates', 'E_TAR_DUPLICATE'],
  ['archive-latin1', 'E_TAR_NAME_ENCODING'],
  ['archive-links', 'E_TAR_LINK_ESCAPE'],
  ['archive-special', 'E_TAR_SPECIAL'],
  ['shape-links', 'E_TAR_LINK_ESCAPE'],
  ['shape-names', 'E_TAR_NAME_CHARS'],
  ['shape-names-bytes', 'E_TAR_NAME_ENCODING'],
  ['shape-special', 'E_TAR_SPECIAL'],
])

/** What pack refuses and so do we: exit status, and the codes of all errors, in the order of the files. */
const REFUSED: Readonly<Record<string, readonly [status: number, ...codes: string[]]>> = {
  'error-package-absent': [2, 'toml-path-missing'],
  'error-package-both': [2, 'target-on-composite', 'order-composite-missing-dep'],
  'error-package-cnb-main': [2, 'package-of-package'],
  'error-package-config-and-path': [2, 'E_USAGE'],
  'error-package-dep-noversion': [2, 'order-composite-unpinned'],
  'error-package-format': [2, 'E_USAGE'],
  'error-package-missing-dep': [2, 'order-composite-missing-dep'],
  'error-package-no-uri': [2, 'package-source-missing'],
  'error-package-noid': [2, 'id-missing'],
  'error-package-noversion': [2, 'version-missing'],
  'error-package-unknown-key': [2, 'toml-unknown-key-package'],
  'error-package-unused-dep': [2, 'order-composite-unused-dep'],
}

interface Failure {
  readonly error: Problem
  readonly problems: readonly Problem[]
}

interface Problem {
  readonly code: string
  readonly severity: string
}

/** What pack fails on although it is sound. */
const WORKS = [
  'error-package-composite-multi-path',
  'error-package-flatten-not-experimental',
  'package-composite-targets-ignored',
]

describe('packages', () => {
  test.each(goldenCases(/^(?:archive|shape)-/).filter(({ exit, name }) => exit === 0 && !REFUSED_CONTENT.has(name)))(
    '$name: $title',
    async (golden) => {
      const made = await make(golden)
      const { config, layers } = made.platforms[0]!
      const [folder = ''] = foldersOf(golden)
      expect(new Set(made.platforms.map(({ layers }) => layers[0]?.diffId)).size).toBe(1)
      expect(layers.map(({ diffId }) => diffId)).toEqual(goldenLayers(folder).map(({ diffId }) => diffId))
      // pack finds the targets of a directory, and not those of an archive.
      const { architecture } = JSON.parse(made.blob(config)) as { architecture: string }
      const expected = asImage(readFileSync(join(folder, 'config.json'), 'utf8')) as object
      expect(asImage(made.blob(config))).toEqual({
        ...expected,
        ...(golden.name.startsWith('archive') && { architecture }),
      })
    },
  )

  test.each(goldenCases(/^(?:archive|shape)-/).filter(({ name }) => REFUSED_CONTENT.has(name)))(
    '$name is refused: $title',
    async (golden) => {
      expect(golden.exit).toBe(0)
      const { status, stderr } = await run(golden)
      expect([status, stderr]).toEqual([3, expect.stringContaining(`error[${REFUSED_CONTENT.get(golden.name)}]`)])
    },
  )

  test.each(goldenCases(/^error-package-/).filter(({ name }) => REFUSED[name] !== undefined))(
    '$name is refused: $title',
    async (golden) => {
      expect(golden.exit).toBe(1)
      const { status, stdout, layout } = await run(golden)
      const { error, problems } = JSON.parse(stdout) as Failure
      const errors = (problems.length === 0 ? [error] : problems)
        .filter(({ severity }) => severity === 'error')
        .map(({ code }) => code)
      expect([status, ...errors]).toEqual(REFUSED[golden.name])
      expect(existsSync(layout)).toBe(false)
    },
  )

  test.each(goldenCases(/./).filter(({ name }) => WORKS.includes(name)))('$name is made: $title', async (golden) => {
    expect(golden.exit).toBe(1)
    expect((await make(golden)).platforms.length).toBeGreaterThan(0)
  })

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

test('package-targets-suffix: every name stands for the index, and each platform has a tag of its own', async () => {
  const [golden] = goldenCases(/^package-targets-suffix$/)
  const { digest, platforms } = await make(golden!)
  const [amd64, arm64] = platforms.map((platform) => (platform as Platform & { digest: string }).digest)
  expect(Object.fromEntries(registry.tags('golden/package-targets-suffix'))).toEqual({
    v1: digest,
    extra: digest,
    'v1-linux-amd64': amd64,
    'v1-linux-arm64': arm64,
  })
})
