import { isAbsolute, join, relative } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { entriesPath, parseRegistryId, printRegistryId } from '#src/cnb/registry-id.js'

test.each([
  ['acme/x', '1/acme_x'],
  ['acme/go', '2/acme_go'],
  ['acme/foo', '3/fo/acme_foo'],
  ['acme/java', 'ja/va/acme_java'],
  ['acme/nodejs', 'no/de/acme_nodejs'],
  ['a.b-c/a.b.', 'a./b./a.b-c_a.b.'],
])('%s is in %s', (id, path) => {
  expect(entriesPath(parseRegistryId(id))).toBe(path)
})

test.each([
  '',
  'a',
  '/',
  'a/',
  '/a',
  'a/b/c',
  'A/b',
  'a/B',
  'a_b/c',
  'a/b c',
  '../..',
  'a/..',
  'a/.git',
  '.git/a',
  'a/ab..',
])('%j is no id', (text) => {
  expect(() => parseRegistryId(text)).toThrow(expect.objectContaining({ code: 'E_INDEX_ID' }))
})

test('a part has 253 characters at most', () => {
  expect(printRegistryId(parseRegistryId(`a/${'b'.repeat(253)}`))).toHaveLength(255)
  expect(() => parseRegistryId(`a/${'b'.repeat(254)}`)).toThrow('not an id')
  expect(() => parseRegistryId(`${'a'.repeat(254)}/b`)).toThrow('not an id')
})

test('whatever is an id has a file inside the index, and another id has another', () => {
  const part = fc.string({ unit: fc.constantFrom('a', 'b', '.', '-', '/', '_'), maxLength: 6 })
  const pathOf = (text: string): string | undefined => {
    try {
      return entriesPath(parseRegistryId(text))
    } catch (error) {
      if (error instanceof CnbError) return undefined
      throw error
    }
  }
  fc.assert(
    fc.property(part, part, part, part, (a, b, c, d) => {
      const [one, other] = [pathOf(`${a}/${b}`), pathOf(`${c}/${d}`)]
      if (one === undefined) return
      expect(relative('/index', join('/index', one))).toBe(one)
      expect(isAbsolute(one) || one.split('/').includes('.git')).toBe(false)
      expect(one === other).toBe(a === c && b === d)
    }),
    { numRuns: 1000 },
  )
})
