import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, test } from 'vitest'
import { trowel } from '../support/cli.js'
import { materialiseGolden, goldenInput } from '../support/golden.js'
import { peer, startRegistry, type Peer, type Registry } from './peer.js'

let scratch: string
let workspace: string
let pack: Peer
let crane: Peer
let registry: Registry
beforeEach(async (context) => {
  crane = peer(context, 'crane')
  pack = peer(context, 'pack')
  scratch = mkdtempSync(join(tmpdir(), 'trowel-packages-'))
  registry = await startRegistry(crane)
  const golden = materialiseGolden()
  workspace = golden.path
  mkdirSync(join(scratch, 'home'))
  writeFileSync(join(scratch, 'home/config.toml'), `[registry-mirrors]\n"golden.test" = "${registry.host}"\n`)
  return async () => {
    await registry.stop()
    golden.remove()
    rmSync(scratch, { recursive: true, force: true })
  }
})

/** `trowel buildpack package` of a directory of the golden workspace. */
async function ours(name: string, path: string, ...args: readonly string[]): Promise<void> {
  const words = ['buildpack', 'package', name, '--path', join(workspace, path), '--target', 'linux/amd64', '--no-cache']
  const { status, stderr } = await trowel([...words, ...args], { cwd: scratch })
  expect(status, stderr).toBe(0)
}

/** `pack buildpack package NAME --publish` of the composite `golden/meta` with these dependencies; the config of the image. */
function theirs(tag: string, dependencies: readonly string[]): Config {
  const toml = [
    '[buildpack]',
    `uri = "${workspace}/bp/meta"`,
    ...dependencies.flatMap((uri) => ['[[dependencies]]', `uri = "${uri}"`]),
  ]
  const file = join(scratch, `${tag}.toml`)
  writeFileSync(file, toml.join('\n'))
  const name = `${registry.host}/theirs:${tag}`
  const words = ['buildpack', 'package', name, '--config', file, '--publish', '--target', 'linux/amd64']
  pack.run(words, { PACK_HOME: join(scratch, 'home') })
  return JSON.parse(crane.run(['config', name])) as Config
}

describe('the family of builder-configs/debian-node', () => {
  test('is packaged for both platforms in one run, with the layers and labels that pack gives it step by step', async () => {
    const family = fileURLToPath(new URL('../../builder-configs/debian-node/buildpacks', import.meta.url))
    const publish = (name: string, ...args: readonly string[]): string =>
      pack.run(['buildpack', 'package', `${registry.host}/${name}`, ...args, '--publish'], {
        PACK_HOME: join(scratch, 'home'),
      })
    const components = ['node', 'npm-install', 'npm-start']
    for (const name of components) publish(`pack/${name}:1`, '--path', join(family, name))
    const uris = components.map((name) => `[[dependencies]]\nuri = "docker://golden.test/pack/${name}:1"\n`)
    writeFileSync(join(scratch, 'package.toml'), `[buildpack]\nuri = "${family}/nodejs"\n${uris.join('')}`)
    const targets = ['--target', 'linux/amd64', '--target', 'linux/arm64']
    publish('pack/nodejs:1', '--config', join(scratch, 'package.toml'), ...targets)

    const words = [
      'buildpack',
      'package',
      `${registry.host}/ours/nodejs:1`,
      '--config',
      join(family, 'nodejs/package.toml'),
    ]
    const { status, stderr } = await trowel([...words, '--publish', '--no-cache'], { cwd: scratch })
    expect(status, stderr).toBe(0)
    for (const arch of ['amd64', 'arm64']) {
      const [ours, theirs] = ['ours', 'pack'].map((whose) =>
        crane.run(['config', '--platform', `linux/${arch}`, `${registry.host}/${whose}/nodejs:1`]),
      )
      expect(contentOf(JSON.parse(ours!) as Config)).toEqual(contentOf(JSON.parse(theirs!) as Config))
    }
  })
})

/** The layers that `pack builder create` makes of a builder with the buildpack at `uri`. */
function builder(tag: string, uri: string): readonly string[] {
  const file = join(scratch, `builder-${tag}.toml`)
  const lifecycle = join(workspace, 'lifecycle/stub-dir')
  const toml = [
    `buildpacks = [{ uri = "${uri}" }]`,
    'order = [{ group = [{ id = "golden/one" }] }]',
    `lifecycle = { uri = "${lifecycle}" }`,
    'build = { image = "golden.test/base/build:1" }',
    'run = { images = [{ image = "golden.test/base/run:1" }] }',
  ]
  writeFileSync(file, toml.join('\n'))
  const name = `${registry.host}/builder:${tag}`
  pack.run(['builder', 'create', name, '--config', file, '--publish'], { PACK_HOME: join(scratch, 'home') })
  return (JSON.parse(crane.run(['config', name])) as Config).rootfs.diff_ids
}

interface Config {
  readonly rootfs: { readonly diff_ids: readonly string[] }
  readonly config: { readonly Labels: Readonly<Record<string, string>> }
}

/** What is not left to chance: pack shuffles the layers. */
function contentOf({ rootfs, config }: Config): unknown {
  return { labels: config.Labels, layers: rootfs.diff_ids.toSorted() }
}

describe('pack', () => {
  test('makes of our .cnb, and of our image, what it makes of the directory', async () => {
    const two = join(workspace, 'bp/two')
    const expected = contentOf(theirs('directories', [join(workspace, 'bp/one'), two]))
    await ours('one.cnb', 'bp/one', '--format', 'file')
    expect(contentOf(theirs('file', [join(scratch, 'one.cnb'), two]))).toEqual(expected)
    await ours(`${registry.host}/one:1`, 'bp/one', '--publish')
    expect(contentOf(theirs('image', ['docker://golden.test/one:1', two]))).toEqual(expected)
  })

  test('makes of our .cnb, and of our image, the builder that it makes of the directory', async () => {
    for (const base of ['build', 'run']) {
      crane.run(['push', '--index', goldenInput('bases', base), `${registry.host}/base/${base}:1`])
    }
    const expected = builder('directory', join(workspace, 'bp/one'))
    await ours('one.cnb', 'bp/one', '--format', 'file')
    expect(builder('file', join(scratch, 'one.cnb'))).toEqual(expected)
    await ours(`${registry.host}/one:1`, 'bp/one', '--publish')
    expect(builder('image', 'docker://golden.test/one:1')).toEqual(expected)
  })

  test('refuses a .cnb of several platforms, of which it could only take the first, and takes that of one', async () => {
    const args = ['--format', 'file', '--target', 'linux/arm64', '--append-image-name-suffix']
    await ours('one.cnb', 'bp/one', ...args)
    const two = join(workspace, 'bp/two')
    expect(() => theirs('index', [join(scratch, 'one.cnb'), two])).toThrow('unable to find manifest')
    expect(contentOf(theirs('one', [join(scratch, 'one-linux-amd64.cnb'), two]))).toEqual(
      contentOf(theirs('directories', [join(workspace, 'bp/one'), two])),
    )
  })

  test('and we make the same of one package.toml', async () => {
    const dependencies = ['one', 'two'].map((name) => join(workspace, 'bp', name))
    const expected = contentOf(theirs('both', dependencies))
    const name = `${registry.host}/ours:1`
    const words = [
      'buildpack',
      'package',
      name,
      '--config',
      'both.toml',
      '--publish',
      '--target',
      'linux/amd64',
      '--no-cache',
    ]
    const { status, stderr } = await trowel(words, { cwd: scratch })
    expect(status, stderr).toBe(0)
    expect(contentOf(JSON.parse(crane.run(['config', name])) as Config)).toEqual(expected)
  })
})
