import { describe, expect, test } from 'vitest'
import type { Run } from '../support/cli.js'
import { trowelHere } from '../support/here.js'
import { builderLabels, withImage, withIndex } from '../support/labelled.js'
import { soundWorkspace, type Files, type Workspace } from '../support/workspace.js'

interface Document {
  readonly subject: string
  readonly columns: readonly { readonly platform: string; readonly kind: string; readonly title: string }[]
  readonly rows: readonly {
    readonly kind: string
    readonly name: string
    readonly cells: readonly { readonly verdict: string; readonly rule: string; readonly note: number }[]
  }[]
}

const BASES = ['build', 'run'].flatMap((base) => ['--replace', `base.test/${base}:1=oci:${base}`])

/** `trowel check --matrix ARGS` in a workspace. */
function matrix({ input }: Workspace, ...args: readonly string[]): Promise<Run> {
  return trowelHere(['check', '--matrix', '--offline', '--no-cache', ...BASES, ...args], { cwd: input })
}

function document({ stdout }: Run): Document {
  return JSON.parse(stdout) as Document
}

/** The verdicts of a row, or undefined. */
function verdicts({ rows }: Document, name: string): readonly string[] | undefined {
  return rows.find((row) => row.name === name)?.cells.map(({ verdict }) => verdict)
}

const ARM_ONLY: Files = {
  'module/buildpack.toml':
    'api = "0.10"\n[buildpack]\nid = "acme/module"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\narch = "arm64"\n',
}

describe('check --matrix', () => {
  test('shows a builder.toml in which all fits, and ends with 0', async () => {
    const run = await matrix(soundWorkspace(), 'builder.toml')
    expect(run).toMatchObject({ status: 0 })
    expect(run.stdout).toMatch(/^builder\.toml: 1 module, 1 platform: \d+ fit/)
    expect(run.stdout).toContain('acme/module@1.0.0')
  })

  test('ends as the check does where something does not fit', async () => {
    const workspace = soundWorkspace(ARM_ONLY)
    const run = await matrix(workspace, 'builder.toml', '--format', 'json')
    const check = await trowelHere(['check', '--offline', '--no-cache', ...BASES, 'builder.toml'], {
      cwd: workspace.input,
    })
    expect(run.status).toBe(2)
    expect(check.status).toBe(run.status)
    expect(run.stderr).toMatch(/^trowel check builder\.toml says more: \d+ error/m)
    expect(verdicts(document(run), 'acme/module@1.0.0')?.slice(0, 2)).toEqual(['fits-not', 'fits-not'])
  })

  test('shows what a published builder is made of, on each platform that it has', async () => {
    const workspace = soundWorkspace()
    expect(await workspace.create(['--flatten', 'acme/module@1.0.0'])).toMatchObject({ status: 0 })
    const run = await matrix(workspace, `oci:${workspace.output}/layout`, '--json')
    expect(run).toMatchObject({ status: 0 })
    const found = document(run)
    expect(found.columns.map(({ kind, title }) => [kind, title])).toEqual([
      ['build-image', `oci:${workspace.output}/layout`],
      ['run-image', 'base.test/run:1'],
      ['buildpack-api', 'Buildpack API'],
      ['platform-api', 'Platform API'],
    ])
    expect(verdicts(found, 'acme/module@1.0.0')).toEqual(['fits', 'fits', 'fits', 'not-applicable'])
  })

  test('says of a file and of the builder that is made of it the same', async () => {
    const workspace = soundWorkspace()
    await workspace.create()
    const ofFile = document(await matrix(workspace, 'builder.toml', '--json'))
    const ofImage = document(await matrix(workspace, `oci:${workspace.output}/layout`, '--json'))
    expect(verdicts(ofImage, 'acme/module@1.0.0')).toEqual(verdicts(ofFile, 'acme/module@1.0.0'))
  })

  test('shows each platform of a builder that has several', async () => {
    const { run } = withIndex()
    const found = document(await run('check', '--matrix', '--offline', '--json', 'oci:app'))
    expect(found.columns.map(({ platform, kind }) => `${platform} ${kind}`)).toEqual(
      ['linux/arm64', 'linux/amd64'].flatMap((platform) =>
        ['build-image', 'run-image', 'buildpack-api', 'platform-api'].map((kind) => `${platform} ${kind}`),
      ),
    )
    expect(verdicts(found, 'acme/java@1.0.0')?.join(' ')).toBe(
      'fits-not unknown fits not-applicable unknown unknown fits not-applicable',
    )
  })

  test('of a module whose layer the builder does not have is unknown', async () => {
    const { run } = withImage({ labels: builderLabels(), tars: [] })
    const found = document(await run('check', '--matrix', '--offline', '--json', 'oci:app'))
    expect(verdicts(found, 'acme/java@1.0.0')).toEqual(['unknown', 'unknown', 'unknown', 'unknown'])
  })

  test.each([
    ['a release that is known', '0.20.0', ['fits', 'not-applicable']],
    ['one that nobody knows', '99.0.0', ['unknown', 'not-applicable']],
  ])('of a builder that lists no APIs goes by the version of its lifecycle: %s', async (_, version, expected) => {
    const { run } = withImage({
      labels: builderLabels({ 'io.buildpacks.builder.metadata': { lifecycle: { version } } }),
    })
    const found = document(await run('check', '--matrix', '--offline', '--json', 'oci:app'))
    expect(verdicts(found, 'acme/java@1.0.0')?.slice(-2)).toEqual(expected)
  })

  test('of a hostile label is a refusal, not a crash', async () => {
    const { run } = withImage({ labels: builderLabels({ 'io.buildpacks.buildpack.layers': [] }) })
    const { status, stdout, stderr } = await run('check', '--matrix', '--offline', '--json', 'oci:app')
    expect([status, JSON.parse(stdout)]).toMatchObject([2, { error: { code: 'E_INPUT' } }])
    expect(stderr).toContain('io.buildpacks.buildpack.layers')
  })

  test('of a run image that nobody may be asked for is unknown, not passed over', async () => {
    const { input } = soundWorkspace()
    const [, build = ''] = BASES
    const args = ['check', '--matrix', '--offline', '--no-cache', '--json', '--replace', build, 'builder.toml']
    const run = await trowelHere(args, { cwd: input })
    expect(verdicts(document(run), 'acme/module@1.0.0')).toEqual(['fits', 'unknown', 'fits', 'not-applicable'])
  })

  test('of a module that is not there has a row for it', async () => {
    const workspace = soundWorkspace({ 'builder.toml': '' })
    workspace.write({
      'builder.toml':
        '[build]\nimage = "base.test/build:1"\n[[run.images]]\nimage = "base.test/run:1"\n[[buildpacks]]\nuri = "./gone"\n',
    })
    const run = await matrix(workspace, 'builder.toml', '--json')
    expect(run.status).not.toBe(0)
    expect(verdicts(document(run), './gone')).toEqual(['unknown', 'unknown', 'unknown', 'unknown'])
  })

  test.each([
    ['markdown', /^# builder\.toml\n/],
    ['html', /^<!doctype html>\n/],
  ])('is printed as %s', async (format, start) => {
    const run = await matrix(soundWorkspace(), 'builder.toml', '--format', format)
    expect(run).toMatchObject({ status: 0, stdout: expect.stringMatching(start) })
  })

  test.each([
    ['more than one builder', ['.']],
    ['a format that there is not', ['builder.toml', '--format', 'sarif']],
    ['what is no builder', ['module']],
    ['an image that is no builder', ['oci:run']],
    ['a file that is not there', ['nothing/builder.toml']],
  ])('of %s is a mistake in use', async (_, args) => {
    const workspace = soundWorkspace({ 'other/builder.toml': '' })
    expect(await matrix(workspace, ...args)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('E_USAGE'),
    })
  })

  test('of a file that is no TOML says where it is not', async () => {
    const run = await matrix(soundWorkspace({ 'builder.toml': '[build\n' }), 'builder.toml')
    expect(run).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('builder.toml:1:7') })
  })
})
