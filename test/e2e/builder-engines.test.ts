import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { startEngine, type TestEngine } from '../support/engine.js'
import { goldenInput, materialiseGolden, startGoldenRegistry } from '../support/golden.js'
import { trowelHere } from '../support/here.js'
import { writeFiles } from '../support/workspace.js'

/** A builder that becomes files is made of what the pull policy says, as a package is: its base and its run images too. */

const registry = await startGoldenRegistry()
const golden = materialiseGolden()
afterAll(async () => {
  golden.remove()
  await registry.close()
})

let cwd: string
let engine: TestEngine
beforeEach(async () => {
  cwd = temporaryDirectory()
  engine = await startEngine()
  writeFiles(cwd, {
    'main/buildpack.toml': 'api = "0.10"\n[buildpack]\nid = "acme/one"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n',
    'main/bin/detect': '#!/bin/sh\n',
    'main/bin/build': '#!/bin/sh\n',
  })
})

const NO_ENGINE = 'unix:///nowhere/docker.sock'

/** `trowel ARGS` with what the engine at `host` has. */
function run(args: readonly string[], host = engine.host): Promise<Run> {
  return trowelHere([...args, '--no-cache'], { cwd, env: { HOME: cwd, DOCKER_HOST: host } })
}

/** Gives the engine the amd64 image of a golden base under the name of another. */
async function inEngine(base: string, name: string): Promise<void> {
  const words = ['copy', `oci:${goldenInput('bases', base)}`, `docker:${registry.host}/${name}`]
  const { status, stderr } = await run([...words, '--platform', 'linux/amd64'])
  expect(status, stderr).toBe(0)
}

interface Made {
  readonly platforms: readonly { readonly platform: string; readonly layers: readonly { readonly diffId: string }[] }[]
}

/** Makes a builder of `base/build:1` and `base/run:1`, or of others. */
function create(args: readonly string[], { host, build = 'base/build:1', to = 'oci-archive:builder.tar' }: Where = {}) {
  writeFiles(cwd, {
    'builder.toml': [
      'buildpacks = [{ uri = "main" }]',
      'order = [{ group = [{ id = "acme/one" }] }]',
      `lifecycle = { uri = "${golden.path}/lifecycle/stub-dir" }`,
      `build = { image = "${registry.host}/${build}" }`,
      `run = { images = [{ image = "${registry.host}/base/run:1" }] }`,
    ].join('\n'),
  })
  registry.requests.splice(0)
  const words = ['builder', 'create', 'acme/builder', '--config', 'builder.toml', '--to', to, '--json']
  return run([...words, ...args], host)
}

interface Where {
  readonly host?: string
  readonly build?: string
  readonly to?: string
}

/** Which base each platform got: the beginning of the diffID of its first layer. */
function basesOf({ status, stdout, stderr }: Run): Record<string, string | undefined> {
  expect(status, stderr).toBe(0)
  const { platforms } = JSON.parse(stdout) as Made
  return Object.fromEntries(
    platforms.map(({ platform, layers }) => [platform, NAMES[layers[0]?.diffId.slice('sha256:'.length, 13) ?? '']]),
  )
}

/** The first layers of golden bases. */
const NAMES: Readonly<Record<string, string>> = {
  '531296': 'build amd64',
  '1078a2': 'build arm64',
  '7cd399': 'build-variants amd64',
}

const askedFor = (): string[] => registry.requests.map(({ path }) => path)

describe('a base that the registry and the engine have', () => {
  test.each([
    ['always', 'build amd64'],
    ['if-not-present', 'build-variants amd64'],
    ['never', 'build-variants amd64'],
  ])('is by the policy %s the one that is %s', async (policy, base) => {
    await inEngine('build-variants', 'base/build:1')
    await inEngine('run', 'base/run:1')
    const made = await create(['--target', 'linux/amd64', '--pull-policy', policy])
    expect(basesOf(made)).toEqual({ 'linux/amd64': base })
    expect(askedFor().length === 0).toBe(policy !== 'always')
  })

  test('is the one of the registry when a registry gets the builder too', async () => {
    await inEngine('build-variants', 'base/build:1')
    const args = ['--target', 'linux/amd64', '--pull-policy', 'if-not-present', '--to', `${registry.host}/engines/b:1`]
    expect(basesOf(await create(args))).toEqual({ 'linux/amd64': 'build amd64' })
  })

  test('is of the engine for the platform that it has there, and of the registry for the others', async () => {
    await inEngine('build-variants', 'base/build:1')
    const targets = ['--target', 'linux/amd64', '--target', 'linux/arm64']
    expect(basesOf(await create([...targets, '--pull-policy', 'if-not-present']))).toEqual({
      'linux/amd64': 'build-variants amd64',
      'linux/arm64': 'build arm64',
    })
  })

  test.each(['always', 'if-not-present'])('needs no engine by the policy %s', async (policy) => {
    const made = await create(['--target', 'linux/amd64', '--pull-policy', policy], { host: NO_ENGINE })
    expect(basesOf(made)).toEqual({ 'linux/amd64': 'build amd64' })
  })
})

describe('a base that only the engine has', () => {
  test.each(['always', 'if-not-present', 'never'])('goes into files by the policy %s', async (policy) => {
    await inEngine('build', 'local/base:1')
    await inEngine('run', 'base/run:1')
    const made = await create(['--pull-policy', policy, '--target', 'linux/amd64'], { build: 'local/base:1' })
    expect(basesOf(made)).toEqual({ 'linux/amd64': 'build amd64' })
  })

  test('is not found when the builder goes to a registry', async () => {
    await inEngine('build', 'local/base:1')
    const { status, stdout } = await create([], { build: 'local/base:1', to: `${registry.host}/engines/b:1` })
    expect(status).toBe(3)
    expect(stdout).toContain('E_IMAGE_MISSING')
  })
})

test('a run image that the engine lacks is not there by the policy never, and is by the others', async () => {
  await inEngine('build', 'base/build:1')
  for (const [policy, code] of [
    ['never', true],
    ['if-not-present', false],
  ] as const) {
    const { status, stderr } = await create(['--pull-policy', policy, '--target', 'linux/amd64'])
    expect(status, stderr).toBe(0)
    expect(stderr.includes('run-image-unreachable')).toBe(code)
  }
})
