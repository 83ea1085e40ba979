import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { SOUND_IMAGE } from '#src/rules/examples/project.js'
import { temporaryDirectory } from '../../support/directories.js'
import { GOLDEN } from '../../support/golden.js'
import { trowelHere } from '../../support/here.js'
import { makeLayout, sha256, type Free, TestLayout } from '../../support/layout.js'
import { archive, directory, entry, symlink } from '../../support/tar-bytes.js'
import { writeFiles } from '../../support/workspace.js'

/** Sound artifacts of every kind; those that trowel makes are made by it, so that what it makes is judged too. */

export type Kind = 'package' | 'extension' | 'builder' | 'lifecycle' | 'build' | 'run'

const BASE_LABELS = {
  ...SOUND_IMAGE.labels,
  'io.buildpacks.stack.id': 'example.stack',
  'io.buildpacks.stack.mixins': '[]',
}
const BASE_ENV = ['PATH=/usr/bin:/bin', 'CNB_USER_ID=1000', 'CNB_GROUP_ID=1000', 'CNB_STACK_ID=example.stack']
const FOLDER_ENV = ['CNB_APP_DIR=/workspace', 'CNB_LAYERS_DIR=/layers', 'CNB_PLATFORM_DIR=/platform']

const BASE_TAR = archive(
  directory('etc'),
  entry({ name: 'etc/passwd' }, 'root:x:0:0::/root:/bin/sh\ncnb:x:1000:1000::/home/cnb:/bin/sh\n'),
  entry({ name: 'etc/os-release' }, 'ID=ubuntu\nVERSION_ID="24.04"\n'),
  directory('home'),
  directory('home/cnb', { uid: 1000, gid: 1000 }),
)

const APIS = {
  buildpack: { deprecated: [], supported: ['0.10', '0.11'] },
  platform: { deprecated: [], supported: ['0.11', '0.12', '0.15'] },
}
const LIFECYCLE_TOML = `[lifecycle]
version = "0.21.0"
[apis.buildpack]
supported = ["0.10", "0.11"]
[apis.platform]
supported = ["0.11", "0.12", "0.15"]
`
const PROGRAMS = ['analyzer', 'builder', 'creator', 'detector', 'exporter', 'extender', 'rebaser', 'restorer']

/** What is below the folder of a lifecycle, in an image of it. */
const LIFECYCLE_TAR = archive(
  directory('/cnb'),
  entry({ name: '/cnb/lifecycle.toml' }, LIFECYCLE_TOML),
  directory('/cnb/lifecycle'),
  ...PROGRAMS.map((name) => symlink(`/cnb/lifecycle/${name}`, 'lifecycle')),
  ...['launcher', 'lifecycle'].flatMap((name) => [
    entry({ name: `/cnb/lifecycle/${name}`, mode: 0o755 }, '#!/bin/sh\n'),
    entry({ name: `/cnb/lifecycle/${name}.sbom.cdx.json` }, '{}'),
  ]),
)

const TARGET = '[[targets]]\nos = "linux"\narch = "amd64"\n'
const STACK = '[[stacks]]\nid = "*"\n'
const SCRIPT = '#!/bin/sh\n'

function buildpack(id: string, more: string): string {
  return `api = "0.11"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n${more}`
}

function group(table: string, id: string): string {
  return `[[${table}]]\n[[${table}.group]]\nid = "${id}"\nversion = "1.0.0"\n`
}

const FILES = {
  'java/buildpack.toml': buildpack('acme/java', STACK + TARGET),
  'java/bin/detect': SCRIPT,
  'java/bin/build': SCRIPT,
  'node/buildpack.toml': buildpack('acme/node', STACK + TARGET),
  'node/bin/detect': SCRIPT,
  'node/bin/build': SCRIPT,
  'all/buildpack.toml': buildpack('acme/all', group('order', 'acme/java') + group('order', 'acme/node')),
  'curl/extension.toml': 'api = "0.11"\n[extension]\nid = "acme/curl"\nversion = "1.0.0"\n',
  'curl/bin/detect': SCRIPT,
  'curl/bin/generate': SCRIPT,
  'package.toml':
    '[buildpack]\nuri = "all"\n[[dependencies]]\nuri = "java"\n[[dependencies]]\nuri = "node"\n[[targets]]\nos = "linux"\narch = "amd64"\n',
  'extension-package.toml': '[extension]\nuri = "curl"\n',
  'builder.toml': `description = "an example"
[[buildpacks]]
uri = "java"
[[buildpacks]]
uri = "node"
[[extensions]]
uri = "curl"
${group('order', 'acme/java')}${group('order-extensions', 'acme/curl')}[[system.pre.buildpacks]]
id = "acme/node"
version = "1.0.0"
[build]
image = "base.example/build:1"
[[run.images]]
image = "base.example/run:1"
[lifecycle]
uri = "docker://base.example/lifecycle:1"
`,
}

/** Labels of drafts: who wants to satisfy those too sets them. */
const PACKAGE_LABELS = { 'io.buildpacks.buildpack.metadata': '{}', 'io.buildpacks.distribution.api': '0.3' }
const LIFECYCLE_LABELS = {
  'io.buildpacks.lifecycle.version': '0.21.0',
  'io.buildpacks.lifecycle.apis': JSON.stringify(APIS),
}
const BUILDER_LABELS = { ...LIFECYCLE_LABELS, 'io.buildpacks.builder.api': '0.1' }

function labelFlags(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`])
}

/** Puts a layout of every kind into a folder, called as that. @throws Error when trowel does not make them */
export async function makeSound(root: string): Promise<void> {
  writeFiles(root, FILES)
  const at = (name: Kind): string => join(root, name)
  makeLayout(at('build'), { labels: BASE_LABELS, env: [...BASE_ENV, ...FOLDER_ENV], tars: [BASE_TAR] })
  makeLayout(at('run'), { labels: BASE_LABELS, env: BASE_ENV, user: '1001:1000', tars: [BASE_TAR] })
  makeLayout(at('lifecycle'), {
    labels: { ...LIFECYCLE_LABELS, 'io.buildpacks.builder.metadata': '{}' },
    env: [],
    user: '',
    tars: [LIFECYCLE_TAR],
  }).editConfig((config) => void (config.config.WorkingDir = '/layers'))
  const common = ['--no-cache', '--offline', '--quiet']
  const bases = (['build', 'run', 'lifecycle'] as const).flatMap((name) => [
    '--replace',
    `base.example/${name}:1=oci:${at(name)}`,
  ])
  for (const args of [
    [
      'buildpack',
      'package',
      'acme/all',
      '--config',
      'package.toml',
      ...labelFlags(PACKAGE_LABELS),
      '--to',
      `oci:${at('package')}`,
    ],
    ['extension', 'package', 'acme/curl', '--config', 'extension-package.toml', '--to', `oci:${at('extension')}`],
    [
      'builder',
      'create',
      'acme/builder',
      '--config',
      'builder.toml',
      ...labelFlags(BUILDER_LABELS),
      ...bases,
      '--to',
      `oci:${at('builder')}`,
    ],
  ]) {
    const { status, stderr } = await trowelHere([...args, ...common], { cwd: root })
    if (status !== 0) throw new Error(`trowel ${args.join(' ')}: ${stderr}`)
  }
}

/** A layout to be edited, which is a copy. */
export class Artifact {
  readonly layout: TestLayout
  readonly #directory: string

  constructor(sound: string, kind: Kind) {
    const root = temporaryDirectory()
    this.#directory = join(root, 'image')
    mkdirSync(this.#directory)
    cpSync(join(sound, kind), this.#directory, { recursive: true })
    this.layout = TestLayout.open(this.#directory)
  }

  /** As a user names it. */
  get name(): string {
    return `oci:${this.#directory}`
  }

  config(edit: (config: Free) => void): this {
    this.layout.editConfig((config: Free) => {
      edit(config)
    })
    return this
  }

  /** Sets labels; undefined removes one. */
  labels(changes: Readonly<Record<string, string | undefined>>): this {
    return this.config(({ config }) => {
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined) delete config.Labels[name]
        else config.Labels[name] = value
      }
    })
  }

  /** Edits the JSON in a label. */
  label(name: string, edit: (value: Free) => unknown): this {
    return this.config(({ config }) => {
      const value: Free = JSON.parse(config.Labels[name] as string)
      config.Labels[name] = JSON.stringify(edit(value) ?? value)
    })
  }

  /** Puts a layer on top. */
  layer(...parts: readonly Uint8Array[]): this {
    const tar = archive(...parts)
    this.config((config) => void config.rootfs.diff_ids.push(sha256(tar)))
    this.layout.editManifest((manifest: Free) => {
      manifest.layers.push(this.layout.put('application/vnd.oci.image.layer.v1.tar', tar))
    })
    return this
  }

  /** Replaces the layer of the module whose diffID a label names, there too. */
  moduleLayer(label: string, id: string, ...parts: readonly Uint8Array[]): this {
    const tar = archive(...parts)
    const before = this.layout.config()
    const old = JSON.parse(before.config.Labels[label] as string)[id]['1.0.0'].layerDiffID as string
    const index = before.rootfs.diff_ids.indexOf(old) as number
    this.layout.setConfigText(JSON.stringify(before).replaceAll(old, sha256(tar)))
    this.layout.editManifest((manifest: Free) => {
      manifest.layers[index] = this.layout.put('application/vnd.oci.image.layer.v1.tar', tar)
    })
    return this
  }
}

export const GOLDEN_INPUTS = join(GOLDEN, 'inputs')

interface FoundJson {
  readonly code: string
  readonly severity: string
  readonly message: string
}

/** What `check` says of an image. */
export interface Found {
  readonly findings: readonly FoundJson[]
  readonly notEvaluated: readonly { readonly rules: readonly string[]; readonly reason: string }[]
}

/** @throws Error when it fails otherwise */
export async function checkImage(name: string, sound: string, flags: readonly string[] = []): Promise<Found> {
  const run = ['--replace', `base.example/run:1=oci:${join(sound, 'run')}`]
  const network = name.startsWith('oci') ? ['--offline'] : []
  const args = ['check', name, ...network, '--no-cache', '--as-of', '2026-11-01', '--json', ...run, ...flags]
  const { stdout, stderr } = await trowelHere(args, { cwd: sound })
  const found = JSON.parse(stdout === '' ? '{}' : stdout) as Partial<Found>
  if (found.findings === undefined) throw new Error(`no report: ${stdout}${stderr}`)
  return found as Found
}

/** The rows that findings name, each once. */
export function rowsIn({ findings }: Found): string[] {
  const ids = findings.flatMap(({ message }) => /^(DIST-[A-Z]+-\d\d): /.exec(message)?.[1] ?? [])
  return [...new Set(ids)].toSorted()
}
