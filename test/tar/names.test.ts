import { posix } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { TarHeader, TarWarning } from '#src/tar/entry.js'
import { cleanName, foldedName, staysInside } from '#src/tar/names.js'
import { TreeCheck } from '#src/tar/tree.js'

const limits = DEFAULT_LIMITS

/** Names of the parts that matter. */
const names = fc
  .array(fc.constantFrom('a', 'b', '.', '..', '', '...', '..c', '.d', 'é', 'A'), { maxLength: 8 })
  .map((parts) => parts.join('/'))

describe('cleanName', () => {
  test('gives the one spelling of a relative path, or a fault', () =>
    fc.assert(
      fc.property(names, (name) => {
        const clean = cleanName(name, limits)
        if (typeof clean !== 'string') {
          expect(name === '' || name.startsWith('/') || name.split('/').includes('..')).toBe(true)
        } else if (clean !== '') {
          expect(clean).toBe(posix.normalize(name).replace(/\/$/, ''))
          expect(cleanName(clean, limits)).toBe(clean)
        }
      }),
    ))

  test('the root has the empty name', () => {
    expect(['.', './', './/.'].map((name) => cleanName(name, limits))).toEqual(['', '', ''])
  })
})

describe('staysInside', () => {
  test('is true for exactly what a path library resolves below the root, without leaving it on the way', () =>
    fc.assert(
      fc.property(fc.constantFrom('', 'x', 'x/y'), names, (folder, target) => {
        const steps = target.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'))
        const inside = (path: string): boolean => {
          const resolved = posix.normalize(`${folder === '' ? '.' : folder}/./${path}`)
          return resolved !== '..' && !resolved.startsWith('../')
        }
        const expected = steps.every(inside)
        expect(staysInside(folder, target)).toBe(expected)
      }),
    ))
})

test('foldedName is one for all spellings of a name', () => {
  expect(new Set(['Caf\u00e9', 'CAFE\u0301', 'caf\u00e9'].map(foldedName)).size).toBe(1)
  expect(foldedName('cafe')).not.toBe(foldedName('caf\u00e9'))
})

describe('TreeCheck', () => {
  const header = (fields: Partial<TarHeader>): TarHeader => ({
    type: 'file',
    name: 'f',
    linkname: '',
    mode: 0o644,
    uid: 0,
    gid: 0,
    uname: '',
    gname: '',
    size: 0,
    mtime: 0,
    ...fields,
  })

  test('warns once of each kind, with the first name', () => {
    const warnings: TarWarning[] = []
    const tree = new TreeCheck({ file: 'm.tgz', limits, warn: (warning) => warnings.push(warning) })
    for (const name of ['one', 'two', 'ONE', 'TWO']) tree.check(header({ name, mode: 0o4755 }))
    expect(warnings).toEqual([
      {
        code: 'W_TAR_MODE',
        value: 'one',
        message: '"one" in m.tgz has the mode 4755; setuid, setgid and sticky are dropped',
      },
      {
        code: 'W_TAR_NAME_TWIN',
        value: 'ONE',
        message: '"ONE" in m.tgz and "one" are one file where case or composition is ignored',
      },
    ])
  })

  test.each([
    ['entries', { entries: 2 }, {}],
    ['fileBytes', { fileBytes: 99 }, { size: 100 }],
    ['moduleBytes', { moduleBytes: 299 }, { size: 100 }],
  ])('the limit %s holds for every source', (name, limit, fields) => {
    const tree = new TreeCheck({ file: 'm', limits: { ...limits, ...limit } })
    const all = (): unknown[] => ['a', 'b', 'c'].map((file) => tree.check(header({ ...fields, name: file })))
    expect(all).toThrow(expect.objectContaining({ code: 'E_TAR_LIMIT', hint: expect.stringContaining(name) as string }))
  })

  test('a name that needs no cleaning keeps its header', () => {
    const clean = header({ name: 'a/b' })
    expect(new TreeCheck({ file: 'm', limits }).check(clean)).toBe(clean)
  })

  test('parents need no entries, and may come after what is in them', () => {
    const tree = new TreeCheck({ file: 'm', limits })
    expect(tree.check(header({ name: 'a/b/c' }))?.name).toBe('a/b/c')
    expect(tree.check(header({ name: 'a/', type: 'directory' }))?.name).toBe('a')
    expect(tree.check(header({ name: './a', type: 'directory' }))).toBeUndefined()
  })
})
