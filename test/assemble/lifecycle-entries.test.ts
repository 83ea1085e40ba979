import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { Content, LocalLayer } from '#src/cnb/content.js'
import { parseDiffId, parseDigest } from '#src/oci/digest.js'
import { temporaryDirectory } from '../support/directories.js'
import { OCI, sha256 } from '../support/layout.js'
import * as tar from '../support/tar-bytes.js'
import { make, refusal, type Made } from './made.js'

const layerOf = (content: Content<LocalLayer>): Promise<Made> => make({ kind: 'lifecycle', content })

/** Type, mode, owner, time, name and link target of each entry. */
const shortly = ({ listing }: Made): string[] =>
  listing.map((line) => {
    const [type, mode, uid, , mtime, , , , , name, link] = line.split('\t')
    return [type, mode, uid, mtime, name, link].join(' ').replaceAll('"', '').replace(/ -$/, '')
  })

function anArchive(...blocks: readonly Uint8Array[]): Content<never> {
  const file = join(temporaryDirectory(), 'lifecycle.tgz')
  writeFileSync(file, gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])))
  return { kind: 'archive', file }
}

const FIRST = '5 0755 0 315532801 /cnb/lifecycle'
const LAST = '2 0644 0 315532801 /lifecycle /cnb/lifecycle'

test('takes what is two levels deep, under any folder, with its mode, owner and time', async () => {
  const release = anArchive(
    tar.entry({ name: 'lifecycle.toml', mode: 0o644 }, 'x'),
    tar.directory('./other/'),
    tar.entry({ name: './other/creator', mode: 0o750, uid: 7, mtime: 99 }, 'x'),
    tar.symlink('./other/builder', 'creator'),
    tar.directory('./other/deep'),
    tar.entry({ name: './other/deep/file', mode: 0o644 }, 'x'),
  )
  expect(shortly(await layerOf(release))).toEqual([
    FIRST,
    '0 0750 7 99 /cnb/lifecycle/creator',
    '2 0777 0 0 /cnb/lifecycle/builder creator',
    '5 0755 0 0 /cnb/lifecycle/deep',
    LAST,
  ])
})

test('from a directory keeps modes and sets owners and times; hard links lead to where their targets are', async () => {
  const path = temporaryDirectory()
  mkdirSync(join(path, 'lifecycle'))
  writeFileSync(join(path, 'lifecycle.toml'), '')
  for (const name of ['launcher', 'zlauncher']) writeFileSync(join(path, 'lifecycle', name), name)
  chmodSync(join(path, 'lifecycle/launcher'), 0o711)
  linkSync(join(path, 'lifecycle/launcher'), join(path, 'lifecycle/same'))
  symlinkSync('launcher', join(path, 'lifecycle/link'))
  chmodSync(join(path, 'lifecycle/zlauncher'), 0o600)
  expect(shortly(await layerOf({ kind: 'directory', path }))).toEqual([
    FIRST,
    '0 0711 0 315532801 /cnb/lifecycle/launcher',
    '2 0777 0 315532801 /cnb/lifecycle/link launcher',
    '1 0711 0 315532801 /cnb/lifecycle/same /cnb/lifecycle/launcher',
    '0 0600 0 315532801 /cnb/lifecycle/zlauncher',
    LAST,
  ])
})

test('from an image takes what is below /cnb/', async () => {
  const content = Buffer.concat([
    tar.directory('/cnb'),
    tar.entry({ name: '/cnb/lifecycle.toml' }, 'x'),
    tar.directory('/cnb/lifecycle'),
    tar.entry({ name: '/cnb/lifecycle/creator', mode: 0o755 }, 'x'),
    tar.entry({ name: '/etc/passwd' }, 'x'),
    Buffer.alloc(1024),
  ])
  const file = join(temporaryDirectory(), 'blob')
  const blob = gzipSync(content)
  writeFileSync(file, blob)
  const layer = {
    range: { file, offset: 0, length: blob.length },
    isVerified: false,
    mediaType: OCI.gzip,
    digest: parseDigest(sha256(blob)),
    diffId: parseDiffId(sha256(content)),
  }
  expect(shortly(await layerOf({ kind: 'layer', layer, from: 'image' }))).toEqual([
    FIRST,
    '0 0755 0 0 /cnb/lifecycle/creator',
    LAST,
  ])
})

test('what other tools keep although it is odd is kept, with a warning', async () => {
  const { facts, listing } = await layerOf(
    anArchive(
      tar.entry({ name: 'lifecycle/creator', mode: 0o4755 }, 'x'),
      tar.hardlink('lifecycle/again', 'lifecycle/creator'),
    ),
  )
  expect(listing[1]).toMatch(/^0\t4755\t/)
  expect(listing[2]).toContain('"lifecycle/creator"')
  expect(facts.warnings.map(({ rule }) => rule)).toEqual(['W_LIFECYCLE_MODE', 'W_LIFECYCLE_HARDLINK'])
})

test.each([
  ['one name in two folders', tar.entry({ name: 'b/creator' }, 'x'), 'E_TAR_DUPLICATE'],
  ['a name that climbs', tar.entry({ name: 'lifecycle/../../x' }, 'x'), 'E_TAR_PATH_ESCAPE'],
  ['a link out of it', tar.symlink('lifecycle/x', '../../x'), 'E_TAR_LINK_ESCAPE'],
  ['a whiteout', tar.entry({ name: 'lifecycle/.wh.creator' }, 'x'), 'E_TAR_WHITEOUT'],
  ['a device', tar.entry({ name: 'lifecycle/null', type: '3' }), 'E_TAR_SPECIAL'],
])('%s is refused', async (_what, block, code) => {
  expect(await refusal(layerOf(anArchive(tar.entry({ name: 'a/creator' }, 'x'), block)))).toBe(code)
})
