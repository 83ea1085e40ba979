import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { CNB_EPOCH_SECONDS, type TarHeader } from '#src/tar/entry.js'
import { paddingOf } from '#src/tar/fields.js'
import { TRAILER, headerBlocks } from '#src/tar/writer.js'

type Made = [TarHeader, string?]

const header = (over: Partial<TarHeader>): TarHeader => ({
  type: 'file',
  name: '',
  linkname: '',
  mode: 0o644,
  uid: 0,
  gid: 0,
  uname: '',
  gname: '',
  size: 0,
  mtime: CNB_EPOCH_SECONDS,
  ...over,
})
const directory = (name: string, over: Partial<TarHeader> = {}): Made => [
  header({ type: 'directory', name, mode: 0o755, ...over }),
]
const file = (name: string, text: string, mode = 0o644): Made => [
  header({ name, mode, size: Buffer.byteLength(text) }),
  text,
]

function tarOf(entries: readonly Made[]): Buffer {
  const parts = entries.flatMap(([head, text = '']) => [
    headerBlocks(head),
    Buffer.from(text),
    new Uint8Array(paddingOf(head.size)),
  ])
  return Buffer.concat([...parts, TRAILER])
}
const digest = (entries: readonly Made[]): string => createHash('sha256').update(tarOf(entries)).digest('hex')

/** The nine directories of every builder; the first two belong to the build user. */
const dirs = (uid: number, gid: number): Made[] => [
  directory('/workspace', { uid, gid }),
  directory('/layers', { uid, gid }),
  ...[
    '/cnb',
    '/cnb/buildpacks',
    '/cnb/extensions',
    '/platform',
    '/platform/env',
    '/cnb/build-config',
    '/cnb/build-config/env',
  ].map((name) => directory(name)),
]

const ROOT = '/cnb/buildpacks/samples_hello'
const AT = `${ROOT}/0.0.1`
const buildpackA: Made[] = [
  directory(ROOT),
  directory(AT),
  directory(`${AT}/bin`),
  file(`${AT}/bin/build`, '#!/bin/sh\necho hi\n', 0o755),
  file(`${AT}/bin/detect`, '#!/bin/sh\nexit 0\n', 0o755),
  file(
    `${AT}/buildpack.toml`,
    'api = "0.10"\n\n[buildpack]\nid = "samples/hello"\nversion = "0.0.1"\n\n[[targets]]\nos = "linux"\n',
  ),
  directory(`${AT}/docs`),
  file(`${AT}/docs/empty`, ''),
  file(`${AT}/docs/hard.txt`, 'hello\n'),
  [header({ type: 'symlink', name: `${AT}/docs/link`, linkname: '../buildpack.toml', mode: 0o755 })],
  [header({ type: 'hardlink', name: `${AT}/docs/readme.txt`, linkname: `${AT}/docs/hard.txt` })],
  file(`${AT}/docs/tool`, 'x', 0o755),
]
const deep = `lib/${'a'.repeat(40)}/${'b'.repeat(40)}`
const buildpackB: Made[] = [
  directory(ROOT),
  directory(AT),
  directory(`${AT}/bin`),
  file(`${AT}/buildpack.toml`, 'x'),
  file(`${AT}/${'d'.repeat(110)}.txt`, 'w'),
  file(`${AT}/héllo.txt`, 'z'),
  directory(`${AT}/lib`),
  directory(`${AT}/lib/${'a'.repeat(40)}`),
  directory(`${AT}/${deep}`),
  file(`${AT}/${deep}/${'c'.repeat(20)}.txt`, 'y'),
  [header({ type: 'symlink', name: `${AT}/longlink`, linkname: 't'.repeat(120), mode: 0o755 })],
]
const BP1 = '/cnb/buildpacks/buildpack-1-id'
const BP1_AT = `${BP1}/buildpack-1-version-1`
const fake: Made[] = [
  directory(BP1, { mode: 0o644 }),
  directory(BP1_AT, { mode: 0o644 }),
  file(
    `${BP1_AT}/buildpack.toml`,
    'api = "0.2"\nWithWindowsBuild = false\nWithLinuxBuild = false\n\n[buildpack]\n  id = "buildpack-1-id"\n  version = "buildpack-1-version-1"\n\n[[stacks]]\n  id = "some.stack.id"\n  mixins = ["mixinX", "mixinY"]\n',
  ),
  directory(`${BP1_AT}/bin`, { mode: 0o644 }),
  file(`${BP1_AT}/bin/build`, 'build-contents'),
  file(`${BP1_AT}/bin/detect`, 'detect-contents'),
]

describe('bytes that Go writes too', () => {
  test.each<[string, readonly Made[], string]>([
    ['default directories', dirs(1000, 1000), 'fc454e27c1c60562a35add6e2a13dcd2f674221ec85d4266e85594499abdaac2'],
    ['another user', dirs(1001, 1000), '10c187d2baadb7eece285c7392d79bf90177a51e547618cc9f57bda43f379829'],
    [
      'a user id too large for octal',
      dirs(1_000_660_000, 0),
      '818cde01977f2ad5082449cbc1f479dd9afa5c44cf34b92c80b548769a3e4b80',
    ],
    ['no entry', [], '5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef'],
    [
      'an empty file',
      [file('/cnb/order.toml', '')],
      'b09e003a9a7113194bbb4f6b0d027793e79460da7b6bacc2ef336bcf70d25da3',
    ],
    [
      'a small file',
      [file('/cnb/stack.toml', '[run-image]\n  image = "some/run"\n')],
      'f1c7c3ad89b2cdfc5ace36a2d56d4eaa070143b77cc1ef96c78e1e3f352fa153',
    ],
    [
      'a variable',
      [file('/cnb/build-config/env/FOO.append', 'bar')],
      'ef92336a255ecc57c2e866abebbc51d91ef13cc4cdd0271f4e49f628f29a4fa6',
    ],
    [
      'a whiteout',
      [[header({ name: `${ROOT}/.wh.0.0.1`, mtime: 0 })]],
      '0ffecff6cb1b64f88d130f8107da0f8d340c5f51ab8aac099be72e446dc1f09f',
    ],
    ['links', buildpackA, '40853aac8aaeb31a8d3b3dde98b45eddd56230e6b3d4dae9d450bafbe2bfe098'],
    ['long names and PAX', buildpackB, 'a9840ab56b8b0e66c0c26513e35302781792fff14b8d8c121ec2a9a54ecc5d7e'],
    ["a fake module of pack's own tests", fake, '2ba2e8563f7f43533ba26047a44f3e8bb7dd009043bd73a0e6aadb02c084955c'],
    [
      'the same with one more file',
      [...fake, file(`${BP1_AT}/coolbeans`, 'a file cool as beans')],
      '719faea06424d01bb5788ce63c1167e8d382b2d9df8fcf3a0a54ea9b2e3b4045',
    ],
  ])('%s', (_about, entries, expected) => {
    expect(digest(entries)).toBe(expected)
  })
})
