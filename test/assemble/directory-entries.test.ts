import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { directoryEntries } from '#src/assemble/directory-entries.js'
import { checkOutsideSources } from '#src/assemble/outside-sources.js'
import { CnbError } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { BuilderPlan } from '#src/plan/builder-plan.js'
import type { TarEntry } from '#src/tar/entry.js'
import { temporaryDirectory } from '../support/directories.js'
import { directory, make, refusal } from './made.js'

/** Long ago: a file system's clock may not tell a change from the making of a file a moment before. */
const PAST = new Date('2001-02-03')

/** Files by name; a name that ends in a slash is a directory. */
function aTree(files: Readonly<Record<string, string>>): string {
  const root = temporaryDirectory()
  for (const [name, content] of Object.entries(files)) {
    if (name.endsWith('/')) mkdirSync(join(root, name), { recursive: true })
    else {
      mkdirSync(join(root, name, '..'), { recursive: true })
      writeFileSync(join(root, name), content)
    }
  }
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) utimesSync(join(root, name), PAST, PAST)
  utimesSync(root, PAST, PAST)
  return root
}

const entriesOf = (path: string, buffer = Buffer.alloc(4)): Generator<TarEntry> =>
  directoryEntries({ path }, DEFAULT_LIMITS.pathDepth, buffer)

/** Reads an entry to its end, and does something before the second piece. */
function read({ content }: TarEntry, meanwhile = (): void => {}): string {
  if (!(Symbol.iterator in content)) throw new Error('contents of a directory are read synchronously')
  let text = ''
  for (const piece of content) {
    if (text === '') meanwhile()
    text += Buffer.from(piece).toString()
  }
  return text
}

const namesOf = (path: string): string[] => [...entriesOf(path)].map(({ header }) => header.name)

describe('walking a directory', () => {
  test('gives a directory before its children, and siblings in byte order', () => {
    const tree = aTree({ 'b/x': '', 'b.txt': '', 'a/': '', B: '', é: '', z: '', '\u{1F600}': '', '\uFFFD': '' })
    expect(namesOf(tree)).toEqual(['B', 'a', 'b', 'b/x', 'b.txt', 'z', 'é', '\uFFFD', '\u{1F600}'])
  })

  test('reads a file in pieces', () => {
    const [entry] = entriesOf(aTree({ file: 'more than one piece' }))
    expect(entry?.header.size).toBe(19)
    expect(entry && read(entry)).toBe('more than one piece')
  })

  test('follows no link below, but the directory itself may be one', () => {
    const tree = aTree({ 'real/file': 'x' })
    symlinkSync('file', join(tree, 'real/link'))
    symlinkSync('loop', join(tree, 'real/loop'))
    symlinkSync('real', join(tree, 'alias'))
    const entries = [...entriesOf(join(tree, 'alias'))].map(({ header }) => [header.type, header.name, header.linkname])
    expect(entries).toEqual([
      ['file', 'file', ''],
      ['symlink', 'link', 'file'],
      ['symlink', 'loop', 'loop'],
    ])
  })

  test('makes later names of a file hard links to the first', () => {
    const tree = aTree({ 'b/first': 'x' })
    linkSync(join(tree, 'b/first'), join(tree, 'c'))
    const entries = [...entriesOf(tree)].map(({ header }) => [header.type, header.name, header.linkname, header.size])
    expect(entries).toEqual([
      ['directory', 'b', '', 0],
      ['file', 'b/first', '', 1],
      ['hardlink', 'c', 'b/first', 0],
    ])
  })

  test('goes as deep as the limit and no deeper', async () => {
    const tree = aTree({ 'a/b/c/': '' })
    const limit = (pathDepth: number): Promise<string> =>
      refusal(make(directory(tree), { limits: { ...DEFAULT_LIMITS, pathDepth } }))
    expect(await limit(3)).toBe('accepted')
    expect(await limit(2)).toBe('E_TAR_PATH_LIMIT')
  })

  test('a directory that is not there is a failure of the disk', async () => {
    expect(await refusal(make(directory(join(temporaryDirectory(), 'absent'))))).toBe('E_IO')
  })

  const isRoot = process.getuid?.() === 0
  test.skipIf(isRoot)(
    `what cannot be read is a failure of the disk${isRoot ? ' (root can read everything)' : ''}`,
    async () => {
      for (const name of ['file', 'folder/']) {
        const tree = aTree({ [name]: 'x' })
        chmodSync(join(tree, name), 0)
        expect(await refusal(make(directory(tree)))).toBe('E_IO')
        chmodSync(join(tree, name), 0o700)
      }
    },
  )
})

describe('what a module cannot carry', () => {
  test('a socket', async () => {
    const tree = aTree({ 'buildpack.toml': '' })
    const server = createServer()
    await new Promise<void>((resolve) => {
      server.listen(join(tree, 'socket'), resolve)
    })
    expect(await refusal(make(directory(tree)))).toBe('E_TAR_SPECIAL')
    server.close()
  })

  test('a named pipe, which is not opened', async () => {
    const tree = aTree({ 'buildpack.toml': '' })
    execFileSync('mkfifo', [join(tree, 'pipe')])
    expect(await refusal(make(directory(tree)))).toBe('E_TAR_SPECIAL')
  })

  test.each([
    ['a link out of it', (tree: string) => symlinkSync('../x', join(tree, 'link')), 'E_TAR_LINK_ESCAPE'],
    ['an absolute link', (tree: string) => symlinkSync('/etc/passwd', join(tree, 'link')), 'E_TAR_LINK_ESCAPE'],
    ['a backslash', (tree: string) => writeFileSync(join(tree, 'a\\b'), ''), 'E_TAR_NAME_CHARS'],
    ['a newline', (tree: string) => writeFileSync(join(tree, 'a\nb'), ''), 'E_TAR_NAME_CHARS'],
    ['a whiteout', (tree: string) => writeFileSync(join(tree, '.wh.x'), ''), 'E_TAR_WHITEOUT'],
    ['a name that is not UTF-8', (tree: string) => writeFileSync(badName(tree), ''), 'E_TAR_NAME_ENCODING'],
    [
      'a link to what is not UTF-8',
      (tree: string) => symlinkSync(badName(''), join(tree, 'link')),
      'E_TAR_NAME_ENCODING',
    ],
  ])('%s', async (_what, add, code) => {
    const tree = aTree({ 'buildpack.toml': '' })
    add(tree)
    expect(await refusal(make(directory(tree)))).toBe(code)
  })

  test('an absolute link is a warning when it is allowed', async () => {
    const tree = aTree({})
    symlinkSync('/etc/passwd', join(tree, 'link'))
    const { facts, listing } = await make(directory(tree), { allowAbsoluteSymlinks: true })
    expect(facts.warnings).toMatchObject([{ rule: 'W_TAR_ABSOLUTE_LINK', severity: 'warning', place: { file: tree } }])
    expect(listing.at(-1)).toContain('"/etc/passwd"')
  })

  test('names that only some file systems tell apart, and names that reorder text, are warnings', async () => {
    const tree = aTree({ a: '', A: '', 'caf\u00e9': '', 'cafe\u0301': '', 'x\u202ey': '' })
    const { facts } = await make(directory(tree))
    expect(facts.warnings.map(({ rule }) => rule).sort()).toEqual(['W_TAR_NAME_BIDI', 'W_TAR_NAME_TWIN'])
  })
})

function badName(folder: string): Buffer {
  return Buffer.concat([Buffer.from(folder === '' ? '' : `${folder}/`), Buffer.from([0x66, 0xff])])
}

describe('a source that changes while it is read', () => {
  const changed = expect.objectContaining({ code: 'E_SOURCE_CHANGED' })
  const first = (tree: string): TarEntry => {
    const { value } = entriesOf(tree).next()
    return value as TarEntry
  }
  const caught = (act: () => unknown): unknown => {
    try {
      act()
    } catch (error) {
      return error
    }
    return undefined
  }

  test.each([
    ['grows', (file: string) => appendFileSync(file, 'more')],
    ['shrinks', (file: string) => writeFileSync(file, 'x')],
    ['goes away', (file: string) => unlinkSync(file)],
    [
      'becomes another file',
      (file: string) => {
        writeFileSync(`${file}2`, 'long content')
        renameSync(`${file}2`, file)
      },
    ],
    [
      'becomes a link',
      (file: string) => {
        unlinkSync(file)
        symlinkSync('/etc/passwd', file)
      },
    ],
    [
      'becomes a named pipe',
      (file: string) => {
        unlinkSync(file)
        execFileSync('mkfifo', [file])
      },
    ],
  ])('a file that %s before it is opened', (_what, change) => {
    const tree = aTree({ file: 'long content' })
    const entry = first(tree)
    change(join(tree, 'file'))
    expect(caught(() => read(entry))).toEqual(changed)
  })

  test.each([
    ['grows', (file: string) => appendFileSync(file, 'more')],
    ['is cut off', (file: string) => writeFileSync(file, '')],
    ['is written over', (file: string) => writeFileSync(file, 'LONG CONTENT')],
  ])('a file that %s while it is read', (_what, change) => {
    const tree = aTree({ file: 'long content' })
    expect(caught(() => read(first(tree), () => change(join(tree, 'file'))))).toEqual(changed)
  })

  test('a directory that gets a file behind the walk', () => {
    const tree = aTree({ 'a/x': '', b: '' })
    const walk = (): void => {
      for (const { header } of entriesOf(tree)) if (header.name === 'b') writeFileSync(join(tree, 'aa'), '')
    }
    expect(caught(walk)).toEqual(changed)
  })

  test('a directory that goes away before the walk comes to it', () => {
    const tree = aTree({ 'a/x': '' })
    const walk = (): void => {
      for (const { header } of entriesOf(tree)) if (header.name === 'a') rmSync(join(tree, 'a'), { recursive: true })
    }
    expect(caught(walk)).toEqual(changed)
  })
})

describe('an output inside a source', () => {
  const planOf = (path: string): BuilderPlan => {
    const layers = [{ role: 'module', title: '', modules: [], source: directory(path) }]
    return { layers } as unknown as BuilderPlan
  }
  const check = (path: string, place: string): Promise<string> =>
    refusal(Promise.resolve().then(() => checkOutsideSources(planOf(path), [place])))

  test('is refused, also through links and where it does not exist yet', async () => {
    const tree = aTree({ 'module/bin/': '' })
    const module = join(tree, 'module')
    symlinkSync('module/bin', join(tree, 'shortcut'))
    for (const inside of [module, join(module, 'bin'), join(module, 'a/b'), join(tree, 'shortcut/c')]) {
      expect(await check(module, inside)).toBe('E_OUTPUT_INSIDE_SOURCE')
    }
    expect(await check(join(tree, 'shortcut'), join(module, 'bin/x'))).toBe('E_OUTPUT_INSIDE_SOURCE')
  })

  test('is refused with a place that is fine', async () => {
    const tree = realpathSync(aTree({ 'module/inner/bin/': '' }))
    const [module, inner] = [join(tree, 'module'), join(tree, 'module/inner')]
    const layers = [inner, module].map((path) => ({ role: 'module', title: '', modules: [], source: directory(path) }))
    const plan = { layers } as unknown as BuilderPlan
    for (const place of [module, inner, join(module, 'a.cnb'), join(inner, 'bin/a.cnb')]) {
      const hint = refusedHint(() => checkOutsideSources(plan, [place]))
      const [, better = ''] = /^put it elsewhere: (.*)$/.exec(hint) ?? []
      expect(dirname(better)).toBe(tree)
      expect(() => checkOutsideSources(plan, [better])).not.toThrow()
    }
  })

  test('beside or above it is fine', async () => {
    const tree = aTree({ 'module/': '' })
    for (const outside of [tree, join(tree, 'module-2'), join(tree, 'out/x')]) {
      expect(await check(join(tree, 'module'), outside)).toBe('accepted')
    }
  })
})

/** The hint of what `act` throws. */
function refusedHint(act: () => void): string {
  try {
    act()
  } catch (error) {
    if (error instanceof CnbError) return error.hint ?? ''
  }
  return 'nothing was refused'
}
