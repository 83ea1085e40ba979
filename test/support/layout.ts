import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { archive, entry, pax } from './tar-bytes.js'

/** Written with nothing of ours, so that a reader is not tested with its own idea of the format. */

export const OCI = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  tar: 'application/vnd.oci.image.layer.v1.tar',
  gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
} as const

export const DOCKER = {
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  gzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const

// Test data is edited freely, as anybody with a text editor could.
// eslint-disable-next-line typescript/no-explicit-any
export type Free = any

export interface TestDescriptor {
  mediaType: string
  digest: string
  size: number
  annotations?: Record<string, string>
  platform?: Record<string, string>
  [key: string]: unknown
}

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** One entry of a tar, in the words of its header. */
export interface TestEntry {
  readonly name: string
  /** `0` file, `1` hard link, `2` symbolic link, `5` directory; a file when not given. */
  readonly type?: string
  readonly link?: string
  readonly content?: Uint8Array | string
}

/** The time of everything in a layer. */
const EPOCH_SECONDS = 315_532_801

/** A tar of these entries with an end marker. */
export function tarOfEntries(entries: readonly TestEntry[]): Buffer {
  return archive(...entries.map(tarEntry))
}

function tarEntry({ name, type = '0', link = '', content = '' }: TestEntry): Buffer {
  const header = { name, type, link, mode: type === '5' ? 0o755 : 0o644, mtime: EPOCH_SECONDS }
  const long = name.length > NAME_BYTES ? [pax({ path: name })] : []
  return Buffer.concat([...long, entry(header, content)])
}

/** What the field for a name holds; a longer one needs a header of its own. */
const NAME_BYTES = 100

/** A tar with one file. */
export function tarOf(name: string, content: string): Buffer {
  return tarOfEntries([{ name, content }])
}

export interface ImageOptions {
  readonly os?: string
  readonly architecture?: string
  readonly variant?: string
  readonly labels?: Record<string, string>
  readonly user?: string
  readonly env?: readonly string[]
  /** Tar of each layer; one small file when not given. */
  readonly tars?: readonly Buffer[]
  readonly types?: typeof OCI | typeof DOCKER
}

/** An OCI layout on disk that is made sound and then edited. What is edited keeps its digests right unless the edit is raw. */
export class TestLayout {
  readonly directory: string
  /** What an image is unless more is asked for. */
  readonly #sound: ImageOptions

  constructor(directory: string, sound: ImageOptions = {}) {
    this.directory = directory
    this.#sound = sound
    this.writeJson('oci-layout', { imageLayoutVersion: '1.0.0' })
    this.setEntries([])
  }

  /** One that is there already, as it is. */
  static open(directory: string): TestLayout {
    const { manifests } = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')) as { manifests: unknown[] }
    const layout = new TestLayout(directory)
    layout.setEntries(manifests)
    return layout
  }

  path(name: string): string {
    return join(this.directory, name)
  }

  blobPath(digest: string): string {
    return this.path(`blobs/${digest.replace(':', '/')}`)
  }

  write(name: string, bytes: Uint8Array | string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    writeFileSync(this.path(name), bytes)
  }

  writeJson(name: string, value: unknown): void {
    this.write(name, JSON.stringify(value))
  }

  put(mediaType: string, bytes: Uint8Array): TestDescriptor {
    const digest = sha256(bytes)
    this.write(`blobs/${digest.replace(':', '/')}`, bytes)
    return { mediaType, digest, size: bytes.length }
  }

  putJson(mediaType: string, value: unknown): TestDescriptor {
    return this.put(mediaType, Buffer.from(JSON.stringify(value)))
  }

  /** Takes what `edit` makes of the bytes of a blob, under its old name. */
  damage(digest: string, edit: (bytes: Buffer) => Uint8Array): void {
    const file = this.blobPath(digest)
    writeFileSync(file, edit(readFileSync(file)))
  }

  /** Every file of the layout, as entries of a `.cnb` file that pack could have made. */
  tarEntries(): TestEntry[] {
    const blobs = readdirSync(this.path('blobs/sha256')).toSorted()
    return [
      { name: '/blobs', type: '5' },
      { name: '/blobs/sha256', type: '5' },
      ...blobs.map((hex) => ({
        name: `/blobs/sha256/${hex}`,
        content: readFileSync(this.path(`blobs/sha256/${hex}`)),
      })),
      { name: '/index.json', content: readFileSync(this.path('index.json')) },
      { name: '/oci-layout', content: readFileSync(this.path('oci-layout')) },
    ]
  }

  /** The entries of index.json. */
  entries(): TestDescriptor[] {
    return (JSON.parse(readFileSync(this.path('index.json'), 'utf8')) as { manifests: TestDescriptor[] }).manifests
  }

  setEntries(manifests: readonly unknown[]): void {
    this.writeJson('index.json', { schemaVersion: 2, mediaType: OCI.index, manifests })
  }

  /** Puts a sound image; a build image when nothing else is asked for. */
  image(options: ImageOptions = {}): TestDescriptor {
    const wanted = { ...this.#sound, ...options }
    const { os = 'linux', architecture = 'amd64', variant, labels = {}, types = OCI } = wanted
    const { user = '1000:1000', env = ['PATH=/bin', 'CNB_USER_ID=1000', 'CNB_GROUP_ID=1000'] } = wanted
    const tars = wanted.tars ?? [tarOf('etc/golden', `${os}/${architecture}/${variant ?? ''}\n`)]
    const layers = tars.map((tar) => this.put(types.gzip, gzipSync(tar)))
    const config = this.putJson(types.config, {
      architecture,
      os,
      ...(variant === undefined ? {} : { variant }),
      created: '2026-01-05T12:00:00Z',
      config: { User: user, Env: env, Labels: labels },
      history: tars.map(() => ({ created: '2026-01-05T12:00:00Z' })),
      rootfs: { type: 'layers', diff_ids: tars.map(sha256) },
    })
    return this.putJson(types.manifest, { schemaVersion: 2, mediaType: types.manifest, config, layers })
  }

  read(descriptor: TestDescriptor): Free {
    return JSON.parse(readFileSync(this.blobPath(descriptor.digest), 'utf8'))
  }

  /** The manifest of the first entry. */
  manifest(): Free {
    return this.read(this.#first())
  }

  config(): Free {
    return this.read(this.manifest().config as TestDescriptor)
  }

  /** Replaces the manifest of the first entry by what `edit` makes of it. */
  editManifest(edit: (manifest: Free) => unknown): void {
    const first = this.#first()
    const manifest = this.manifest()
    const edited = this.putJson(first.mediaType, edit(manifest) ?? manifest)
    this.setEntries([{ ...first, ...edited }, ...this.entries().slice(1)])
  }

  editConfig(edit: (config: Free) => unknown): void {
    const config = this.config()
    const bytes = Buffer.from(JSON.stringify(edit(config) ?? config))
    this.editManifest((manifest) => {
      manifest.config = this.put(manifest.config.mediaType as string, bytes)
    })
  }

  /** Replaces the text of the config, whatever it is. */
  setConfigText(text: string | Uint8Array): void {
    this.editManifest((manifest) => {
      manifest.config = this.put(manifest.config.mediaType as string, Buffer.from(text))
    })
  }

  editEntry(edit: (entry: TestDescriptor) => void): void {
    const [first, ...others] = this.entries()
    if (first === undefined) throw new Error('the layout has no entry')
    edit(first)
    this.setEntries([first, ...others])
  }

  #first(): TestDescriptor {
    const [first] = this.entries()
    if (first === undefined) throw new Error('the layout has no entry')
    return first
  }
}

/** The tar of a layer with the buildpack `acme/x@1.0.0`, or with what is given instead. */
export function moduleTar(entries?: readonly TestEntry[]): Buffer {
  const root = '/cnb/buildpacks/acme_x'
  return tarOfEntries(
    entries ?? [
      { name: root, type: '5' },
      { name: `${root}/1.0.0`, type: '5' },
      { name: `${root}/1.0.0/bin`, type: '5' },
      { name: `${root}/1.0.0/bin/build`, content: '#!/bin/sh\n' },
      { name: `${root}/1.0.0/bin/detect`, content: '#!/bin/sh\n' },
      { name: `${root}/1.0.0/buildpack.toml`, content: MODULE_TOML },
    ],
  )
}

export const MODULE_TOML =
  'api = "0.10"\n\n[buildpack]\nid = "acme/x"\nversion = "1.0.0"\n\n[[targets]]\nos = "linux"\n'

/** A layout with a sound buildpackage of `acme/x@1.0.0`; each further image in it is one too. */
export function makePackage(directory: string, tar: Buffer = moduleTar()): TestLayout {
  const layout = new TestLayout(directory, {
    tars: [tar],
    labels: {
      'io.buildpacks.buildpackage.metadata': JSON.stringify({ id: 'acme/x', version: '1.0.0', stacks: [] }),
      'io.buildpacks.buildpack.layers': JSON.stringify({
        'acme/x': { '1.0.0': { api: '0.10', targets: [{ os: 'linux', arch: '' }], layerDiffID: sha256(tar) } },
      }),
    },
  })
  layout.setEntries([layout.image()])
  return layout
}

/** A layout with one sound image. */
export function makeLayout(directory: string, options: ImageOptions = {}): TestLayout {
  const layout = new TestLayout(directory)
  layout.setEntries([layout.image(options)])
  return layout
}
