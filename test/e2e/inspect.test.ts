import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { trowel, type Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { goldenInput } from '../support/golden.js'
import { trowelHere } from '../support/here.js'
import { indexRepository, line } from '../support/index-repository.js'
import { builderLabels, json, place, TARS, withImage, withIndex } from '../support/labelled.js'
import { DOCKER, OCI, sha256 } from '../support/layout.js'
import { pushLayout } from '../support/registry/push-layout.js'
import { startRegistry } from '../support/registry/registry.js'

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

  test('is shown by the built program as in this process', async () => {
    const { directory, run } = withImage({ labels: builderLabels() })
    for (const words of [
      ['builder', 'inspect'],
      ['buildpack', 'inspect', '-o', 'yaml'],
    ]) {
      const built = await trowel([...words, 'oci:app', '--no-cache'], { cwd: directory })
      expect(built.status, built.stderr).toBe(0)
      expect(built.stdout).toBe((await run(...words, 'oci:app')).stdout)
    }
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
    ['nothing.cnb', 3, 'there is no file nothing.cnb'],
    ['acme/nothing.tar', 3, 'there is no file acme/nothing.tar'],
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

  test.each([
    ['builder', builderLabels(), 'a builder', 'trowel builder inspect'],
    [
      'buildpack',
      json({ 'io.buildpacks.buildpack.layers': {} }),
      'a package of a buildpack',
      'trowel buildpack inspect',
    ],
    [
      'extension',
      json({ 'io.buildpacks.extension.layers': {} }),
      'a package of an extension',
      'trowel extension inspect',
    ],
    ['application', json({ 'io.buildpacks.lifecycle.metadata': {} }), 'an application', 'trowel inspect'],
  ])('is told as what it is when it is of another kind: %s', async (kind, labels, thing, command) => {
    // Without the label by which a builder could be taken for a buildpackage.
    const { 'io.buildpacks.buildpackage.metadata': _, ...rest } = labels
    const { run } = withImage({ labels: rest })
    for (const other of ['builder', 'buildpack', 'extension'].filter((other) => other !== kind)) {
      const missed = await run(other, 'inspect', 'oci:app')
      expect(missed).toMatchObject({ status: 3, stdout: '' })
      expect(missed.stderr).toContain(`'oci:app' is ${thing}, and no ${other}\n`)
      expect(missed.stderr).toContain(`${command} oci:app\n`)
    }
  })

  test.each([
    ['builder', { 'io.buildpacks.builder.metadata': 'null' }],
    ['builder', { 'io.buildpacks.builder.metadata': '' }],
    ['buildpack', json({ 'io.buildpacks.buildpack.layers': {} })],
  ])('is no %s when its labels are there and do not say what it is: %j', async (kind, labels) => {
    const { run } = withImage({ labels })
    const missed = await run(kind, 'inspect', 'oci:app')
    expect(missed).toMatchObject({ status: 3, stdout: '' })
    expect(missed.stderr).toContain(`unable to find ${kind} 'oci:app' locally or remotely`)
    expect(missed.stderr).toContain(`is no ${kind}`)
    expect(missed.stderr).not.toContain('inspect')
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
    const digest = await pushLayout(registry, goldenInput('packages/one'), 'golden/one:1')
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

describe('an index', () => {
  test('of many images is shown without its layers only', async () => {
    const { layout, run } = place()
    const manifests = Array.from({ length: 101 }, (_, i) => ({
      ...layout.image({ labels: builderLabels(), tars: TARS, architecture: `a${i}` }),
      platform: { os: 'linux', architecture: `a${i}` },
    }))
    layout.setEntries([layout.putJson(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests })])
    expect(await run('builder', 'inspect', 'oci:app')).toMatchObject({ status: 0 })
    const refused = await run('builder', 'inspect', 'oci:app', '--layers')
    expect(refused).toMatchObject({ status: 3, stdout: '' })
    expect(refused.stderr).toContain('[E_OCI_LIMIT]')
  })

  test('of indexes that name the same indexes many times is refused', async () => {
    const { layout, run } = place()
    let below = layout.image({ labels: builderLabels(), tars: TARS })
    for (let depth = 0; depth < 7; depth++) {
      const manifests = Array.from({ length: 50 }, () => below)
      below = layout.putJson(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests })
    }
    layout.setEntries([below])
    // 10000 of them take a moment.
    for (const flags of [[], ['--layers'], ['--platform', 'linux/arm64']]) {
      const refused = await run('builder', 'inspect', 'oci:app', '--limit', 'indexChildren=500', ...flags)
      expect(refused).toMatchObject({ status: 3, stdout: '' })
      expect(refused.stderr).toContain('[E_OCI_LIMIT]')
    }
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
        modules: [
          { id: 'acme/java', api: '0.10', targets: ['linux/amd64:ubuntu@24.04;debian'], diffId: sha256(TARS[1]!) },
        ],
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
          {
            id: 'acme/java',
            version: '1.0.0',
            api: '0.10',
            targets: ['linux/amd64:ubuntu@24.04;debian'],
            layer_diff_id: sha256(TARS[1]!),
          },
        ],
        stacks: [{ id: 'io.acme', mixins: ['git'] }],
        detection_order: [{ buildpacks: [{ id: 'acme/java', version: '1.0.0' }] }],
      },
    })
    expect((await run('buildpack', 'inspect', 'oci:app', '-o', 'yaml')).stdout).toContain('layer_diff_id: sha256:')
  })
})
