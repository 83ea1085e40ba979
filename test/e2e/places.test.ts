import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { goldenInput, startGoldenRegistry } from '../support/golden.js'
import { trowelHere } from '../support/here.js'
import { writeFiles } from '../support/workspace.js'

const registry = await startGoldenRegistry()
afterAll(() => registry.close())

const TARGETS = ['--target', 'linux/amd64', '--target', 'linux/arm64']

/** A folder with the buildpack `main`, in which `trowel ARGS` is run. */
function workspace(): { readonly cwd: string; readonly run: (...args: readonly string[]) => Promise<Run> } {
  const cwd = temporaryDirectory()
  writeFiles(cwd, {
    'main/buildpack.toml': 'api = "0.10"\n[buildpack]\nid = "acme/one"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n',
    'main/bin/detect': '#!/bin/sh\n',
    'main/bin/build': '#!/bin/sh\n',
    'package.toml': '[buildpack]\nuri = "meta"\n[[dependencies]]\nuri = "docker://golden.test/pkg/one:1"\n',
    'meta/buildpack.toml':
      'api = "0.10"\n[buildpack]\nid = "acme/meta"\nversion = "1.0.0"\n[[order]]\n[[order.group]]\nid = "golden/one"\nversion = "1.0.0"\n',
  })
  return { cwd, run: (...args) => trowelHere([...args, '--no-cache'], { cwd, env: { HOME: cwd } }) }
}

describe('FILE.cnb is a place for a package', () => {
  test('out of a registry too, and the bytes are those that --format file makes', async () => {
    const { cwd, run } = workspace()
    const name = `${registry.host}/places/one:1`
    await run('buildpack', 'package', 'made', '--path', 'main', '--format', 'file', ...TARGETS)
    await run('buildpack', 'package', name, '--path', 'main', '--publish', '--to', 'out/beside.cnb', ...TARGETS)
    expect(await run('copy', name, 'copied.cnb')).toMatchObject({ status: 0 })
    const made = readFileSync(join(cwd, 'made.cnb'))
    for (const file of ['out/beside.cnb', 'copied.cnb']) expect(readFileSync(join(cwd, file)).equals(made)).toBe(true)
  })

  test('and for nothing else', async () => {
    const { cwd, run } = workspace()
    const base = `oci:${goldenInput('bases', 'build')}`
    for (const args of [
      [base, 'out/base.cnb'],
      [base, 'base.cnb', '--platform', 'linux/amd64'],
    ]) {
      const { status, stderr } = await run('copy', ...args)
      expect(status).toBe(2)
      expect(stderr).toContain('base.cnb is a name for a package, and this image is none')
      expect(stderr).toContain('base.tar for a file of any image')
    }
    expect(readdirSync(cwd)).not.toContain('base.cnb')
    expect(existsSync(join(cwd, 'out'))).toBe(false)
  })
})

describe('--replace reads', () => {
  /** The package of `meta` when `pkg/one:1` is read from PLACE. */
  const packaged = async (run: (...args: readonly string[]) => Promise<Run>, place: string): Promise<Run> =>
    run(
      'buildpack',
      'package',
      'x',
      '--config',
      'package.toml',
      '--format',
      'file',
      '--replace',
      `docker://golden.test/pkg/one:1=${place}`,
    )

  test('an image by its name alone, when it can be nothing else', async () => {
    const { run } = workspace()
    const { stdout, status, stderr } = await packaged(run, `${registry.host}/pkg/one:1`)
    expect(status, stderr).toBe(0)
    expect(stdout).toBe((await packaged(run, `docker://${registry.host}/pkg/one:1`)).stdout)
  })

  test('what is there by that path first', async () => {
    const { cwd, run } = workspace()
    const place = `${registry.host}/pkg/other`
    writeFiles(cwd, {
      [`${place}/buildpack.toml`]: 'api = "0.10"\n[buildpack]\nid = "golden/one"\nversion = "1.0.0"\n',
    })
    registry.requests.splice(0)
    const { stderr } = await packaged(run, place)
    expect(stderr).toContain('golden/one')
    expect(registry.requests).toEqual([])
  })

  test('a path otherwise, and says how an image is meant', async () => {
    const { status, stderr } = await packaged(workspace().run, 'pkg/one')
    expect(status).toBe(2)
    expect(stderr).toMatch(/toml-path-missing[^]*or write docker:\/\/pkg\/one for an image in a registry/)
  })
})

test('a file that is no place is told how it is written', async () => {
  const { status, stderr } = await workspace().run('copy', `${registry.host}/pkg/one:1`, 'out/one.tar')
  expect(status).toBe(2)
  expect(stderr).toContain('write oci-archive:out/one.tar for a file')
})
