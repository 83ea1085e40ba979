import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Run } from '../support/cli.js'
import { goldenInput } from '../support/golden.js'
import { ADDRESS, indexRepository, line, writeEntries } from '../support/index-repository.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry, type Registry } from '../support/registry/registry.js'
import { soundWorkspace, type Workspace } from '../support/workspace.js'

let registry: Registry
let address: string
beforeAll(async () => {
  registry = await startRegistry()
  address = `${registry.host}/golden/one@${await pushLayout(registry, goldenInput('packages/one'), 'golden/one:1')}`
})
afterAll(() => registry.close())

/** A workspace whose builder.toml names a module by `uri`, and a home whose config.toml has registries. */
function workspace(uri: string, config: string): Workspace & { make(...args: string[]): Promise<Run> } {
  const space = soundWorkspace({
    'builder.toml': `[build]\nimage = "base.test/build:1"\n[[run.images]]\nimage = "base.test/run:1"\n[lifecycle]\nuri = "lifecycle"\n[[buildpacks]]\nuri = "${uri}"\n[[order]]\n[[order.group]]\nid = "golden/one"\n`,
  })
  mkdirSync(join(space.root, 'home/.pack'))
  writeFileSync(join(space.root, 'home/.pack/config.toml'), config)
  const bases = ['build', 'run'].flatMap((base) => ['--replace', `base.test/${base}:1=oci:${join(space.input, base)}`])
  // Not `create`, which works offline.
  const make = (...args: string[]): Promise<Run> =>
    space.trowel(
      'builder',
      'create',
      'acme/builder',
      '-c',
      'builder.toml',
      '--to',
      'oci:../output/x',
      ...bases,
      ...args,
    )
  return { ...space, make }
}

const named = (name: string, url: string, type = 'git'): string =>
  `[[registries]]\nname = "${name}"\ntype = "${type}"\nurl = "${url}"\n`
const entries = (): Record<string, string[]> => ({
  'golden/one': [line('golden/one', '1.0.0', { addr: address }), line('golden/one', '2.0.0', { yanked: true })],
})

describe('a builder with a module of a buildpack registry', () => {
  test('is the one that is made of the package itself', async () => {
    const { url } = indexRepository(entries())
    const config = `default-registry = "mine"\n${named('mine', url)}`
    const digests: string[] = []
    for (const uri of ['golden/one', 'golden/one@1.0.0', 'urn:cnb:registry:golden/one', `docker://${address}`]) {
      const { status, stdout, stderr } = await workspace(uri, config).make('--allow-index-scheme', 'file', '--json')
      expect(status, stderr).toBe(0)
      digests.push((JSON.parse(stdout) as { digest: string }).digest)
    }
    expect(new Set(digests).size).toBe(1)
  })

  test('is looked up where --buildpack-registry says, and again offline', async () => {
    const { url } = indexRepository(entries())
    const space = workspace('golden/one', `${named('empty', '/nowhere')}${named('mine', url)}`)
    const flags = ['-R', 'mine', '--allow-index-scheme', 'file']
    const made = await space.make(...flags)
    expect(made.status, made.stderr).toBe(0)
    expect(made.stderr).toContain('fetching the index of registry mine')
    expect(await space.make('-R', 'empty')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('E_INDEX_MISSING'),
    })
    const image = ['--replace', `golden/one=oci:${goldenInput('packages/one')}`]
    expect(await space.make(...flags, '--offline', ...image)).toMatchObject({ status: 0, stdout: made.stdout })
  })

  test('may be in an index that is a directory', async () => {
    const space = workspace('golden/one@1.0.0', '')
    writeEntries(join(space.root, 'index'), entries())
    writeFileSync(join(space.root, 'home/.pack/config.toml'), named('mine', join(space.root, 'index'), 'github'))
    const { status, stderr } = await space.make('-R', 'mine')
    expect(status, stderr).toBe(0)
  })

  test('that was yanked is taken with a warning', async () => {
    const yanked = { 'golden/one': [line('golden/one', '1.0.0', { addr: address, yanked: true })] }
    const space = workspace('golden/one@1.0.0', named('mine', indexRepository(yanked).url))
    const { status, stderr } = await space.make('-R', 'mine', '--allow-index-scheme', 'file')
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('[registry-yanked]') })
  })
})

describe('a registry that cannot be used', () => {
  test.each([
    ['is not there', '', ['-R', 'none'], 2, "there is no registry 'none'"],
    [
      'is the default, and not there',
      'default-registry = "none"\n',
      [],
      2,
      "there is no registry 'none', which is the default one",
    ],
    ['may not be reached', named('mine', 'file:///nowhere'), ['-R', 'mine'], 2, '--allow-index-scheme file'],
    ['is not to be asked', '', ['--offline'], 4, 'the buildpack registry official: its index was never fetched'],
  ])('because it %s', async (_, config, args, status, problem) => {
    const space = workspace('golden/one', config)
    const run = await space.make(...args)
    expect(run).toMatchObject({ status, stderr: expect.stringContaining(problem) })
  })

  test('is told with the place in the index that is wrong', async () => {
    const { url } = indexRepository({ 'golden/one': `${line('golden/one', '1.0.0', { addr: ADDRESS })}\n{\n` })
    const { status, stderr } = await workspace('golden/one', named('mine', url)).make(
      '-R',
      'mine',
      '--allow-index-scheme',
      'file',
    )
    expect({ status, stderr }).toEqual({ status: 3, stderr: expect.stringContaining('mine/3/on/golden_one:2') })
  })
})

describe('a name that may be an id', () => {
  const id = ['--buildpack-registry', 'mine', '--allow-index-scheme', 'file']
  const module = 'api = "0.10"\n[buildpack]\nid = "golden/one"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n'

  test('is a folder that is beside builder.toml', async () => {
    const space = workspace('golden/one', '')
    space.write({ 'golden/one/buildpack.toml': module, 'golden/one/bin/build': '', 'golden/one/bin/detect': '' })
    const { status, stderr } = await space.make()
    expect(status, stderr).toBe(0)
  })

  test('is no folder that is only where the user stands', async () => {
    const space = workspace('golden/one', named('mine', indexRepository(entries()).url))
    space.write({ 'golden/one/buildpack.toml': 'broken' })
    const config = readFileSync(join(space.input, 'builder.toml'), 'utf8').replace('"lifecycle"', '"../lifecycle"')
    space.write({ 'below/builder.toml': config })
    const { status, stderr } = await space.make('-c', 'below/builder.toml', ...id)
    expect(status, stderr).toBe(0)
  })
})

test('a package may depend on what a registry has', async () => {
  const space = workspace('golden/one', named('mine', indexRepository(entries()).url))
  space.write({
    'composite/buildpack.toml':
      'api = "0.10"\n[buildpack]\nid = "acme/all"\nversion = "1.0.0"\n[[order]]\n[[order.group]]\nid = "golden/one"\nversion = "1.0.0"\n',
    'composite/package.toml':
      '[buildpack]\nuri = "."\n[[dependencies]]\nuri = "urn:cnb:registry:golden/one@1.0.0"\n[platform]\nos = "linux"\n',
  })
  const flags = [
    '-c',
    'composite/package.toml',
    '--format',
    'file',
    '-t',
    'linux/amd64',
    '-r',
    'mine',
    '--allow-index-scheme',
    'file',
    '--json',
  ]
  const { status, stdout, stderr } = await space.trowel('buildpack', 'package', 'all.cnb', ...flags)
  expect(status, stderr).toBe(0)
  expect(stdout).toContain('golden/one@1.0.0')
})
