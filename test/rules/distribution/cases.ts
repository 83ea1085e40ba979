import { directory, entry } from '../../support/tar-bytes.js'
import type { Artifact, Kind } from './sound.js'

/** A sound artifact and what makes it fail one row. */
export interface Case {
  readonly of: Kind
  readonly edit: (artifact: Artifact) => unknown
  readonly flags?: readonly string[]
  /** Rows that cannot but fail along with it. */
  readonly also?: readonly string[]
  /** What is put in the place of the run image. */
  readonly run?: (artifact: Artifact) => unknown
}

const DEEP = ['--deep']
const STRICT = ['--profile', 'strict-spec']
const PACKAGE = 'io.buildpacks.buildpackage.metadata'
const LAYERS = 'io.buildpacks.buildpack.layers'
const EXTENSIONS = 'io.buildpacks.extension.layers'
const METADATA = 'io.buildpacks.builder.metadata'
const NOWHERE = `sha256:${'0'.repeat(64)}`
const JAVA_TOML = 'api = "0.11"\n[buildpack]\nid = "acme/java"\nversion = "1.0.0"\n'
const JAVA = '/cnb/buildpacks/acme_java/1.0.0'

/** Hides a path of the layers below. */
function hidden(path: string): Uint8Array {
  const cut = path.lastIndexOf('/') + 1
  return entry({ name: `${path.slice(0, cut)}.wh.${path.slice(cut)}` })
}

const file = (name: string, content: string): Uint8Array => entry({ name }, content)

function env(change: (env: string[]) => string[]): (artifact: Artifact) => unknown {
  return (artifact) => artifact.config(({ config }) => void (config.Env = change(config.Env as string[])))
}

const without = (name: string): ((artifact: Artifact) => unknown) =>
  env((all) => all.filter((one) => !one.startsWith(`${name}=`)))
const withEnv = (one: string): ((artifact: Artifact) => unknown) => env((all) => [...all, one])

function noLabel(name: string): (artifact: Artifact) => unknown {
  return (artifact) => artifact.labels({ [name]: undefined })
}

const stacks = (ids: readonly object[]) => (artifact: Artifact) =>
  artifact.label(PACKAGE, (metadata) => void (metadata.stacks = ids))

/** An ELF header for a machine: 0xb7 is arm64. */
function elf(machine: number): Buffer {
  const header = Buffer.alloc(64)
  header.write('\x7fELF', 'latin1')
  header.set([2, 1], 4)
  header.writeUInt16LE(machine, 18)
  return header
}

/** By row; what has no case is not judged by looking at one image. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  'DIST-PKG-04': [{ of: 'package', edit: (artifact) => artifact.layer(file('etc/passwd', '')) }],
  'DIST-PKG-05': [
    {
      of: 'package',
      flags: DEEP,
      edit: (artifact) =>
        artifact.moduleLayer(
          LAYERS,
          'acme/java',
          directory(JAVA),
          file(`${JAVA}/buildpack.toml`, JAVA_TOML),
          file('/etc/x', ''),
        ),
    },
    {
      of: 'package',
      flags: [...DEEP, ...STRICT],
      edit: (artifact) =>
        artifact.moduleLayer(
          LAYERS,
          'acme/java',
          file(`${JAVA}/buildpack.toml`, JAVA_TOML),
          file('/cnb/buildpacks/acme_more/1.0.0/buildpack.toml', ''),
        ),
    },
  ],
  'DIST-PKG-06': [
    {
      of: 'package',
      flags: DEEP,
      edit: (artifact) =>
        artifact.moduleLayer(LAYERS, 'acme/java', file('/cnb/buildpacks/acme/java/1.0.0/buildpack.toml', JAVA_TOML)),
    },
  ],
  'DIST-PKG-07': [
    { of: 'package', flags: DEEP, edit: (artifact) => artifact.moduleLayer(LAYERS, 'acme/java', directory(JAVA)) },
    {
      of: 'package',
      flags: DEEP,
      edit: (artifact) =>
        artifact.moduleLayer(LAYERS, 'acme/java', file(`${JAVA}/buildpack.toml`, 'api = "0.11"\n[buildpack\n')),
    },
    {
      of: 'package',
      flags: DEEP,
      edit: (artifact) =>
        artifact.moduleLayer(LAYERS, 'acme/java', file(`${JAVA}/buildpack.toml`, JAVA_TOML.replace('1.0.0', '2.0.0'))),
    },
  ],
  'DIST-PKG-08': [
    { of: 'package', edit: noLabel(PACKAGE) },
    { of: 'package', edit: (artifact) => artifact.labels({ [PACKAGE]: '{' }) },
    {
      of: 'package',
      edit: (artifact) => artifact.label(PACKAGE, (metadata) => void delete metadata.version),
      also: ['DIST-PKG-15'],
    },
  ],
  'DIST-PKG-09': [
    { of: 'package', edit: stacks([{ id: '*' }, { id: '*' }]) },
    { of: 'package', edit: stacks([]), flags: STRICT },
  ],
  'DIST-PKG-10': [
    {
      of: 'package',
      edit: (artifact) => artifact.label(LAYERS, (layers) => void (layers['acme/all']['1.0.0'].layerDiffID = NOWHERE)),
      also: ['DIST-PKG-04', 'DIST-PKG-14'],
    },
  ],
  'DIST-PKG-11': [
    {
      of: 'package',
      edit: (artifact) =>
        artifact.label(LAYERS, (layers) => void (layers['acme/java']['1.0.0'].stacks = [{ id: 'acme.stack' }])),
    },
  ],
  'DIST-PKG-12': [
    {
      of: 'package',
      edit: (artifact) => {
        artifact.label(LAYERS, (layers) => {
          for (const id of ['acme/java', 'acme/node'])
            layers[id]['1.0.0'].stacks = [{ id: 'acme.stack', mixins: ['git'] }]
        })
        stacks([{ id: 'acme.stack' }])(artifact)
      },
    },
  ],
  'DIST-PKG-13': [
    {
      of: 'package',
      edit: (artifact) => artifact.label(LAYERS, (layers) => void layers['acme/all']['1.0.0'].order.pop()),
    },
  ],
  'DIST-PKG-14': [
    { of: 'package', edit: noLabel(LAYERS) },
    { of: 'package', edit: (artifact) => artifact.labels({ [LAYERS]: '[]' }) },
    {
      of: 'package',
      edit: (artifact) => artifact.label(LAYERS, (layers) => void (layers['acme/java']['1.0.0'].layerDiffID = NOWHERE)),
      also: ['DIST-PKG-04'],
    },
  ],
  'DIST-PKG-15': [
    { of: 'package', edit: (artifact) => artifact.label(PACKAGE, (metadata) => void (metadata.version = '2.0.0')) },
  ],
  'DIST-PKG-16': [{ of: 'package', flags: STRICT, edit: noLabel('io.buildpacks.buildpack.metadata') }],
  'DIST-PKG-17': [{ of: 'package', flags: STRICT, edit: noLabel('io.buildpacks.distribution.api') }],
  'DIST-PKG-18': [
    { of: 'package', edit: (artifact) => artifact.config((config) => void delete config.os) },
    { of: 'package', edit: (artifact) => artifact.config((config) => void delete config.architecture) },
    {
      of: 'package',
      edit: (artifact) => {
        artifact.label(LAYERS, (layers) => {
          layers['acme/all']['1.0.0'] = { ...layers['acme/java']['1.0.0'], ...layers['acme/all']['1.0.0'] }
          layers['acme/all']['1.0.0'].targets = [{ os: 'linux', arch: 'amd64', variant: 'v3' }]
        })
      },
    },
  ],
  'DIST-PKG-19': [
    {
      of: 'package',
      edit: (artifact) =>
        artifact.label(LAYERS, (layers) => void (layers['acme/all']['1.0.0'].order[0].group[0].id = 'acme/absent')),
      also: ['DIST-PKG-13'],
    },
  ],
  'DIST-EXT-01': [
    {
      of: 'extension',
      flags: DEEP,
      edit: (artifact) => artifact.moduleLayer(EXTENSIONS, 'acme/curl', directory('/cnb/extensions/acme_curl/1.0.0')),
    },
    {
      of: 'extension',
      flags: DEEP,
      edit: (artifact) => artifact.moduleLayer(EXTENSIONS, 'acme/curl', directory('/cnb/extensions/curl')),
    },
  ],
  'DIST-EXT-02': [
    { of: 'extension', edit: noLabel(PACKAGE) },
    { of: 'extension', edit: (artifact) => artifact.labels({ [EXTENSIONS]: '[]' }) },
    {
      of: 'extension',
      edit: (artifact) => {
        artifact.label(EXTENSIONS, (layers) => void (layers['acme/curl']['1.0.0'].layerDiffID = NOWHERE))
      },
      also: ['DIST-PKG-04', 'DIST-PKG-10'],
    },
  ],
  'DIST-EXT-03': [
    {
      of: 'package',
      flags: STRICT,
      edit: (artifact) => artifact.labels({ [EXTENSIONS]: '{}' }),
    },
  ],
  'DIST-EXT-04': [
    {
      of: 'extension',
      edit: (artifact) => artifact.label(EXTENSIONS, (layers) => void (layers['acme/more'] = layers['acme/curl'])),
    },
  ],
  'DIST-BLD-01': [
    {
      of: 'builder',
      flags: [...DEEP, ...STRICT],
      edit: (artifact) => artifact.layer(hidden('/cnb/lifecycle')),
      also: ['DIST-BLD-07', 'DIST-BLD-20'],
    },
  ],
  'DIST-BLD-04': [
    { of: 'builder', flags: DEEP, edit: (artifact) => artifact.layer(hidden('/cnb/order.toml')) },
    { of: 'builder', flags: DEEP, edit: (artifact) => artifact.layer(file('/cnb/order.toml', '[[order')) },
    {
      of: 'builder',
      flags: DEEP,
      edit: (artifact) => artifact.layer(file('/cnb/order.toml', '[[order]]\n[[order.group]]\nid = "acme/java"\n')),
      also: ['DIST-BLD-11'],
    },
  ],
  'DIST-BLD-05': [
    { of: 'builder', flags: DEEP, edit: (artifact) => artifact.layer(hidden('/cnb/run.toml')) },
    { of: 'builder', flags: DEEP, edit: (artifact) => artifact.layer(file('/cnb/run.toml', '')) },
  ],
  'DIST-BLD-06': [
    { of: 'builder', flags: DEEP, edit: (artifact) => artifact.layer(hidden('/cnb/stack.toml')) },
    {
      of: 'builder',
      flags: DEEP,
      edit: (artifact) => artifact.layer(file('/cnb/stack.toml', '[run-image]\nimage = "acme/other"\n')),
    },
  ],
  'DIST-BLD-07': [
    { of: 'builder', flags: DEEP, edit: (artifact) => artifact.layer(hidden('/cnb/lifecycle/detector')) },
    { of: 'builder', flags: DEEP, edit: (artifact) => artifact.layer(hidden('/cnb/lifecycle/extender')) },
    { of: 'builder', flags: DEEP, edit: (artifact) => artifact.layer(file('/cnb/lifecycle/launcher', '')) },
    {
      of: 'builder',
      flags: DEEP,
      edit: (artifact) => artifact.layer(entry({ name: '/cnb/lifecycle/launcher', mode: 0o755 }, elf(0xb7))),
    },
  ],
  'DIST-BLD-08': [
    { of: 'builder', flags: DEEP, edit: (artifact) => artifact.layer(hidden('/cnb/buildpacks/acme_java')) },
  ],
  'DIST-BLD-09': [
    { of: 'builder', flags: DEEP, edit: (artifact) => artifact.layer(hidden('/cnb/extensions/acme_curl/1.0.0')) },
  ],
  'DIST-BLD-10': [
    { of: 'builder', edit: noLabel(METADATA) },
    {
      of: 'builder',
      edit: (artifact) => artifact.label(METADATA, (metadata) => void (metadata.lifecycle.version = null)),
    },
    { of: 'builder', edit: (artifact) => artifact.label(METADATA, (metadata) => void (metadata.images = [])) },
  ],
  'DIST-BLD-11': [
    { of: 'builder', edit: noLabel('io.buildpacks.buildpack.order') },
    { of: 'builder', flags: DEEP, edit: (artifact) => artifact.labels({ 'io.buildpacks.buildpack.order': '{}' }) },
    {
      of: 'builder',
      flags: DEEP,
      edit: (artifact) => artifact.labels({ 'io.buildpacks.buildpack.order': '[{"group":[{"id":"acme/node"}]}]' }),
    },
  ],
  'DIST-BLD-12': [
    { of: 'builder', edit: noLabel(LAYERS) },
    { of: 'builder', edit: (artifact) => artifact.label(LAYERS, (layers) => void delete layers['acme/java']) },
    {
      of: 'builder',
      edit: (artifact) => artifact.label(LAYERS, (layers) => void (layers['acme/java']['1.0.0'].layerDiffID = NOWHERE)),
    },
  ],
  'DIST-BLD-13': [
    { of: 'builder', edit: noLabel('io.buildpacks.buildpack.order-extensions') },
    { of: 'builder', edit: noLabel(EXTENSIONS) },
  ],
  'DIST-BLD-14': [
    { of: 'builder', flags: DEEP, edit: noLabel('io.buildpacks.buildpack.system') },
    { of: 'builder', flags: DEEP, edit: (artifact) => artifact.layer(hidden('/cnb/system.toml')) },
  ],
  'DIST-BLD-15': [{ of: 'builder', flags: STRICT, edit: noLabel('io.buildpacks.lifecycle.version') }],
  'DIST-BLD-16': [{ of: 'builder', flags: STRICT, edit: noLabel('io.buildpacks.builder.api') }],
  'DIST-BLD-17': [
    { of: 'builder', flags: STRICT, edit: (artifact) => artifact.labels({ 'io.buildpacks.buildpack.metadata': '{}' }) },
  ],
  'DIST-BLD-18': [{ of: 'builder', flags: STRICT, edit: without('CNB_APP_DIR') }],
  'DIST-BLD-19': [
    { of: 'builder', flags: DEEP, edit: (artifact) => artifact.layer(directory('/workspace')) },
    {
      of: 'builder',
      flags: DEEP,
      edit: (artifact) => artifact.layer(directory('/layers', { uid: 1000, gid: 1000, mode: 0o700 })),
    },
    { of: 'builder', flags: DEEP, edit: (artifact) => artifact.layer(directory('/platform', { uid: 1000 })) },
    { of: 'builder', flags: DEEP, edit: (artifact) => artifact.layer(hidden('/cnb/build-config/env')) },
  ],
  'DIST-BLD-20': [
    { of: 'builder', edit: (artifact) => artifact.config(({ config }) => void (config.WorkingDir = '/')) },
    { of: 'builder', flags: DEEP, edit: (artifact) => artifact.layer(hidden('/lifecycle')) },
  ],
  'DIST-BLD-21': [
    {
      of: 'builder',
      edit: (artifact) => artifact.label(LAYERS, (layers) => void (layers['Acme/Java'] = layers['acme/java'])),
    },
    {
      of: 'builder',
      edit: (artifact) => artifact.label(LAYERS, (layers) => void (layers['acme_java'] = layers['acme/java'])),
      also: ['DIST-DSC-01'],
    },
  ],
  'DIST-BLD-22': [
    {
      of: 'builder',
      edit: (artifact) => artifact.label(LAYERS, (layers) => void (layers['acme/java']['1.0.0'].api = '0.99')),
    },
  ],
  'DIST-BLD-23': [
    {
      of: 'builder',
      edit: () => undefined,
      run: (artifact) => artifact.labels({ 'io.buildpacks.base.distro.version': '22.04' }),
    },
  ],
  'DIST-BLD-24': [
    {
      of: 'builder',
      flags: ['--replace', 'base.example/mirror:1=oci:run'],
      edit: (artifact) =>
        artifact.label(METADATA, (metadata) => void (metadata.images[0].mirrors = ['base.example/mirror:1'])),
    },
  ],
  'DIST-BLD-25': [
    {
      of: 'builder',
      flags: ['--limit', 'layers=200'],
      edit: (artifact) => {
        for (let count = 0; count < 128; count++) artifact.layer(file(`/x${count}`, ''))
      },
    },
  ],
  'DIST-LIF-02': [
    { of: 'lifecycle', flags: DEEP, edit: (artifact) => artifact.layer(hidden('/cnb/lifecycle/restorer')) },
  ],
  'DIST-LIF-03': [
    {
      of: 'lifecycle',
      flags: STRICT,
      edit: (artifact) => artifact.labels({ 'io.buildpacks.lifecycle.version': '0.21' }),
    },
  ],
  'DIST-LIF-04': [
    { of: 'lifecycle', flags: STRICT, edit: noLabel('io.buildpacks.lifecycle.apis') },
    { of: 'lifecycle', flags: STRICT, edit: (artifact) => artifact.labels({ 'io.buildpacks.lifecycle.apis': '[]' }) },
    {
      of: 'lifecycle',
      flags: STRICT,
      edit: (artifact) =>
        artifact.label('io.buildpacks.lifecycle.apis', (apis) => void (apis.platform.deprecated = ['0.3'])),
    },
  ],
  'DIST-LIF-05': [
    { of: 'lifecycle', flags: DEEP, edit: (artifact) => artifact.layer(hidden('/cnb/lifecycle.toml')) },
    {
      of: 'lifecycle',
      flags: DEEP,
      edit: (artifact) => artifact.layer(file('/cnb/lifecycle.toml', '[lifecycle]\nversion = "0.21.0"\n')),
    },
  ],
  'DIST-LIF-06': [
    { of: 'lifecycle', edit: noLabel(METADATA) },
    { of: 'lifecycle', edit: (artifact) => artifact.config(({ config }) => void (config.WorkingDir = '/')) },
  ],
  'DIST-LIF-07': [
    {
      of: 'lifecycle',
      flags: DEEP,
      edit: (artifact) => artifact.layer(hidden('/cnb/lifecycle/launcher.sbom.cdx.json')),
    },
  ],
  'DIST-BI-01': [
    { of: 'build', edit: (artifact) => artifact.config(({ config }) => void (config.User = '')) },
    { of: 'build', flags: DEEP, edit: (artifact) => artifact.layer(directory('home/cnb')) },
    { of: 'build', flags: DEEP, edit: (artifact) => artifact.layer(hidden('home/cnb')) },
    { of: 'builder', flags: DEEP, edit: (artifact) => artifact.layer(hidden('/home')) },
  ],
  'DIST-BI-02': [
    { of: 'build', edit: (artifact) => (without('CNB_USER_ID')(artifact), withEnv('CNB_USER_ID=cnb')(artifact)) },
    { of: 'build', edit: without('CNB_USER_ID') },
  ],
  'DIST-BI-03': [{ of: 'build', edit: without('CNB_GROUP_ID') }],
  'DIST-BI-04': [{ of: 'build', edit: without('PATH') }],
  'DIST-BI-05': [
    { of: 'build', edit: (artifact) => artifact.config((config) => void (config.architecture = 'x86_64')) },
  ],
  'DIST-BI-06': [
    { of: 'build', edit: (artifact) => artifact.config((config) => void (config.variant = 'v9')) },
    { of: 'build', edit: (artifact) => artifact.config((config) => void (config.architecture = 'arm')) },
  ],
  'DIST-BI-07': [
    { of: 'build', edit: noLabel('io.buildpacks.base.distro.version') },
    { of: 'build', flags: DEEP, edit: (artifact) => artifact.labels({ 'io.buildpacks.base.distro.version': '22.04' }) },
  ],
  'DIST-BI-08': [
    { of: 'build', edit: noLabel('io.buildpacks.base.maintainer') },
    { of: 'build', edit: (artifact) => artifact.labels({ 'io.buildpacks.base.released': 'last week' }) },
  ],
  'DIST-BI-09': [
    { of: 'build', edit: (artifact) => artifact.labels({ 'io.buildpacks.stack.id': 'acme.other' }) },
    { of: 'build', flags: STRICT, edit: noLabel('io.buildpacks.stack.mixins') },
  ],
  'DIST-BI-10': [
    {
      of: 'builder',
      edit: (artifact) => {
        artifact.label(METADATA, (metadata) => void (metadata.lifecycle.apis.platform.supported = ['0.11']))
        without('CNB_STACK_ID')(artifact)
      },
    },
  ],
  'DIST-BI-12': [
    { of: 'build', edit: withEnv('OPTS=-Da=b') },
    { of: 'builder', edit: withEnv('OPTS=-Da=b') },
  ],
  'DIST-BI-13': [{ of: 'build', edit: (artifact) => artifact.config(({ config }) => void (config.User = 'cnb')) }],
  'DIST-BI-14': [{ of: 'build', edit: (artifact) => artifact.labels({ 'io.buildpacks.distribution.name': 'ubuntu' }) }],
  'DIST-RI-01': [{ of: 'run', edit: without('PATH') }],
  'DIST-RI-02': [{ of: 'run', edit: (artifact) => artifact.config((config) => void (config.architecture = 'x86_64')) }],
  'DIST-RI-03': [
    {
      of: 'builder',
      edit: () => undefined,
      run: (artifact) => artifact.config(({ config }) => void (config.User = '1000:1000')),
    },
  ],
  'DIST-RI-04': [
    { of: 'run', edit: noLabel('io.buildpacks.base.id') },
    { of: 'run', edit: (artifact) => artifact.labels({ 'io.buildpacks.base.id': 'ubuntu:24.04' }) },
  ],
  'DIST-RI-05': [{ of: 'run', edit: noLabel('io.buildpacks.base.distro.name') }],
  'DIST-RI-06': [{ of: 'run', edit: noLabel('io.buildpacks.base.released') }],
  'DIST-RI-07': [{ of: 'run', edit: (artifact) => artifact.labels({ 'io.buildpacks.rebasable': 'false' }) }],
  'DIST-RI-09': [{ of: 'run', flags: STRICT, edit: noLabel('io.buildpacks.stack.id') }],
  'DIST-RI-10': [
    {
      of: 'run',
      flags: STRICT,
      edit: (artifact) => (without('CNB_USER_ID')(artifact), without('CNB_GROUP_ID')(artifact)),
    },
  ],
  'DIST-RI-11': [{ of: 'run', edit: noLabel('io.buildpacks.base.sbom') }],
}
