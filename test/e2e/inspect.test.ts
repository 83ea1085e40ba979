import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { startEngine } from '../support/engine.js'
import { GOLDEN } from '../support/golden.js'
import { trowelHere } from '../support/here.js'
import { indexRepository, line } from '../support/index-repository.js'
import { DOCKER, OCI, sha256, tarOf, tarOfEntries, TestLayout, type ImageOptions } from '../support/layout.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry } from '../support/registry/registry.js'

type Labels = Record<string, string>

const json = (labels: Record<string, unknown>): Labels =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, JSON.stringify(value)]))

const TARS = [
  tarOf('etc/os-release', 'ID=acme'),
  tarOf('cnb/buildpacks/acme_java/1.0.0/buildpack.toml', 'api = "0.10"'),
]

/** The labels of a builder with one buildpack, which lies in the second layer. */
function builderLabels(changes: Record<string, unknown> = {}): Labels {
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
        '1.0.0': { api: '0.10', layerDiffID: sha256(TARS[1]!), targets: [{ os: 'linux', arch: 'amd64' }] },
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

interface Place {
  readonly directory: string
  readonly layout: TestLayout
  readonly run: (...args: string[]) => Promise<Run>
}

/** A directory with the layout `app`; no engine is there. */
function place(): Place {
  const directory = temporaryDirectory()
  const env = { DOCKER_HOST: `unix://${join(directory, 'no.sock')}` }
  const run = (...args: string[]): Promise<Run> => trowelHere([...args, '--no-cache'], { cwd: directory, env })
  return { directory, layout: new TestLayout(join(directory, 'app')), run }
}

/** One image in `app`. */
function withImage(options: ImageOptions): Place {
  const made = place()
  made.layout.setEntries([made.layout.image({ tars: TARS, ...options })])
  return made
}

/** An index of two platforms, of which arm64 has a layer more. */
function withIndex(): Place {
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

interface Full {
  readonly remote: null
  readonly local: {
    readonly image: {
      readonly digest: string
      readonly platform: string
      readonly platforms: readonly {
        readonly platform: string
        readonly digest: string
        readonly size: number
        readonly layers: readonly {
          readonly digest: string
          readonly size: number
          readonly modules: readonly string[]
        }[]
      }[]
    }
  }
}

describe('what is inspected', () => {
  test('may be in a layout, a file of any kind, or behind a URL: it is shown alike', async () => {
    const { directory, run } = withImage({ labels: builderLabels(), types: DOCKER })
    for (const to of ['oci-archive:app.cnb', 'docker-archive:app.tar'])
      expect(await run('copy', `oci:${directory}/app`, to)).toMatchObject({ status: 0 })
    const server = createServer((_request, response) => response.end(readFileSync(join(directory, 'app.cnb'))))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/app.cnb`

    const body = (run: Run): string => run.stdout.replace(/^.*\n/, '')
    const expected = body(await run('builder', 'inspect', 'oci:app'))
    expect(expected).toMatch(/REMOTE:\n\(not present\)\n\nLOCAL:\n\nDescription: from acme\n/)
    for (const name of ['./app', 'app', 'app.cnb', './app.tar', 'oci-archive:app.cnb', 'docker-archive:app.tar']) {
      const found = await run('builder', 'inspect', name)
      expect(found.stdout).toContain(`Inspecting builder: '${name}'\n`)
      expect(body(found)).toBe(expected)
    }
    const remote = await run('builder', 'inspect', url)
    expect(remote.stdout).toMatch(/REMOTE:\n\nDescription: from acme\n/)
    expect((await run('buildpack', 'inspect', 'app.cnb')).stdout).toContain('\nLOCAL ARCHIVE:\n')
    expect((await run('buildpack', 'inspect', url)).stdout).toContain('\nREMOTE ARCHIVE:\n')
  })

  test('is the image for this machine, or the one that is asked for', async () => {
    const { run } = withIndex()
    const platformOf = async (...args: string[]): Promise<string> => {
      const found = await run('builder', 'inspect', 'oci:app', '--json', ...args)
      return (JSON.parse(found.stdout) as Full).local.image.platform
    }
    expect(await platformOf()).toBe('linux/amd64')
    expect(await platformOf('--platform', 'linux/arm64')).toBe('linux/arm64')
    const missing = await run('builder', 'inspect', 'oci:app', '--platform', 'linux/s390x')
    expect(missing).toMatchObject({ status: 3, stdout: '' })
    expect(missing.stderr).toContain('linux/arm64, linux/amd64')
  })

  test('is the first image of an index that has nothing for this machine, and that is said', async () => {
    const { layout, run } = place()
    const manifests = ['riscv64', 's390x'].map((architecture) =>
      layout.image({ architecture, labels: builderLabels(), tars: TARS }),
    )
    layout.setEntries([layout.putJson(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests })])
    const found = await run('builder', 'inspect', 'oci:app')
    expect(found).toMatchObject({ status: 0 })
    expect(found.stderr).toMatch(/has nothing for linux\/amd64/)
  })

  test.each([
    ['./nothing', 3, 'there is no image at ./nothing'],
    ['.', 3, 'no oci-layout file'],
    ['docker', 2, 'names no image'],
    ['oci:', 2, 'names no image'],
    ['docker:BAD//x', 2, 'names no image'],
    ['from=builder:x', 2, 'names no image'],
    ['ftp://x/y', 2, 'names no image'],
    ['docker:acme/app', 3, "unable to find builder 'docker:acme/app' locally or remotely"],
  ])('is missed when it is %s', async (name, status, words) => {
    const { run } = place()
    const missed = await run('builder', 'inspect', name)
    expect(missed).toMatchObject({ status, stdout: '' })
    expect(missed.stderr).toContain(words)
  })

  test("is shown in one of pack's formats, and in no other", async () => {
    const { run } = withImage({ labels: builderLabels() })
    const wrong = await run('builder', 'inspect', 'oci:app', '-o', 'xml')
    expect(wrong).toMatchObject({ status: 2, stdout: '' })
    expect(wrong.stderr).toContain("output format 'xml' is not supported")
    for (const depth of ['x', '1.5', '1e3']) {
      expect(await run('builder', 'inspect', 'oci:app', '--depth', depth)).toMatchObject({ status: 2 })
    }
    expect(await run('builder', 'inspect', 'oci:app', '--depth', '-1')).toMatchObject({ status: 0 })
  })
})

describe('an id of a buildpack registry', () => {
  test('is looked up in the registry that -r says, and the image is read by its digest', async () => {
    const registry = await startRegistry()
    onTestFinished(() => registry.close())
    const digest = await pushLayout(registry, join(GOLDEN, 'inputs/packages/one'), 'golden/one:1')
    const { url } = indexRepository({
      'golden/one': [line('golden/one', '1.0.0', { addr: `${registry.host}/golden/one@${digest}` })],
    })
    const home = temporaryDirectory()
    const cwd = temporaryDirectory()
    const env = { TROWEL_HOME: home, PATH: process.env['PATH'], DOCKER_HOST: `unix://${join(cwd, 'no.sock')}` }
    const run = (...args: string[]): Promise<Run> => trowelHere(args, { cwd, env })
    expect(await run('config', 'registries', 'add', 'mine', url, '--type', 'git')).toMatchObject({ status: 0 })
    const flags = ['-r', 'mine', '--allow-index-scheme', 'file', '--no-cache']
    const found = await run('buildpack', 'inspect', 'golden/one@1.0.0', ...flags)
    expect(found.status, found.stderr).toBe(0)
    expect(found.stdout).toContain("Inspecting buildpack: 'golden/one@1.0.0'\n\nREGISTRY IMAGE:\n")
    const full = JSON.parse((await run('buildpack', 'inspect', 'golden/one', '--json', ...flags)).stdout) as object
    expect(full).toMatchObject({ from: 'buildpack registry', remote: { image: { digest } }, local: null })
    expect(await run('buildpack', 'inspect', 'golden/two', ...flags)).toMatchObject({ status: 3, stdout: '' })
    // An extension has no id there: it is an image, which is not asked for here.
    const extension = await run('extension', 'inspect', 'golden/one', '--offline', '--no-cache')
    expect(extension.stderr).toContain("unable to find extension 'golden/one'")
  })
})

describe('what pack does not show', () => {
  test('is shown below --layers: digests, platforms, and which layer has which module', async () => {
    const { layout, run } = withIndex()
    const [index] = layout.entries()
    const found = await run('builder', 'inspect', 'oci:app', '--layers')
    expect(found.stdout).toContain(`\nImage:\n  Place: oci:`)
    expect(found.stdout).toContain(`  Digest: ${index?.digest}\n  Media Type: ${OCI.index}\n`)
    expect(found.stdout).toMatch(
      /\nPlatforms:\n +PLATFORM +DIGEST +LAYERS +SIZE\n +linux\/arm64 .* 3 .* B\n +linux\/amd64 .* 2 .* B\n/,
    )
    expect(found.stdout).toMatch(/\nLayers \(linux\/arm64, 3 layers\):\n/)
    expect(found.stdout).toMatch(
      new RegExp(`\\n {2}2 +\\d+ B +sha256:[0-9a-f]{64} +${sha256(TARS[1]!)} +acme/java@1.0.0\\n`),
    )
    expect((await run('builder', 'inspect', 'oci:app')).stdout).not.toContain('Platforms:')
  })

  test('is in the document of --json, for every platform', async () => {
    const { layout, run } = withIndex()
    const found = JSON.parse((await run('builder', 'inspect', 'oci:app', '--json')).stdout) as Full
    expect(found).toMatchObject({
      name: 'oci:app',
      trusted: false,
      default: false,
      remote: null,
      notes: [],
      warnings: [],
    })
    const { digest, platforms } = found.local.image
    expect(digest).toBe(layout.entries()[0]?.digest)
    expect(platforms.map(({ platform }) => platform)).toEqual(['linux/arm64', 'linux/amd64'])
    for (const { layers, size } of platforms) {
      expect(layers[1]?.modules).toEqual(['acme/java@1.0.0'])
      expect(layers[0]?.modules).toEqual([])
      expect(size).toBe(layers.reduce((sum, layer) => sum + layer.size, 0))
    }
    expect(found.local).toMatchObject({
      order: [[{ id: 'acme/java', isCyclic: false }]],
      lifecycle: { version: '0.20.0' },
    })
  })

  test('of a platform that the index names and nobody copied is left open', async () => {
    const { layout, run } = withIndex()
    const [index] = layout.entries()
    const { manifests } = layout.read(index!) as { manifests: { digest: string }[] }
    rmSync(layout.blobPath(manifests[0]!.digest))
    const { local } = JSON.parse((await run('builder', 'inspect', 'oci:app', '--json')).stdout) as Full
    expect(local.image.platforms).toMatchObject([
      { platform: 'linux/arm64', digest: manifests[0]!.digest, config: null, size: null, layers: [] },
      { platform: 'linux/amd64' },
    ])
    expect((await run('builder', 'inspect', 'oci:app', '--layers')).stdout).toMatch(/ linux\/arm64 +sha256:\S+ +0 +-\n/)
  })

  test('of packages is there too, as are formats that pack has not', async () => {
    const { run } = withImage({ labels: builderLabels() })
    const full = JSON.parse((await run('buildpack', 'inspect', 'oci:app', '--json')).stdout) as object
    expect(full).toMatchObject({
      from: 'file',
      local: {
        main: { id: 'acme/java' },
        modules: [{ id: 'acme/java', api: '0.10', targets: ['linux/amd64'], diffId: sha256(TARS[1]!) }],
        image: { platform: 'linux/amd64' },
      },
    })
    const document = JSON.parse((await run('buildpack', 'inspect', 'oci:app', '-o', 'json')).stdout) as object
    expect(document).toEqual({
      buildpack_name: 'oci:app',
      remote_info: null,
      local_info: {
        id: 'acme/java',
        version: '1.0.0',
        buildpacks: [
          { id: 'acme/java', version: '1.0.0', api: '0.10', targets: ['linux/amd64'], layer_diff_id: sha256(TARS[1]!) },
        ],
        stacks: [{ id: 'io.acme', mixins: ['git'] }],
        detection_order: [{ buildpacks: [{ id: 'acme/java', version: '1.0.0' }] }],
      },
    })
    expect((await run('buildpack', 'inspect', 'oci:app', '-o', 'yaml')).stdout).toContain('layer_diff_id: sha256:')
  })
})

describe('labels', () => {
  test.each([
    ['is no JSON', { 'io.buildpacks.builder.metadata': '{' }, 'E_JSON'],
    ['has a key twice', { 'io.buildpacks.builder.metadata': '{"description":"a","description":"b"}' }, 'E_JSON_DUP'],
    ['is a list', { 'io.buildpacks.builder.metadata': '[]' }, 'E_LABEL'],
    ['has a number for a text', { 'io.buildpacks.builder.metadata': '{"description":1}' }, 'E_LABEL'],
    ['has a text for a list', { 'io.buildpacks.builder.metadata': '{"buildpacks":"x"}' }, 'E_LABEL'],
    ['has a list in a list', { 'io.buildpacks.builder.metadata': '{"images":[["x"]]}' }, 'E_LABEL'],
    ['has an order that is an object', { 'io.buildpacks.buildpack.order': '{}' }, 'E_LABEL'],
    ['has mixins that are none', { 'io.buildpacks.stack.id': 'x', 'io.buildpacks.stack.mixins': '[1]' }, 'E_LABEL'],
    [
      'has layers without digest',
      { 'io.buildpacks.buildpack.layers': '{"a":{"1":{"api":"0.1","layerDiffID":"x"}}}' },
      'E_DIGEST_SYNTAX',
    ],
    ['is nested without end', { 'io.buildpacks.builder.metadata': '['.repeat(100_000) }, 'E_OCI_LIMIT'],
  ])('that %s is refused with its name', async (_what, changes, code) => {
    const { run } = withImage({ labels: { ...builderLabels(), ...changes } })
    for (const format of ['human-readable', 'json']) {
      const refused = await run('builder', 'inspect', 'oci:app', '-o', format)
      expect(refused).toMatchObject({ status: 3, stdout: '' })
      expect(refused.stderr).toContain(`[${code}]`)
      expect(refused.stderr).toContain(Object.keys(changes).at(-1))
    }
  })

  test('that hold what moves a cursor show it harmlessly, in every format', async () => {
    const bad = '\u001b]0;x\u0007\u001b[2Ja\r\n\u202eb\u009b1m'
    const info = { id: bad, name: bad, version: bad, homepage: bad, description: bad, keywords: [bad] }
    const labels = builderLabels({
      'io.buildpacks.builder.metadata': {
        description: bad,
        buildpacks: [info],
        extensions: [info],
        lifecycle: { version: bad, apis: { buildpack: { supported: [bad], deprecated: [bad] } } },
        createdBy: { name: bad, version: bad },
        images: [{ image: bad, mirrors: [bad] }],
      },
      'io.buildpacks.buildpack.order': [{ group: [info] }],
      'io.buildpacks.buildpack.order-extensions': [{ group: [info, info] }],
      'io.buildpacks.stack.mixins': [bad],
      'io.buildpacks.buildpack.layers': {
        [bad]: {
          [bad]: {
            api: '0.10',
            layerDiffID: sha256(TARS[1]!),
            name: bad,
            homepage: bad,
            targets: [{ os: bad, arch: bad }],
            order: [{ group: [{ id: bad, version: bad, optional: true }] }],
          },
        },
      },
      'io.buildpacks.buildpackage.metadata': { ...info, stacks: [{ id: bad, mixins: [bad] }] },
      'io.buildpacks.lifecycle.metadata': {
        runImage: { image: bad, reference: bad, topLayer: bad },
        sbom: { sha: '' },
      },
      'io.buildpacks.build.metadata': {
        buildpacks: [info],
        extensions: [info],
        processes: [{ type: bad, command: [bad], args: [bad], 'working-dir': bad }],
      },
    })
    const { run } = withImage({ labels: { ...labels, 'io.buildpacks.stack.id': bad } })
    for (const words of [['builder', 'inspect'], ['buildpack', 'inspect'], ['inspect']]) {
      for (const flags of [['--verbose', '--layers'], ['-o', 'json'], ['-o', 'yaml'], ['-o', 'toml'], ['--json']]) {
        const found = await run(...words, 'oci:app', ...flags)
        expect(found.status, found.stderr).toBe(0)
        expect(found.stdout).toContain('b')
        // oxlint-disable-next-line no-control-regex -- these are what must not be there
        expect(found.stdout + found.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
      }
    }
  })

  test('of any kind end in an output or in a refusal, never in a fault of trowel', async () => {
    const names = Object.keys(builderLabels()).filter((name) => name !== 'io.buildpacks.buildpackage.metadata')
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.json({ maxDepth: 4 }), async (name, value) => {
        const { run } = withImage({ labels: { ...builderLabels(), [name]: value } })
        const found = await run('builder', 'inspect', 'oci:app', '--layers')
        expect([0, 3]).toContain(found.status)
        expect(found.stderr).not.toContain('E_BUG')
      }),
      { numRuns: 30 },
    )
  })

  test('of a package that contradict each other are refused', async () => {
    const layer = { api: '0.10', layerDiffID: sha256(TARS[1]!) }
    const cases: [Record<string, unknown>, string][] = [
      [{ 'io.buildpacks.buildpackage.metadata': { id: 'acme/other', version: '1' } }, 'acme/other@1'],
      [
        {
          'io.buildpacks.buildpack.layers': {
            'acme/java': { '1.0.0': { ...layer, order: [{ group: [{ id: 'gone', version: '1' }] }] } },
          },
        },
        'gone@1',
      ],
    ]
    for (const [changes, words] of cases) {
      const { run } = withImage({ labels: builderLabels(changes) })
      const refused = await run('buildpack', 'inspect', 'oci:app')
      expect(refused).toMatchObject({ status: 3, stdout: '' })
      expect(refused.stderr).toContain(words)
    }
    const labels = {
      'io.buildpacks.buildpackage.metadata': { id: 'a', version: '1' },
      'io.buildpacks.extension.layers': { a: { '1': layer }, b: { '1': layer } },
    }
    const { run } = withImage({ labels: json(labels) })
    expect((await run('extension', 'inspect', 'oci:app')).stderr).toContain('has 2 extensions')
  })

  test('of a builder tell what it lacks', async () => {
    const { run } = withImage({ labels: json({ 'io.buildpacks.builder.metadata': {} }) })
    const found = await run('builder', 'inspect', 'oci:app', '--verbose')
    expect(found.stdout).toContain('Run Images:\n  (none)\n\nBuildpacks:\n  (none)\n\nDetection Order:\n  (none)\n')
    for (const what of [
      'a run image',
      'a Lifecycle version',
      'supported Lifecycle Buildpack APIs',
      'supported Lifecycle Platform APIs',
    ]) {
      expect(found.stderr).toContain(`Warning: oci:app does not specify ${what}\n`)
    }
    expect(found.stderr).toContain('Warning: oci:app has no buildpacks\n')
    expect(found.stderr).toContain('Warning: oci:app has no detection order\n')
  })
})

describe('an application', () => {
  const LABELS = {
    'io.buildpacks.lifecycle.metadata': {
      runImage: {
        topLayer: 'sha256:aa',
        reference: 'reg.test/run@sha256:bb',
        image: 'acme/run',
        mirrors: ['reg.test/run'],
      },
    },
    'io.buildpacks.build.metadata': {
      buildpacks: [{ id: 'acme/node', version: '1.1.0', homepage: 'https://acme.test/node' }],
      processes: [
        { type: 'task', command: ['node', 'a'], args: ['b'], direct: true },
        { type: 'web', command: 'npm', args: ['start'], direct: false, 'working-dir': '/w' },
      ],
      launcher: { version: '0.21.0' },
    },
  }

  async function inspectApp(
    labels: Record<string, unknown>,
    container: Record<string, unknown>,
    ...flags: string[]
  ): Promise<Run> {
    const { layout, run } = withImage({ labels: json(labels) })
    layout.editConfig((config) => void Object.assign(config.config as object, container))
    return run('inspect', 'oci:app', ...flags)
  }

  const PROGRAM = { Env: ['CNB_PLATFORM_API=0.12'], Entrypoint: ['/cnb/process/web'], WorkingDir: '/workspace' }

  test('is shown as pack shows it', async () => {
    const { stdout } = await inspectApp(LABELS, PROGRAM)
    expect(stdout).toBe(
      [
        "Inspecting image: 'oci:app'",
        '',
        'REMOTE:',
        '(not present)',
        '',
        'LOCAL:',
        '',
        'Stack: ',
        '',
        'Base Image:',
        '  Reference: reg.test/run@sha256:bb',
        '  Top Layer: sha256:aa',
        '',
        'Run Images:',
        '  acme/run',
        '  reg.test/run',
        '',
        'Rebasable: true',
        '',
        'Buildpacks:',
        '  ID               VERSION        HOMEPAGE',
        '  acme/node        1.1.0          https://acme.test/node',
        '',
        'Processes:',
        '  TYPE                 SHELL        COMMAND        ARGS         WORK DIR',
        '  web (default)        bash         npm            start        /w',
        '  task                              node           a b          /workspace',
        '',
      ].join('\n'),
    )
  })

  test.each([
    ['the program that is the entrypoint', PROGRAM, 'web'],
    ['none when that is the launcher', { ...PROGRAM, Entrypoint: ['/cnb/lifecycle/launcher'] }, undefined],
    ['none when that is something else', { ...PROGRAM, Entrypoint: ['/bin/web'] }, undefined],
    ['web before platform API 0.4', { Env: [] }, 'web'],
    [
      'what CNB_PROCESS_TYPE says before platform API 0.4',
      { Env: ['CNB_PLATFORM_API=0.3', 'CNB_PROCESS_TYPE=task'] },
      'task',
    ],
  ])('has a default process: %s', async (_what, container, expected) => {
    const { stdout } = await inspectApp(LABELS, container, '-o', 'json')
    const { local_info } = JSON.parse(stdout) as { local_info: { processes: { type: string; default: boolean }[] } }
    const [first] = local_info.processes
    expect(local_info.processes.find((process) => process.default)?.type).toBe(expected)
    if (expected !== undefined) expect(first?.type).toBe(expected)
  })

  test('of an old launcher does not say its run image by digest; one may say that it cannot be rebased', async () => {
    const build = { ...LABELS['io.buildpacks.build.metadata'], launcher: { version: '0.4.9' } }
    const { stdout } = await inspectApp(
      { ...LABELS, 'io.buildpacks.build.metadata': build, 'io.buildpacks.rebasable': false },
      PROGRAM,
    )
    expect(stdout).not.toContain('Reference:')
    expect(stdout).toContain('Rebasable: false\n')
  })

  test('without build metadata says that it is not there', async () => {
    const { stdout } = await inspectApp({ 'io.buildpacks.lifecycle.metadata': {} }, {})
    expect(stdout).toContain('Run Images:\n  (none)\n')
    expect(stdout).toContain('Buildpacks:\n  (buildpack metadata not present)\n')
  })

  test('is not any other image', async () => {
    const other = await inspectApp({}, {})
    expect(other).toMatchObject({ status: 3, stdout: '' })
    expect(other.stderr).toContain("unable to find image 'oci:app' locally or remotely")
  })
})

describe('bills of materials', () => {
  const FILES = [
    { name: '/layers', type: '5' },
    { name: '/layers/sbom', type: '5' },
    { name: '/layers/sbom/launch', type: '5' },
    { name: '/layers/sbom/launch/sbom.legacy.json', content: '{"a":1}' },
    { name: '/layers/sbom/launch/acme_node/sbom.cdx.json', content: '{}' },
  ]

  function withSbom(tar: Buffer, sha: string = sha256(tar)): Place {
    const labels = json({ 'io.buildpacks.lifecycle.metadata': { sbom: { sha } } })
    return withImage({ tars: [TARS[0]!, tar], labels })
  }

  /** Everything below a directory, a name a line. */
  const files = (directory: string): string =>
    readdirSync(directory, { recursive: true }).map(String).toSorted().join('\n')

  test('are written below the directory that is asked for', async () => {
    const { directory, run } = withSbom(tarOfEntries(FILES))
    const found = await run('sbom', 'download', 'oci:app', '-o', 'out/deep')
    expect(found.status, found.stderr).toBe(0)
    expect(found.stdout).toBe(
      'out/deep/layers/sbom/launch/sbom.legacy.json\nout/deep/layers/sbom/launch/acme_node/sbom.cdx.json\n',
    )
    expect(readFileSync(join(directory, 'out/deep/layers/sbom/launch/sbom.legacy.json'), 'utf8')).toBe('{"a":1}')
    // Once more over what is there.
    expect(await run('sbom', 'download', 'oci:app', '-o', 'out/deep')).toMatchObject({ status: 0 })
    const full = await run('sbom', 'download', 'oci:app', '-o', 'out/deep', '--json')
    expect(JSON.parse(full.stdout)).toMatchObject({
      diffId: sha256(tarOfEntries(FILES)),
      directory: join(directory, 'out/deep'),
      files: [{ size: 7 }, { size: 2 }],
    })
  })

  test('come from the docker engine when it has the image, and from nowhere else then', async () => {
    const engine = await startEngine()
    const tar = tarOfEntries(FILES)
    const labels = json({ 'io.buildpacks.lifecycle.metadata': { sbom: { sha: sha256(tar) } } })
    const config = {
      architecture: 'amd64',
      os: 'linux',
      config: { Labels: labels },
      rootfs: { type: 'layers', diff_ids: [sha256(tar)] },
    }
    engine.put(Buffer.from(JSON.stringify(config)), [tar], 'r.test/acme/app:1')
    const directory = temporaryDirectory()
    const run = await trowelHere(['sbom', 'download', 'r.test/acme/app:1', '--no-cache'], {
      cwd: directory,
      env: { DOCKER_HOST: engine.host },
    })
    expect(run.status, run.stderr).toBe(0)
    expect(files(directory)).toContain('layers/sbom/launch/sbom.legacy.json')
  })

  test.each([
    ['a symbolic link', { name: '/layers/sbom/x', type: '2', link: '/etc' }, 'E_TAR_LINK_ESCAPE'],
    ['a link inside', { name: '/layers/sbom/x', type: '2', link: 'launch' }, 'E_TAR_LINK_ESCAPE'],
    [
      'a hard link',
      { name: '/layers/sbom/x', type: '1', link: '/layers/sbom/launch/sbom.legacy.json' },
      'E_TAR_LINK_ESCAPE',
    ],
    ['a fifo', { name: '/layers/sbom/x', type: '6' }, 'E_TAR_SPECIAL'],
    ['a name that climbs', { name: '/layers/../../x', content: 'x' }, 'E_TAR_PATH_ESCAPE'],
    ['a name that climbs without a slash', { name: '../x', content: 'x' }, 'E_TAR_PATH_ESCAPE'],
    ['a name with a backslash', { name: 'a\\b', content: 'x' }, 'E_TAR_NAME_CHARS'],
    ['a name with a control character', { name: 'a\u001bb', content: 'x' }, 'E_TAR_NAME_CHARS'],
    ['a whiteout', { name: '/layers/sbom/.wh.launch', content: '' }, 'E_TAR_WHITEOUT'],
    ['one name twice', { name: '/layers/sbom/launch/sbom.legacy.json', content: 'x' }, 'E_TAR_DUPLICATE'],
    ['a file below a file', { name: '/layers/sbom/launch/sbom.legacy.json/x', content: 'x' }, 'E_TAR_PARENT_NOT_DIR'],
  ])('with %s are refused, and nothing is written', async (_what, entry, code) => {
    const { directory, run } = withSbom(tarOfEntries([...FILES, entry]))
    const before = files(directory)
    const refused = await run('sbom', 'download', 'oci:app', '-o', 'out')
    expect(refused).toMatchObject({ status: 3, stdout: '' })
    expect(refused.stderr).toContain(`[${code}]`)
    expect(files(directory)).toBe(before)
  })

  test('whose layer is damaged, or is not what the config says, leave nothing behind', async () => {
    const damaged = withSbom(tarOfEntries(FILES))
    const layer = (damaged.layout.manifest() as { layers: { digest: string }[] }).layers[1]!
    damaged.layout.damage(layer.digest, (bytes) =>
      Buffer.from(bytes.map((byte, i) => (i === bytes.length - 9 ? byte ^ 1 : byte))),
    )
    const lying = withSbom(tarOfEntries(FILES), `sha256:${'0'.repeat(64)}`)
    lying.layout.editConfig((config) => {
      config.rootfs.diff_ids[1] = `sha256:${'0'.repeat(64)}`
    })
    for (const { directory, run } of [damaged, lying]) {
      const before = files(directory)
      expect(await run('sbom', 'download', 'oci:app', '-o', 'out')).toMatchObject({ status: 3, stdout: '' })
      expect(files(directory)).toBe(before)
    }
  })

  test('do not follow a link that lies in their way', async () => {
    const { directory, run } = withSbom(tarOfEntries(FILES))
    const elsewhere = temporaryDirectory()
    symlinkSync(elsewhere, join(directory, 'layers'))
    const before = files(directory)
    const refused = await run('sbom', 'download', 'oci:app')
    expect(refused).toMatchObject({ status: 6, stdout: '' })
    expect(files(elsewhere)).toBe('')
    expect(files(directory)).toBe(before)
  })

  test.each([
    ['is in no layer', { sbom: { sha: `sha256:${'1'.repeat(64)}` } }, 'not in the image'],
    ['is not named', { runImage: {} }, "could not find SBoM information on '"],
    ['is no digest', { sbom: { sha: 'x' } }, 'must be sha256:'],
  ])('are missed when their layer %s', async (_what, metadata, words) => {
    const { run } = withImage({ labels: json({ 'io.buildpacks.lifecycle.metadata': metadata }) })
    const missed = await run('sbom', 'download', 'oci:app')
    expect(missed).toMatchObject({ status: 3, stdout: '' })
    expect(missed.stderr).toContain(words)
  })

  test('of an image that is nowhere are missed', async () => {
    const { run } = place()
    expect(await run('sbom', 'download', 'docker:acme/app')).toMatchObject({ status: 3, stdout: '' })
  })
})
