import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { trowel, type Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { OCI, sha256, tarOf, TestLayout, type TestDescriptor } from '../support/layout.js'
import { startEngine } from '../support/engine.js'
import { startRegistry, type Registry } from '../support/registry/registry.js'

let registry: Registry
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry.close())

interface Fixture {
  readonly directory: string
  readonly index: TestDescriptor
  readonly children: readonly TestDescriptor[]
  readonly copy: (...args: string[]) => Promise<Run>
}

/** A directory with the layout `from`, which holds an index of two platforms. */
function fixture(): Fixture {
  const directory = temporaryDirectory()
  const layout = new TestLayout(join(directory, 'from'))
  const children = ['amd64', 'arm64'].map((architecture) => ({
    ...layout.image({ architecture }),
    platform: { os: 'linux', architecture },
  }))
  const index = layout.putJson(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests: children })
  layout.setEntries([index])
  const copy = (...args: string[]): Promise<Run> =>
    trowel(['copy', ...args], { cwd: directory, env: { HOME: directory } })
  return { directory, index, children, copy }
}

function indexOf(directory: string): readonly TestDescriptor[] {
  const { manifests } = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')) as {
    manifests: readonly TestDescriptor[]
  }
  return manifests
}

describe('an index with its images', () => {
  test('goes to several places in one run, and comes back as it was', async () => {
    const { directory, index, copy } = fixture()
    const [one, two] = [`${registry.host}/several/one:1`, `${registry.host}/several/two:2`]
    const run = await copy('oci:from', one, two, 'oci:there:x')
    expect(run.stdout).toBe(`${index.digest}\n`)
    expect(run.stderr).toContain(`${one}: new, ${index.digest}\n`)
    expect(run.stderr).toMatch(/sent .*; \d+ blobs sent; \d+ blobs mounted\n/)
    expect(registry.tags('several/two').get('2')).toBe(index.digest)

    expect(await copy(two, 'oci:back')).toMatchObject({ status: 0, stdout: `${index.digest}\n` })
    expect(indexOf(join(directory, 'back'))).toMatchObject([{ digest: index.digest }])
  })

  test('may be in a file or a layout directory that is named without saying which', async () => {
    const { index, copy } = fixture()
    await copy('oci:from', 'oci-archive:java.cnb')
    for (const from of ['java.cnb', './java.cnb', 'from']) {
      const run = await copy(from, `${registry.host}/bare/java:1`)
      expect(run, run.stderr).toMatchObject({ status: 0, stdout: `${index.digest}\n` })
    }
  })

  test('that is there already moves nothing, and says so', async () => {
    const { copy } = fixture()
    const there = `${registry.host}/again/app:1`
    await copy('oci:from', there)
    registry.requests.splice(0)
    const run = await copy('oci:from', there, '--json')
    const { published } = JSON.parse(run.stdout) as { published: { before: string; after: string }[] }
    expect(published).toEqual([{ name: there, before: published[0]?.after, after: published[0]?.before }])
    expect(run.stderr).toContain(`${there}: already there, nothing to do\n`)
    expect(registry.requests.filter(({ method }) => !['GET', 'HEAD'].includes(method))).toEqual([])
  })

  test('is one image with --platform, and the tag is said to have moved', async () => {
    const { index, children, copy } = fixture()
    const there = `${registry.host}/one/app:1`
    await copy('oci:from', there)
    const run = await copy('oci:from', there, '--platform', 'linux/arm64')
    const arm64 = children[1]?.digest ?? ''
    expect(run.stdout).toBe(`${arm64}\n`)
    expect(run.stderr).toContain(`${there}: ${index.digest} -> ${arm64}\n`)
    expect(registry.tags('one/app').get('1')).toBe(arm64)
  })
})

describe('--platform', () => {
  function variants(): ReturnType<typeof fixture> {
    const made = fixture()
    const layout = new TestLayout(join(made.directory, 'variants'))
    const children = ['v8', 'v9'].map((variant) => ({
      ...layout.image({ architecture: 'arm64', variant }),
      platform: { os: 'linux', architecture: 'arm64', variant },
    }))
    layout.setEntries([layout.putJson(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests: children })])
    return { ...made, children }
  }

  test('takes any variant that is there', async () => {
    const { children, copy } = variants()
    const run = await copy('oci:variants', 'oci:there', '--platform', 'linux/arm64/v9')
    expect(run).toMatchObject({ status: 0, stdout: `${children[1]?.digest}\n` })
    expect(run.stderr).not.toContain('warning')
  })

  test('without a variant takes the first, and names the others', async () => {
    const { children, copy } = variants()
    const run = await copy('oci:variants', 'oci:there', '--platform', 'linux/arm64')
    expect(run).toMatchObject({ status: 0, stdout: `${children[0]?.digest}\n` })
    expect(run.stderr).toMatch(/warning.*linux\/arm64\/v8 is taken, and linux\/arm64\/v9 left/)
  })

  test.each(['linux', 'linux/arm64/v7', 'Linux/ARM64', 'linux/amd64,linux/arm64', ''])(
    '%j is refused by its name',
    async (text) => {
      const { stderr, status } = await variants().copy('oci:variants', 'oci:there', '--platform', text)
      expect(status).not.toBe(0)
      expect(stderr).toContain('--platform')
      expect(stderr).not.toContain('--target')
    },
  )
})

test('an image of an engine becomes one of OCI', async () => {
  const { directory } = fixture()
  const engine = await startEngine()
  const config = {
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [sha256(tarOf('a', '1'))] },
  }
  engine.put(Buffer.from(JSON.stringify(config)), [tarOf('a', '1')], 'docker.io/acme/x:latest')
  const env = { HOME: directory, DOCKER_HOST: engine.host }
  const run = await trowel(['copy', 'docker:acme/x', 'oci:there:1'], { cwd: directory, env })
  expect(run.status, run.stderr).toBe(0)
  expect(indexOf(join(directory, 'there'))).toMatchObject([{ mediaType: OCI.manifest }])
})

test.each([
  ['a tag', (there: string) => `${there}:1`, (there: string) => [`${there}:1`]],
  ['a digest', (there: string, digest: string) => `${there}@${digest}`, () => null],
])('an archive for docker has the name of where its image is from: %s', async (about, from, names) => {
  const { directory, children, copy } = fixture()
  const there = `${registry.host}/named/${about.replace(' ', '-')}`
  await copy('oci:from', `${there}:1`, '--platform', 'linux/amd64')
  const run = await copy(from(there, children[0]?.digest ?? ''), 'docker-archive:image.tar')
  expect(run.status, run.stderr).toBe(0)
  const manifest = await promisify(execFile)('tar', ['-xOf', 'image.tar', 'manifest.json'], { cwd: directory })
  expect(JSON.parse(manifest.stdout)).toMatchObject([{ RepoTags: names(there) }])
})

describe('what goes wrong has a status, and nothing is written', () => {
  test.each([
    ['no place', 2, ['oci:from']],
    ['a place that is none', 2, ['oci:from', 'nowhere:x:y:z']],
    ['a place that nothing can be read from', 2, ['docker', 'oci:there']],
    ['a platform and all of them', 2, ['oci:from', 'oci:there', '--platform', 'linux/amd64', '--all']],
    ['a platform that is not there', 3, ['oci:from', 'oci:there', '--platform', 'linux/s390x']],
    ['a file that is not there', 3, ['nothing.cnb', 'oci:there']],
    ['an image that is not there', 3, ['oci:absent', 'oci:there']],
    ['a registry without leave to ask it', 4, ['registry.test/x/y', 'oci:there', '--offline']],
  ])('%s', async (_, status, args) => {
    const { directory, copy } = fixture()
    const run = await copy(...args)
    expect(run.stderr).toMatch(/error\[E_/)
    expect(run).toMatchObject({ status, stdout: '' })
    expect(existsSync(join(directory, 'there'))).toBe(false)
  })
})
