import iarna from '@iarna/toml'
import * as fc from 'fast-check'
import { parse as parseSmol } from 'smol-toml'
import { expect, test } from 'vitest'
import { type PrintableTable, printToml } from '#src/toml/encode.js'
import { documentOf, plainOf } from './read.js'

const key = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
const text = fc.string({
  unit: fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), fc.constantFrom('"', '\\', '\n', '\u007f')),
})
const scalar = fc.oneof(text, fc.boolean(), fc.array(text))
const table: fc.Arbitrary<PrintableTable> = fc.letrec<{ table: PrintableTable }>((tie) => ({
  table: fc
    .uniqueArray(
      fc.tuple(
        key,
        fc.oneof({ maxDepth: 3 }, scalar, tie('table'), fc.array(tie('table'), { minLength: 1, maxLength: 3 })),
      ),
      { selector: ([name]) => name, maxLength: 5 },
    )
    .map((entries) => new Map(entries)),
})).table

test('what is printed is read back as it was', () => {
  fc.assert(
    fc.property(table, (value) => {
      expect(sorted(plainOf(documentOf(printToml(value)).root))).toEqual(sorted(value))
    }),
  )
})

test('what is printed means the same to other readers', () => {
  fc.assert(
    fc.property(table, (value) => {
      const printed = printToml(value)
      expect(sorted(parseSmol(printed))).toEqual(sorted(value))
      expect(sorted(iarna.parse(printed))).toEqual(sorted(value))
    }),
  )
})

test('escapes as BurntSushi does: short forms, lower-case hex, DEL too, and nothing outside ASCII', () => {
  expect(printToml(new Map([['a', '"\\\b\t\n\f\r\u0000\u001b\u007f\u0085\ufeff€😀/<&']]))).toBe(
    'a = "\\"\\\\\\b\\t\\n\\f\\r\\u0000\\u001b\\u007f\u0085\ufeff€😀/<&"\n',
  )
})

test('quotes a key that is not bare', () => {
  const names = new Map(['bare-Key_1', 'a.b', '*', '', '"', 'é'].map((name) => [name, name]))
  const printed = printToml(new Map([['a.b', names]]))
  expect(printed.split('\n')[0]).toBe('["a.b"]')
  expect(sorted(plainOf(documentOf(printed).root))).toEqual(sorted(new Map([['a.b', names]])))
  expect(printed).toContain('\n  bare-Key_1 = ')
})

test('values come before tables, wherever they stand', () => {
  const below = new Map([['x', '1']])
  const value: PrintableTable = new Map<string, string | PrintableTable | readonly PrintableTable[]>([
    ['t', below],
    ['list', [below, new Map()]],
    ['a', 'b'],
  ])
  expect(printToml(value)).toBe('a = "b"\n\n[t]\n  x = "1"\n\n[[list]]\n  x = "1"\n\n[[list]]\n')
})

/** Tables of any kind as sorted entries, so that only content is compared. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries: [string, unknown][] = value instanceof Map ? [...value] : Object.entries(value)
  return new Map(
    entries.map(([name, item]): [string, unknown] => [name, sorted(item)]).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}
