import { join } from 'node:path'
import type { Run } from './cli.js'
import { temporaryDirectory } from './directories.js'
import { trowelHere } from './here.js'
import { OCI, sha256, tarOf, TestLayout, type ImageOptions } from './layout.js'

/** Images to look into, with labels and next to no layers. */

type Labels = Record<string, string>

/** Labels whose values are these in JSON. */
export const json = (labels: Record<string, unknown>): Labels =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, JSON.stringify(value)]))

/** The layers of an image: something, and a buildpack. */
export const TARS = [
  tarOf('etc/os-release', 'ID=acme'),
  tarOf('cnb/buildpacks/acme_java/1.0.0/buildpack.toml', 'api = "0.10"'),
]

/** What the module of `builderLabels` is for. */
const TARGET = { os: 'linux', arch: 'amd64', distros: [{ name: 'ubuntu', version: '24.04' }, { name: 'debian' }] }

/** The labels of a builder with one buildpack, which lies in the second layer. */
export function builderLabels(changes: Record<string, unknown> = {}): Labels {
  return json({
    'io.buildpacks.builder.metadata': {
      description: 'from acme',
      buildpacks: [{ id: 'acme/java', version: '1.0.0' }],
      lifecycle: { version: '0.20.0', apis: { buildpack: { supported: ['0.10'] }, platform: { supported: ['0.12'] } } },
      createdBy: { name: 'trowel', version: '1' },
      images: [{ image: 'acme/run' }],
    },
    'io.buildpacks.buildpack.layers': {
      'acme/java': {
        '1.0.0': { api: '0.10', layerDiffID: sha256(TARS[1]!), targets: [TARGET] },
      },
    },
    'io.buildpacks.buildpack.order': [{ group: [{ id: 'acme/java' }] }],
    'io.buildpacks.buildpackage.metadata': {
      id: 'acme/java',
      version: '1.0.0',
      stacks: [{ id: 'io.acme', mixins: ['git'] }],
    },
    ...changes,
  })
}

export interface Place {
  readonly directory: string
  readonly layout: TestLayout
  readonly run: (...args: string[]) => Promise<Run>
}

/** A directory with the layout `app`; no engine is there. */
export function place(): Place {
  const directory = temporaryDirectory()
  const env = { DOCKER_HOST: `unix://${join(directory, 'no.sock')}` }
  const run = (...args: string[]): Promise<Run> => trowelHere([...args, '--no-cache'], { cwd: directory, env })
  return { directory, layout: new TestLayout(join(directory, 'app')), run }
}

/** One image in `app`. */
export function withImage(options: ImageOptions): Place {
  const made = place()
  made.layout.setEntries([made.layout.image({ tars: TARS, ...options })])
  return made
}

/** An index of two platforms, of which arm64 has a layer more. */
export function withIndex(): Place {
  const made = place()
  const { layout } = made
  const platforms = [
    { architecture: 'arm64', tars: [...TARS, tarOf('arm', 'x')] },
    { architecture: 'amd64', tars: TARS },
  ]
  const manifests = platforms.map(({ architecture, tars }) => ({
    ...layout.image({ architecture, tars, labels: builderLabels() }),
    platform: { os: 'linux', architecture },
  }))
  layout.setEntries([layout.putJson(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests })])
  return made
}
