import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { writeTar } from '#src/assemble/write-tar.js'
import { LAYER_HEADER, type TarEntry } from '#src/tar/entry.js'
import { trowel, type Run } from '../support/cli.js'
import { line, writeEntries } from '../support/index-repository.js'
import { materialiseGolden, goldenInput } from '../support/golden.js'
import { TestLayout } from '../support/layout.js'
import { startRegistry } from '../support/registry/registry.js'
import { buildpackToml, component as componentIn, directoryOf, type Files } from '../support/workspace.js'

const golden = materialiseGolden()
const registry = await startRegistry()
afterAll(async () => {
  await registry.close()
  golden.remove()
})

interface Layer {
  readonly diffId: string
  readonly modules: readonly string[]
}

interface Result {
  readonly warnings: readonly { readonly code: string }[]
  readonly digest: string
  readonly module: string
  readonly platforms: readonly {
    readonly platform: string
    readonly digest: string
    readonly layers: readonly Layer[]
  }[]
}

/** A buildpack.toml of `acme/NAME@1.0.0`. */
const descriptor = (name: string, more = ''): string => buildpackToml(`acme/${name}`, more)

/** The files of the component `acme/NAME@1.0.0`, below `folder`. */
const component = (folder: string, name: string, more = ''): Files => componentIn(folder, more, `acme/${name}`)

function order(...names: readonly string[]): string {
  return [
    '[[order]]',
    ...names.flatMap((name) => ['[[order.group]]', `id = "acme/${name}"`, 'version = "1.0.0"']),
  ].join('\n')
}

/** A package.toml for the buildpack in `main`. */
function packageToml(...dependencies: readonly string[]): string {
  return ['[buildpack]', 'uri = "main"', ...dependencies.flatMap((uri) => ['[[dependencies]]', `uri = "${uri}"`])].join(
    '\n',
  )
}

function run(cwd: string, ...args: readonly string[]): Promise<Run> {
  return trowel(['buildpack', 'package', ...args, '--no-cache'], { cwd })
}

async function make(cwd: string, ...args: readonly string[]): Promise<Result> {
  const { stdout, stderr, status } = await run(cwd, ...args, '--json')
  expect(stderr).not.toMatch(/^error/m)
  expect(status).toBe(0)
  return JSON.parse(stdout) as Result
}

/** The files of a component as GNU tar would write them, in an order of its own. */
function tarOfGnu(folder: string): Promise<Buffer> {
  const names = ['bin', 'bin/detect', 'bin/build', 'buildpack.toml']
  return collectTar(
    names.map((name): TarEntry => {
      const isFolder = name === 'bin'
      const content = isFolder ? Buffer.alloc(0) : readFileSync(join(folder, name))
      const mode = name.startsWith('bin') ? 0o755 : 0o644
      const header = { ...LAYER_HEADER, type: isFolder ? ('directory' as const) : ('file' as const), name, mode }
      return { header: { ...header, size: content.length, uname: 'me', format: 'gnu' }, content: [content] }
    }),
  )
}

async function collectTar(entries: readonly TarEntry[]): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  await writeTar(entries, { write: (bytes) => void pieces.push(Buffer.from(bytes)) })
  return Buffer.concat(pieces)
}

/** Runs what is to be refused, and returns what was said. */
async function refused(cwd: string, ...args: readonly string[]): Promise<string> {
  const { stderr, status } = await run(cwd, ...args)
  expect([2, 3], stderr).toContain(status)
  return stderr
}

const TARGETS = ['--target', 'linux/amd64', '--target', 'linux/arm64']

describe('one digest', () => {
  test('is that of the image, of the file, and of the layout', async () => {
    const cwd = directoryOf(component('main', 'one'))
    const places = ['--to', 'oci:layout', '--to', 'oci-archive:archive.tar']
    const image = await make(cwd, `${registry.host}/acme/one`, '--path', 'main', '--publish', ...TARGETS)
    const file = await make(cwd, 'one', '--path', 'main', '--format', 'file', ...places, ...TARGETS)
    expect(file.digest).toBe(image.digest)
    expect(file.platforms.map(({ digest }) => digest)).toEqual(image.platforms.map(({ digest }) => digest))
    expect(registry.tags('acme/one').get('latest')).toBe(image.digest)
    expect(readFileSync(join(cwd, 'one.cnb'))).toEqual(readFileSync(join(cwd, 'archive.tar')))
    const { manifests } = JSON.parse(readFileSync(join(cwd, 'layout/index.json'), 'utf8')) as {
      manifests: readonly { digest: string }[]
    }
    expect(manifests.map(({ digest }) => digest)).toEqual([image.digest])
  })

  test('is that of the last where an archive spells the same files in another way, of the first when flattened, as in pack, and that is told', async () => {
    const cwd = directoryOf({
      'package.toml': packageToml('a', 'a.tar'),
      'reversed.toml': packageToml('a.tar', 'a'),
      'again.toml': packageToml('a', 'a.tar', 'a'),
      'alone.toml': packageToml('a'),
      'main/buildpack.toml': descriptor('main', order('a')),
      ...component('a', 'a'),
    })
    const tar = await tarOfGnu(join(cwd, 'a'))
    writeFileSync(join(cwd, 'a.tar'), tar)
    const digestOf = (config: string, ...flags: readonly string[]) =>
      make(cwd, 'x', '--config', config, '--format', 'file', ...flags)
    const alone = await digestOf('alone.toml')
    const reversed = await digestOf('reversed.toml')
    expect(reversed.digest).toBe(alone.digest)
    expect(reversed.warnings.map(({ code }) => code)).toContain('module-content-conflict')
    const again = await digestOf('again.toml')
    expect(again.digest).toBe(alone.digest)
    const both = await digestOf('package.toml')
    expect(both.digest).not.toBe(alone.digest)
    expect(both.warnings.map(({ code }) => code)).toContain('module-content-conflict')
    const flat = await digestOf('package.toml', '--flatten')
    expect(flat.digest).toBe((await digestOf('alone.toml', '--flatten')).digest)
  })

  test('of a layer is one, whether the module comes as a directory, an archive, a package in a file or in a registry', async () => {
    const cwd = directoryOf(component('one', 'one'))
    const tar = ['--sort=name', '--owner=0', '--group=0', '--mtime=@0', '--format=ustar', '-C', join(cwd, 'one')]
    execFileSync('tar', [...tar, '-cf', join(cwd, 'one.tar'), 'bin', 'buildpack.toml'])
    execFileSync('tar', [...tar, '-czf', join(cwd, 'one.tgz'), 'bin', 'buildpack.toml'])
    await make(cwd, 'one.cnb', '--path', 'one', '--format', 'file')
    const reference = `${registry.host}/acme/one:same`
    await make(cwd, reference, '--path', 'one', '--publish')
    mkdirSync(join(cwd, 'main'))
    writeFileSync(join(cwd, 'main/buildpack.toml'), descriptor('main', order('one')))
    const found = new Map<string, string | undefined>()
    for (const uri of ['one', 'one.tar', 'one.tgz', 'one.cnb', `docker://${reference}`]) {
      writeFileSync(join(cwd, 'package.toml'), packageToml(uri))
      const { platforms } = await make(cwd, 'out.cnb', '--config', 'package.toml', '--format', 'file')
      const layer = platforms[0]?.layers.find(({ modules }) => modules.includes('acme/one@1.0.0'))
      found.set(uri, layer?.diffId)
    }
    expect(found.size).toBe(5)
    expect(new Set(found.values()).size).toBe(1)
    expect([...found.values()][0]).toMatch(/^sha256:/)
  })
})

test('of a composite in a directory it is told once that its package.toml is not read', async () => {
  const cwd = directoryOf({
    'package.toml': packageToml('inner'),
    'main/buildpack.toml': descriptor('main', order('inner', 'gone')),
    'main/package.toml': '',
    'inner/buildpack.toml': descriptor('inner', order('a', 'b', 'c')),
    'inner/package.toml': '',
  })
  const stderr = await refused(cwd, 'out', '--config', 'package.toml', '--format', 'file')
  expect(stderr.match(/but no dependency brings it/g)).toHaveLength(4)
  expect(stderr.match(/the package.toml in that folder is not read/g)).toHaveLength(1)
})

test('a dependency that is no archive is told as it is written, with its line and its file', async () => {
  const cwd = directoryOf({
    'p/package.toml': packageToml('../a.txt', '../b.cnb', '../c.cnb', 'urn:cnb:registry:acme/c').replace(
      '"main"',
      '"../main"',
    ),
    'main/buildpack.toml': descriptor('main', order('one')),
    ...component('one', 'one'),
    'a.txt': 'hello\n',
    'b.cnb': '',
  })
  await make(cwd, 'whole', '--path', 'one', '--format', 'file')
  writeFileSync(join(cwd, 'c.cnb'), readFileSync(join(cwd, 'whole.cnb')).subarray(0, 2_000))
  const args = ['out', '--config', 'p/package.toml', '--format', 'file', '--offline', '--json']
  const { stdout } = await run(cwd, ...args)
  const { problems } = JSON.parse(stdout) as { problems: { file: string; line: number; message: string }[] }
  const lines = ['a.txt', 'b.cnb', 'c.cnb'].map((name, at) => [`../${name}`, name, 4 + 2 * at] as const)
  for (const [written, name, line] of [...lines, ['urn:cnb:registry:acme/c', 'registry', 10] as const]) {
    const found = problems.find((problem) => problem.message.startsWith(`the buildpack ${written}: `))
    expect(found).toMatchObject({ file: 'p/package.toml', line })
    expect(found?.message.slice(`the buildpack ${written}: `.length)).toContain(name)
  }
})

describe('the line on stdout', () => {
  test('names the package where a registry has it, and is its digest where none has', async () => {
    const cwd = directoryOf(component('main', 'one'))
    const main = ['--path', 'main', '--target', 'linux/amd64']
    const { digest } = await make(cwd, 'acme/line', ...main, '--to', 'oci:layout')
    const line = async (name: string, ...args: readonly string[]): Promise<string> =>
      (await run(cwd, name, ...main, ...args)).stdout
    const { host } = registry
    expect(await line('acme/line:1', '--to', 'oci:layout')).toBe(`${digest}\n`)
    expect(await line('line', '--format', 'file')).toBe(`${digest}\n`)
    expect(await line('acme/line:1', '--to', `${host}/acme/far:2`, '--to', 'oci:layout')).toBe(
      `${host}/acme/far@${digest}\n`,
    )
    expect(await line('line', '--format', 'file', '--to', `${host}/acme/far:2`)).toBe(`${host}/acme/far@${digest}\n`)
    expect(await line(`${host}/acme/near:1`, '--publish', '--to', `${host}/acme/far:2`)).toBe(
      `${host}/acme/near@${digest}\n`,
    )
  })

  test('is not there for a bad name, and a good one is shown', async () => {
    const cwd = directoryOf(component('main', 'one'))
    expect(await refused(cwd, 'o', '--path', 'main', '--to', 'oci:layout')).toContain('registry.example/acme/java:1')
  })
})

describe('files', () => {
  test('are called .cnb unless they have an extension, and another one gets a warning', async () => {
    const cwd = directoryOf(component('main', 'one'))
    for (const name of ['a', 'b.cnb', 'c.bp']) {
      const { stderr } = await run(cwd, name, '--path', 'main', '--format', 'file')
      expect(stderr.includes('package-file-extension')).toBe(name === 'c.bp')
    }
    expect(readdirSync(cwd).sort()).toEqual(['a.cnb', 'b.cnb', 'c.bp', 'main'])
  })

  test('of several platforms are one, and one each on request, as pack names them', async () => {
    const cwd = directoryOf(component('main', 'one'))
    const args = ['--path', 'main', '--format', 'file', ...TARGETS]
    await make(cwd, 'one', ...args)
    expect(readdirSync(cwd).sort()).toEqual(['main', 'one.cnb'])
    const { platforms } = await make(cwd, 'one', ...args, '--append-image-name-suffix')
    expect(readdirSync(cwd).sort()).toEqual(['main', 'one-linux-amd64.cnb', 'one-linux-arm64.cnb', 'one.cnb'])
    for (const arch of ['amd64', 'arm64']) {
      const alone = await make(cwd, 'alone', '--path', 'main', '--format', 'file', '--target', `linux/${arch}`)
      expect(platforms.map(({ digest }) => digest)).toContain(alone.digest)
      expect(readFileSync(join(cwd, 'alone.cnb'))).toEqual(readFileSync(join(cwd, `one-linux-${arch}.cnb`)))
    }
  })

  test('in a folder that is not there get it', async () => {
    const cwd = directoryOf(component('main', 'one'))
    await make(cwd, 'not/there/one', '--path', 'main', '--format', 'file')
    expect(readdirSync(join(cwd, 'not/there'))).toEqual(['one.cnb'])
  })

  test('are published with images from registries, so --pull-policy never does not go with --publish', async () => {
    const cwd = directoryOf(component('main', 'one'))
    const args = ['one', '--path', 'main', '--format', 'file', '--publish']
    expect(await refused(cwd, ...args, '--pull-policy', 'never')).toContain('error[E_USAGE] --publish reads images')
    await make(cwd, ...args, '--pull-policy', 'always')
  })

  test('for each platform are written when all can be, or none is', async () => {
    const cwd = directoryOf({ ...component('main', 'one'), 'one-linux-arm64.cnb/file': 'in the way' })
    const args = ['--path', 'main', '--format', 'file', ...TARGETS, '--append-image-name-suffix']
    expect(await refused(cwd, 'one', ...args)).toContain('one-linux-arm64.cnb: there is something that is not a file')
    expect(readdirSync(cwd).sort()).toEqual(['main', 'one-linux-arm64.cnb'])
  })

  test('have no names, so a docker engine cannot take them', async () => {
    const cwd = directoryOf(component('main', 'one'))
    expect(await refused(cwd, 'one', '--path', 'main', '--format', 'file', '--to', 'docker')).toContain('E_USAGE')
    expect(readdirSync(cwd)).toEqual(['main'])
  })
})

describe('platforms', () => {
  const bins = (...platforms: readonly string[]): Record<string, string> =>
    Object.fromEntries(platforms.map((platform) => [`main/${platform}/bin/build`, `#!/bin/sh\necho ${platform}\n`]))

  test('have folders of their own in a module, and its descriptor in each', async () => {
    const cwd = directoryOf({
      'main/buildpack.toml': descriptor('one'),
      'main/README': 'x',
      ...bins('linux/amd64', 'linux/arm64'),
    })
    const { platforms } = await make(cwd, 'one', '--path', 'main', '--format', 'file', '--to', 'oci:layout', ...TARGETS)
    const diffIds = platforms.map(({ layers }) => layers[0]?.diffId)
    expect(new Set(diffIds).size).toBe(2)
    const same = directoryOf({
      'main/buildpack.toml': descriptor('one'),
      'main/bin/build': '#!/bin/sh\necho linux/arm64\n',
    })
    const alone = await make(same, 'one', '--path', 'main', '--format', 'file')
    expect(alone.platforms[0]?.layers[0]?.diffId).toBe(diffIds[1])
    expect(readdirSync(join(cwd, 'main/linux/arm64'))).toEqual(['bin'])
  })

  test('that have no folder where others have one are an error', async () => {
    const cwd = directoryOf({ 'main/buildpack.toml': descriptor('one'), ...bins('linux/amd64') })
    const said = await refused(cwd, 'one', '--path', 'main', '--format', 'file', ...TARGETS)
    expect(said).toContain('error[platform-folder-missing]')
    expect(said).toMatch(/main has linux\/amd64, but no folder for linux\/arm64/)
  })

  test('that have folders by distro only are an error without that distro', async () => {
    const cwd = directoryOf({ 'main/buildpack.toml': descriptor('one'), ...bins('linux/amd64/v2/ubuntu@24.04') })
    const said = await refused(cwd, 'one', '--path', 'main', '--format', 'file', '--target', 'linux/amd64/v2')
    expect(said).toMatch(/main has linux\/amd64\/v2\/ubuntu@24\.04, but no folder for linux\/amd64\/v2/)
    await make(cwd, 'one', '--path', 'main', '--format', 'file', '--target', 'linux/amd64/v2:ubuntu@24.04')
  })

  test('of an extension are seen by its files too, which may be all it has', async () => {
    const cwd = directoryOf({
      'main/extension.toml': 'api = "0.10"\n[extension]\nid = "acme/one"\nversion = "1.0.0"\n',
      'main/linux/amd64/generate/build.Dockerfile': 'FROM a\n',
      'main/linux/arm64/generate/build.Dockerfile': 'FROM b\n',
    })
    const words = ['extension', 'package', 'one', '--path', 'main', '--format', 'file', '--json', '--no-cache']
    const { status, stdout, stderr } = await trowel([...words, ...TARGETS], { cwd })
    expect(status, stderr).toBe(0)
    const { platforms } = JSON.parse(stdout) as { platforms: readonly { layers: readonly { diffId: string }[] }[] }
    expect(new Set(platforms.map(({ layers }) => layers[0]?.diffId)).size).toBe(2)
  })

  test('are not seen in a folder that is only called linux', async () => {
    const cwd = directoryOf({ ...component('main', 'one'), 'main/linux/notes': 'x' })
    await make(cwd, 'one', '--path', 'main', '--format', 'file', '--to', 'oci:layout', '--target', 'linux/amd64')
    const layout = TestLayout.open(join(cwd, 'layout'))
    const tar = layout.blobPath(layout.manifest().layers[0].digest)
    const names = execFileSync('tar', ['-tzf', tar], { encoding: 'utf8' }).split('\n')
    const inModule = new Set(names.map((name) => name.split('/acme_one/1.0.0/')[1]))
    const files = ['bin', 'bin/build', 'bin/detect', 'buildpack.toml', 'linux', 'linux/notes']
    expect(inModule).toEqual(new Set([undefined, ...files]))
  })

  test('of a composite are made in one run, also out of directories', async () => {
    const cwd = directoryOf({
      'package.toml': `${packageToml('a', 'b')}\n[[targets]]\nos = "linux"\narch = "amd64"\n[[targets]]\nos = "linux"\narch = "arm64"\n`,
      'main/buildpack.toml': descriptor('main', order('a', 'b')),
      ...component('a', 'a'),
      'b/buildpack.toml': descriptor('b'),
      'b/linux/amd64/bin/build': 'amd64',
      'b/linux/arm64/bin/build': 'arm64',
    })
    const { platforms } = await make(cwd, 'main', '--config', 'package.toml', '--format', 'file')
    expect(platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
    const diffIds = (name: string): (string | undefined)[] =>
      platforms.map(({ layers }) => layers.find(({ modules }) => modules.includes(`acme/${name}@1.0.0`))?.diffId)
    expect(new Set(diffIds('a')).size).toBe(1)
    expect(new Set(diffIds('b')).size).toBe(2)
  })

  test('that a dependency lacks are named, with the dependency', async () => {
    const cwd = directoryOf({
      'package.toml': packageToml('a.cnb', 'b'),
      'main/buildpack.toml': descriptor('main', order('a', 'b')),
      ...component('a', 'a'),
      ...component('b', 'b', '[[targets]]\nos = "linux"\narch = "amd64"\n'),
    })
    await make(cwd, 'a.cnb', '--path', 'a', '--format', 'file', '--target', 'linux/amd64')
    const said = await refused(cwd, 'main', '--config', 'package.toml', '--format', 'file', ...TARGETS)
    expect(said).toContain('a.cnb has no image for linux/arm64; it has linux/amd64')
    expect(said).toContain('error[package-targets-vs-components] acme/b@1.0.0 is for linux/amd64')
    await make(cwd, 'main', '--config', 'package.toml', '--format', 'file', '--target', 'linux/amd64')
  })

  test('of a dependency are not chosen from when nothing says which is wanted', async () => {
    const cwd = directoryOf({
      'package.toml': packageToml('a.cnb'),
      'main/buildpack.toml': descriptor('main', order('a')),
      ...component('a', 'a'),
    })
    await make(cwd, 'a.cnb', '--path', 'a', '--format', 'file', ...TARGETS)
    const args = ['main', '--config', 'package.toml', '--format', 'file']
    const said = await refused(cwd, ...args)
    expect(said).toContain('a.cnb has images for linux/amd64, linux/arm64, and nothing says which is wanted')
    await make(cwd, ...args, ...TARGETS)
    await make(cwd, 'a.cnb', '--path', 'a', '--format', 'file', '--target', 'linux/s390x')
    await make(cwd, ...args)
  })

  test('in package.toml are those of a composite, and not of a component, whose descriptor has its own', async () => {
    const toml = `${packageToml()}\n[[targets]]\nos = "linux"\narch = "arm64"\n`
    const cwd = directoryOf({ 'package.toml': toml, ...component('main', 'one') })
    const { platforms } = await make(cwd, 'main', '--config', 'package.toml', '--format', 'file')
    expect(platforms.map(({ platform }) => platform)).toEqual(['linux/'])
    const { stderr } = await run(cwd, 'main', '--config', 'package.toml', '--format', 'file')
    expect(stderr).toContain('warning[package-targets-ignored]')
  })

  test('with several distros get an image for each', async () => {
    const cwd = directoryOf(component('main', 'one'))
    const target = 'linux/amd64:ubuntu@22.04;ubuntu@24.04'
    const { platforms } = await make(cwd, 'one', '--path', 'main', '--format', 'file', '--target', target)
    expect(new Set(platforms.map(({ digest }) => digest)).size).toBe(2)
  })
})

test('a buildpack.toml may be a hard link to a file before it', async () => {
  const cwd = directoryOf(component('main', 'one'))
  linkSync(join(cwd, 'main/buildpack.toml'), join(cwd, 'main/a.toml'))
  const { module } = await make(cwd, 'one', '--path', 'main', '--format', 'file')
  expect(module).toBe('acme/one@1.0.0')
})

describe('what does not belong into a package', () => {
  test('a dependency that is an extension', async () => {
    const cwd = directoryOf({
      'package.toml': packageToml('ext', 'ext.cnb'),
      'main/buildpack.toml': descriptor('main', order('ext')),
      'ext/extension.toml': descriptor('ext').replace('[buildpack]', '[extension]'),
      'ext/bin/generate': '#!/bin/sh\n',
    })
    const made = await trowel(['extension', 'package', 'ext.cnb', '--path', 'ext', '--format', 'file'], { cwd })
    expect(made.status).toBe(0)
    const said = await refused(cwd, 'main', '--config', 'package.toml', '--format', 'file')
    expect(said).toMatch(/ext has no buildpack\.toml[^]*it has extension\.toml: extensions go under/)
    expect(said).toMatch(/ext\.cnb has no label io\.buildpacks\.buildpack\.layers/)
  })

  test('a file that is neither a module nor a package', async () => {
    const cwd = directoryOf({
      'package.toml': packageToml('notes.txt'),
      'main/buildpack.toml': descriptor('main', order('a')),
      'notes.txt': 'no archive\n'.repeat(100),
    })
    expect(await refused(cwd, 'main', '--config', 'package.toml', '--format', 'file')).toContain('notes.txt')
  })

  test('the same module with other content', async () => {
    const files = {
      'package.toml': packageToml('a', 'copy'),
      'main/buildpack.toml': descriptor('main', order('a')),
      ...component('a', 'a'),
      ...component('copy', 'a'),
    }
    const shared = await make(directoryOf(files), 'main', '--config', 'package.toml', '--format', 'file')
    expect(shared.platforms[0]?.layers).toHaveLength(2)
    const cwd = directoryOf({ ...files, 'copy/other': 'x' })
    const said = await refused(cwd, 'main', '--config', 'package.toml', '--format', 'file')
    expect(said).toContain('error[module-content-conflict]')
    expect(said).toContain('note: other is only in the second')
  })

  test('the same module with other modes and other texts: the first of them is told', async () => {
    const cwd = directoryOf({
      'package.toml': packageToml('a', 'copy'),
      'main/buildpack.toml': descriptor('main', order('a')),
      ...component('a', 'a'),
      ...component('copy', 'a'),
      'a/lib/x': '1',
      'copy/lib/x': '2',
      'a/run': '1',
      'copy/run': '1',
    })
    chmodSync(join(cwd, 'copy', 'run'), 0o755)
    const args = ['main', '--config', 'package.toml', '--format', 'file']
    expect(await refused(cwd, ...args)).toContain('note: lib/x has the same 1 bytes of size, and other content')
    writeFileSync(join(cwd, 'copy', 'lib', 'x'), '1')
    expect(await refused(cwd, ...args)).toContain('note: run has mode 0644 in the first and 0755 in the second')
  })

  test('composites that name each other', async () => {
    const cwd = directoryOf({
      'package.toml': packageToml('a', 'b'),
      'main/buildpack.toml': descriptor('main', order('a')),
      'a/buildpack.toml': descriptor('a', order('b')),
      'b/buildpack.toml': descriptor('b', order('a')),
    })
    const said = await refused(cwd, 'main', '--config', 'package.toml', '--format', 'file')
    expect(said).toContain('error[order-composite-cycle]')
    expect(said).toContain('acme/a@1.0.0 -> acme/b@1.0.0 -> acme/a@1.0.0')
  })

  test('a package as the module that is packaged', async () => {
    const cwd = directoryOf(component('main', 'one'))
    const platforms = ['--target', 'linux/arm64', '--target', 'linux/riscv64']
    await make(cwd, 'one.cnb', '--path', 'main', '--format', 'file', ...platforms)
    for (const target of [[], ['--target', 'linux/amd64']]) {
      const said = await refused(cwd, 'two.cnb', '--path', 'one.cnb', '--format', 'file', ...target)
      expect(said.match(/error\[.*\]/g)).toEqual(['error[package-of-package]'])
    }
  })
})

test('a package names its author only when somebody asks for it', async () => {
  const cwd = directoryOf(component('main', 'one'))
  const config = async (...args: readonly string[]): Promise<unknown> => {
    const made = await make(cwd, 'one', '--path', 'main', '--format', 'file', '--to', 'oci:layout', ...args)
    const { config } = made.platforms[0] as unknown as { config: string }
    return JSON.parse(readFileSync(join(cwd, 'layout/blobs/sha256', config.slice(7)), 'utf8'))
  }
  expect(await config()).not.toHaveProperty('author')
  expect(await config('--created-by', 'acme-pipeline@4')).toHaveProperty('author', 'acme-pipeline@4')
})

test('a dependency may be named by its id in a buildpack registry', async () => {
  const cwd = directoryOf({
    ...component('a', 'a'),
    'main/buildpack.toml': descriptor('main', order('a')),
    'package.toml': packageToml('acme/a@1.0.0'),
  })
  const { digest, platforms } = await make(cwd, `${registry.host}/index/a`, '--path', 'a', '--publish')
  const entry = line('acme/a', '1.0.0', { addr: `${registry.host}/index/a@${digest}` })
  writeEntries(join(cwd, 'index'), { 'acme/a': [entry] })
  mkdirSync(join(cwd, 'home/.pack'), { recursive: true })
  writeFileSync(
    join(cwd, 'home/.pack/config.toml'),
    `[[registries]]\nname = "mine"\ntype = "github"\nurl = "${cwd}/index"\n`,
  )
  const args = [
    'buildpack',
    'package',
    'main',
    '--config',
    'package.toml',
    '--format',
    'file',
    '-r',
    'mine',
    '--json',
    '--no-cache',
  ]
  const { status, stdout, stderr } = await trowel(args, { cwd, env: { HOME: join(cwd, 'home') } })
  expect(status, stderr).toBe(0)
  const made = JSON.parse(stdout) as Result
  expect(made.platforms[0]?.layers[0]).toMatchObject({ diffId: platforms[0]?.layers[0]?.diffId })
})

test('layers of published packages are mounted by the registry: none is sent again', async () => {
  const cwd = directoryOf({
    ...component('a', 'a'),
    ...component('b', 'b'),
    'main/buildpack.toml': descriptor('main', order('a', 'b')),
    'package.toml': packageToml(`docker://${registry.host}/mount/a`, `docker://${registry.host}/mount/b`),
  })
  for (const name of ['a', 'b']) await make(cwd, `${registry.host}/mount/${name}`, '--path', name, '--publish')
  registry.requests.splice(0)
  const { platforms } = await make(cwd, `${registry.host}/mount/main`, '--config', 'package.toml', '--publish')
  expect(platforms[0]?.layers).toHaveLength(3)
  // The layer of the composite itself, and the config.
  const sent = registry.requests.filter(({ path, bytesIn }) => path.includes('/blobs/uploads/') && bytesIn > 0)
  expect(sent).toHaveLength(2)
  expect(registry.requests.filter(({ method, path }) => method === 'POST' && path.includes('mount='))).toHaveLength(2)
})

test('--dry-run says what would be in the package, and writes nothing', async () => {
  const cwd = directoryOf(component('main', 'one'))
  const { stdout, status } = await run(cwd, 'one', '--path', 'main', '--format', 'file', '--dry-run')
  expect(status).toBe(0)
  expect(stdout).toContain('buildpack acme/one@1.0.0  from main')
  expect(readdirSync(cwd)).toEqual(['main'])
})

test('a composite that pack packaged can be a dependency, also when it is flattened', async () => {
  const cwd = directoryOf({
    'package.toml': packageToml('meta.cnb'),
    'main/buildpack.toml': `api = "0.10"\n[buildpack]\nid = "acme/main"\nversion = "1.0.0"\n[[order]]\n[[order.group]]\nid = "golden/meta"\nversion = "3.0.0"\n`,
  })
  cpSync(goldenInput('work', 'packages'), join(cwd, 'packages'), { recursive: true })
  for (const name of readdirSync(join(cwd, 'packages')).filter((name) => name.startsWith('meta'))) {
    writeFileSync(join(cwd, 'package.toml'), packageToml(`packages/${name}`))
    const { platforms } = await make(cwd, 'main', '--config', 'package.toml', '--format', 'file')
    expect(platforms[0]?.layers.flatMap(({ modules }) => modules)).toContain('golden/meta@3.0.0')
  }
})
