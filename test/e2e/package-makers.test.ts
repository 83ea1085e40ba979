import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as zlib from 'node:zlib'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import type { Run } from '../support/cli.js'
import { compositeOf, packageComposite } from '../support/dependency.js'
import { trowelHere } from '../support/here.js'
import {
  DOCKER,
  makeLayout,
  makePackage,
  moduleTar,
  MODULE_TOML,
  OCI,
  sha256,
  tarOfEntries,
  type TestLayout,
} from '../support/layout.js'
import { startRegistry } from '../support/registry/registry.js'
import { serveLayout } from '../support/registry/serve-layout.js'
import { snapshot } from '../support/snapshot.js'
import { archive, entry } from '../support/tar-bytes.js'
import { storedZstd } from '../support/zstd.js'

/**
 * Packages with `acme/x@1.0.0` as other programs lay them out, and as none should: each is a dependency of a composite here,
 * once as a layout directory, once as a file, and once in a registry.
 */

const METADATA = 'io.buildpacks.buildpackage.metadata'
const LAYERS = 'io.buildpacks.buildpack.layers'
const TAR = moduleTar()

/** Labels with the least that they must say, and what is added. */
const labels = (metadata: object = {}, module: object = {}, more: object = {}): Record<string, string> => ({
  [METADATA]: JSON.stringify({ id: 'acme/x', version: '1.0.0', ...metadata }),
  [LAYERS]: JSON.stringify({ 'acme/x': { '1.0.0': { api: '0.10', layerDiffID: sha256(TAR), ...module } }, ...more }),
})

/** A package whose labels say of the module what `module` does. */
const saying =
  (module: object): Make =>
  (at) =>
    makeLayout(at, { tars: [TAR], labels: labels({}, module) })

/** Without the slash in front of the names, and with the directories above the modules. */
const RELATIVE = tarOfEntries([
  { name: 'cnb/', type: '5' },
  { name: 'cnb/buildpacks/', type: '5' },
  { name: 'cnb/buildpacks/acme_x/', type: '5' },
  { name: 'cnb/buildpacks/acme_x/1.0.0/', type: '5' },
  { name: 'cnb/buildpacks/acme_x/1.0.0/buildpack.toml', content: MODULE_TOML },
])

const ROOT = '/cnb/buildpacks/acme_x'
const STRANGE = tarOfEntries([{ name: 'etc/x', content: 'x' }])
const HIDDEN = tarOfEntries([{ name: '/cnb/buildpacks/acme_evil/1.0.0/bin/build', content: 'x' }])

type Make = (directory: string) => TestLayout

const layoutOf =
  (tars: readonly Buffer[], ...said: Parameters<typeof labels>): Make =>
  (at) =>
    makeLayout(at, { tars, labels: labels(...said) })

/** Packs the layer again, with its bytes as they are stored and their type. */
const stored =
  (mediaType: string, bytes: Uint8Array): Make =>
  (at) => {
    const layout = makePackage(at)
    layout.editManifest((manifest) => void (manifest.layers = [layout.put(mediaType, bytes)]))
    return layout
  }

/** A package with an index of these images, nested so often. */
const indexed =
  (depth: number, images: (layout: TestLayout) => readonly object[]): Make =>
  (at) => {
    const layout = makePackage(at)
    let manifests = images(layout)
    for (let level = 0; level < depth; level++) {
      manifests = [layout.putJson(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests })]
    }
    layout.setEntries(manifests)
    return layout
  }

const LINUX = { os: 'linux', architecture: 'amd64' }
const AS_LINUX = { platform: LINUX }
const NAMED = { annotations: { 'org.opencontainers.image.ref.name': 'acme/x' } }

const TAKEN: readonly (readonly [string, Make])[] = [
  ['no stacks in its labels', layoutOf([TAR])],
  ['stacks that are null', layoutOf([TAR], { stacks: null })],
  ['members in its labels that nobody knows', layoutOf([TAR], { foo: [1] }, { bar: {} })],
  ['licences with a capital letter, as Go prints them', layoutOf([TAR], { licenses: [{ Type: 'MIT', URI: '' }] })],
  [
    'other labels beside',
    (at) => makeLayout(at, { tars: [TAR], labels: { ...labels(), 'org.opencontainers.image.title': 'x' } }),
  ],
  ['the media types of docker', (at) => makeLayout(at, { tars: [TAR], labels: labels(), types: DOCKER })],
  ['names without a slash in front', (at) => makePackage(at, RELATIVE)],
  [
    'no history',
    (at) => {
      const layout = makePackage(at)
      layout.editConfig((config) => void delete config.history)
      return layout
    },
  ],
  ['a layer that is not compressed', stored(OCI.tar, TAR)],
  ['a layer of docker in a manifest of OCI', stored(DOCKER.gzip, gzipSync(TAR))],
  [
    'an entry in index.json without platform, and with a name',
    indexed(0, (layout) => [{ ...layout.image(), ...NAMED }]),
  ],
  ['an index', indexed(1, (layout) => [{ ...layout.image(), ...AS_LINUX }])],
  ['an index in an index, with a name', indexed(2, (layout) => [{ ...layout.image(), ...AS_LINUX, ...NAMED }])],
  [
    'an index whose entries say no platform',
    indexed(1, (layout) => [layout.image({ architecture: 'arm64' }), layout.image()]),
  ],
  [
    'a platform with a variant, where none is wanted',
    indexed(1, (layout) => [
      { ...layout.image({ variant: 'v2' }), platform: { ...LINUX, variant: 'v2' } },
      {
        ...layout.image({ architecture: 'arm64', variant: 'v8' }),
        platform: { ...LINUX, architecture: 'arm64', variant: 'v8' },
      },
    ]),
  ],
  [
    'an architecture that its config does not name',
    (at) => {
      const layout = makePackage(at)
      layout.editConfig((config) => void (config.architecture = ''))
      return layout
    },
  ],
]

const WARNED: readonly (readonly [string, string, Make])[] = [
  ['a layer that holds no module', 'package-layer-unlabelled', layoutOf([STRANGE, TAR])],
  ['a layer with a module of which the label is silent', 'package-layer-unlabelled', layoutOf([TAR, HIDDEN])],
  ['other stacks in its label than in the layer', 'package-label-differs', saying({ stacks: [{ id: 'acme.stack' }] })],
  [
    'other targets in its label than in the layer',
    'package-label-differs',
    saying({
      targets: [
        { os: 'linux', arch: 'arm64' },
        { os: 'linux', arch: 'amd64' },
      ],
    }),
  ],
  ['another name in its label than in the layer', 'package-label-differs', saying({ name: 'Mine' })],
  [
    'another home page in its label than in the layer',
    'package-label-differs',
    saying({ homepage: 'https://elsewhere.test' }),
  ],
  [
    'several variants of the platform',
    'platform-variants',
    indexed(1, (layout) =>
      ['v1', 'v2'].map((variant) => ({ ...layout.image({ variant }), platform: { ...LINUX, variant } })),
    ),
  ],
]

/** What is said at a registry, whose layers are only read when all that the labels say is judged. */
type Refused = readonly [string, Make, RegExp]

const REFUSED: readonly Refused[] = [
  ['a metadata label about another module', layoutOf([TAR], { id: 'acme/y' }), /E_LABEL\].* is about acme\/y@1\.0\.0/],
  [
    'no metadata label',
    (at) => makeLayout(at, { tars: [TAR], labels: { [LAYERS]: labels()[LAYERS]! } }),
    /E_LABEL\].* has no label io\.buildpacks\.buildpackage\.metadata/,
  ],
  [
    'no label about layers',
    (at) => makeLayout(at, { tars: [TAR], labels: { [METADATA]: labels()[METADATA]! } }),
    /E_LABEL\].* has no label io\.buildpacks\.buildpack\.layers/,
  ],
  [
    'a label that promises a layer that is not there',
    saying({ layerDiffID: sha256(RELATIVE) }),
    /E_LABEL\].*a layer that is not in the image/,
  ],
  [
    'a label that promises a second module in the layer of the first',
    layoutOf([TAR], {}, {}, { 'acme/z': { '2.0.0': { api: '0.10', layerDiffID: sha256(TAR) } } }),
    /E_LABEL_LAYER_MISMATCH\].*acme\/z@2\.0\.0|order-composite-unused-dep\] acme\/z@2\.0\.0/,
  ],
  [
    'a layer that has another version of the module',
    (at) =>
      makePackage(
        at,
        moduleTar([
          { name: `${ROOT}/2.0.0`, type: '5' },
          { name: `${ROOT}/2.0.0/buildpack.toml`, content: MODULE_TOML },
        ]),
      ),
    /E_LABEL_LAYER_MISMATCH\].*acme_x\/1\.0\.0|E_LABEL_LAYER_MISMATCH\].*does not have acme\/x@1\.0\.0/,
  ],
  [
    'a layer with the folder of the module, and no descriptor in it',
    (at) =>
      makePackage(
        at,
        moduleTar([
          { name: ROOT, type: '5' },
          { name: `${ROOT}/1.0.0`, type: '5' },
        ]),
      ),
    /E_LABEL_LAYER_MISMATCH\].*buildpack\.toml/,
  ],
  ['a layer that is an empty tar', (at) => makePackage(at, tarOfEntries([])), /E_LABEL_LAYER_MISMATCH\]/],
  [
    'a label with another api than the module',
    saying({ api: '0.9' }),
    /E_LABEL_LAYER_MISMATCH\].* api 0\.10 instead of 0\.9/,
  ],
  [
    'a label with an order that the module has not',
    saying({ order: [{ group: [{ id: 'acme/x', version: '2.0.0' }] }] }),
    /E_LABEL_LAYER_MISMATCH\].*has another order|order-composite-missing-dep/,
  ],
  [
    'a layer that is not what its digest says',
    (at) => {
      const layout = makePackage(at)
      layout.damage(layout.manifest().layers[0].digest, (bytes) => Buffer.concat([bytes, Buffer.of(0)]))
      return layout
    },
    /E_DIGEST|E_SIZE/,
  ],
  [
    'two images for one platform',
    indexed(1, (layout) => ['1', '2'].map((user) => ({ ...layout.image({ user }), ...AS_LINUX }))),
    /E_PLATFORM\].*two images for linux\/amd64/,
  ],
  [
    'an image for another platform alone',
    (at) => {
      const layout = makePackage(at)
      layout.setEntries([layout.image({ architecture: 'arm64' })])
      return layout
    },
    /E_PLATFORM\].*has no image for linux\/amd64; it has linux\/arm64/,
  ],
  ['a layer that says it is zstd, and is gzip', stored(OCI.zstd, gzipSync(TAR)), /E_COMPRESSION_MISMATCH/],
]

/** What the registry has, by repository. */
const served = new Map<string, string>()
const registry = await startRegistry({
  intercept: (exchange) => [...served].some(([repository, at]) => serveLayout(at, repository, exchange)),
})
afterAll(() => registry.close())

const CARRIERS = ['a directory', 'a file', 'a registry'] as const
type Carrier = (typeof CARRIERS)[number]

/** A directory with a composite of the package that `make` makes. */
function composite(make: Make, carrier: Carrier): string {
  if (carrier === 'a registry') {
    const repository = `acme/p${served.size}`
    const cwd = compositeOf(`docker://${registry.host}/${repository}:1`)
    served.set(repository, make(join(cwd, 'package')).directory)
    return cwd
  }
  const cwd = compositeOf('package')
  const layout = make(join(cwd, carrier === 'a file' ? 'layout' : 'package'))
  if (carrier === 'a file') {
    writeFileSync(join(cwd, 'package'), tarOfEntries(layout.tarEntries()))
    rmSync(layout.directory, { recursive: true })
  }
  return cwd
}

interface Made {
  readonly platforms: readonly [
    { readonly layers: readonly { readonly modules: readonly string[]; readonly diffId: string }[] },
  ]
  readonly warnings: readonly { readonly code: string }[]
}

/** What was made of a composite, when its package was taken. */
async function taken(cwd: string, ...args: readonly string[]): Promise<Made> {
  const { status, stdout, stderr } = await packageComposite(cwd, '--json', ...args)
  expect(status, stderr).toBe(0)
  const made = JSON.parse(stdout) as Made
  expect(made.platforms[0].layers.flatMap(({ modules }) => modules)).toEqual(['acme/main@1.0.0', 'acme/x@1.0.0'])
  return made
}

function diffIdOf({ platforms }: Made): string | undefined {
  return platforms[0].layers.find(({ modules }) => modules.includes('acme/x@1.0.0'))?.diffId
}

/** Whatever lies around it, the layer is that of a sound package. */
async function expectSound(made: Made): Promise<void> {
  sound ??= diffIdOf(await taken(composite(makePackage, 'a directory')))
  expect(diffIdOf(made)).toBe(sound)
}

let sound: string | undefined

describe.each(CARRIERS)('in %s', (carrier) => {
  test.each(TAKEN)('a package with %s is taken', async (_, make) => {
    const { warnings } = await taken(composite(make, carrier))
    expect(warnings).toEqual([])
  })

  test.each(WARNED)('a package with %s is taken, with a warning', async (_, rule, make) => {
    const made = await taken(composite(make, carrier))
    expect(made.warnings.map(({ code }) => code)).toEqual([rule])
    await expectSound(made)
  })

  test.each(REFUSED)('a package with %s is refused', async (_, make, said) => {
    const cwd = composite(make, carrier)
    const before = snapshot(cwd)
    const { status, stderr } = await packageComposite(cwd)
    expect([2, 3], stderr).toContain(status)
    expect(stderr).toMatch(said)
    expect(stderr).toMatch(/^ {2}(?:fix|value): /m)
    expect(snapshot(cwd)).toBe(before)
  })
})

describe('a layer in zstd', () => {
  const zstd = stored(OCI.zstd, storedZstd(TAR))
  const canRead = 'createZstdDecompress' in zlib

  test.each(CARRIERS)(
    'in %s becomes one in gzip where this Node reads zstd, and is refused where it does not',
    async (carrier) => {
      const cwd = composite(zstd, carrier)
      const run = await packageComposite(cwd)
      if (canRead) {
        await expectSound(await taken(cwd))
        return
      }
      expect(run.status).toBe(3)
      expect(run.stderr).toMatch(
        /error\[E_COMPRESSION\] .*sha256:[0-9a-f]{64} is zstd, which this Node cannot read\n(?:.*\n)* {2}fix: use Node 22\.15/,
      )
      expect(existsSync(join(cwd, 'out.cnb'))).toBe(false)
    },
  )

  test('that is not what its digest says is refused for that', async () => {
    const cwd = composite((at) => {
      const layout = zstd(at)
      layout.damage(layout.manifest().layers[0].digest, (bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.of(9)]))
      return layout
    }, 'a directory')
    const { status, stderr } = await trowelHere(['copy', 'oci:package', 'oci:copy'], { cwd })
    expect({ status, stderr }).toMatchObject({ status: 3, stderr: expect.stringContaining('error[E_DIGEST]') })
  })

  test('is shown, and copied as it is', async () => {
    const cwd = composite(zstd, 'a directory')
    const run = (...words: readonly string[]): Promise<Run> => trowelHere(words, { cwd })
    expect(await run('buildpack', 'inspect', './package')).toMatchObject({ status: 0 })
    expect(await run('copy', 'oci:package', 'oci:copy')).toMatchObject({ status: 0 })
    const digest = sha256(storedZstd(TAR)).slice('sha256:'.length)
    expect(readFileSync(join(cwd, 'copy/blobs/sha256', digest))).toEqual(storedZstd(TAR))
  })
})

/** Files that pack cannot read, or not as packages. */
describe('a file', () => {
  const fileOf = (bytes: Uint8Array): string => {
    const cwd = compositeOf('package.cnb')
    writeFileSync(join(cwd, 'package.cnb'), bytes)
    return cwd
  }

  test('as docker save writes it is taken', async () => {
    const layout = makePackage(join(compositeOf(''), 'layout'))
    const config = readFileSync(layout.blobPath(layout.manifest().config.digest))
    const name = `${sha256(config).slice('sha256:'.length)}.json`
    const documents = [
      entry({ name: 'manifest.json' }, JSON.stringify([{ Config: name, RepoTags: null, Layers: ['1/layer.tar'] }])),
      entry({ name: 'repositories' }, '{}'),
    ]
    const cwd = fileOf(archive(entry({ name: '1/layer.tar' }, TAR), entry({ name }, config), ...documents))
    await expectSound(await taken(cwd))
  })

  test('of a buildpack as jam makes it is taken: folders without a slash, with owners and names of them', async () => {
    const owner = { uid: 1000, gid: 1000, uname: 'runner', gname: 'docker', mtime: 1_700_000_000 }
    const parts = [
      entry({ ...owner, name: 'bin', type: '5', mode: 0o777 }),
      entry({ ...owner, name: 'bin/build', mode: 0o755 }, '#!/bin/sh\n'),
      entry({ ...owner, name: 'bin/detect', type: '2', link: 'build', mode: 0o777 }),
      entry({ ...owner, name: 'buildpack.toml' }, MODULE_TOML),
    ]
    await taken(fileOf(gzipSync(archive(...parts))))
  })
})

test('a directory of a buildpack as libcnb makes it is taken: one program by two names', async () => {
  const cwd = compositeOf('x')
  mkdirSync(join(cwd, 'x/bin'), { recursive: true })
  writeFileSync(join(cwd, 'x/buildpack.toml'), MODULE_TOML)
  writeFileSync(join(cwd, 'x/bin/build'), '#!/bin/sh\n', { mode: 0o755 })
  symlinkSync('build', join(cwd, 'x/bin/detect'))
  await taken(cwd)
})
