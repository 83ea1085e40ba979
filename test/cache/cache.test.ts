import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { temporaryDirectory } from '../support/directories.js'
import { PROJECT } from '../support/quickstart.js'
import { writeLater } from '../support/write-later.js'
import { aCache, digestOfText, keep, type TestCache } from './a-cache.js'

/** The id of a user who owns nothing. */
const NOBODY = 65534

const ABC = digestOfText('abc')

describe('a blob', () => {
  test('is found by its digest, in this run and the next', () => {
    const place = aCache()
    const cache = place.open()
    expect(cache.find(ABC)).toBeUndefined()
    const file = keep(cache, 'abc')
    expect(file).toBe(place.fileOf(ABC))
    expect(cache.find(ABC)).toBe(file)
    expect(place.open().find(ABC)).toBe(file)
    expect(readFileSync(file, 'utf8')).toBe('abc')
  })

  test('that is there stays the file that it was', () => {
    const place = aCache()
    const { ino } = statSync(keep(place.open(), 'abc'))
    expect(statSync(keep(place.open(), 'abc')).ino).toBe(ino)
    place.open().put(Buffer.from('abc'), 'config')
    expect(statSync(place.fileOf(ABC)).ino).toBe(ino)
    expect(leftIn(place)).toEqual([])
  })

  test('that is small is put in one step', () => {
    const place = aCache()
    const file = place.open().put(Buffer.from('abc'), 'manifest')
    expect(place.open().find(ABC)).toBe(file)
  })

  test.each([true, false])('(synced: %s) that was written to is not found, and can be kept again', (isSynced) => {
    const place = aCache()
    writeLater(keep(place.open(), 'abc', isSynced), 'abd')
    const cache = place.open()
    expect(cache.find(ABC)).toBeUndefined()
    expect(readFileSync(keep(cache, 'abc'), 'utf8')).toBe('abc')
    expect(cache.find(ABC)).toBe(place.fileOf(ABC))
  })

  test('that was written to during the run is not found', () => {
    const place = aCache()
    const cache = place.open()
    writeLater(keep(cache, 'abc'), 'abd')
    expect(cache.find(ABC)).toBeUndefined()
  })

  test('that is not known to be on the disk is hashed, whatever its times are', () => {
    const place = aCache()
    const file = keep(place.open(), 'abc', false)
    const { atime, mtime } = statSync(file)
    writeFileSync(file, 'abd')
    utimesSync(file, atime, mtime)
    expect(place.open().find(ABC)).toBeUndefined()
  })

  test('without its record is hashed', () => {
    const place = aCache()
    keep(place.open(), 'abc')
    rmSync(join(place.directory, 'v1/records'), { recursive: true })
    expect(place.open().find(ABC)).toBe(place.fileOf(ABC))
  })

  test('that is not kept leaves nothing', () => {
    const place = aCache()
    const cache = place.open()
    const temp = cache.reserve()
    writeFileSync(temp, 'abc')
    cache.discard(temp)
    expect(existsSync(temp)).toBe(false)
  })
})

describe('a record', () => {
  test('is found by its kind and key, in this run and the next', () => {
    const place = aCache()
    const cache = place.open()
    cache.remember('url', 'a', 'one\ntwo')
    cache.remember('tag', 'a', 'other')
    expect(cache.record('url', 'a')).toBe('one\ntwo')
    expect(place.open().record('url', 'a')).toBe('one\ntwo')
    expect(place.open().record('tag', 'a')).toBe('other')
    expect(place.open().record('url', 'b')).toBeUndefined()
    cache.remember('url', 'a', '')
    expect(place.open().record('url', 'a')).toBe('')
  })

  test('keeps no key, for a key may hold a secret', () => {
    const place = aCache()
    place.open().remember('url', 'https://host.test/?token=hunter2', 'etag')
    const texts = filesIn(place.directory).map((file) => file + readFileSync(file, 'utf8'))
    expect(texts.join()).not.toContain('hunter2')
    expect(texts.join()).not.toContain('host.test')
  })

  test.each([
    ['empty', (file: string) => writeFileSync(file, '')],
    ['cut short', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 30))],
    ['of zeros', (file: string) => writeFileSync(file, Buffer.alloc(200))],
    ['that is a directory', (file: string) => (rmSync(file), mkdirSync(file))],
    ['that is a link', (file: string) => (renameSync(file, `${file}.x`), symlinkSync(`${file}.x`, file))],
  ])('%s is none', (_what, damage) => {
    const place = aCache()
    place.open().remember('url', 'a', 'text')
    filesIn(place.directory).forEach(damage)
    expect(place.open().record('url', 'a')).toBeUndefined()
  })

  test('in the place of another is none', () => {
    const place = aCache()
    const cache = place.open()
    cache.remember('url', 'a', 'text')
    const [a = ''] = filesIn(place.directory)
    cache.remember('url', 'b', 'other')
    const b = filesIn(place.directory).find((file) => file !== a) ?? ''
    rmSync(b)
    linkSync(a, b)
    expect(place.open().record('url', 'b')).toBeUndefined()
    expect(place.open().record('url', 'a')).toBe('text')
  })
})

describe('K-06 a cache that others can write to', () => {
  const isRoot = process.getuid?.() === 0

  test('what a group may write to does not count, even when its digest is right', () => {
    const place = aCache()
    place.open().remember('url', 'a', 'text')
    const file = keep(place.open(), 'abc')
    for (const path of filesIn(place.directory)) chmodSync(path, 0o664)
    expect(place.open().find(ABC)).toBeUndefined()
    expect(place.open().record('url', 'a')).toBeUndefined()
    expect(keep(place.open(), 'abc')).toBe(file)
    expect(place.open().find(ABC)).toBe(file)
  })

  test('what belongs to somebody else does not count', (context) => {
    if (!isRoot) context.skip('only root can give files away')
    const place = aCache()
    place.open().remember('url', 'a', 'text')
    keep(place.open(), 'abc')
    for (const path of filesIn(place.directory)) chownSync(path, NOBODY, NOBODY)
    expect(place.open().find(ABC)).toBeUndefined()
    expect(place.open().record('url', 'a')).toBeUndefined()
  })

  test('what belongs to root counts for everybody', (context) => {
    if (!isRoot) context.skip('only root can make files of root')
    const place = aCache()
    place.open().remember('url', 'a', 'text')
    keep(place.open(), 'abc')
    expect(place.open({ user: NOBODY }).find(ABC)).toBe(place.fileOf(ABC))
    expect(place.open({ user: NOBODY }).record('url', 'a')).toBe('text')
  })

  test('what we write there others cannot write to, whatever the umask', () => {
    const before = process.umask(0)
    onTestFinished(() => void process.umask(before))
    const place = aCache()
    keep(place.open(), 'abc')
    place.open().put(Buffer.from('abcd'), 'config')
    place.open().remember('url', 'a', 'text')
    expect(filesIn(place.directory).map((file) => statSync(file).mode & 0o022)).toEqual([0, 0, 0, 0, 0])
  })

  test('a link planted in the place of a blob is not followed', () => {
    const place = aCache()
    const victim = join(temporaryDirectory(), 'victim')
    writeFileSync(victim, 'abc')
    mkdirSync(dirname(place.fileOf(ABC)), { recursive: true })
    symlinkSync(victim, place.fileOf(ABC))
    const cache = place.open()
    expect(cache.find(ABC)).toBeUndefined()
    keep(cache, 'abc')
    expect(lstatSync(place.fileOf(ABC)).isFile()).toBe(true)
    expect(readFileSync(victim, 'utf8')).toBe('abc')
  })
})

describe('K-04 a newer version of the program', () => {
  test('is not disturbed', () => {
    const place = aCache()
    const theirs = join(place.directory, 'v2/blobs/sha256', ABC.slice('sha256:'.length))
    mkdirSync(dirname(theirs), { recursive: true })
    writeFileSync(theirs, 'not what we think')
    keep(place.open(), 'abc')
    expect(readFileSync(theirs, 'utf8')).toBe('not what we think')
  })
})

describe('X-08 a cache that cannot be written to', () => {
  test('is read, and what is new goes elsewhere', () => {
    const place = aCache()
    const before = place.open()
    keep(before, 'abc')
    before.remember('url', 'a', 'text')
    expect(bySomebodyElse(place, ABC)).toEqual({ file: place.fileOf(ABC), record: 'text', isElsewhere: true })
    expect(place.open().record('url', 'a')).toBe('text')
  })

  test.each([
    ['a file in its place', (place: TestCache) => writeFileSync(place.directory, 'a file')],
    [
      'a file where blobs would be',
      (place: TestCache) => {
        mkdirSync(join(place.directory, 'v1'), { recursive: true })
        writeFileSync(join(place.directory, 'v1/blobs'), 'a file')
      },
    ],
  ])('%s: it is done without', (_what, obstruct) => {
    const place = aCache()
    obstruct(place)
    const before = filesIn(dirname(place.directory))
    const cache = place.open()
    cache.remember('url', 'a', 'text')
    const file = keep(cache, 'abc')
    expect(file).toContain(place.scratch)
    expect(cache.find(ABC)).toBe(file)
    expect(cache.put(Buffer.from('abc'), 'config')).toBe(file)
    expect(filesIn(dirname(place.directory))).toEqual(before)
    expect(place.open().find(ABC)).toBeUndefined()
  })
})

test('a record that cannot be written is not', () => {
  const place = aCache()
  mkdirSync(join(place.directory, 'v1'), { recursive: true })
  writeFileSync(join(place.directory, 'v1/records'), 'a file')
  const cache = place.open()
  cache.remember('url', 'a', 'text')
  expect(cache.record('url', 'a')).toBeUndefined()
  expect(keep(cache, 'abc')).toBe(place.fileOf(ABC))
})

test('a blob that cannot be kept is told', () => {
  const place = aCache()
  const cache = place.open()
  const temp = cache.reserve()
  mkdirSync(place.fileOf(ABC), { recursive: true })
  writeFileSync(join(place.fileOf(ABC), 'x'), '')
  writeFileSync(temp, 'abc')
  expect(() => cache.keep(temp, { digest: ABC, kind: 'layer', isSynced: true })).toThrow(CnbError)
})

function filesIn(directory: string): string[] {
  const entries = existsSync(directory) ? readdirSync(directory, { recursive: true, withFileTypes: true }) : []
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

/** Uses the cache in a process that may not write to it: root may always. */
const SOMEBODY_ELSE = `
  const [, directory, scratch, digest] = process.argv
  const { Cache } = await import('#src/cache/cache.js')
  const options = { directory, scratch: () => scratch, user: process.getuid(), now: Date.now }
  const cache = new Cache(options)
  const file = cache.find(digest)
  const record = cache.record('url', 'a')
  const isElsewhere = cache.put(Buffer.from('new'), 'config').startsWith(scratch)
  cache.remember('url', 'a', 'new')
  process.stdout.write(JSON.stringify({ file, record, isElsewhere }))
`

function bySomebodyElse(place: TestCache, digest: string): unknown {
  const directories = directoriesIn(place.directory)
  for (const path of directories) chmodSync(path, 0o555)
  chmodSync(dirname(place.directory), 0o755)
  chmodSync(place.scratch, 0o777)
  const isRoot = process.getuid?.() === 0
  try {
    const args = ['--input-type=module', '-e', SOMEBODY_ELSE, place.directory, place.scratch, digest]
    const child = spawnSync(process.execPath, args, {
      cwd: PROJECT,
      encoding: 'utf8',
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    })
    expect(child.stderr).toBe('')
    return JSON.parse(child.stdout)
  } finally {
    for (const path of directories) chmodSync(path, 0o755)
  }
}

function directoriesIn(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
  return [
    directory,
    ...entries.filter((entry) => entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name)),
  ]
}

/** Files without a name. */
function leftIn(place: TestCache): string[] {
  return filesIn(place.directory).filter((file) => file.includes('.trowel-'))
}
