import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  identityOf,
  isSameFile,
  linkOrCopy,
  makeDirectory,
  realPath,
  removeNewDirectories,
  removeTemps,
  replaceFile,
  reserveTemp,
  TempFile,
  writeFile,
} from '#src/files.js'
import { temporaryDirectory } from './support/directories.js'

const text = (path: string): string => readFileSync(path, 'utf8')

describe('a file in the making', () => {
  test('has its name only when it is whole', async () => {
    const directory = temporaryDirectory()
    const target = join(directory, 'target')
    writeFileSync(target, 'old')
    const temp = new TempFile(reserveTemp(directory))
    temp.write(Buffer.from('new'))
    expect(text(target)).toBe('old')
    temp.write(Buffer.from('er'))
    await temp.commit(target)
    expect(text(target)).toBe('newer')
    expect(readdirSync(directory)).toEqual(['target'])
  })

  test('leaves nothing when it is discarded, also twice', () => {
    const directory = temporaryDirectory()
    const temp = new TempFile(reserveTemp(directory))
    temp.write(Buffer.from('x'))
    temp.discard()
    temp.discard()
    expect(readdirSync(directory)).toEqual([])
  })

  test('is removed when it cannot get its name, and the error names path and reason', async () => {
    const directory = temporaryDirectory()
    const target = join(directory, 'target')
    mkdirSync(join(target, 'full'), { recursive: true })
    const temp = new TempFile(reserveTemp(directory))
    await expect(temp.commit(target)).rejects.toMatchObject({
      code: 'E_IO',
      message: expect.stringMatching(new RegExp(`${target} failed: E(ISDIR|NOTEMPTY)(,|$)`)) as unknown,
      place: { file: target },
    })
    expect(readdirSync(directory)).toEqual(['target'])
  })

  test('is not made over something that somebody planted, which stays', () => {
    const directory = temporaryDirectory()
    const path = reserveTemp(directory)
    symlinkSync('/etc/passwd', path)
    expect(() => new TempFile(path)).toThrow(expect.objectContaining({ code: 'E_IO' }) as Error)
    removeTemps()
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
  })

  test('has 128 random bits in its name', () => {
    const names = Array.from({ length: 100 }, () => reserveTemp('/nowhere').slice('/nowhere/.trowel-'.length))
    expect(names.every((name) => /^[0-9a-f]{32}$/.test(name))).toBe(true)
    expect(new Set(names).size).toBe(100)
  })

  test('takes any pieces', async () => {
    const directory = temporaryDirectory()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 8 }), async (pieces) => {
        const temp = new TempFile(reserveTemp(directory))
        for (const piece of pieces) temp.write(piece)
        await temp.commit(join(directory, 'target'))
        expect(readFileSync(join(directory, 'target'))).toEqual(Buffer.concat(pieces))
      }),
      { numRuns: 30 },
    )
  })
})

describe('removeTemps', () => {
  test('removes what is not finished, and new directories that are empty', async () => {
    const directory = temporaryDirectory()
    makeDirectory(join(directory, 'a', 'b'))
    makeDirectory(join(directory, 'c'))
    await writeFile(join(directory, 'c', 'kept'), Buffer.from('x'))
    const temp = new TempFile(reserveTemp(join(directory, 'a', 'b')))
    temp.write(Buffer.from('x'))
    removeTemps()
    expect(readdirSync(directory)).toEqual(['c'])
    expect(readdirSync(join(directory, 'c'))).toEqual(['kept'])
  })
})

describe('writeFile', () => {
  test('replaces a link, not what it leads to', async () => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'elsewhere'), 'old')
    symlinkSync('elsewhere', join(directory, 'target'))
    await writeFile(join(directory, 'target'), Buffer.from('new'))
    expect(text(join(directory, 'elsewhere'))).toBe('old')
    expect(lstatSync(join(directory, 'target')).isFile()).toBe(true)
  })

  test.each([
    ['ENOENT', (directory: string) => join(directory, 'absent', 'x')],
    ['ENOTDIR', (directory: string) => join(directory, 'file', 'x')],
  ])('says %s with the path', async (errno, pathIn) => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'file'), '')
    await expect(writeFile(pathIn(directory), Buffer.from('x'))).rejects.toMatchObject({
      code: 'E_IO',
      kind: 'disk',
      message: expect.stringContaining(`failed: ${errno}`) as unknown,
    })
    expect(readdirSync(directory)).toEqual(['file'])
  })
})

describe('linkOrCopy', () => {
  test('makes the very same file', async () => {
    const directory = temporaryDirectory()
    const source = join(directory, 'source')
    writeFileSync(source, 'x')
    const temp = reserveTemp(directory)
    expect(await linkOrCopy(source, temp)).toBe(true)
    expect(statSync(temp).ino).toBe(statSync(source).ino)
    removeTemps()
    expect(readdirSync(directory)).toEqual(['source'])
  })

  test('copies where the file system cannot link (/dev/shm)', async (context) => {
    const directory = temporaryDirectory()
    if (!existsSync('/dev/shm') || statSync('/dev/shm').dev === statSync(directory).dev) {
      context.skip('there is no second file system at /dev/shm')
    }
    const other = mkdtempSync('/dev/shm/trowel-test-')
    onTestFinished(() => rmSync(other, { recursive: true }))
    writeFileSync(join(directory, 'source'), 'x')
    const temp = reserveTemp(other)
    expect(await linkOrCopy(join(directory, 'source'), temp)).toBe(false)
    expect(text(temp)).toBe('x')
    removeTemps()
  })
})

test('a path is without links as far as it exists', () => {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'real'))
  symlinkSync('real', join(directory, 'link'))
  for (const rest of [[], ['new'], ['new', 'newer']]) {
    expect(realPath(join(directory, 'link', ...rest))).toBe(join(realpathSync(directory), 'real', ...rest))
  }
})

describe('makeDirectory', () => {
  test('tells which directories are new, and takes them back while they are empty', () => {
    const directory = temporaryDirectory()
    const made = makeDirectory(join(directory, 'a', 'b'))
    expect(made).toEqual([join(directory, 'a'), join(directory, 'a', 'b')])
    expect(makeDirectory(join(directory, 'a', 'b'))).toEqual([])
    writeFileSync(join(directory, 'a', 'kept'), '')
    removeNewDirectories(made)
    expect(readdirSync(join(directory, 'a'))).toEqual(['kept'])
  })
})

describe('identityOf', () => {
  test('tells a file that was written to from one that was not', () => {
    const directory = temporaryDirectory()
    const file = join(directory, 'file')
    writeFileSync(file, 'one')
    const before = identityOf(file)
    const again = identityOf(file)
    writeFileSync(file, 'three')
    const after = identityOf(file)
    if (before === undefined || again === undefined || after === undefined) throw new Error('the file is there')
    expect(isSameFile(before, again)).toBe(true)
    expect(isSameFile(before, after)).toBe(false)
  })

  test('knows neither directories nor links nor what is not there', () => {
    const directory = temporaryDirectory()
    symlinkSync('.', join(directory, 'link'))
    expect([identityOf(directory), identityOf(join(directory, 'link')), identityOf(join(directory, 'absent'))]).toEqual(
      [undefined, undefined, undefined],
    )
  })
})

test.runIf(existsSync('/proc/self'))('a directory where none can be made, such as below /proc, is E_IO at once', () => {
  expect(() => makeDirectory('/proc/trowel/below')).toThrow(
    expect.objectContaining({ code: 'E_IO', message: expect.stringContaining('ENOENT') as unknown }) as Error,
  )
})

describe('a file that is replaced', () => {
  test('keeps its permissions, whatever the umask', async () => {
    const file = join(temporaryDirectory(), 'x')
    writeFileSync(file, 'old')
    chmodSync(file, 0o666)
    const was = identityOf(file)
    expect(was && (await replaceFile(file, Buffer.from('new'), was))).toBe(true)
    expect(text(file)).toBe('new')
    expect(statSync(file).mode & 0o777).toBe(0o666)
  })

  test('is left alone when it is another one by now, and nothing else stays', async () => {
    const directory = temporaryDirectory()
    const file = join(directory, 'x')
    writeFileSync(file, 'old')
    const was = identityOf(file)
    writeFileSync(file, 'by somebody else')
    expect(was && (await replaceFile(file, Buffer.from('new'), was))).toBe(false)
    expect(text(file)).toBe('by somebody else')
    expect(readdirSync(directory)).toEqual(['x'])
  })

  test('is not made when it is gone', async () => {
    const directory = temporaryDirectory()
    const file = join(directory, 'x')
    writeFileSync(file, 'old')
    const was = identityOf(file)
    rmSync(file)
    await expect(was && replaceFile(file, Buffer.from('new'), was)).rejects.toMatchObject({ code: 'E_IO' })
    expect(readdirSync(directory)).toEqual([])
  })
})
