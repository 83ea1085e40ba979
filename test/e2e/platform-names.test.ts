import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { materialiseGolden, startGoldenRegistry } from '../support/golden.js'
import { trowelHere } from '../support/here.js'
import { writeFiles } from '../support/workspace.js'

const registry = await startGoldenRegistry()
const golden = materialiseGolden()
afterAll(async () => {
  golden.remove()
  await registry.close()
})

const BUILDPACK = {
  'main/buildpack.toml': 'api = "0.10"\n[buildpack]\nid = "acme/one"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n',
  'main/bin/detect': '#!/bin/sh\n',
  'main/bin/build': '#!/bin/sh\n',
}

function workspace(): string {
  const cwd = temporaryDirectory()
  writeFiles(cwd, BUILDPACK)
  return cwd
}

function builderToml(base: string): string {
  return [
    'buildpacks = [{ uri = "main" }]',
    'order = [{ group = [{ id = "acme/one" }] }]',
    `lifecycle = { uri = "${join(golden.path, 'lifecycle/stub-dir')}" }`,
    `build = { image = "${registry.host}/base/${base}:1" }`,
    `run = { images = [{ image = "${registry.host}/base/${base}:1" }] }`,
  ].join('\n')
}

function packageModule(cwd: string, ...args: readonly string[]): Promise<Run> {
  const words = [
    'buildpack',
    'package',
    ...args,
    '--path',
    'main',
    '--no-cache',
    '--append-image-name-suffix',
    '--json',
  ]
  return trowelHere(words, { cwd })
}

interface Result {
  readonly digest: string
  readonly platforms: readonly { readonly digest: string }[]
}

function resultOf({ status, stdout, stderr }: Run): Result {
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout) as Result
}

const DISTROS = ['--target', 'linux/amd64:ubuntu@22.04;ubuntu@24.04']

describe('the image of each target has a name of its own', () => {
  test('by its distribution, where nothing else tells two apart', async () => {
    const cwd = workspace()
    const { digest, platforms } = resultOf(await packageModule(cwd, 'one', '--format', 'file', ...DISTROS))
    const files = ['one-linux-amd64-ubuntu-22.04.cnb', 'one-linux-amd64-ubuntu-24.04.cnb']
    expect(readdirSync(cwd).sort()).toEqual(['main', ...files, 'one.cnb'])
    for (const [i, file] of files.entries()) {
      const { stdout } = await trowelHere(['copy', file, `oci:${i}`], { cwd })
      expect(stdout).toBe(`${platforms[i]!.digest}\n`)
    }
    const name = `${registry.host}/names/one:1`
    expect(resultOf(await packageModule(cwd, name, '--publish', ...DISTROS)).digest).toBe(digest)
    expect(Object.fromEntries(registry.tags('names/one'))).toEqual({
      1: digest,
      '1-linux-amd64-ubuntu-22.04': platforms[0]!.digest,
      '1-linux-amd64-ubuntu-24.04': platforms[1]!.digest,
    })
  })

  test('by its variant in a file too, where there are two of one architecture', async () => {
    const cwd = workspace()
    resultOf(await packageModule(cwd, 'one', '--format', 'file', '-t', 'linux/arm/v6', '-t', 'linux/arm/v7'))
    expect(readdirSync(cwd).sort()).toEqual(['main', 'one-linux-arm-v6.cnb', 'one-linux-arm-v7.cnb', 'one.cnb'])
  })

  test('by what was asked for, whatever variant its base turns out to have', async () => {
    const cwd = workspace()
    writeFiles(cwd, { 'builder.toml': builderToml('build-variants') })
    const name = `${registry.host}/names/builder`
    const words = ['builder', 'create', name, '--config', 'builder.toml', '--publish', '--no-cache', '--json']
    const flags = ['--append-image-name-suffix', '--target', 'linux/amd64', '--target', 'linux/arm64']
    const { digest, platforms } = resultOf(await trowelHere([...words, ...flags], { cwd }))
    expect(Object.fromEntries(registry.tags('names/builder'))).toEqual({
      latest: digest,
      'linux-amd64': platforms[0]!.digest,
      'linux-arm64': platforms[1]!.digest,
    })
    const index = JSON.parse(registry.manifest('names/builder', 'latest')!.bytes.toString()) as {
      readonly manifests: readonly { readonly platform: object }[]
    }
    expect(index.manifests.map(({ platform }) => platform)).toContainEqual(expect.objectContaining({ variant: 'v8' }))
  })
})

describe('targets that become the very same image', () => {
  test('get it once, and no index has it twice', async () => {
    const cwd = workspace()
    writeFiles(cwd, { 'builder.toml': builderToml('build-variants') })
    const words = [
      'builder',
      'create',
      'acme/builder',
      '--config',
      'builder.toml',
      '--to',
      'oci:out',
      '--no-cache',
      '--json',
    ]
    const run = await trowelHere([...words, '-t', 'linux/arm', '-t', 'linux/arm64', '-t', 'linux/arm/v6'], { cwd })
    expect(resultOf(run).platforms).toMatchObject([{ platform: 'linux/arm/v6' }, { platform: 'linux/arm64/v8' }])
    expect(run.stderr).toContain('the targets linux/arm and linux/arm/v6 get one image, for linux/arm/v6')
  })

  test('are one image when nothing but the name of the distribution differs', async () => {
    const cwd = workspace()
    const args = ['one', '--format', 'file', '-t', 'linux/amd64:debian@12;other@12']
    const run = await packageModule(cwd, ...args)
    expect(resultOf(run).platforms).toHaveLength(1)
    expect(readdirSync(cwd).sort()).toEqual(['main', 'one.cnb'])
    writeFiles(cwd, {
      'main/linux/amd64/other@12/bin/build': '#!/bin/sh\n',
      'main/linux/amd64/debian@12/bin/build': '#!\n',
    })
    expect(resultOf(await packageModule(cwd, ...args)).platforms).toHaveLength(2)
  })
})

describe('a name that cannot be given is told before anything is made, also by a plan', () => {
  const file = ['one', '--format', 'file']
  const two = ['-t', 'linux/amd64', '-t', 'linux/arm64']
  test.each([
    [
      'two files',
      [...file, ...two, '--to', 'oci-archive:one-linux-arm64.cnb'],
      /one place is named twice: .*one-linux-arm64\.cnb/,
    ],
    [
      'a tag',
      ['HOST/names/two:1', '--publish', ...two, '--tag', 'HOST/names/two:1-linux-amd64'],
      /would stand for the images of all/,
    ],
    ['a long tag', [`HOST/names/two:${'1'.repeat(120)}`, '--publish', ...two], /is no name of an image/],
    ['a word of a distribution', [...file, '-t', 'linux/amd64:a/b@1;a@2'], /a\/b-1 cannot be part of the name/],
    ['one word for two', [...file, '-t', 'linux/amd64:a-b@1;a@b-1'], /two targets would be called linux-amd64-a-b-1/],
  ])('%s', async (_, args, message) => {
    const cwd = workspace()
    const words = args.map((text) => text.replace('HOST', registry.host))
    for (const more of [[], ['--dry-run']]) {
      const { status, stdout } = await packageModule(cwd, ...words, ...more)
      expect({ status, problem: JSON.parse(stdout) as unknown }).toMatchObject({
        status: 2,
        problem: { error: { code: 'E_USAGE', message: expect.stringMatching(message) as string } },
      })
    }
    expect(readdirSync(cwd)).toEqual(['main'])
    expect(registry.tags('names/two').size).toBe(0)
  })

  test('a file that something else has taken', async () => {
    const cwd = workspace()
    writeFiles(cwd, { 'one-linux-arm64.cnb/file': 'in the way' })
    const { status, stdout } = await packageModule(cwd, ...file, ...two, '--dry-run')
    expect(status).toBe(2)
    expect(stdout).toContain('one-linux-arm64.cnb: there is something that is not a file')
  })
})
