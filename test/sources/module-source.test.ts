import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Module, ModuleKind } from '#src/cnb/module.js'
import { readModules } from '#src/sources/module-source.js'
import { temporaryDirectory } from '../support/directories.js'
import { goldenInput } from '../support/golden.js'
import { sourceOf, type TestSource } from './golden-context.js'

const wanted = { os: 'linux', architecture: 'amd64' }
const ONE = goldenInput('packages/one')

let dir = ''
beforeEach(() => {
  dir = temporaryDirectory()
})

function write(name: string, content = ''): void {
  mkdirSync(dirname(join(dir, name)), { recursive: true })
  writeFileSync(join(dir, name), content)
}

function aModule(folder: string, more = ''): void {
  write(`${folder}/buildpack.toml`, `api = "0.10"\n[buildpack]\nid = "test/a"\nversion = "1"\n${more}`)
}

function aBuilder(entry: string, replace: readonly string[] = [], kind: ModuleKind = 'buildpack'): TestSource {
  write('builder.toml', `[[${kind}s]]\n${entry}`)
  return sourceOf(join(dir, 'builder.toml'), replace, dir)
}

async function modulesOf(
  { config, context }: TestSource,
  kind: ModuleKind = 'buildpack',
): Promise<readonly Module[] | undefined> {
  const [entry] = kind === 'buildpack' ? config.buildpacks : config.extensions
  return entry && readModules({ kind, index: 0, entry, wanted }, context)
}

describe('a directory', () => {
  test.each([
    ['bin/build', { linux: true, windows: false }],
    ['bin/build.exe', { linux: false, windows: true }],
    ['bin/build.bat', { linux: false, windows: true }],
    ['bin/detect', { linux: false, windows: false }],
  ])('with %s', async (name, hasBuild) => {
    aModule('bp')
    write(`bp/${name}`)
    expect(await modulesOf(aBuilder('uri = "bp"'))).toMatchObject([{ hasBuild, packaged: false, from: 'bp' }])
  })

  test('whose bin is a link has no bin/build of its own', async () => {
    aModule('bp')
    write('bp/other/build')
    symlinkSync('other', join(dir, 'bp/bin'))
    expect(await modulesOf(aBuilder('uri = "bp"'))).toMatchObject([{ hasBuild: { linux: false } }])
  })

  test('reached through a link is the directory behind it', async () => {
    aModule('real')
    symlinkSync('real', join(dir, 'bp'))
    const [module] = (await modulesOf(aBuilder('uri = "bp/"'))) ?? []
    expect(module?.content).toEqual({ kind: 'directory', path: join(dir, 'real') })
    expect(module?.from).toBe('bp/')
  })

  test('has its keys located in its own descriptor', async () => {
    aModule('bp')
    const [module] = (await modulesOf(aBuilder('uri = "bp"'))) ?? []
    expect(module?.locate(['buildpack', 'version'])).toMatchObject({ file: 'bp/buildpack.toml', line: 4 })
  })

  test.each([
    ['bp/extension.toml', 'extensions go under [[extensions]] of builder.toml'],
    ['bp/Buildpack.toml', 'rename that to buildpack.toml'],
    ['bp/inner/buildpack.toml', 'found inner/buildpack.toml; did you mean the folder inner in it?'],
  ])('that has %s instead of its descriptor is told so', async (name, fix) => {
    write(name)
    const source = aBuilder('uri = "bp"')
    expect(await modulesOf(source)).toBeUndefined()
    expect(source.reported).toMatchObject([
      {
        rule: 'descriptor-missing',
        place: { file: 'builder.toml', line: 2 },
        fix: expect.stringContaining(fix),
      },
    ])
  })

  test('with several modules in it is told so', async () => {
    aModule('bp/x')
    aModule('bp/y')
    const source = aBuilder('uri = "bp"')
    await modulesOf(source)
    expect(source.reported[0]?.fix).toContain('found x/buildpack.toml and 1 more')
  })

  test('with a broken descriptor is reported in that descriptor', async () => {
    write('bp/buildpack.toml', 'api = "0.10"\n[buildpack]\nid = @\n')
    const source = aBuilder('uri = "bp"')
    expect(await modulesOf(source)).toBeUndefined()
    expect(source.reported).toMatchObject([{ place: { file: 'bp/buildpack.toml', line: 3 } }])
  })

  test('with both descriptors is what the list says', async () => {
    aModule('bp')
    write('bp/extension.toml', 'api = "0.10"\n[extension]\nid = "test/e"\nversion = "2"\n')
    expect(await modulesOf(aBuilder('uri = "bp"'))).toMatchObject([{ descriptor: { kind: 'buildpack' } }])
    const extension = aBuilder('uri = "bp"', [], 'extension')
    expect(await modulesOf(extension, 'extension')).toMatchObject([{ descriptor: { kind: 'extension' } }])
  })

  test('is what must be named, not a device', async () => {
    const source = aBuilder('uri = "/dev/null"')
    expect(await modulesOf(source)).toBeUndefined()
    expect(source.reported).toMatchObject([{ rule: 'source-kind', message: expect.stringContaining('is a device') }])
  })
})

describe('an entry', () => {
  test('without a source is the folder of builder.toml, with a warning', async () => {
    aModule('.')
    const source = aBuilder('id = "test/a"')
    expect(await modulesOf(source)).toMatchObject([{ content: { kind: 'directory', path: dir } }])
    expect(source.reported).toMatchObject([
      { rule: 'builder-entry-no-source', severity: 'warning', place: { line: 1 } },
    ])
  })

  test('takes its uri before its image', async () => {
    aModule('bp')
    expect(await modulesOf(aBuilder('uri = "bp"\nimage = "golden.test/pkg/one:1"'))).toMatchObject([{ from: 'bp' }])
  })

  test('never takes its image for a path', async () => {
    aModule('bp/one')
    await expect(modulesOf(aBuilder('image = "bp/one"'))).rejects.toMatchObject({ code: 'E_OFFLINE' })
  })

  test.each([
    ['uri = "docker://golden.test/pkg/one:1"', 'golden.test/pkg/one:1'],
    ['uri = "docker://localhost:5000/pkg/one:1"', 'localhost:5000/pkg/one:1'],
    ['image = "golden.test/pkg/one:1"', 'golden.test/pkg/one:1'],
    ['image = "docker://golden.test/pkg/one:1"', 'golden.test/pkg/one:1'],
    ['uri = "golden.test/pkg/one:1"', 'docker://golden.test/pkg/one:1'],
    ['uri = "https://golden.test/one.cnb?token=1"', 'https://golden.test/one.cnb'],
    ['uri = "golden/one@1.0.0"', 'golden/one@1.0.0'],
    ['uri = "urn:cnb:registry:golden/one"', 'urn:cnb:registry:golden/one'],
    ['uri = "../not/there"', '../not/there'],
  ])('%s is read from where --replace %s says', async (entry, reference) => {
    const source = aBuilder(entry, [`${reference}=oci:${ONE}`])
    expect(await modulesOf(source)).toMatchObject([
      { descriptor: { info: { id: 'golden/one' } }, packaged: true, content: { kind: 'layer' } },
    ])
    expect(source.context.replacements.used()).toMatchObject([{ place: `oci:${ONE}` }])
  })

  test('whose replacement is not there is told which flag is wrong', async () => {
    const source = aBuilder('uri = "docker://golden.test/x:1"', ['golden.test/x:1=oci:nowhere'])
    expect(await modulesOf(source)).toBeUndefined()
    expect(source.reported).toMatchObject([
      { rule: 'toml-path-missing', message: expect.stringContaining('--replace golden.test/x:1'), place: { line: 2 } },
    ])
  })

  test('is located for a module out of a package where it names the package', async () => {
    const [module] = (await modulesOf(aBuilder(`uri = ${JSON.stringify(ONE)}`))) ?? []
    expect(module?.locate(['buildpack', 'id'])).toMatchObject({ file: 'builder.toml', line: 2 })
  })
})

describe('a .cnb file', () => {
  const cnb = goldenInput('work', 'packages/meta.cnb')

  test.each([
    ['plain', (bytes: Buffer) => bytes],
    ['gzipped, under another name', gzipSync],
  ])('that is %s gives its main module, then the others by id', async (_, made) => {
    writeFileSync(join(dir, 'package.tar'), made(readFileSync(cnb)))
    const modules = (await modulesOf(aBuilder('uri = "package.tar"'))) ?? []
    expect(modules.map(({ descriptor }) => descriptor.info.id)).toEqual(['golden/meta', 'golden/one', 'golden/two'])
    expect(modules.every(({ packaged, from }) => packaged && from === 'package.tar')).toBe(true)
  })

  test('that was cut is refused', async () => {
    const bytes = readFileSync(cnb)
    writeFileSync(join(dir, 'cut.cnb'), bytes.subarray(0, bytes.length / 2))
    await expect(modulesOf(aBuilder('uri = "cut.cnb"'))).rejects.toMatchObject({ code: 'E_TAR_TRUNCATED' })
  })
})

test('an extension package under [[buildpacks]] is told where it belongs', async () => {
  const alpha = goldenInput('packages/alpha')
  await expect(modulesOf(aBuilder(`uri = ${JSON.stringify(alpha)}`))).rejects.toMatchObject({
    code: 'E_LABEL',
    hint: expect.stringContaining('[[extensions]]'),
  })
})

test('a builder in place of a package is told for what it is', async () => {
  const builder = goldenInput('bases/builder')
  await expect(modulesOf(aBuilder(`uri = ${JSON.stringify(builder)}`))).rejects.toMatchObject({
    code: 'E_LABEL',
    hint: expect.stringContaining('it is a builder'),
  })
})
