import { execFileSync } from 'node:child_process'
import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readModuleFiles } from '#src/assemble/module-files.js'
import { HEAD_BYTES, HEADS_BYTES, type ModuleFiles } from '#src/cnb/module-files.js'
import type { CnbError } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { temporaryDirectory } from '../support/directories.js'
import * as tar from '../support/tar-bytes.js'

const OPTIONS = { shown: 'java', limits: DEFAULT_LIMITS }

const ofDirectory = (path: string, options = OPTIONS): Promise<ModuleFiles> =>
  readModuleFiles({ kind: 'directory', path }, options)

function ofArchive(blocks: readonly Uint8Array[], options = OPTIONS): Promise<ModuleFiles> {
  const file = join(temporaryDirectory(), 'java.tar')
  writeFileSync(file, tar.archive(...blocks))
  return readModuleFiles({ kind: 'archive', file }, options)
}

const codeOf = (files: Promise<ModuleFiles>): Promise<string> =>
  files.then(
    () => 'read',
    (error: CnbError) => error.code,
  )

const textOf = (files: ModuleFiles, path: string): string | undefined => {
  const head = files.head(path)
  return head && Buffer.from(head).toString()
}

/** A directory with a script, a file that nobody looks into, links and a pipe. */
function aModule(): string {
  const root = temporaryDirectory()
  mkdirSync(join(root, 'bin'))
  writeFileSync(join(root, 'bin/build'), '#!/bin/sh\n')
  chmodSync(join(root, 'bin/build'), 0o4755)
  writeFileSync(join(root, 'notes.txt'), 'notes')
  symlinkSync('build', join(root, 'bin/detect'))
  symlinkSync('/etc/passwd', join(root, 'bin/out'))
  linkSync(join(root, 'bin/build'), join(root, 'bin/same'))
  execFileSync('mkfifo', ['-m', '755', join(root, 'bin/pipe')])
  for (const folder of [root, join(root, 'bin')]) chmodSync(folder, 0o755)
  chmodSync(join(root, 'notes.txt'), 0o644)
  return root
}

const ENTRIES: ReturnType<typeof factsOf> = {
  bin: 'directory 755 0',
  'bin/build': 'file 4755 10',
  'bin/detect': 'symlink build',
  'bin/out': 'symlink /etc/passwd',
  'bin/pipe': 'special 755 0',
  'bin/same': 'file 4755 10',
  'notes.txt': 'file 644 5',
}

function factsOf({ entries }: ModuleFiles): Record<string, string> {
  return Object.fromEntries(
    [...entries].map(([path, { kind, mode, size, target }]) => [
      path,
      target === undefined ? `${kind} ${mode.toString(8)} ${size}` : `${kind} ${target}`,
    ]),
  )
}

const ARCHIVED: readonly Uint8Array[] = [
  tar.entry({ name: 'notes.txt', mode: 0o644 }, 'notes'),
  tar.entry({ name: './bin/build', mode: 0o4755 }, '#!/bin/sh\n'),
  tar.header({ name: 'bin/same', mode: 0o4755, type: '1', link: 'bin/build' }),
  tar.header({ name: 'bin/detect', mode: 0o777, type: '2', link: 'build' }),
  tar.header({ name: 'bin/out', mode: 0o777, type: '2', link: '/etc/passwd' }),
  tar.header({ name: 'bin/pipe', mode: 0o755, type: '6' }),
]

describe('the files of a module', () => {
  test('are those of its directory, by path, with links and pipes as they are', async () => {
    const files = await ofDirectory(aModule())
    expect(factsOf(files)).toEqual(ENTRIES)
    expect([...files.entries.keys()]).toEqual(Object.keys(ENTRIES))
    expect(files.nameOf('bin/build')).toBe('java/bin/build')
  })

  test('are the same in an archive, with the folders that it does not name', async () => {
    const files = await ofArchive(ARCHIVED)
    expect(factsOf(files)).toEqual(ENTRIES)
    expect([...files.entries.keys()]).toEqual(Object.keys(ENTRIES))
    expect(files.nameOf('bin/build')).toBe('java!bin/build')
  })

  test.each([
    ['a directory', () => ofDirectory(aModule())],
    ['an archive', () => ofArchive(ARCHIVED)],
  ])('are looked into where rules look, and never through a link: %s', async (_what, read) => {
    const files = await read()
    expect(textOf(files, 'bin/build')).toBe('#!/bin/sh\n')
    expect(textOf(files, 'bin/same')).toBe('#!/bin/sh\n')
    for (const path of ['bin', 'bin/detect', 'bin/out', 'bin/pipe', 'notes.txt', '../java']) {
      expect(textOf(files, path)).toBeUndefined()
    }
    expect(files.isPartial()).toBe(false)
  })

  test('have a descriptor that stands for theirs', async () => {
    const descriptor = join(temporaryDirectory(), 'buildpack.toml')
    writeFileSync(descriptor, 'other')
    const path = aModule()
    writeFileSync(join(path, 'buildpack.toml'), 'own')
    const files = await readModuleFiles({ kind: 'directory', path, descriptor }, OPTIONS)
    expect(textOf(files, 'buildpack.toml')).toBe('other')
  })

  test('are refused where no layer can be made of them', async () => {
    const path = aModule()
    writeFileSync(join(path, 'a\nb'), '')
    expect(await codeOf(ofDirectory(path))).toBe('E_TAR_NAME_CHARS')
    expect(await codeOf(ofArchive([tar.entry({ name: '../x' }, '')]))).toBe('E_TAR_PATH_ESCAPE')
    const few = { ...OPTIONS, limits: { ...DEFAULT_LIMITS, entries: 3 } }
    expect(await codeOf(ofDirectory(aModule(), few))).toBe('E_TAR_LIMIT')
    expect(await codeOf(ofArchive(ARCHIVED, few))).toBe('E_TAR_LIMIT')
  })
})

describe('the heads of files', () => {
  const large = Buffer.alloc(HEAD_BYTES + 1, 'x')
  const count = HEADS_BYTES / HEAD_BYTES + 1
  const paths = Array.from({ length: count }, (_, index) => `bin/${index}`)

  test.each([
    ['a directory', () => ofDirectory(aTreeOf(paths, large))],
    ['an archive', () => ofArchive(paths.map((name) => tar.entry({ name }, large)))],
  ])('end after some bytes, and after some more there are none: %s', async (_what, read) => {
    const files = await read()
    const lengths = paths.map((path) => files.head(path)?.length)
    expect(lengths).toEqual([...Array.from({ length: count - 1 }, () => HEAD_BYTES), undefined])
    expect(files.isPartial()).toBe(true)
    expect(files.head(paths[0]!)?.length).toBe(HEAD_BYTES)
  })
})

function aTreeOf(paths: readonly string[], content: Uint8Array): string {
  const root = temporaryDirectory()
  mkdirSync(join(root, 'bin'))
  for (const path of paths) writeFileSync(join(root, path), content)
  return root
}
