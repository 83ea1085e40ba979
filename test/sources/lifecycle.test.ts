import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Lifecycle } from '#src/cnb/lifecycle.js'
import { readLifecycle } from '#src/sources/lifecycle.js'
import { temporaryDirectory } from '../support/directories.js'
import { goldenInput } from '../support/golden.js'
import { makeLayout } from '../support/layout.js'
import { sourceOf, type TestSource } from './golden-context.js'

const AMD64 = { os: 'linux', architecture: 'amd64' }
const STUBS = goldenInput('work', 'lifecycle')
const STUB = join(STUBS, 'stub-0.21.0-linux.x86-64.tgz')

let dir = ''
beforeEach(() => {
  dir = temporaryDirectory()
})

function aBuilder(lifecycle: string, replace: readonly string[] = []): TestSource {
  writeFileSync(join(dir, 'builder.toml'), lifecycle)
  return sourceOf(join(dir, 'builder.toml'), replace)
}

function read({ config, context }: TestSource, target = AMD64): Promise<Lifecycle | undefined> {
  return readLifecycle({ lifecycle: config.lifecycle, target, host: AMD64 }, context)
}

const urlOf = (name: string): string =>
  `https://github.com/buildpacks/lifecycle/releases/download/v0.21.0/lifecycle-v0.21.0+${name}.tgz`

describe('a lifecycle that is a release', () => {
  const url = urlOf('linux.x86-64')

  test.each(['', '[lifecycle]\nversion = "v0.21"\n'])(
    'is offline, with its address and what to do: %j',
    async (text) => {
      await expect(read(aBuilder(text))).rejects.toMatchObject({
        code: 'E_OFFLINE',
        message: expect.stringContaining(url),
        hint: expect.stringContaining(`--replace ${url}=PLACE`),
        place: { file: 'builder.toml' },
      })
    },
  )

  test.each([
    ['linux', 'arm64', 'linux.arm64'],
    ['linux', 's390x', 'linux.s390x'],
    ['linux', 'ppc64le', 'linux.ppc64le'],
    ['windows', 'amd64', 'windows.x86-64'],
  ])('is called for %s/%s as the project calls it', async (os, architecture, name) => {
    await expect(read(aBuilder(''), { os, architecture })).rejects.toMatchObject({
      message: expect.stringContaining(urlOf(name)),
    })
  })

  test.each([
    ['linux', 'riscv64'],
    ['freebsd', 'amd64'],
    ['windows', 'arm64'],
  ])('is not guessed for %s/%s', async (os, architecture) => {
    const source = aBuilder('')
    expect(await read(source, { os, architecture })).toBeUndefined()
    expect(source.reported).toMatchObject([{ rule: 'target-lifecycle-arch', severity: 'error' }])
  })

  test.each([url, 'lifecycle'])('is read from where --replace %s says', async (reference) => {
    const lifecycle = await read(aBuilder('', [`${reference}=${STUB}`]))
    expect(lifecycle).toMatchObject({
      descriptor: { version: '0.21.0' },
      content: { kind: 'archive', file: STUB },
      from: url,
    })
  })

  test('may be replaced for a platform for which none is made', async () => {
    const riscv = { os: 'linux', architecture: 'riscv64' }
    expect(await read(aBuilder('', [`lifecycle=${STUB}`]), riscv)).toBeDefined()
  })
})

test('an image whose layer may lie elsewhere is to be another lifecycle image, not a package', async () => {
  const uri = 'docker://registry.test/lifecycle:1'
  const layout = makeLayout(join(dir, 'image'))
  layout.editManifest((manifest) => {
    manifest.layers[0].urls = ['http://127.0.0.1:9/x']
  })
  const source = aBuilder(`[lifecycle]\nuri = "${uri}"\n`, [`${uri}=oci:${layout.directory}`])
  await expect(read(source)).rejects.toMatchObject({
    code: 'E_IMAGE_KIND',
    hint: 'use a lifecycle image that holds all of its layers',
  })
})

test('the replacement called lifecycle is not for a uri', async () => {
  const source = aBuilder('[lifecycle]\nuri = "absent.tgz"\n', [`lifecycle=${STUB}`])
  expect(await read(source)).toBeUndefined()
  expect(source.reported).toMatchObject([{ rule: 'toml-path-missing', place: { line: 2 } }])
})

test('a uri without a scheme is a path and nothing else', async () => {
  const source = aBuilder('[lifecycle]\nuri = "buildpacks/lifecycle"\n')
  expect(await read(source)).toBeUndefined()
  expect(source.reported).toMatchObject([{ rule: 'toml-path-missing' }])
})

test.each(['stub-dir', 'stub-odd.tar', 'stub-old.tgz', 'stub-nocreator.tgz'])(
  '%s: its binaries are listed',
  async (name) => {
    const lifecycle = await read(aBuilder(`[lifecycle]\nuri = ${JSON.stringify(join(STUBS, name))}\n`))
    const hasCreator = name !== 'stub-nocreator.tgz'
    expect(lifecycle?.binaries.includes('creator')).toBe(hasCreator)
    expect(lifecycle?.binaries).toEqual(
      expect.arrayContaining(['analyzer', 'builder', 'detector', 'exporter', 'restorer']),
    )
    expect(lifecycle?.binaries).toEqual(lifecycle?.binaries.toSorted())
    expect(lifecycle?.locate(['apis'])).toMatchObject({ file: expect.stringMatching(/lifecycle\.toml$/) })
  },
)

test('a folder without lifecycle.toml is reported where it is named', async () => {
  const source = aBuilder('[lifecycle]\nuri = "."\n')
  expect(await read(source)).toBeUndefined()
  expect(source.reported).toMatchObject([
    { rule: 'lifecycle-descriptor-missing', place: { file: 'builder.toml', line: 2 } },
  ])
})
