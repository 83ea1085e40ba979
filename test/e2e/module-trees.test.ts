import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { trowelHere } from '../support/here.js'
import { soundWorkspace, writeFiles, type Files } from '../support/workspace.js'

const SCRIPT = '#!/bin/sh\n'
/** What git and ssh leave in the folder of a module. */
const LEFT: Files = {
  '.git/HEAD': 'ref: refs/heads/main\n',
  id_rsa: '-----BEGIN OPENSSH PRIVATE KEY-----\n',
}
const toml = (more = ''): string => `api = "0.10"\n[buildpack]\nid = "acme/java"\nversion = "1.0.0"\n${more}`
const targets = (...archs: readonly string[]): string =>
  archs.map((arch) => `[[targets]]\nos = "linux"\narch = "${arch}"\n`).join('')
const MODULE: Files = { 'buildpack.toml': toml(targets('amd64')), 'bin/detect': SCRIPT, 'bin/build': SCRIPT }

function below(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]))
}

interface Said {
  readonly code: string
  readonly severity: string
  readonly file: string
}

/** `SEVERITY RULE FILE` of all that a run found. */
function saidBy({ stdout }: Run): string[] {
  const said = JSON.parse(stdout) as {
    warnings?: readonly Said[]
    problems?: readonly Said[]
    findings?: readonly Said[]
  }
  return [...(said.findings ?? []), ...(said.problems ?? []), ...(said.warnings ?? [])].map(
    ({ severity, code, file }) => `${severity} ${code} ${file}`,
  )
}

/** A folder with the module in `java`. */
function here(files: Files): string {
  const cwd = temporaryDirectory()
  writeFiles(cwd, below('java', files))
  return cwd
}

const trowelIn = (cwd: string, ...args: readonly string[]): Promise<Run> =>
  trowelHere([...args, '--offline', '--no-cache', '--json'], { cwd, env: { HOME: cwd } })

const packageIn = (cwd: string, ...args: readonly string[]): Promise<Run> =>
  trowelIn(cwd, 'buildpack', 'package', 'out.cnb', '--path', 'java', '--format', 'file', ...args)

describe('what lies in a module by accident', () => {
  test('is warned of when a package is made', async () => {
    const cwd = here({ ...MODULE, ...LEFT })
    const run = await packageIn(cwd)
    expect(run.status).toBe(0)
    expect(saidBy(run)).toEqual(['warning file-vcs-or-junk java/.git', 'warning file-secret java/id_rsa'])
  })

  test('is warned of when a builder is made', async () => {
    const run = await soundWorkspace(below('module', LEFT)).create(['--json'])
    expect(run.status).toBe(0)
    expect(saidBy(run)).toEqual(['warning file-vcs-or-junk module/.git', 'warning file-secret module/id_rsa'])
  })

  test('is told once, though there are two platforms', async () => {
    const files = { ...MODULE, 'buildpack.toml': toml(targets('amd64', 'arm64')), ...LEFT }
    expect(saidBy(await packageIn(here(files)))).toEqual([
      'warning file-vcs-or-junk java/.git',
      'warning file-secret java/id_rsa',
    ])
  })

  test('is no error for a profile either: nobody refuses it', async () => {
    const run = await packageIn(here({ ...MODULE, ...LEFT }), '--profile', 'lifecycle')
    expect(run.status).toBe(0)
  })
})

describe('a module that no lifecycle can run', () => {
  const { 'bin/build': _, ...unbuilt } = MODULE

  test('is packaged with a warning', async () => {
    const run = await packageIn(here(unbuilt))
    expect(run.status).toBe(0)
    expect(saidBy(run)).toEqual(['warning file-bin-build-missing java/buildpack.toml'])
  })

  test.each(['lifecycle', 'kpack', 'strict-spec', 'cf'])(
    'is no package for %s, and nothing is written',
    async (profile) => {
      const cwd = here(unbuilt)
      const run = await packageIn(cwd, '--profile', profile)
      expect(run.status).toBe(2)
      expect(saidBy(run)).toContain('error file-bin-build-missing java/buildpack.toml')
      expect(existsSync(join(cwd, 'out.cnb'))).toBe(false)
    },
  )

  test('is in no builder for the lifecycle, and nothing is written', async () => {
    const workspace = soundWorkspace({ 'module/bin/detect': '#!/bin/sh\r\n' })
    const before = workspace.snapshot()
    const run = await workspace.create(['--json', '--profile', 'lifecycle'])
    expect(run.status).toBe(2)
    expect(saidBy(run)).toEqual(['error exec-crlf module/bin/detect'])
    expect(workspace.snapshot()).toBe(before)
  })
})

test('what a profile refuses of package.toml and of descriptors is an error of package as it is of check', async () => {
  const files = { ...MODULE, 'buildpack.toml': toml(`${targets('amd64')}[[stacks]]\nid = "a b"\n`) }
  const cwd = here(files)
  expect(saidBy(await trowelIn(cwd, 'check', '--profile', 'strict-spec'))).toContain(
    'error stack-id-charset java/buildpack.toml',
  )
  const run = await packageIn(cwd, '--profile', 'strict-spec')
  expect(run.status).toBe(2)
  expect(saidBy(run)).toEqual(['error stack-id-charset java/buildpack.toml'])
})

describe('folders for platforms', () => {
  const bin = (folder: string, ...names: readonly string[]): Files =>
    Object.fromEntries(names.map((name) => [`${folder}/bin/${name}`, SCRIPT]))
  const NATIVE: Files = {
    'buildpack.toml': toml(targets('amd64', 'arm64')),
    ...bin('linux/amd64', 'build'),
    'linux/amd64/bin/detect': '#!/bin/sh\r\n',
    ...bin('linux/arm64', 'detect'),
  }
  const WRONG = ['error exec-crlf java/linux/amd64/bin/detect', 'warning file-bin-build-missing java/buildpack.toml']

  test('are each looked into, and what is wrong in any is found', async () => {
    const found = saidBy(await trowelIn(here(NATIVE), 'check'))
    expect(found).toEqual(expect.arrayContaining(WRONG))
  })

  test('are each looked into when a package is made', async () => {
    const found = saidBy(await packageIn(here(NATIVE)))
    expect(found.sort()).toEqual(WRONG.map((text) => text.replace('error', 'warning')).sort())
  })

  test('are for the targets of their platform only', async () => {
    /** An ELF of 64 bits, as far as it is looked at: https://man7.org/linux/man-pages/man5/elf.5.html */
    const elf = (machine: number): Uint8Array => {
      const head = new Uint8Array(64)
      head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
      head.set([2, 0, machine], 16)
      return head
    }
    const programs = (arch: string, machine: number): Files => ({
      [`linux/${arch}/bin/detect`]: elf(machine),
      [`linux/${arch}/bin/build`]: elf(machine),
    })
    const native = { 'buildpack.toml': toml(targets('amd64', 'arm64')), ...programs('amd64', 0x3e) }
    const arch = async (machine: number): Promise<string[]> => {
      const found = saidBy(await trowelIn(here({ ...native, ...programs('arm64', machine) }), 'check'))
      return found.filter((text) => text.includes('exec-arch-mismatch'))
    }
    expect(await arch(0xb7)).toEqual([])
    expect(await arch(0x3e)).toEqual([
      'error exec-arch-mismatch java/linux/arm64/bin/build',
      'error exec-arch-mismatch java/linux/arm64/bin/detect',
    ])
  })

  test('are told to be of no use where the whole goes into an image', async () => {
    const unused = 'warning target-folder-unused java/linux/amd64'
    const both = { ...MODULE, 'buildpack.toml': toml(targets('amd64', 'arm64')) }
    const cwd = here({ ...both, ...bin('linux/amd64', 'detect', 'build') })
    expect(saidBy(await trowelIn(cwd, 'check'))).toContain(unused)
    // That of amd64 is taken, and for arm64 the whole.
    expect(saidBy(await packageIn(cwd, '--target', 'linux/amd64'))).toEqual([])
    expect(saidBy(await packageIn(cwd))).toEqual([unused])
  })

  test('are told to be of no use in an archive', async () => {
    const cwd = here({ 'buildpack.toml': toml(targets('amd64')), ...bin('linux/amd64', 'detect', 'build') })
    spawnSync('tar', ['-czf', 'java.tgz', '-C', 'java', '.'], { cwd })
    const wrong = [
      'warning file-bin-build-missing java.tgz!buildpack.toml',
      'warning file-bin-detect-missing java.tgz!buildpack.toml',
      'warning target-folder-unused java.tgz!linux/amd64',
    ]
    expect(saidBy(await trowelIn(cwd, 'check', 'java.tgz'))).toEqual(expect.arrayContaining(wrong))
    const run = await trowelIn(cwd, 'buildpack', 'package', 'out.cnb', '--format', 'file', '--path', 'java.tgz')
    expect(run.status).toBe(0)
    expect(saidBy(run)).toEqual(wrong)
  })

  test('are those that are called as platforms are', async () => {
    const files = { ...MODULE, 'lib/tools/bin/detect': 'no script', 'linux/none/bin/detect': 'no script' }
    expect(saidBy(await trowelIn(here(files), 'check')).filter((text) => text.includes('exec-'))).toEqual([])
  })
})
