import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { trowel, type Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { trowelHere } from '../support/here.js'
import { snapshot } from '../support/snapshot.js'
import { soundWorkspace } from '../support/workspace.js'

const make = (cwd: string, ...args: string[]): Promise<Run> => trowel(args, { cwd })

describe('buildpack new', () => {
  test('makes a directory of the last part of the id, and says so in pack’s words', async () => {
    const cwd = temporaryDirectory()
    const { status, stdout, stderr } = await make(cwd, 'buildpack', 'new', 'acme/java', '--targets', 'linux/arm64')
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'java\n' })
    expect(stderr).toBe(
      "    'create'  buildpack.toml\n    'create'  bin/build\n    'create'  bin/detect\nSuccessfully created 'acme/java'\n",
    )
    expect(readFileSync(join(cwd, 'java/buildpack.toml'), 'utf8')).toBe(
      'api = "0.10"\n\n[buildpack]\n  id = "acme/java"\n  version = "1.0.0"\n\n[[targets]]\n  os = "linux"\n  arch = "arm64"\n',
    )
    for (const name of ['build', 'detect']) expect(statSync(join(cwd, 'java/bin', name)).mode & 0o111).toBe(0o111)
    expect(readdirSync(cwd)).toEqual(['java'])
  })

  test('writes what it is told: API, version, distros, variants, stacks', async () => {
    const cwd = temporaryDirectory()
    const flags = ['-a', '0.8', '-V', '2.3.4', '-s', 'a.b,c.d', '-t', 'linux/arm/v7:debian@12;debian@13', '-p', 'x/y']
    expect(await make(cwd, 'buildpack', 'new', 'acme/java', ...flags)).toMatchObject({ status: 0 })
    expect(readFileSync(join(cwd, 'x/y/buildpack.toml'), 'utf8')).toBe(
      [
        'api = "0.8"\n\n[buildpack]\n  id = "acme/java"\n  version = "2.3.4"\n',
        '[[targets]]\n  os = "linux"\n  arch = "arm"\n  variant = "v7"\n',
        '  [[targets.distros]]\n    name = "debian"\n    version = "12"\n',
        '  [[targets.distros]]\n    name = "debian"\n    version = "13"\n',
        '[[stacks]]\n  id = "a.b"\n',
        '[[stacks]]\n  id = "c.d"\n',
      ].join('\n'),
    )
  })

  test('names any stack for an API without targets', async () => {
    const cwd = temporaryDirectory()
    expect(await make(cwd, 'buildpack', 'new', 'acme/java', '--api', '0.8')).toMatchObject({ status: 0 })
    expect(readFileSync(join(cwd, 'java/buildpack.toml'), 'utf8')).toMatch(/\n\[\[stacks]]\n {2}id = "\*"\n$/)
  })

  test.each([
    [['.'], 'no id'],
    [['../../x'], 'no id'],
    [['a//b'], 'no id'],
    [['a"b'], 'no id'],
    [['app'], 'no id'],
    [['acme/java', '--version', '1'], 'no version'],
    [['acme/java', '--version', '1.0.0\n'], 'no version'],
    [['acme/java', '--api', 'x'], 'no Buildpack API'],
    [['acme/java', '--api', '0.13'], 'no lifecycle is known that runs Buildpack API 0.13'],
    [['acme/java', '--api', '99'], 'the newest is 0.12'],
    [['acme/java', '--version', '1.0.0-'], 'no version'],
    [['acme/java', '--targets', 'beos/amd64'], 'unknown operating system'],
  ])('refuses %j, and makes nothing', async (args, problem) => {
    const cwd = temporaryDirectory()
    const { status, stderr } = await make(cwd, 'buildpack', 'new', ...args)
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(problem) })
    expect(readdirSync(cwd)).toEqual([])
  })

  test('leaves what is there alone', async () => {
    const cwd = temporaryDirectory()
    await make(cwd, 'buildpack', 'new', 'acme/java')
    const { status, stderr } = await make(cwd, 'buildpack', 'new', 'other/java')
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining("directory 'java' exists") })
    expect(readFileSync(join(cwd, 'java/buildpack.toml'), 'utf8')).toContain('acme/java')
  })
})

test.each(['a file', 'a link that leads nowhere', 'a folder'])('%s in its place is left alone', async (what) => {
  const cwd = temporaryDirectory()
  const path = join(cwd, 'java')
  if (what === 'a file') writeFileSync(path, 'mine')
  else if (what === 'a folder') mkdirSync(path)
  else symlinkSync('nowhere', path)
  const before = snapshot(cwd)
  const { status, stderr } = await make(cwd, 'buildpack', 'new', 'acme/java')
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining("directory 'java' exists") })
  expect(snapshot(cwd)).toBe(before)
})

describe('extension new', () => {
  test('makes an extension with its two scripts', async () => {
    const cwd = temporaryDirectory()
    const { status, stdout } = await make(cwd, 'extension', 'new', 'acme/ext', '--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      id: 'acme/ext',
      version: '1.0.0',
      directory: 'ext',
      files: ['extension.toml', 'bin/detect', 'bin/generate'],
    })
    expect(readFileSync(join(cwd, 'ext/extension.toml'), 'utf8')).toBe(
      'api = "0.10"\n\n[extension]\n  id = "acme/ext"\n  version = "1.0.0"\n',
    )
  })

  test('refuses an API without extensions', async () => {
    const cwd = temporaryDirectory()
    expect(await make(cwd, 'extension', 'new', 'acme/ext', '-a', '0.8')).toMatchObject({ status: 2 })
    expect(existsSync(join(cwd, 'ext'))).toBe(false)
  })
})

test('a builder is made of what was begun, without a word of warning', async () => {
  const space = soundWorkspace()
  await make(space.input, 'buildpack', 'new', 'acme/new', '--targets', 'linux/amd64')
  await make(space.input, 'extension', 'new', 'acme/ext')
  const order = '[[order]]\n[[order.group]]\nid = "acme/new"\nversion = "1.0.0"\n'
  space.write({
    'builder.toml': `[build]\nimage = "base.test/build:1"\n[[run.images]]\nimage = "base.test/run:1"\n[lifecycle]\nuri = "lifecycle"\n[[buildpacks]]\nuri = "new"\n[[extensions]]\nuri = "ext"\n${order}[[order-extensions]]\n[[order-extensions.group]]\nid = "acme/ext"\nversion = "1.0.0"\n`,
  })
  const { status, stdout, stderr } = await space.create(['--json', '--target', 'linux/amd64', '--experimental'])
  expect(status, stderr).toBe(0)
  const { warnings } = JSON.parse(stdout) as { warnings: { rule: string }[] }
  expect(warnings.map(({ rule }) => rule)).toEqual([])
})

test.each(['buildpack', 'extension'])('a package is made of a new %s', async (kind) => {
  const cwd = temporaryDirectory()
  await make(cwd, kind, 'new', 'acme/new')
  const { status, stderr } = await make(cwd, kind, 'package', 'new.cnb', '--path', 'new', '--format', 'file')
  expect(status, stderr).toBe(0)
  expect(stderr).not.toMatch(/^(?:warning|error)/m)
  expect(existsSync(join(cwd, 'new.cnb'))).toBe(true)
})

/** What `check` says of it: what only its author knows, and that an old API is old, which was asked for. */
test.each([
  ['buildpack', '0.7', ['api-old']],
  ['buildpack', '0.9', ['api-old']],
  ['buildpack', '0.10', []],
  ['buildpack', '0.11', []],
  ['buildpack', '0.12', []],
  ['extension', '0.9', ['api-old']],
  ['extension', '0.10', []],
  ['extension', '0.12', []],
])('check finds nothing in a new %s of API %s but its licence, and %j', async (kind, api, more) => {
  const cwd = temporaryDirectory()
  expect(await trowelHere([kind, 'new', 'acme/new', '--api', api], { cwd })).toMatchObject({ status: 0 })
  const { status, stdout } = await trowelHere(['check', 'new', '--offline', '--json'], { cwd })
  const { findings } = JSON.parse(stdout) as { findings: { code: string; severity: string }[] }
  const ofSeverity = (wanted: string): string[] =>
    findings.flatMap(({ code, severity }) => (severity === wanted ? [code] : [])).toSorted()
  expect(ofSeverity('error')).toEqual([])
  expect(ofSeverity('warning')).toEqual([...more, 'license-missing'].toSorted())
  expect(status).toBe(0)
})
