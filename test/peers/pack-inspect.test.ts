import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test, type TestContext } from 'vitest'
import { temporaryDirectory } from '../support/directories.js'
import { goldenCases, materialiseGolden, publishGolden, startGoldenRegistry } from '../support/golden.js'
import { trowelHere } from '../support/here.js'
import { TestLayout } from '../support/layout.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { peerEngine } from './engines.js'
import { peer } from './peer.js'

const workspace = materialiseGolden()
const registry = await startGoldenRegistry()
afterAll(async () => {
  await registry.close()
  workspace.remove()
})

const FORMATS = ['human-readable', 'json', 'yaml', 'toml'] as const

interface Both {
  /** What pack shows, on stdout. */
  readonly pack: (...args: string[]) => Promise<string>
  /** What trowel shows, on stdout. */
  readonly trowel: (...args: string[]) => Promise<string>
  /** Has the engine pull an image. */
  readonly pull: (name: string) => Promise<void>
}

/** pack, and we, with an engine that pack needs for its structured outputs. */
async function both(context: TestContext): Promise<Both> {
  const pack = peer(context, 'pack')
  const engine = await peerEngine(context, 'dockerd')
  const docker = peer(context, 'docker')
  await engine.clear()
  const home = join(temporaryDirectory(), 'home')
  mkdirSync(home)
  writeFileSync(join(home, 'config.toml'), `[registry-mirrors]\n"golden.test" = "${registry.host}"\n`)
  const env = { PACK_HOME: home, DOCKER_HOST: engine.host }
  return {
    pack: async (...args) =>
      (await pack.runBeside([...args, '--no-color'], env)).replaceAll(/^Using mirror .*\n/gm, ''),
    trowel: async (...args) => {
      const run = await trowelHere([...args, '--no-cache'], { cwd: workspace.path, env })
      expect(run.status, run.stderr).toBe(0)
      return run.stdout
    },
    pull: async (name) => {
      await docker.runBeside(['--host', engine.host, 'pull', '--quiet', name])
    },
  }
}

/** Builders of which pack shows everything as it is. */
const BUILDERS = ['builder-base-builder', 'builder-composite-nested', 'builder-lifecycle-old', 'builder-stack-mirrors']

describe('pack builder inspect', () => {
  test.for(BUILDERS)('shows of our %s what it shows of its own, and so do we', async (name, context) => {
    const { pack, trowel } = await both(context)
    const [golden] = goldenCases(new RegExp(`^${name}$`))
    const made = await publishGolden(golden!, { workspace: workspace.path, registry: registry.host })
    expect(made.status, made.stderr).toBe(0)
    const read = (file: string): Buffer => readFileSync(join(golden!.expected, file))
    const { mediaType } = JSON.parse(read('manifest.json').toString()) as { mediaType: string }
    // What pack made; its layers are not in the golden set, and it opens none.
    await registry.putBlob(`theirs/${name}`, read('config.json'))
    registry.putManifest(`theirs/${name}`, read('manifest.json'), mediaType, 'latest')

    const [ours, theirs] = [`${registry.host}/golden/${name}:latest`, `${registry.host}/theirs/${name}:latest`]
    for (const format of FORMATS) {
      const words = ['builder', 'inspect', '-o', format]
      const expected = await pack(...words, theirs)
      expect((await pack(...words, ours)).replaceAll(ours, theirs)).toBe(expected)
      expect(await trowel(...words, theirs)).toBe(expected)
    }
  })
})

/** Without the blanks at the end of lines, which pack's table of processes has in some rows. */
const withoutEnds = (text: string): string => text.replaceAll(/ +$/gm, '')

/** Puts an application into the registry and returns its name. */
async function pushApp(labels: Record<string, unknown>, container: Record<string, unknown> = {}): Promise<string> {
  const layout = new TestLayout(join(temporaryDirectory(), 'app'))
  const texts = Object.entries(labels).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  layout.setEntries([layout.image({ labels: Object.fromEntries(texts) as Record<string, string> })])
  layout.editConfig((config) => void Object.assign(config.config as object, container))
  const name = `app/${Math.abs(hash(JSON.stringify([labels, container])))}:1`
  await pushLayout(registry, layout.directory, name)
  return `${registry.host}/${name}`
}

function hash(text: string): number {
  return Array.from(text).reduce((sum, c) => (Math.imul(sum, 31) + c.charCodeAt(0)) | 0, 7)
}

const RUN_IMAGE = {
  topLayer: 'sha256:aa',
  reference: 'reg.test/run@sha256:bb',
  image: 'acme/run',
  mirrors: ['reg.test/run'],
}

const APPS: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>])[] = [
  [
    'with everything',
    {
      'io.buildpacks.stack.id': 'io.acme',
      'io.buildpacks.lifecycle.metadata': { runImage: RUN_IMAGE, stack: { runImage: { image: 'acme/run' } } },
      'io.buildpacks.build.metadata': {
        buildpacks: [
          { id: 'acme/node', version: '1.1.0', homepage: 'https://acme.test/node' },
          { id: 'acme/proc', version: '1' },
        ],
        extensions: [{ id: 'acme/ext', version: '0.1.0' }],
        processes: [
          { type: 'task', command: ['node', 'a'], args: ['b'], direct: true },
          { type: 'web', command: 'npm', args: ['start', '--x'], direct: false, 'working-dir': '/w' },
          { type: 'other', command: 'x', direct: true },
        ],
        launcher: { version: '0.21.0' },
      },
      'io.buildpacks.rebasable': 'false',
    },
    { Env: ['CNB_PLATFORM_API=0.12'], Entrypoint: ['/cnb/process/web'], WorkingDir: '/workspace' },
  ],
  [
    'of an old platform',
    {
      'io.buildpacks.lifecycle.metadata': {
        stack: { runImage: { image: 'acme/run', mirrors: ['m.test/run'] } },
        runImage: { topLayer: 'sha256:aa', reference: 'r' },
      },
      'io.buildpacks.build.metadata': {
        buildpacks: [],
        processes: [{ type: 'web', command: 'npm', args: null, direct: false }],
        launcher: { version: '0.4.0' },
      },
    },
    {},
  ],
  ['with nothing', { 'io.buildpacks.lifecycle.metadata': {} }, {}],
]

describe('pack inspect', () => {
  test.for(APPS)('shows of an application %s what we show', async ([, labels, container], context) => {
    const { pack, trowel, pull } = await both(context)
    const name = await pushApp(labels, container)
    const compare = async (): Promise<void> => {
      for (const format of FORMATS) {
        const words = ['inspect', name, '-o', format]
        expect(withoutEnds(await trowel(...words))).toBe(withoutEnds(await pack(...words)))
      }
    }
    await compare()
    await pull(name)
    await compare()
  })
})

describe('pack buildpack inspect and pack extension inspect', () => {
  test.for([
    ['buildpack', 'one'],
    ['buildpack', 'meta-outer'],
    ['extension', 'alpha'],
  ] as const)('show of a %s package %s that is in two places what we show', async ([kind, name], context) => {
    const { pack, trowel, pull } = await both(context)
    const image = `${registry.host}/pkg/${name}:1`
    await pull(image)
    const shown = await trowel(kind, 'inspect', image)
    expect(shown).toBe(await pack(kind, 'inspect', image))
    expect(shown).toMatch(/LOCAL IMAGE:[^]*REMOTE IMAGE:/)
  })
})
