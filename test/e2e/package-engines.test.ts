import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { startEngine, type TestEngine } from '../support/engine.js'
import { trowelHere } from '../support/here.js'
import { QUICKSTART } from '../support/quickstart.js'
import { startRegistry } from '../support/registry/registry.js'
import { writeFiles } from '../support/workspace.js'

/** Files are made without an engine; but what a package.toml names may be in one only. */

const registry = await startRegistry()
afterAll(() => registry.close())

const JDK = `${registry.host}/acme/jdk:1`
const COMPOSITE = `api = "0.10"
[buildpack]
id = "acme/java"
version = "1.0.0"
[[order]]
[[order.group]]
id = "acme/jdk"
version = "1.0.0"
`

let cwd: string
let engine: TestEngine

beforeEach(async () => {
  cwd = temporaryDirectory()
  engine = await startEngine()
  writeFiles(cwd, {
    'java/buildpack.toml': COMPOSITE,
    'package.toml': `[buildpack]\nuri = "java"\n[[dependencies]]\nuri = "docker://${JDK}"\n`,
    'jdk/buildpack.toml': 'api = "0.10"\n[buildpack]\nid = "acme/jdk"\nversion = "1.0.0"\n',
    'jdk/bin/build': '#!/bin/sh\n',
    'jdk/bin/detect': '#!/bin/sh\n',
  })
  registry.requests.splice(0)
})

function run(args: readonly string[], host = engine.host): Promise<Run> {
  return trowelHere(['buildpack', 'package', ...args, '--target', 'linux/amd64', '--no-cache'], {
    cwd,
    env: { HOME: cwd, DOCKER_HOST: host },
  })
}

/** Makes acme/jdk somewhere; returns what tells its layer from another. */
async function jdk(name: string, ...args: readonly string[]): Promise<string> {
  writeFileSync(join(cwd, 'jdk/bin/build'), `#!/bin/sh\n# ${args.join(' ')}\n`, { mode: 0o755 })
  return layerOf(await run([name, '--path', 'jdk', ...args, '--json']))
}

function java(args: readonly string[], host?: string): Promise<Run> {
  return run(['java.cnb', '--format', 'file', '--config', 'package.toml', '--json', ...args], host)
}

interface MadeImage {
  readonly layers: readonly { diffId: string; modules: readonly string[] }[]
}

interface Made {
  readonly platforms: readonly [MadeImage]
}

/** The diffID of the layer of acme/jdk. */
function layerOf({ status, stdout, stderr }: Run): string {
  expect(status, stderr).toBe(0)
  return layerIn((JSON.parse(stdout) as Made).platforms[0])
}

function layerIn({ layers }: MadeImage): string {
  return layers.find(({ modules }) => modules.includes('acme/jdk@1.0.0'))?.diffId ?? ''
}

const ARM64 = ['--target', 'linux/arm64']

const NO_ENGINE = 'unix:///nowhere/docker.sock'

describe('a dependency that only the engine has', () => {
  test.each(['never', 'if-not-present', 'always'])('goes into a file by the policy %s', async (policy) => {
    const inEngine = await jdk(JDK)
    expect(layerOf(await java(['--pull-policy', policy]))).toBe(inEngine)
    expect(readFileSync(join(cwd, 'java.cnb')).length).toBeGreaterThan(0)
  })

  test('is found without a word to the registry by the policy never', async () => {
    await jdk(JDK)
    await java(['--pull-policy', 'never'])
    expect(registry.requests).toEqual([])
  })

  test('is not looked at when the package goes to a registry too', async () => {
    await jdk(JDK)
    for (const args of [['--to', `${registry.host}/acme/java:1`], ['--publish']]) {
      const { status, stdout } = await java(args)
      expect(stdout).toContain('E_IMAGE_MISSING')
      expect(status).toBe(3)
    }
  })

  test('is in the engine after --replace, whatever the policy', async () => {
    const inEngine = await jdk('acme/other:1')
    expect(layerOf(await java(['--replace', `${JDK}=docker:acme/other:1`]))).toBe(inEngine)
  })
})

describe('a dependency that both have', () => {
  test.each([
    ['never', 'the engine'],
    ['if-not-present', 'the engine'],
    ['always', 'the registry'],
  ])('comes by the policy %s from %s', async (policy, from) => {
    const inEngine = await jdk(JDK)
    const inRegistry = await jdk(JDK, '--publish')
    expect(inEngine).not.toBe(inRegistry)
    expect(layerOf(await java(['--pull-policy', policy]))).toBe(from === 'the engine' ? inEngine : inRegistry)
  })

  test.each(['if-not-present', 'always'])('needs no engine by the policy %s', async (policy) => {
    const inRegistry = await jdk(JDK, '--publish')
    expect(layerOf(await java(['--pull-policy', policy], NO_ENGINE))).toBe(inRegistry)
  })
})

describe('a dependency that the engine has for one platform of several', () => {
  test('comes for the others out of the registry', async () => {
    const inRegistry = await jdk(JDK, '--publish', ...ARM64)
    const inEngine = await jdk(JDK)
    const { platforms } = JSON.parse((await java(['--pull-policy', 'if-not-present', ...ARM64])).stdout) as Made
    expect(platforms.map(layerIn)).toEqual([inRegistry, inEngine])
  })

  test('is not there for the others by the policy never, and where no registry has it', async () => {
    const local = `${registry.host}/acme/local:1`
    await jdk(local)
    for (const policy of ['never', 'if-not-present', 'always']) {
      const { status, stdout } = await java([
        '--pull-policy',
        policy,
        '--replace',
        `${JDK}=docker://${local}`,
        ...ARM64,
      ])
      expect(stdout).toContain(`has no image for linux/arm64; it has linux/amd64`)
      expect(status).toBe(3)
    }
  })
})

describe('a dependency that is nowhere', () => {
  test('is told with its line, and by the policy never nobody is asked but the engine', async () => {
    const { status, stdout } = await java(['--pull-policy', 'never'])
    expect(status).toBe(3)
    expect(stdout).toContain('E_IMAGE_MISSING')
    expect(stdout).toContain('"file":"package.toml","line":4')
    expect(stdout).toContain('the pull policy is never')
    expect(registry.requests).toEqual([])
  })

  test('needs an engine by the policy never, and the error says so', async () => {
    const { status, stdout } = await java(['--pull-policy', 'never'], NO_ENGINE)
    expect(stdout).toContain('E_ENGINE')
    expect(stdout).toContain('DOCKER_HOST')
    expect(status).toBe(4)
    expect(registry.requests).toEqual([])
  })
})

test('a build image that only the engine has comes with its layers, wherever the builder goes', async () => {
  const options = { cwd: QUICKSTART, env: { HOME: cwd, DOCKER_HOST: engine.host } }
  const copied = await trowelHere(['copy', 'oci:base:build', 'docker:acme/build:1', '--no-cache'], options)
  expect(copied).toMatchObject({ status: 0 })
  const words = ['builder', 'create', 'acme/builder', '--config', 'builder.toml', '--offline', '--no-cache', '--json']
  const replaced = (build: string): string[] =>
    [`build=${build}`, 'run=oci:base:run'].flatMap((image) => ['--replace', `registry.example/base/${image}`])
  const diffIds = async (build: string, to: string): Promise<string[]> => {
    const made = await trowelHere([...words, '--to', `oci:${join(cwd, to)}`, ...replaced(build)], options)
    expect(made.status, made.stderr).toBe(0)
    const { platforms } = JSON.parse(made.stdout) as Made
    return platforms[0].layers.map(({ diffId }) => diffId)
  }
  expect(await diffIds('docker:acme/build:1', 'one')).toEqual(await diffIds('oci:base:build', 'two'))
})
