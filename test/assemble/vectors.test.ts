/** Layers whose digests were computed with Go's archive/tar and checked against pack's own tests. */
import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { printOrderToml, printRunToml, printStackToml } from '#src/cnb/toml-files.js'
import type { InlineEntry } from '#src/plan/planned-layer.js'
import { directoryEntry, fileEntry, whiteoutEntry } from '#src/plan/inline-entries.js'
import { temporaryDirectory } from '../support/directories.js'
import { anOrder, aRef } from '../support/modules.js'
import { directory, inline, make } from './made.js'

async function diffIdOf(...entries: readonly InlineEntry[]): Promise<string> {
  return (await make(inline(...entries))).facts.diffId.replace('sha256:', '')
}

function defaultDirectories(uid: number, gid: number): InlineEntry[] {
  const ours = ['/cnb', '/cnb/buildpacks', '/cnb/extensions', '/platform', '/platform/env', '/cnb/build-config']
  return [
    directoryEntry('/workspace', { uid, gid }),
    directoryEntry('/layers', { uid, gid }),
    ...[...ours, '/cnb/build-config/env'].map((name) => directoryEntry(name)),
  ]
}

describe('layers that the plan spells out', () => {
  test.each([
    [1000, 1000, 'fc454e27c1c60562a35add6e2a13dcd2f674221ec85d4266e85594499abdaac2'],
    [1001, 1000, '10c187d2baadb7eece285c7392d79bf90177a51e547618cc9f57bda43f379829'],
    [1_000_660_000, 0, '818cde01977f2ad5082449cbc1f479dd9afa5c44cf34b92c80b548769a3e4b80'],
  ])('default directories of %i:%i', async (uid, gid, digest) => {
    expect(await diffIdOf(...defaultDirectories(uid, gid))).toBe(digest)
  })

  test('no entries', async () => {
    expect(await diffIdOf()).toBe('5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef')
  })

  test('order.toml without and with orders', async () => {
    expect(await diffIdOf(fileEntry('/cnb/order.toml', ''))).toBe(
      'b09e003a9a7113194bbb4f6b0d027793e79460da7b6bacc2ef336bcf70d25da3',
    )
    const first = [aRef('samples/a@0.0.1'), aRef('samples/b@1.2.3', true)]
    const text = printOrderToml([{ refs: first }, ...anOrder(['samples/c@0.0.3'])], [])
    expect(await diffIdOf(fileEntry('/cnb/order.toml', text))).toBe(
      '833c6d313db0b645767dab9943de10e2da9c57ff7221a821d1c96153499ea30d',
    )
  })

  const someRun = { image: 'some/run', mirrors: ['gcr.io/some/run', 'quay.io/some/run'] }

  test('stack.toml and run.toml', async () => {
    const bare = { image: 'some/run', mirrors: undefined }
    const otherRun = { image: 'other/run', mirrors: undefined }
    expect(await diffIdOf(fileEntry('/cnb/stack.toml', printStackToml(someRun)))).toBe(
      '1d0952ce640e09aebcea25f6f9975a3c53f9bf2a667eab4bccce2c8d28d25c2b',
    )
    expect(await diffIdOf(fileEntry('/cnb/stack.toml', printStackToml(bare)))).toBe(
      'f1c7c3ad89b2cdfc5ace36a2d56d4eaa070143b77cc1ef96c78e1e3f352fa153',
    )
    expect(await diffIdOf(fileEntry('/cnb/run.toml', printRunToml([someRun, otherRun])))).toBe(
      '78eed9c5b1020826f6c3d84e6b6418eb8390e24f4a743ec6bc146fed5ead397d',
    )
    expect(await diffIdOf(fileEntry('/cnb/run.toml', printRunToml([bare])))).toBe(
      '7570948d39d0828eb9c58143a0ef705e91ddb7a02a7d19b199bc000b3ece7340',
    )
  })

  test('a build-config variable', async () => {
    expect(await diffIdOf(fileEntry('/cnb/build-config/env/FOO.append', 'bar'))).toBe(
      'ef92336a255ecc57c2e866abebbc51d91ef13cc4cdd0271f4e49f628f29a4fa6',
    )
  })

  test('a whiteout', async () => {
    expect(await diffIdOf(whiteoutEntry('/cnb/buildpacks/samples_hello', '0.0.1'))).toBe(
      '0ffecff6cb1b64f88d130f8107da0f8d340c5f51ab8aac099be72e446dc1f09f',
    )
  })

  test('the module of pack’s own tests', async () => {
    const root = '/cnb/buildpacks/buildpack-1-id'
    const at = (name: string): string => `${root}/buildpack-1-version-1${name}`
    const plainDirectory = (name: string): InlineEntry => {
      const { header, content } = directoryEntry(name)
      return { header: { ...header, mode: 0o644 }, content }
    }
    const toml =
      'api = "0.2"\nWithWindowsBuild = false\nWithLinuxBuild = false\n\n[buildpack]\n  id = "buildpack-1-id"\n' +
      '  version = "buildpack-1-version-1"\n\n[[stacks]]\n  id = "some.stack.id"\n  mixins = ["mixinX", "mixinY"]\n'
    const entries = [
      plainDirectory(root),
      plainDirectory(at('')),
      fileEntry(at('/buildpack.toml'), toml),
      plainDirectory(at('/bin')),
      fileEntry(at('/bin/build'), 'build-contents'),
      fileEntry(at('/bin/detect'), 'detect-contents'),
    ]
    expect(await diffIdOf(...entries)).toBe('2ba2e8563f7f43533ba26047a44f3e8bb7dd009043bd73a0e6aadb02c084955c')
    const more = fileEntry(at('/coolbeans'), 'a file cool as beans')
    expect(await diffIdOf(...entries, more)).toBe('719faea06424d01bb5788ce63c1167e8d382b2d9df8fcf3a0a54ea9b2e3b4045')
  })
})

describe('layers of directories', () => {
  const root = (): { path: string; file: (name: string, content: string, mode?: number) => void } => {
    const path = temporaryDirectory()
    return {
      path,
      file: (name, content, mode = 0o644) => {
        mkdirSync(dirname(join(path, name)), { recursive: true })
        writeFileSync(join(path, name), content)
        chmodSync(join(path, name), mode)
      },
    }
  }
  const digestOf = async (path: string): Promise<string> =>
    (await make(directory(path, 'samples/hello@0.0.1'))).facts.diffId.replace('sha256:', '')

  test('modes, empty files, hard links and symbolic links', async () => {
    const { path, file } = root()
    file(
      'buildpack.toml',
      'api = "0.10"\n\n[buildpack]\nid = "samples/hello"\nversion = "0.0.1"\n\n[[targets]]\nos = "linux"\n',
    )
    file('bin/build', '#!/bin/sh\necho hi\n', 0o755)
    file('bin/detect', '#!/bin/sh\nexit 0\n')
    file('docs/empty', '')
    file('docs/readme.txt', 'hello\n', 0o600)
    linkSync(join(path, 'docs/readme.txt'), join(path, 'docs/hard.txt'))
    symlinkSync('../buildpack.toml', join(path, 'docs/link'))
    file('docs/tool', 'x', 0o711)
    chmodSync(join(path, 'docs'), 0o700)
    expect(await digestOf(path)).toBe('40853aac8aaeb31a8d3b3dde98b45eddd56230e6b3d4dae9d450bafbe2bfe098')
  })

  test('names that USTAR splits, and names that need PAX', async () => {
    const { path, file } = root()
    mkdirSync(join(path, 'bin'))
    file('buildpack.toml', 'x')
    file(`${'d'.repeat(110)}.txt`, 'w')
    file('h\u00e9llo.txt', 'z')
    file(`lib/${'a'.repeat(40)}/${'b'.repeat(40)}/${'c'.repeat(20)}.txt`, 'y')
    symlinkSync('t'.repeat(120), join(path, 'longlink'))
    expect(await digestOf(path)).toBe('a9840ab56b8b0e66c0c26513e35302781792fff14b8d8c121ec2a9a54ecc5d7e')
  })
})
