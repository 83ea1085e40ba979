import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { trowel, type Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import {
  DOCKER,
  makeLayout,
  makePackage,
  moduleTar,
  MODULE_TOML,
  OCI,
  sha256,
  tarOfEntries,
} from '../support/layout.js'

/** Packages with `acme/x@1.0.0` as other programs lay them out: each is a dependency of a composite here. */

const METADATA = 'io.buildpacks.buildpackage.metadata'
const LAYERS = 'io.buildpacks.buildpack.layers'
const TAR = moduleTar()

/** Labels with the least that they must say, and what is added. */
const labels = (metadata: object = {}, module: object = {}, more: object = {}): Record<string, string> => ({
  [METADATA]: JSON.stringify({ id: 'acme/x', version: '1.0.0', ...metadata }),
  [LAYERS]: JSON.stringify({ 'acme/x': { '1.0.0': { api: '0.10', layerDiffID: sha256(TAR), ...module } }, ...more }),
})

/** Without the slash in front of the names, and with the directories above the modules. */
const RELATIVE = tarOfEntries([
  { name: 'cnb/', type: '5' },
  { name: 'cnb/buildpacks/', type: '5' },
  { name: 'cnb/buildpacks/acme_x/', type: '5' },
  { name: 'cnb/buildpacks/acme_x/1.0.0/', type: '5' },
  { name: 'cnb/buildpacks/acme_x/1.0.0/buildpack.toml', content: MODULE_TOML },
])

type Make = (directory: string) => unknown

const TAKEN: readonly (readonly [string, Make])[] = [
  ['no stacks in its labels', (at) => makeLayout(at, { tars: [TAR], labels: labels() })],
  ['stacks that are null', (at) => makeLayout(at, { tars: [TAR], labels: labels({ stacks: null }) })],
  [
    'members in its labels that nobody knows',
    (at) => makeLayout(at, { tars: [TAR], labels: labels({ foo: [1] }, { bar: {} }) }),
  ],
  [
    'licences with a capital letter, as Go prints them',
    (at) => makeLayout(at, { tars: [TAR], labels: labels({ licenses: [{ Type: 'MIT', URI: '' }] }) }),
  ],
  [
    'other labels beside',
    (at) => makeLayout(at, { tars: [TAR], labels: { ...labels(), 'org.opencontainers.image.title': 'x' } }),
  ],
  ['the media types of docker', (at) => makeLayout(at, { tars: [TAR], labels: labels(), types: DOCKER })],
  [
    'a layer below that holds no module',
    (at) => makeLayout(at, { tars: [tarOfEntries([{ name: 'etc/x', content: 'x' }]), TAR], labels: labels() }),
  ],
  ['names without a slash in front', (at) => makePackage(at, RELATIVE)],
  [
    'an entry in index.json without platform, and with a name',
    (at) =>
      makePackage(at).editEntry(
        (entry) => void (entry.annotations = { 'org.opencontainers.image.ref.name': 'acme/x' }),
      ),
  ],
  ['no history', (at) => makePackage(at).editConfig((config) => void delete config.history)],
  [
    'a layer that is not compressed',
    (at) => {
      const layout = makePackage(at)
      layout.editManifest((manifest) => void (manifest.layers = [layout.put(OCI.tar, TAR)]))
    },
  ],
]

const REFUSED: readonly (readonly [string, Make, RegExp])[] = [
  [
    'a metadata label about another module',
    (at) => makeLayout(at, { tars: [TAR], labels: labels({ id: 'acme/y' }) }),
    /E_LABEL\].* is about acme\/y@1\.0\.0/,
  ],
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
    (at) => makeLayout(at, { tars: [TAR], labels: labels({}, { layerDiffID: sha256(RELATIVE) }) }),
    /E_LABEL\].*a layer that is not in the image/,
  ],
  [
    'a label that promises another module in the layer',
    (at) =>
      makeLayout(at, {
        tars: [TAR],
        labels: labels({}, {}, { 'acme/z': { '2.0.0': { api: '0.10', layerDiffID: sha256(TAR) } } }),
      }),
    /E_LABEL_LAYER_MISMATCH\].*acme\/z@2\.0\.0/,
  ],
  [
    'a label with another api than the module',
    (at) => makeLayout(at, { tars: [TAR], labels: labels({}, { api: '0.9' }) }),
    /E_LABEL_LAYER_MISMATCH\]/,
  ],
  [
    'a layer that is not what its digest says',
    (at) => {
      const layout = makePackage(at)
      layout.damage(layout.manifest().layers[0].digest, (bytes) => Buffer.concat([bytes, Buffer.of(0)]))
    },
    /E_DIGEST|E_OCI|E_SIZE/,
  ],
]

/** Packages a composite of the package in the layout `package`. */
function packaged(make: Make): Promise<Run> {
  const cwd = temporaryDirectory()
  make(join(cwd, 'package'))
  mkdirSync(join(cwd, 'main'))
  const order = '[[order]]\n[[order.group]]\nid = "acme/x"\nversion = "1.0.0"\n'
  writeFileSync(
    join(cwd, 'main/buildpack.toml'),
    `api = "0.10"\n[buildpack]\nid = "acme/main"\nversion = "1.0.0"\n${order}`,
  )
  writeFileSync(join(cwd, 'package.toml'), '[buildpack]\nuri = "main"\n[[dependencies]]\nuri = "package"\n')
  const args = ['buildpack', 'package', 'out', '--config', 'package.toml', '--format', 'file', '--json']
  return trowel([...args, '--target', 'linux/amd64', '--no-cache', '--offline'], { cwd })
}

test.each(TAKEN)('a package with %s is taken', async (_, make) => {
  const { status, stdout, stderr } = await packaged(make)
  expect(status, stderr).toBe(0)
  const { platforms } = JSON.parse(stdout) as { platforms: [{ layers: { modules: string[]; diffId: string }[] }] }
  expect(platforms[0].layers.map(({ modules }) => modules)).toContainEqual(['acme/x@1.0.0'])
})

test.each(REFUSED)('a package with %s is refused', async (_, make, said) => {
  const { status, stderr } = await packaged(make)
  expect([2, 3, 4, 5], stderr).toContain(status)
  expect(stderr).toMatch(said)
})
