import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../support/directories.js'
import { trowelHere } from '../support/here.js'
import { ADDRESS, line, writeEntries } from '../support/index-repository.js'

const BUILDPACK =
  'api = "0.10"\n[buildpack]\nid = "acme/java"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\narch = "amd64"\n'

/** Runs trowel beside a few files, without a network and without an engine. */
function beside(files: Readonly<Record<string, string>>): (...args: string[]) => ReturnType<typeof trowelHere> {
  const cwd = temporaryDirectory()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true })
    writeFileSync(join(cwd, name), text)
  }
  const env = { PACK_HOME: join(cwd, '.pack'), DOCKER_HOST: `unix://${join(cwd, 'no.sock')}` }
  return (...args) => trowelHere([...args, '--offline'], { cwd, env })
}

const FILES = { 'java.cnb': 'x', 'java/buildpack.toml': BUILDPACK, 'java/bin/build': '', 'java/bin/detect': '' }

describe('a name that is sooner meant for a path', () => {
  test.each([
    [['order', 'builder.tml'], 2, 'there is no builder.tml', 'name a builder.toml'],
    [['order', 'nothere'], 2, 'there is no nothere', 'docker://nothere'],
    [['buildpack', 'register', 'java.cnb'], 2, "'java.cnb' is a file", 'trowel copy java.cnb'],
    [['buildpack', 'register', 'jaava.cnb'], 2, "'jaava.cnb' is no image reference", 'name a package'],
    [['buildpack', 'pull', 'java.cnb'], 2, "'java.cnb' is neither", 'docker://REFERENCE'],
    [['buildpack', 'inspect', 'java'], 3, 'it is a folder with a buildpack.toml', 'docker://java'],
    [['copy', 'jaava.cnbb', 'oci:x'], 3, 'there is no file jaava.cnbb', 'docker://jaava.cnbb'],
  ])('%j asks nobody', async (args, status, problem, fix) => {
    const run = await beside(FILES)(...args)
    expect(run).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(problem) })
    expect(run.stderr).toMatch(new RegExp(`^ {2}fix: .*${fix}`, 'm'))
  })
})

const PACKAGE = '[buildpack]\nuri = "java"\n'
const BUILDER = '[build]\nimage = "a/b"\n[[run.images]]\nimage = "a/c"\n'

describe('a file that is not the one that a flag wants', () => {
  const files = { ...FILES, 'package.toml': PACKAGE, 'builder.toml': BUILDER }

  test.each([
    [['buildpack', 'package', '-c', 'java/buildpack.toml'], 'java/buildpack.toml is a buildpack.toml', '--path java'],
    [['buildpack', 'package', '-p', 'java/buildpack.toml'], 'java/buildpack.toml is a buildpack.toml', '--path java'],
    [['buildpack', 'package', '-p', 'package.toml'], 'package.toml is a package.toml', '--config package.toml'],
    [['buildpack', 'package', '-c', 'builder.toml'], 'builder.toml is a builder.toml', 'trowel builder create'],
    [['builder', 'create', '-c', 'package.toml'], 'package.toml is a package.toml', 'trowel buildpack package'],
    [['builder', 'create', '-c', 'java/buildpack.toml'], 'java/buildpack.toml is a', 'uri = "java"'],
  ])('%j is told what it is for', async (args, problem, fix) => {
    const { status, stderr } = await beside(files)(...args, 'acme/x', '--to', 'oci:x')
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(problem) })
    expect(stderr).toMatch(new RegExp(`^ {2}fix: .*${fix}`, 'm'))
    expect(stderr.match(/^error/gm)).toHaveLength(1)
  })
})

describe('a name that nobody could be asked for', () => {
  test.each([
    ['builder', 'inspect', 'acme/nothere'],
    ['inspect', 'acme/nothere'],
    ['copy', 'acme/nothere', 'oci:x'],
    ['sbom', 'download', 'acme/nothere'],
    ['buildpack', 'register', 'acme/nothere'],
  ])('is told as it was written: %s %s', async (...args) => {
    const { status, stderr } = await beside(FILES)(...args)
    expect(status, stderr).toBeGreaterThan(0)
    expect(stderr).toContain('value: acme/nothere\n')
    expect(stderr).toMatch(/^ {2}fix: .*there is no file or folder acme\/nothere$/m)
  })

  test('is told with the line of the file that says it', async () => {
    const files = { ...FILES, 'package.toml': '[buildpack]\nuri = "java"\n[[dependencies]]\nuri = "java/og"\n' }
    const { stderr } = await beside(files)('buildpack', 'package', 'a/b', '-c', 'package.toml', '--to', 'oci:x')
    expect(stderr).toContain('the buildpack java/og: ')
    expect(stderr).toContain('at package.toml:4:7')
    expect(stderr).toContain('there is no file or folder java/og')
  })

  test('is compared with what the registry has', async () => {
    const index = temporaryDirectory()
    writeEntries(index, { 'acme/java': [line('acme/java', '1.0.0', { addr: ADDRESS })] })
    const config = `[[registries]]\nname = "mine"\ntype = "github"\nurl = "${index}"\n`
    const run = beside({ ...FILES, '.pack/config.toml': config })
    const { status, stderr } = await run('buildpack', 'inspect', 'acme/jaava', '--buildpack-registry', 'mine')
    expect({ status, stderr }).toEqual({ status: 3, stderr: expect.stringContaining('did you mean acme/java?') })
  })
})

describe('without an engine, and nothing said of where the image goes', () => {
  test.each([
    ['acme/java', /add --publish .*--to PLACE.*--format file/],
    ['java.cnb', /add --format file to make the file java\.cnb/],
  ])('%s gets a hint of what else there is', async (name, hint) => {
    const { status, stderr } = await beside(FILES)('buildpack', 'package', name, '--path', 'java')
    expect({ status, stderr }).toEqual({ status: 4, stderr: expect.stringMatching(hint) })
  })

  test('a pull policy that the settings have is named with their file', async () => {
    const files = {
      ...FILES,
      '.pack/config.toml': 'pull-policy = "never"\n',
      'package.toml': '[buildpack]\nuri = "java"\n[[dependencies]]\nuri = "docker://acme/other:1"\n',
    }
    const { stderr } = await beside(files)('buildpack', 'package', 'a/b', '-c', 'package.toml', '--to', 'oci:x')
    expect(stderr).toMatch(/pull-policy = "never" stands in .*config\.toml/)
  })
})
