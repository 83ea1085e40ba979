import { spawnSync } from 'node:child_process'
import { chmodSync, lstatSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { trowelHere } from '../support/here.js'
import { fixed } from '../fix/fixed.js'
import { readToml } from '../toml/read.js'
import { directoryOf, SOUND_FILES, writeFiles } from '../support/workspace.js'

/** Runs `trowel check` there, without a network and with nothing kept. */
function check(cwd: string, ...args: string[]): Promise<Run> {
  return trowelHere(['check', '--offline', '--no-cache', ...args], { cwd })
}

const PACKAGE = '[buildpack]\nuri = "."\n\n[[dependencies]]\nimage = "registry.example/acme/b:1" # by tag\n'
const FIXED_PACKAGE = PACKAGE.replace('image = "', 'uri = "docker://')

describe('--fix', () => {
  test('mends what is certain, says what, and checks again', async () => {
    const cwd = directoryOf({ 'package.toml': PACKAGE })
    const { stdout: before } = await check(cwd)
    expect(before).toContain('toml-deprecated-key')
    const { stdout, stderr } = await check(cwd, '--fix')
    expect(readFileSync(join(cwd, 'package.toml'), 'utf8')).toBe(FIXED_PACKAGE)
    expect(stdout).not.toContain('toml-deprecated-key')
    expect(stderr).toBe(
      'package.toml:5: image = "registry.example/acme/b:1" becomes uri = "docker://registry.example/acme/b:1" (toml-deprecated-key)\n1 fix made in 1 file\n',
    )
    expect(readdirSync(cwd)).toEqual(['package.toml'])
  })

  test('keeps a byte order mark, line ends, permissions, and a link that leads to the file', async () => {
    const cwd = directoryOf({ 'real/it.toml': `\ufeff${PACKAGE.replaceAll('\n', '\r\n')}` })
    chmodSync(join(cwd, 'real/it.toml'), 0o660)
    symlinkSync('real/it.toml', join(cwd, 'package.toml'))
    expect((await check(cwd, '--fix', 'package.toml')).stderr).toContain('1 fix made in 1 file')
    expect(readFileSync(join(cwd, 'real/it.toml'), 'utf8')).toBe(`\ufeff${FIXED_PACKAGE.replaceAll('\n', '\r\n')}`)
    expect(statSync(join(cwd, 'real/it.toml')).mode & 0o777).toBe(0o660)
    expect(lstatSync(join(cwd, 'package.toml')).isSymbolicLink()).toBe(true)
  })

  test('goes through all that is found, and leaves alone what is sound or cannot be read', async () => {
    const cwd = directoryOf({
      'a/package.toml': PACKAGE,
      'b/buildpack.toml': 'api = 0.10\n[buildpack]\nid = "acme/b"\nversion = "1.0.0"\n',
      'c/buildpack.toml': 'api = "0.10"\n[buildpack]\nid = "acme/c"\nversion = "1.0.0"\n',
      'd/builder.toml': '[stack\n',
    })
    const { stderr } = await check(cwd, '--fix')
    expect(stderr).toContain('2 fixes made in 2 files')
    expect(readFileSync(join(cwd, 'b/buildpack.toml'), 'utf8')).toMatch(/^api = "0.10"\n/)
    expect(readFileSync(join(cwd, 'd/builder.toml'), 'utf8')).toBe('[stack\n')
    const again = await check(cwd, '--fix')
    expect(again.stderr).toContain('0 fixes made in 0 files')
  })

  test('fills in the version of a module that the builder has once', async () => {
    const builder = String(SOUND_FILES['builder.toml']).replace('version = "1.0.0"\n', '# any\n')
    const cwd = directoryOf({ ...SOUND_FILES, 'builder.toml': builder })
    expect((await check(cwd, '--fix', 'builder.toml')).stderr).toContain('acme/module gets version 1.0.0')
    expect(readFileSync(join(cwd, 'builder.toml'), 'utf8')).toBe(
      builder.replace('id = "acme/module"\n', 'id = "acme/module"\nversion = "1.0.0"\n'),
    )
  })

  test('fills in no version when a module could not be read, which may bring another one along', async () => {
    const more = '[[buildpacks]]\nuri = "docker://registry.example/acme/more:1"\n'
    const builder = more + String(SOUND_FILES['builder.toml']).replace('version = "1.0.0"\n', '')
    const cwd = directoryOf({ ...SOUND_FILES, 'builder.toml': builder })
    expect((await check(cwd, '--fix', 'builder.toml')).stderr).toContain('0 fixes made in 0 files')
  })

  test('leaves what is allowed of one value', async () => {
    const buildpack = String(SOUND_FILES['module/buildpack.toml']).replace('os = "linux"', 'os = "Linux"')
    const settings = '[[check.allow]]\nrule = "target-unknown-identifier"\nvalue = "Linux"\nreason = "a joke"\n'
    const cwd = directoryOf({ ...SOUND_FILES, 'module/buildpack.toml': buildpack, 'trowel.toml': settings })
    expect((await check(cwd, '--fix', 'module')).stderr).toContain('0 fixes made in 0 files')
    writeFiles(cwd, { 'trowel.toml': settings.replace('"Linux"', '"Lynx"') })
    expect((await check(cwd, '--fix', 'module')).stderr).toContain('1 fix made in 1 file')
  })

  test.each([
    ['[check.rules]\ntoml-deprecated-key = "off"\n', 'off'],
    ['[[check.allow]]\nrule = "toml-deprecated-key"\nreason = "pack 0.17 is still in use"\n', 'allowed'],
  ])('leaves what the project lives with: %j', async (settings) => {
    const cwd = directoryOf({ 'package.toml': PACKAGE, 'trowel.toml': settings })
    expect((await check(cwd, '--fix')).stderr).toContain('0 fixes made in 0 files')
    expect(readFileSync(join(cwd, 'package.toml'), 'utf8')).toBe(PACKAGE)
  })
})

describe('--fix --dry-run', () => {
  test('prints a diff and writes nothing; git makes of it what --fix makes', async () => {
    const files = {
      'package.toml': PACKAGE,
      'sub dir/builder.toml': '[stack]\nid = "a"\n\n# build\nbuild-image = "b.example/b" \nrun-image = "b.example/r"',
    }
    const cwd = directoryOf(files)
    const { stdout, stderr, status } = await check(cwd, '--fix', '--dry-run')
    for (const [name, text] of Object.entries(files)) expect(readFileSync(join(cwd, name), 'utf8')).toBe(text)
    expect(stderr).toContain('2 fixes would be made in 2 files')
    expect(stderr).toContain('stack-only-config')
    expect(status).toBe((await check(cwd)).status)

    const env = { PATH: process.env['PATH'], GIT_CEILING_DIRECTORIES: dirname(cwd) }
    const applied = spawnSync('git', ['apply', '--whitespace=nowarn', '-'], {
      cwd,
      input: stdout,
      encoding: 'utf8',
      env,
    })
    expect(applied).toMatchObject({ status: 0, stderr: '' })
    const other = directoryOf(files)
    await check(other, '--fix')
    for (const name of Object.keys(files)) {
      expect(readFileSync(join(cwd, name), 'utf8')).toBe(readFileSync(join(other, name), 'utf8'))
    }
  })

  test('prints nothing to stdout where there is nothing to mend', async () => {
    const { stdout, stderr } = await check(directoryOf({ 'package.toml': FIXED_PACKAGE }), '--fix', '--dry-run')
    expect(stdout).toBe('')
    expect(stderr).toContain('0 fixes would be made in 0 files')
  })

  test('shows no secret of a line that stands near', async () => {
    const secret = 'https://acme:c4n4ry@registry.example/b.tgz'
    const cwd = directoryOf({ 'package.toml': `${PACKAGE}[[dependencies]]\nuri = "${secret}"\n` })
    const { stdout, stderr } = await check(cwd, '--fix', '--dry-run')
    expect(stdout).toContain(' uri = "https://registry.example/b.tgz"')
    expect(stdout + stderr).not.toContain('c4n4ry')
  })

  test.each([
    [['--dry-run'], '--fix'],
    [['--fix', '--dry-run', '--format', 'markdown'], 'a diff'],
    [['--fix', '--dry-run', '--format', 'sarif'], 'a diff'],
    [['--fix', '--matrix'], 'mends nothing'],
  ])('%j is refused', async (args, problem) => {
    const cwd = directoryOf({ 'package.toml': PACKAGE })
    const { status, stdout, stderr } = await check(cwd, ...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(problem)
  })
})

test('published files that need it are mended where they lie, all in one run, and then need nothing', async () => {
  const cwd = temporaryDirectory()
  const rows = readFileSync('fixtures/corpus/INDEX.tsv', 'utf8').trimEnd().split('\n').slice(1)
  const wanted = new Map<string, string>()
  for (const [file = '', , , , kind = ''] of rows.map((row) => row.split('\t'))) {
    const text = readFileSync(join('fixtures/corpus', file), 'utf8')
    if ((kind !== 'builder' && kind !== 'package') || readToml(text).document === undefined) continue
    const { source, fixes } = fixed(kind, text)
    if (fixes.length > 0) wanted.set(`${file.replace(/\.toml$/, '')}/${kind}.toml`, source)
    if (fixes.length > 0) writeFiles(cwd, { [`${file.replace(/\.toml$/, '')}/${kind}.toml`]: text })
  }
  expect((await check(cwd, '--fix')).stderr).toContain(` fixes made in ${wanted.size} files\n`)
  for (const [name, text] of wanted) expect(readFileSync(join(cwd, name), 'utf8')).toBe(text)
  expect((await check(cwd, '--fix', '--dry-run')).stdout).toBe('')
})
