import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { LocalLayer } from '#src/cnb/content.js'
import { parseDiffId, parseDigest } from '#src/oci/digest.js'
import type { ModuleSource } from '#src/plan/planned-layer.js'
import { temporaryDirectory } from '../support/directories.js'
import { OCI, sha256 } from '../support/layout.js'
import * as tar from '../support/tar-bytes.js'
import { canonical, END, ID, packed, ROOT } from './packed.js'
import { aModuleSource, make, modules, refusal, type Made } from './made.js'

interface LayerParts {
  readonly mediaType?: string
  readonly blob?: Uint8Array
  readonly diffId?: string
  readonly digest?: string
}

/** A layer of these blocks as a package would bring it, or a damaged one. */
function aLayer(blocks: readonly Uint8Array[], parts: LayerParts = {}): LocalLayer {
  const content = Buffer.concat([...blocks, END])
  const blob = parts.blob ?? gzipSync(content)
  // Not at the start of its file, as a member of an archive is not.
  const file = join(temporaryDirectory(), 'package.cnb')
  writeFileSync(file, Buffer.concat([Buffer.from('before'), blob, Buffer.from('after')]))
  return {
    range: { file, offset: 'before'.length, length: blob.length },
    isVerified: false,
    mediaType: parts.mediaType ?? OCI.gzip,
    digest: parseDigest(parts.digest ?? sha256(blob)),
    diffId: parseDiffId(parts.diffId ?? sha256(content)),
  }
}

const source = (
  layer: LocalLayer,
  name = 'acme/java@1.0.0',
  kind: ModuleSource['kind'] = 'buildpack',
): ModuleSource<LocalLayer> => aModuleSource({ kind: 'layer', layer, from: 'package.cnb' }, name, kind)

const layerOf = (...more: readonly Uint8Array[]): Promise<Made> => make(modules(source(aLayer(packed(...more)))))

const namesIn = ({ listing }: Made): string[] => listing.map((line) => JSON.parse(line.split('\t')[9] ?? '') as string)

describe('a layer of a package', () => {
  test('serves as it is when it holds what we would write', async () => {
    const layer = aLayer(canonical(packed()))
    const { facts } = await make(modules(source(layer)))
    expect(facts).toMatchObject({
      packaged: true,
      diffId: layer.diffId,
      digest: layer.digest,
      size: layer.range.length,
    })
  })

  test('is written anew when it is stored without compression, with the same content', async () => {
    const content = Buffer.concat([...canonical(packed()), END])
    const layer = aLayer(canonical(packed()), { mediaType: OCI.tar, blob: content })
    const { facts, tar } = await make(modules(source(layer)))
    expect(facts).toMatchObject({ packaged: false, diffId: layer.diffId })
    expect(tar.equals(content)).toBe(true)
  })

  test('is written anew in canonical headers, with owners, times and modes as they are', async () => {
    const odd = tar.entry({ name: `${ROOT}/odd`, uid: 501, gid: 20, uname: 'me', mode: 0o640, mtime: 7 }, 'x')
    const { facts, listing } = await layerOf(odd)
    expect(facts.packaged).toBe(false)
    expect(listing.at(-1)).toMatch(/^0\t0640\t501\t20\t7\t1\tustar\tme\t-\t/)
  })

  test('loses the folders above modules, which are the builder’s', async () => {
    const above = ['/cnb', '/cnb/buildpacks'].map((name) => tar.directory(name))
    const made = await make(modules(source(aLayer([...above, ...packed()]))))
    expect(namesIn(made)).toEqual([ID, ROOT, `${ROOT}/buildpack.toml`])
  })

  test('keeps names that begin without a slash, and directories that end with one', async () => {
    const blocks = [
      tar.directory('cnb/'),
      tar.directory('cnb/buildpacks/'),
      tar.directory('cnb/buildpacks/acme_java/'),
      tar.directory('cnb/buildpacks/acme_java/1.0.0/'),
      tar.directory('cnb/buildpacks/acme_java/1.0.0/bin/'),
      tar.entry({ name: 'cnb/buildpacks/acme_java/1.0.0/bin/build' }, 'x'),
      tar.hardlink('cnb/buildpacks/acme_java/1.0.0/again', 'cnb/buildpacks/acme_java/1.0.0/bin/build'),
    ]
    const made = await make(modules(source(aLayer(blocks))))
    expect(namesIn(made)).toEqual([
      'cnb/buildpacks/acme_java/',
      'cnb/buildpacks/acme_java/1.0.0/',
      'cnb/buildpacks/acme_java/1.0.0/bin/',
      'cnb/buildpacks/acme_java/1.0.0/bin/build',
      'cnb/buildpacks/acme_java/1.0.0/again',
    ])
  })

  test('gets the folder of the id when it lacks it', async () => {
    const made = await make(modules(source(aLayer(packed().slice(1)))))
    expect(namesIn(made)).toEqual([ID, ROOT, `${ROOT}/buildpack.toml`])
  })

  test('of an extension lies below /cnb/extensions', async () => {
    const root = '/cnb/extensions/acme_vim/2'
    const blocks = [
      tar.directory('/cnb/extensions/acme_vim'),
      tar.directory(root),
      tar.entry({ name: `${root}/x` }, 'x'),
    ]
    const made = await make(modules(source(aLayer(blocks), 'acme/vim@2', 'extension')))
    expect(namesIn(made)).toEqual(['/cnb/extensions/acme_vim', root, `${root}/x`])
  })

  test('drops setuid with a warning', async () => {
    const { facts, listing } = await layerOf(tar.entry({ name: `${ROOT}/tool`, mode: 0o4755 }, 'x'))
    expect(listing.at(-1)).toMatch(/^0\t0755\t/)
    expect(facts.warnings.map(({ rule }) => rule)).toEqual(['W_TAR_MODE'])
  })
})

describe('a flattened package', () => {
  const other = '/cnb/buildpacks/acme_node'
  const blocks = canonical([
    ...packed(),
    tar.directory(other),
    tar.directory(`${other}/2`),
    tar.entry({ name: `${other}/2/buildpack.toml` }, 'node 2'),
    tar.directory(`${other}/3`),
    tar.entry({ name: `${other}/3/buildpack.toml` }, 'node 3'),
  ])

  test.each([
    ['acme/java@1.0.0', [ID, ROOT, `${ROOT}/buildpack.toml`]],
    ['acme/node@2', [other, `${other}/2`, `${other}/2/buildpack.toml`]],
    ['acme/node@3', [other, `${other}/3`, `${other}/3/buildpack.toml`]],
  ])('gives %s a layer of its own', async (name, names) => {
    expect(namesIn(await make(modules(source(aLayer(blocks), name))))).toEqual(names)
  })

  test('is flattened again into the same layer, with the folder of an id once', async () => {
    const layer = aLayer(blocks)
    const made = await make(
      modules(...['acme/java@1.0.0', 'acme/node@2', 'acme/node@3'].map((name) => source(layer, name))),
    )
    expect(made.facts.diffId).toBe(layer.diffId)
  })

  test('a module that is listed twice is in the layer once', async () => {
    const layer = aLayer(blocks)
    const once = await make(modules(source(layer, 'acme/node@2'), source(layer)))
    const twice = await make(modules(source(layer, 'acme/node@2'), source(layer), source(layer, 'acme/node@2')))
    expect(twice.facts.diffId).toBe(once.facts.diffId)
  })
})

describe('what is refused in a layer of a package', () => {
  const file = (name: string): Buffer => tar.entry({ name }, 'x')
  test.each([
    ['a file outside all modules', file('/etc/passwd'), 'E_TAR_PATH_ESCAPE'],
    ['a file of the lifecycle', file('/cnb/lifecycle/creator'), 'E_TAR_PATH_ESCAPE'],
    ['a file in the folder of all modules', file('/cnb/buildpacks/file'), 'E_TAR_PARENT_NOT_DIR'],
    ['a file in the place of a version', file(`${ID}/2`), 'E_TAR_PARENT_NOT_DIR'],
    ['a name that climbs out of the module', file(`${ROOT}/../../other/1/x`), 'E_TAR_PATH_ESCAPE'],
    ['a name that climbs out of all modules', file('/cnb/buildpacks/a/../../../etc/passwd'), 'E_TAR_PATH_ESCAPE'],
    ['a version that climbs', file('/cnb/buildpacks/../lifecycle/creator'), 'E_TAR_PATH_ESCAPE'],
    ['a whiteout in a module', file(`${ROOT}/.wh.bin`), 'E_TAR_WHITEOUT'],
    ['a whiteout of a module', file('/cnb/buildpacks/.wh.acme_java'), 'E_TAR_PARENT_NOT_DIR'],
    ['a whiteout of everything', file('/.wh..wh..opq'), 'E_TAR_PATH_ESCAPE'],
    ['a hard link out of the module', tar.hardlink(`${ROOT}/x`, '/etc/passwd'), 'E_TAR_LINK_ESCAPE'],
    ['a hard link that climbs', tar.hardlink(`${ROOT}/x`, `${ROOT}/../../x`), 'E_TAR_LINK_ESCAPE'],
    ['a symbolic link out of the module', tar.symlink(`${ROOT}/x`, '../../x'), 'E_TAR_LINK_ESCAPE'],
    ['an absolute symbolic link', tar.symlink(`${ROOT}/x`, '/etc/passwd'), 'E_TAR_LINK_ESCAPE'],
    ['a device', tar.entry({ name: `${ROOT}/null`, type: '3' }), 'E_TAR_SPECIAL'],
    ['a file twice', file(`${ROOT}/buildpack.toml`), 'E_TAR_DUPLICATE'],
  ])('%s', async (_what, block, code) => {
    expect(await refusal(layerOf(block))).toBe(code)
  })

  test('a module that is not the one that the label names', async () => {
    expect(await refusal(make(modules(source(aLayer(packed()), 'acme/java@2'))))).toBe('E_LABEL_LAYER_MISMATCH')
    expect(await refusal(make(modules(source(aLayer([]), 'acme/java@2'))))).toBe('E_LABEL_LAYER_MISMATCH')
  })

  test('an entry before the folder of its module', async () => {
    const [id, root, toml] = packed()
    expect(await refusal(make(modules(source(aLayer([id!, toml!, root!])))))).toBe('E_TAR_PARENT_NOT_DIR')
  })

  const wrong = `sha256:${'0'.repeat(64)}`
  test.each([
    ['bytes with another digest', { digest: wrong }, 'E_DIGEST'],
    ['content with another diffID', { diffId: wrong }, 'E_DIFFID'],
    ['gzip under the type of a plain tar', { mediaType: OCI.tar }, 'E_COMPRESSION_MISMATCH'],
    ['a blob that is cut off', { blob: gzipSync(Buffer.concat([...packed(), END])).subarray(0, -9) }, 'E_GZIP'],
  ])('%s', async (_what, parts, code) => {
    expect(await refusal(make(modules(source(aLayer(packed(), parts)))))).toBe(code)
  })

  test('padding that only the declared diffID leaves out', async () => {
    // What we would write has the declared diffID, but the blob holds more: using it as it is would be a lie.
    const content = Buffer.concat([...canonical(packed()), END])
    const blob = gzipSync(Buffer.concat([content, END]))
    expect(gunzipSync(blob).length).toBeGreaterThan(content.length)
    expect(await refusal(make(modules(source(aLayer(canonical(packed()), { blob })))))).toBe('E_DIFFID')
  })
})
