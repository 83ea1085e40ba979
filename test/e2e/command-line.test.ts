import { execFileSync } from 'node:child_process'
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { CLI, trowel, type Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { startRegistry } from '../support/registry/registry.js'
import { soundWorkspace } from '../support/workspace.js'

// eslint-disable-next-line no-control-regex -- what a terminal would act on
const ESCAPES = /\u001b/
const DIGEST_REFERENCE = /^acme\/builder@sha256:[0-9a-f]{64}\n$/

test('a link to what was built, as npm makes one, is a program', async () => {
  const link = join(temporaryDirectory(), 'trowel')
  symlinkSync(CLI, link)
  const { stdout } = await trowel(['version'], { cwd: temporaryDirectory() })
  expect(execFileSync(link, ['version'], { encoding: 'utf8' })).toBe(stdout)
})

describe('what stands on which stream', () => {
  test('--version prints the version of package.json', async () => {
    const run = await trowel(['--version'], { cwd: temporaryDirectory() })
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    expect(run).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' })
  })

  test('version prints the same', async () => {
    const cwd = temporaryDirectory()
    const run = await trowel(['version'], { cwd })
    expect(run).toEqual(await trowel(['--version'], { cwd }))
  })

  test('--help prints to stdout and names the command', async () => {
    const run = await trowel(['builder', 'create', '--help'], { cwd: temporaryDirectory() })
    expect(run.status).toBe(0)
    expect(run.stdout).toContain('--created-by')
    expect(run.stderr).toBe('')
  })

  test('stdout holds one line, the digest reference', async () => {
    const run = await soundWorkspace().create()
    expect(run.stdout).toMatch(DIGEST_REFERENCE)
    expect(run.status).toBe(0)
  })

  test('--quiet says nothing but the result', async () => {
    const run = await soundWorkspace().create(['--quiet'])
    expect(run.stdout).toMatch(DIGEST_REFERENCE)
    expect(run.stderr).toBe('')
  })

  test('--json prints one object with digests, layers and the resolved order', async () => {
    const run = await soundWorkspace().create(['--json'])
    const result = JSON.parse(run.stdout) as Record<string, unknown>
    expect(result).toMatchObject({
      digest: expect.stringMatching(/^sha256:/) as unknown,
      order: { order: [[{ id: 'acme/module', version: '1.0.0', optional: false }]] },
      replaced: [{ reference: 'base.test/build:1' }, { reference: 'base.test/run:1' }],
      warnings: [],
    })
  })

  test('every line of --timestamps starts with the time', async () => {
    const run = await soundWorkspace().create(['--timestamps'])
    const lines = run.stderr.trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(3)
    for (const line of lines) expect(line).toMatch(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d\.\d{6} /)
  })

  test('there is colour only when it is forced, because stderr is no terminal here', async () => {
    const workspace = soundWorkspace({ 'builder.toml': 'nonsense' })
    expect((await workspace.create()).stderr).not.toMatch(ESCAPES)
    expect((await workspace.create(['--force-color'])).stderr).toMatch(ESCAPES)
  })
})

describe('--help', () => {
  test.each([
    ['of trowel', ['--help'], 'builder create NAME'],
    ['of a word that begins commands', ['builder', '--help'], 'usage: trowel builder COMMAND'],
    ['of a command by another name', ['builders', 'create', '-h'], 'usage: trowel builder create NAME [FLAGS]'],
    ['of a command without flags', ['version', '--help'], 'usage: trowel version\n'],
    ['before the operands', ['builder', '--help', 'create', 'x/y', '--config', 'z'], '--append-image-name-suffix'],
    ['of an unknown command is that of trowel', ['frobnicate', '--help'], 'usage: trowel COMMAND'],
  ])('%s', async (_, args, expected) => {
    const run = await trowel(args, { cwd: temporaryDirectory() })
    expect(run.stdout).toContain(expected)
    expect(run).toMatchObject({ status: 0, stderr: '' })
  })

  test('behind -- is none', async () => {
    const run = await trowel(['builder', 'create', '--', '--help'], { cwd: temporaryDirectory() })
    expect(run).toMatchObject({ status: 2, stdout: '' })
  })
})

describe('--dry-run', () => {
  test('prints the plan and writes nothing', async () => {
    const workspace = soundWorkspace()
    const before = workspace.snapshot()
    const run = await workspace.create(['--dry-run'])
    expect(run.status).toBe(0)
    expect(run.stdout).toContain('buildpack acme/module@1.0.0')
    expect(workspace.snapshot()).toBe(before)
  })

  test('prints the plan as data with --json', async () => {
    const run = await soundWorkspace().create(['--dry-run', '--json'])
    const { plan } = JSON.parse(run.stdout) as { plan: { platforms: { layers: { role: string }[] }[] } }
    expect(plan.platforms[0]?.layers.map((layer) => layer.role)).toEqual([
      'default-dirs',
      'lifecycle',
      'module',
      'order',
      'stack',
      'run',
      'platform-env',
    ])
  })
})

describe('--publish', () => {
  test('says which name went from which digest to which, and when there is nothing to do', async () => {
    const registry = await startRegistry()
    onTestFinished(() => registry.close())
    const workspace = soundWorkspace()
    const name = `${registry.host}/acme/builder:1`
    const other = `${registry.host}/acme/other:2`
    const replaced = ['build', 'run'].flatMap((base) => ['--replace', `base.test/${base}:1=oci:${base}`])
    const publish = (...flags: string[]): Promise<Run> =>
      trowel(['builder', 'create', name, '--config', 'builder.toml', '--publish', ...replaced, ...flags], {
        cwd: workspace.input,
        env: { TROWEL_CACHE_DIR: workspace.cache },
      })

    const first = await publish()
    const before = first.stdout.trim().split('@')[1] ?? ''
    expect(before).toMatch(/^sha256:/)
    expect(first.stderr).toContain(`${name}: new, ${before}\n`)
    expect(first.stderr).toMatch(/^sent .*; \d+ blobs sent$/m)

    const second = await publish()
    expect(second.stdout).toBe(first.stdout)
    expect(second.stderr).toContain(`${name}: already there, nothing to do\n`)
    expect(second.stderr).not.toMatch(/^sent /m)

    const third = await publish('--label', 'a=b', '--tag', other, '--json')
    const { published } = JSON.parse(third.stdout) as { published: { after: string }[] }
    const after = published[0]?.after ?? ''
    expect(after).not.toBe(before)
    expect(published).toEqual([
      { name, before, after },
      { name: other, before: null, after },
    ])
    expect(third.stderr).toContain(`${name}: ${before} -> ${after}\n${other}: new, ${after}\n`)
  })

  test('tells of a rate limit', async () => {
    const registry = await startRegistry({ quirks: { headers: { 'ratelimit-remaining': '76;w=21600' } } })
    onTestFinished(() => registry.close())
    const run = await soundWorkspace().create(['--to', `${registry.host}/acme/builder:1`, '--offline=false'])
    expect(run.stderr).toContain(`${registry.host} reports a rate limit: 76 requests left in 6 hours\n`)
    expect(run.status).toBe(0)
  })
})

describe('exit status', () => {
  test.each([
    ['an unknown command', ['frobnicate']],
    ['no command', []],
    ['half a command', ['builder']],
    ['an operand too many', ['version', 'x']],
    ['a buildpack registry', ['builder', 'create', 'x/y', '--config', 'builder.toml', '-R', 'acme']],
    ['an unknown flag', ['builder', 'create', 'x/y', '--nope']],
    ['no builder.toml', ['builder', 'create', 'x/y']],
    ['no name', ['builder', 'create', '--config', 'builder.toml']],
    ['two names', ['builder', 'create', 'x/y', 'x/z', '--config', 'builder.toml']],
    ['a name that is no reference', ['builder', 'create', 'UPPER', '--config', 'builder.toml', '--to', 'oci:out']],
    ['a place that is none', ['builder', 'create', 'x/y', '--config', 'builder.toml', '--to', 'nowhere:out']],
    ['a limit that is none', ['builder', 'create', 'x/y', '--config', 'builder.toml', '--limit', 'moon=1']],
    ['no jobs', ['builder', 'create', 'x/y', '--config', 'builder.toml', '--jobs', '0']],
    ['a label without =', ['builder', 'create', 'x/y', '--config', 'builder.toml', '--to', 'oci:out', '--label', 'x']],
    [
      'an unknown target',
      ['builder', 'create', 'x/y', '--config', 'builder.toml', '--to', 'oci:out', '--target', 'a/b'],
    ],
    [
      'a malformed flatten',
      ['builder', 'create', 'x/y', '--config', 'builder.toml', '--to', 'oci:out', '--flatten', 'a'],
    ],
    [
      'a malformed createdBy',
      ['builder', 'create', 'x/y', '--config', 'builder.toml', '--to', 'oci:out', '--created-by', 'a'],
    ],
  ])('is 2 for %s', async (_, args) => {
    const workspace = soundWorkspace()
    const before = workspace.snapshot()
    const run = await trowel(args, { cwd: workspace.input })
    expect(run.stderr).toMatch(/error\[/)
    expect(run.status).toBe(2)
    expect(run.stdout).toBe('')
    expect(workspace.snapshot()).toBe(before)
  })

  test('is 4 when no place is named and there is no docker engine', async () => {
    const workspace = soundWorkspace()
    const before = workspace.snapshot()
    const socket = join(workspace.input, 'no.sock')
    const run = await trowel(['builder', 'create', 'x/y', '--config', 'builder.toml', '--offline'], {
      cwd: workspace.input,
      env: { DOCKER_HOST: `unix://${socket}` },
    })
    expect(run.stderr).toContain('E_ENGINE')
    expect(run.stderr).toContain(socket)
    expect(run.status).toBe(4)
    expect(workspace.snapshot()).toBe(before)
  })

  test('is 2, with every problem, for a builder.toml with several', async () => {
    const workspace = soundWorkspace({
      'builder.toml': '[build]\nimage = 1\nimagge = "x"\n[[buildpacks]]\nuri = "absent"\n',
    })
    const run = await workspace.create()
    expect(run.status).toBe(2)
    expect(run.stderr).toContain('builder.toml:2:')
    expect(run.stderr).toContain('builder.toml:3:')
    expect(run.stderr).toMatch(/imagge/)
  })

  test('is 3 for an archive that is none', async () => {
    const workspace = soundWorkspace({ 'module.tgz': 'this is not an archive' })
    workspace.write({
      'builder.toml': readFileSync(join(workspace.input, 'builder.toml'), 'utf8').replace('"module"', '"module.tgz"'),
    })
    const run = await workspace.create()
    expect(run.stderr).toContain('E_NOT_TAR')
    expect(run.status).toBe(3)
  })

  test('is 6 when the output cannot be written', async () => {
    const run = await soundWorkspace().create(['--to', 'oci:/dev/null/out'])
    expect(run.stderr).toContain('E_IO')
    expect(run.status).toBe(6)
  })

  test('--json shows each problem as an object on stdout too', async () => {
    const workspace = soundWorkspace({ 'builder.toml': '[build]\nimage = 1\n' })
    const run = await workspace.create(['--json'])
    const { error, problems } = JSON.parse(run.stdout) as {
      error: { code: string }
      problems: Record<string, unknown>[]
    }
    expect(error.code).toBe('E_INPUT')
    expect(problems).toContainEqual(expect.objectContaining({ code: 'toml-wrong-type', line: 2, severity: 'error' }))
  })
})
