import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { afterAll, describe, expect, test } from 'vitest'
import type { Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { startEngine } from '../support/engine.js'
import { trowelHere } from '../support/here.js'
import { GOLDEN, materialiseGolden, startGoldenRegistry } from '../support/golden.js'

/** What the real pack shows of golden images, with an engine that has none of them. */
interface GoldenInspection {
  readonly name: string
  readonly words: readonly string[]
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

const FOLDER = join(GOLDEN, 'inspect')

function inspections(): GoldenInspection[] {
  const names = readdirSync(FOLDER).flatMap((file) => /^(.*)\.command\.txt$/.exec(file)?.[1] ?? [])
  return names.sort().map((name) => {
    const read = (part: string): string => readFileSync(join(FOLDER, `${name}.${part}.txt`), 'utf8')
    const [command = '', exit = ''] = read('command').split('\n')
    const [, ...words] = command.split(' ')
    return {
      name,
      words: words.filter((word) => word !== '--no-color'),
      exit: Number(exit.replace('# exit ', '')),
      // Ours is said on stderr.
      stdout: read('stdout').replaceAll(/^Using mirror .*\n/gm, ''),
      stderr: readdirSync(FOLDER).includes(`${name}.stderr.txt`) ? read('stderr') : '',
    }
  })
}

const BOTH = [{ id: 'golden/alpha' }, { id: 'golden/beta', version: '0.1.0' }]

const indented = (text: string, indent: string): string => text.replaceAll('\n', `\n${indent}`)

/** Where trowel shows something else on purpose (docs/differences-from-pack.md); the rest of the text is pack's. */
const DIFFERENT: ReadonlyMap<string, (theirs: string) => string> = new Map([
  // What is in a label cannot end a line or move the cursor.
  ['builder-order-rich.human-readable', (text) => text.replace('\u2028', '\\u2028').replace('\t', '\\t')],
  // Of the two extensions of a group pack shows the last one.
  [
    'builder-extensions.human-readable',
    (text) => text.replace(' └ golden/beta@0.1.0', ' └ Group #1:\n    ├ golden/alpha\n    └ golden/beta@0.1.0'),
  ],
  [
    'builder-extensions.json',
    (text) =>
      text.replace(
        /"order_extensions": .*?\]/s,
        () => `"order_extensions": ${indented(JSON.stringify([{ buildpacks: BOTH }], undefined, 2), '    ')}`,
      ),
  ],
  [
    'builder-extensions.yaml',
    (text) =>
      text.replace(
        /order_extensions:\n.*?\n(?=\S)/s,
        [
          'order_extensions:',
          '        - buildpacks:',
          '            - id: golden/alpha',
          '            - id: golden/beta',
          '              version: 0.1.0\n',
        ].join('\n'),
      ),
  ],
  [
    'builder-extensions.toml',
    (text) =>
      text.replace(
        /\[\[remote_info\.order_extensions\]\].*$/s,
        [
          '[[remote_info.order_extensions]]',
          '',
          '    [[remote_info.order_extensions.buildpacks]]',
          '      id = "golden/alpha"',
          '',
          '    [[remote_info.order_extensions.buildpacks]]',
          '      id = "golden/beta"',
          '      version = "0.1.0"\n',
        ].join('\n'),
      ),
  ],
  // pack's `clear-env` is one of the last licence.
  [
    'builder-order-rich.toml',
    (text) =>
      text
        .replace('\n    clear-env = true', '')
        .replace('keywords = ["k1", "k two"]', '$&\n    clear-env = true')
        .replace('\n      clear-env = true\n      optional = true', '')
        .replace('exec-env = ["test"]', '$&\n      clear-env = true\n      optional = true')
        .replace('\u2028', '\\u2028'),
  ],
])

const workspace = materialiseGolden()
const registry = await startGoldenRegistry()
afterAll(async () => {
  await registry.close()
  workspace.remove()
})

const BUILDERS = [
  'base-builder',
  'composite-nested',
  'extensions',
  'lifecycle-old',
  'order-rich',
  'stack-mirrors',
] as const

const goldenConfig = (builder: string): Buffer =>
  readFileSync(join(GOLDEN, 'cases', `builder-${builder}`, 'expected/config.json'))

// Their layers are not in the golden set, and nobody who inspects a builder opens one.
for (const builder of BUILDERS) {
  const repository = `golden/builder-${builder}`
  const manifest = readFileSync(join(GOLDEN, 'cases', `builder-${builder}`, 'expected/manifest.json'))
  const { mediaType } = JSON.parse(manifest.toString()) as { mediaType: string }
  await registry.putBlob(repository, goldenConfig(builder))
  registry.putManifest(repository, manifest, mediaType, 'latest')
}

function inspect(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const args = words.map((word) => word.replace('REGISTRY', registry.host))
  const mirror = ['--registry-mirror', `golden.test=${registry.host}`, '--no-cache']
  const nowhere = `unix://${join(workspace.path, 'no.sock')}`
  return trowelHere([...args, ...mirror], { cwd: workspace.path, env: { DOCKER_HOST: nowhere, ...env } })
}

const shown = (text: string): string => text.replaceAll(registry.host, 'REGISTRY')

describe('what pack shows of an image', () => {
  test.each(inspections().filter(({ exit }) => exit === 0))('$name: is shown alike, byte for byte', async (golden) => {
    const run = await inspect(golden.words)
    expect(run.status, run.stderr).toBe(0)
    const expected = DIFFERENT.get(golden.name)?.(golden.stdout) ?? golden.stdout
    expect(shown(run.stdout)).toBe(expected)
  })

  test.each(inspections().filter(({ exit }) => exit !== 0))('$name: is missed in the same words', async (golden) => {
    const run = await inspect(golden.words)
    expect(run).toMatchObject({ status: 3, stdout: '' })
    expect(golden.stderr).toMatch(/^ERROR: /)
    expect(shown(run.stderr)).toContain(golden.stderr.replace('ERROR: ', '').trim())
  })

  test('every golden output was looked at', () => {
    expect(inspections().length).toBeGreaterThanOrEqual(38)
  })

  test('TOML says of the modules what JSON says', async () => {
    const words = ['builder', 'inspect', 'REGISTRY/golden/builder-order-rich:latest', '-o']
    const [json, toml] = [await inspect([...words, 'json']), await inspect([...words, 'toml'])]
    const there = JSON.parse(json.stdout.replaceAll('"Type":', '"type":').replaceAll('"URI":', '"uri":')) as Info
    const { detection_order, buildpacks } = (parse(toml.stdout) as unknown as Info).remote_info
    expect(detection_order).toEqual(there.remote_info.detection_order)
    expect(buildpacks).toEqual(there.remote_info.buildpacks)
  })
})

interface Info {
  readonly remote_info: { readonly detection_order: unknown; readonly buildpacks: unknown }
}

describe('a docker engine', () => {
  test('that has the builder shows it below LOCAL', async () => {
    const engine = await startEngine()
    const config = JSON.parse(goldenConfig('composite-nested').toString()) as { rootfs: { diff_ids: string[] } }
    config.rootfs.diff_ids = []
    const name = `${registry.host}/only/here:1`
    engine.put(Buffer.from(JSON.stringify(config)), [], name)
    const run = await inspect(['builder', 'inspect', name], { DOCKER_HOST: engine.host })
    const theirs = inspections().find((golden) => golden.name === 'builder-composite-nested.human-readable')?.stdout
    const [, body = ''] = /\nREMOTE:\n(.*)\nLOCAL:\n\(not present\)\n$/s.exec(theirs ?? '') ?? []
    expect(shown(run.stdout)).toBe(
      `Inspecting builder: 'REGISTRY/only/here:1'\n\nREMOTE:\n(not present)\n\nLOCAL:\n${body}`,
    )
    const json = await inspect(['builder', 'inspect', name, '--json'], { DOCKER_HOST: engine.host })
    const { local } = JSON.parse(json.stdout) as { local: { image: object } }
    expect(local.image).toMatchObject({ place: `docker:${name}`, digest: null, mediaType: null })
  })

  test('that is not there is no error, and that nobody asked it is said to who wants to know more', async () => {
    const args = ['builder', 'inspect', 'REGISTRY/golden/builder-extensions:latest', '-o', 'json']
    const run = await inspect(args)
    expect(run.status).toBe(0)
    expect(JSON.parse(run.stdout)).toMatchObject({ local_info: null })
    expect(run.stderr).toBe('')
    expect((await inspect([...args, '-v'])).stderr).toContain('no docker engine was asked: ')
  })

  test('that fails while it is asked fails the structured outputs, and is told of in the other', async () => {
    const engine = await startEngine({
      intercept: (call, _request, response) => {
        if (!call.path.endsWith('/json')) return false
        response.writeHead(500, { 'content-type': 'application/json' })
        response.end('{"message":"out of order"}')
        return true
      },
    })
    const words = ['builder', 'inspect', 'REGISTRY/golden/builder-extensions:latest']
    const env = { DOCKER_HOST: engine.host }
    const human = await inspect(words, env)
    expect(human).toMatchObject({ status: 0 })
    expect(human.stderr).toMatch(/^warning\[E_[A-Z]+\] .*out of order/m)
    expect(human.stderr).not.toContain('error[')
    const json = await inspect([...words, '-o', 'json'], env)
    expect(json).toMatchObject({ status: 4, stdout: '' })
  })
})

describe('one builder', () => {
  test('without a name is the default builder', async () => {
    const home = temporaryDirectory()
    const name = `${registry.host}/golden/builder-extensions:latest`
    const env = { TROWEL_HOME: home }
    await trowelHere(['config', 'default-builder', name], { cwd: home, env })
    await trowelHere(['config', 'trusted-builders', 'add', name], { cwd: home, env })
    await trowelHere(['config', 'run-image-mirrors', 'add', 'golden.test/base/run:1', '-m', 'here.test/run'], {
      cwd: home,
      env,
    })
    const run = await inspect(['builder', 'inspect'], env)
    expect(run.stdout).toContain(`Inspecting default builder: '${name}'\n`)
    expect(run.stdout).toContain('Trusted: Yes\n')
    expect(run.stdout).toContain('  here.test/run    (user-configured)\n  golden.test/base/run:1\n')
    const json = JSON.parse((await inspect(['builder', 'inspect', '-o', 'json'], env)).stdout) as object
    expect(json).toMatchObject({ trusted: true, default: true })
  })

  test('that nobody named, and that is not set, is asked for', async () => {
    const run = await inspect(['builder', 'inspect'])
    expect(run).toMatchObject({ status: 2, stdout: '' })
    expect(run.stderr).toContain('trowel config default-builder')
  })

  test('has the other names of pack', async () => {
    const name = 'REGISTRY/golden/builder-extensions:latest'
    const expected = (await inspect(['builder', 'inspect', name])).stdout
    expect((await inspect(['inspect-builder', name])).stdout).toBe(expected)
    expect((await inspect(['builder', 'inspect-builder', name])).stdout).toBe(expected)
    const buildpack = (await inspect(['buildpack', 'inspect', 'packages/one.cnb'])).stdout
    expect((await inspect(['inspect-buildpack', 'packages/one.cnb'])).stdout).toBe(buildpack)
  })
})
