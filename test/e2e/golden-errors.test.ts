import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Run } from '../support/cli.js'
import {
  createGolden,
  goldenCases,
  goldenLayers,
  materialiseGolden,
  publishGolden,
  type GoldenCase,
} from '../support/golden.js'
import { temporaryDirectory } from '../support/directories.js'
import { snapshot } from '../support/snapshot.js'

const workspace = materialiseGolden()
afterAll(() => {
  workspace.remove()
})

/** What pack refuses and so do we: exit status, and every error with its place, in the order of the files. */
const REFUSED: Readonly<Record<string, readonly [status: number, ...errors: string[]]>> = {
  'error-builder-absent-base': [4, 'E_OFFLINE CONFIG:2:9'],
  'error-builder-absent-module': [2, 'toml-path-missing CONFIG:9:7'],
  'error-builder-api': [2, 'api-unsupported bp/oldapi/buildpack.toml:1:7'],
  'error-builder-arch': [2, 'target-unsatisfied-build bp/distro/buildpack.toml:6:3'],
  'error-builder-bare-nested-package': [2, 'order-composite-missing-dep bp/meta-outer/buildpack.toml:7:6'],
  'error-builder-distro': [2, 'target-unsatisfied-build bp/distro/buildpack.toml:6:3'],
  'error-builder-env-delim': [2, 'build-env-delim-missing CONFIG:6:10'],
  'error-builder-env-suffix': [2, 'build-env-suffix-unknown CONFIG:6:10'],
  'error-builder-ext-platform': [2, 'platform-api-gap CONFIG:8:3'],
  'error-builder-flatten': [2, 'E_USAGE --flatten golden/any'],
  'error-builder-from-builder': [2, 'builder-locator-invalid CONFIG:9:7'],
  'error-builder-id-mismatch': [2, 'declared-id-mismatch CONFIG:9:6'],
  'error-builder-label': [2, 'E_USAGE --label nokey'],
  'error-builder-lifecycle-both': [2, 'builder-lifecycle-both CONFIG:6:2'],
  'error-builder-lifecycle-image-relative': [2, 'lifecycle-descriptor-missing CONFIG:7:7'],
  'error-builder-lifecycle-version': [2, 'builder-lifecycle-not-semver CONFIG:7:11'],
  'error-builder-mixins': [2, 'mixin-missing-build bp/mixins/buildpack.toml:5:3'],
  'error-builder-nested-missing': [
    2,
    'order-composite-missing-dep bp/meta/buildpack.toml:8:6',
    'order-composite-missing-dep bp/meta/buildpack.toml:12:6',
    'order-composite-missing-dep bp/meta/buildpack.toml:16:6',
  ],
  'error-builder-no-build-image': [2, 'builder-build-image-missing CONFIG:1:1'],
  'error-builder-no-run-image': [2, 'builder-run-images-missing CONFIG:1:1'],
  'error-builder-no-such-platform': [3, 'E_PLATFORM CONFIG:2:9'],
  'error-builder-no-target': [2, 'target-arch-assumed bp/bare-bin/buildpack.toml:1:1'],
  'error-builder-noapi': [2, 'api-unsupported bp/noapi/buildpack.toml:1:1'],
  'error-builder-nocreator': [2, 'builder-lifecycle-incomplete CONFIG:6:2'],
  'error-builder-not-a-package': [3, 'E_LABEL CONFIG:9:7'],
  'error-builder-nouser': [2, 'base-cnb-env-missing CONFIG:2:9', 'base-cnb-env-missing CONFIG:2:9'],
  'error-builder-order-ambiguous': [2, 'order-ref-ambiguous CONFIG:16:6'],
  'error-builder-order-missing': [2, 'order-ref-unknown CONFIG:13:6'],
  'error-builder-order-version': [2, 'order-ref-version-unknown CONFIG:14:11'],
  'error-builder-run-stack-mismatch': [2, 'stack-mismatch-run-image CONFIG:4:13'],
  'error-builder-scheme': [2, 'builder-locator-invalid CONFIG:9:7'],
  'error-builder-stack': [2, 'stack-label-missing bp/mixins/buildpack.toml:5:3'],
  'error-builder-stack-mismatch': [2, 'stack-mismatch-build-image CONFIG:2:6', 'stack-mismatch-run-image CONFIG:4:13'],
  'error-builder-target': [2, 'E_USAGE --target linux/arm64/v8'],
  'error-builder-toml-syntax': [2, 'toml-syntax CONFIG:6:11'],
  'error-builder-type': [2, 'toml-wrong-type CONFIG:1:15'],
  'error-builder-unknown-keys': [2, 'toml-unknown-key-builder CONFIG:1:1', 'toml-unknown-key-builder CONFIG:9:2'],
  'error-builder-urn-builder': [2, 'builder-locator-invalid CONFIG:9:7'],
  'error-builder-version-mismatch': [2, 'declared-version-mismatch CONFIG:10:11'],
}

/** What pack fails on although it is sound, and a case in which pack makes the layer; docs/differences-from-pack.md has each row. */
const WORKS = new Map([
  ['error-builder-dotdot', ['shape-names-dotdot', 'buildpack golden_names-dotdot@1']],
  ['error-builder-linked-module', ['builder-sources', 'buildpack golden_one@1.0.0']],
  ['error-builder-port-locator', ['builder-sources', 'buildpack golden_one@1.0.0']],
])

/** What pack refuses because of flags that say where images are written to and read from: what the message begins with. */
const REFUSED_FLAGS = new Map([
  ['error-builder-publish-never', '--publish reads images from registries'],
  ['error-builder-pull-policy', 'invalid pull policy sometimes'],
])

interface ProblemJson {
  readonly code: string
  readonly severity: string
  readonly message: string
  readonly file?: string
  readonly line?: number
  readonly column?: number
}

interface FailureJson {
  readonly error: ProblemJson
  readonly problems: readonly ProblemJson[]
}

/** `CODE FILE:LINE:COLUMN` of every error; what a flag says wrong is placed by the start of the message. */
function errorsOf({ stdout }: Run, config: string): string[] {
  const { error, problems } = JSON.parse(stdout) as FailureJson
  return (problems.length > 0 ? problems : [error])
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message, file, line, column }) => {
      const place = file === undefined ? message.split(':')[0] : [file, line, column].join(':')
      return `${code} ${place?.replace(config, 'CONFIG')}`
    })
}

const cases = goldenCases(/^error-builder-/)
const outputOf = ({ name }: GoldenCase): string => join(workspace.path, '..', 'out', name)
const run = (golden: GoldenCase): Promise<Run> =>
  createGolden(golden, { workspace: workspace.path, output: outputOf(golden) })

describe('builders that pack refuses', () => {
  const before = snapshot(workspace.path)

  test('each has its row', () => {
    expect([...Object.keys(REFUSED), ...WORKS.keys(), ...REFUSED_FLAGS.keys()].sort()).toEqual(
      cases.map(({ name }) => name),
    )
  })

  test.each(cases.filter(({ name }) => name in REFUSED))('$name is refused: $title', async (golden) => {
    const [status, ...errors] = REFUSED[golden.name] ?? []
    const made = await run(golden)
    expect(errorsOf(made, golden.command[golden.command.indexOf('--config') + 1] ?? '')).toEqual(errors)
    expect(made.status).toBe(status)
    expect(existsSync(outputOf(golden))).toBe(false)
    for (const error of errors) expect(made.stderr).toContain(`error[${error.split(' ')[0]}]`)
  })

  test('none of them changed anything', () => {
    expect(snapshot(workspace.path)).toBe(before)
  })

  test.each(cases.filter(({ name }) => WORKS.has(name)))('$name works: $title', async (golden) => {
    expect(golden.exit).toBe(1)
    const made = await run(golden)
    expect(made.stderr).not.toMatch(/^error/m)
    expect(made.status).toBe(0)
    const { platforms } = JSON.parse(made.stdout) as { platforms: { layers: { role: string; diffId: string }[] }[] }
    const modules = platforms[0]?.layers.filter(({ role }) => role === 'module')
    const [other = '', what] = WORKS.get(golden.name) ?? []
    const [sound] = goldenCases(new RegExp(`^${other}$`))
    const layer = goldenLayers(sound?.expected ?? '').find((one) => one.what === what)
    expect(modules?.map(({ diffId }) => diffId)).toEqual([layer?.diffId])
  })

  test('error-builder-ext-platform is taken by whoever has settled that experimental features are on', async () => {
    const [golden] = goldenCases(/^error-builder-ext-platform$/)
    if (golden === undefined) throw new Error('the case is gone')
    const home = temporaryDirectory()
    writeFileSync(join(home, 'config.toml'), 'experimental = true\n')
    const made = await run({ ...golden, env: { ...golden.env, TROWEL_HOME: home } })
    expect(made.stderr).toMatch(/warning.*platform-api-gap/)
    expect(made.status).toBe(0)
  })

  test.each(cases.filter(({ name }) => REFUSED_FLAGS.has(name)))('$name is refused: $title', async (golden) => {
    // Nobody listens there, and nobody is asked.
    const made = await publishGolden(golden, { workspace: workspace.path, registry: '127.0.0.1:1' })
    const { error } = JSON.parse(made.stdout) as FailureJson
    expect(error).toMatchObject({
      code: 'E_USAGE',
      message: expect.stringContaining(REFUSED_FLAGS.get(golden.name) ?? '') as string,
    })
    expect(made.status).toBe(2)
  })
})
