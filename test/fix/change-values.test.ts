import { describe, expect, test } from 'vitest'
import { changeValues } from '#src/fix/change-values.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { PrintableTable, PrintableValue } from '#src/toml/encode.js'
import { documentOf } from '../toml/read.js'
import { toml } from './fixed.js'

type Values = { readonly [key: string]: string | boolean | readonly string[] | Values | readonly Values[] | undefined }

function tableOf(values: Values): PrintableTable {
  const printable = (value: Values[string]): PrintableValue | undefined =>
    Array.isArray(value)
      ? (value.map(printable) as readonly string[])
      : typeof value === 'object'
        ? tableOf(value as Values)
        : value
  return new Map(Object.entries(values).map(([key, value]) => [key, printable(value)]))
}

/** A text that says `after` where it said `before`. */
const changed = (text: string, before: Values, after: Values): string =>
  changeValues(documentOf(text), { before: tableOf(before), after: tableOf(after) }, DEFAULT_LIMITS).source

describe('a value', () => {
  test('is replaced in its place, whatever stands around it', () => {
    const text = '# top\n a  =  "x"   # why\nother = [1,2] # odd\n'
    expect(changed(text, { a: 'x' }, { a: 'y' })).toBe('# top\n a  =  "y"   # why\nother = [1,2] # odd\n')
  })

  test('that is new stands behind the last of the root', () => {
    expect(changed('a = 1\n\n# about t\n[t]\n', {}, { b: 'x' })).toBe('a = 1\nb = "x"\n\n# about t\n[t]\n')
  })

  test('that is the first of the root stands above the first section and what is written about that', () => {
    expect(changed('# top\n\n# about t\n[t]\n', {}, { b: true })).toBe('# top\n\nb = true\n\n# about t\n[t]\n')
    expect(changed('# only this', {}, { b: true })).toBe('# only this\nb = true')
    expect(changed('', {}, { b: true })).toBe('b = true\n')
  })

  test('that goes leaves its comment', () => {
    expect(changed('a = "x" # why\nb = "y"\n', { a: 'x', b: 'y' }, { b: 'y' })).toBe('# why\nb = "y"\n')
  })

  test('that the file says, although it counts for nothing, is left as it is, or replaced', () => {
    expect(changed('a = false # off\n', {}, { b: 'x' })).toBe('a = false # off\nb = "x"\n')
    expect(changed('a = false # off\n', {}, { a: true })).toBe('a = true # off\n')
  })

  test('has the line ends of the file', () => {
    const after = { b: 'x', t: { k: 'v' }, l: [{ name: 'n' }] }
    expect(changed('a = 1\r\n', {}, after)).toBe(
      'a = 1\r\nb = "x"\r\n\r\n[t]\r\n  k = "v"\r\n\r\n[[l]]\r\n  name = "n"\r\n',
    )
  })
})

describe('a key of a table', () => {
  const before = { t: { k: 'v' } }
  const after = { t: { k: 'v', l: 'w' } }
  test.each([
    [
      'below its header, as deep as the others',
      '[t] # mirrors\n    k = "v"\n[u]\n',
      '[t] # mirrors\n    k = "v"\n    l = "w"\n[u]\n',
    ],
    ['between braces', 't = { k = "v" } # short\n', 't = { k = "v", l = "w" } # short\n'],
    ['with a dot', ' t.k = "v"\na = 1\n', ' t.k = "v"\n t.l = "w"\na = 1\n'],
  ])('is added %s, and goes again', (_, text, longer) => {
    expect(changed(text, before, after)).toBe(longer)
    expect(changed(longer, after, before)).toBe(text)
  })

  test('makes the table when there is none, which goes with the last of them', () => {
    const text = '# top\na = "x"\n'
    const longer = '# top\na = "x"\n\n[t]\n  k = "v"\n'
    expect(changed(text, {}, before)).toBe(longer)
    expect(changed(longer, before, {})).toBe(text)
  })
})

describe('an item of a list', () => {
  const [a, b] = [
    { name: 'a', url: 'https://a.test' },
    { name: 'b', url: 'https://b.test' },
  ] as const

  test('that is a section stands behind the others, written as they are, and goes with what is in it', () => {
    const text = toml`
      # mine
      [[l]] # first
      name = "a"
      url = "https://a.test" # slow
      note = "kept"

      [other]
      x = 1
    `
    const longer = toml`
      # mine
      [[l]] # first
      name = "a"
      url = "https://a.test" # slow
      note = "kept"

      [[l]]
      name = "b"
      url = "https://b.test"

      [other]
      x = 1
    `
    expect(changed(text, { l: [a] }, { l: [a, b] })).toBe(longer)
    expect(changed(longer, { l: [a, b] }, { l: [a] })).toBe(text)
    expect(changed(longer, { l: [a, b] }, { l: [b] })).toBe(
      '# mine\n# first\n# slow\n\n[[l]]\nname = "b"\nurl = "https://b.test"\n\n[other]\nx = 1\n',
    )
  })

  test('keeps its sections when one goes, and those of others', () => {
    const text = '[[l]]\nname = "a"\n[l.x]\ny = 1\n[m]\n[[l]]\nname = "b"\n[l.x]\ny = 2\n'
    expect(changed(text, { l: [{ name: 'a' }, { name: 'b' }] }, { l: [{ name: 'b' }] })).toBe(
      '[m]\n[[l]]\nname = "b"\n[l.x]\ny = 2\n',
    )
  })

  test('between brackets stays there', () => {
    const text = 'l = [ { name = "a", url = "https://a.test" } ] # mine\n'
    const longer = 'l = [ { name = "a", url = "https://a.test" }, { name = "b", url = "https://b.test" } ] # mine\n'
    expect(changed(text, { l: [a] }, { l: [a, b] })).toBe(longer)
    expect(changed(longer, { l: [a, b] }, { l: [a] })).toBe(text)
    expect(changed('l = []\n', {}, { l: [a] })).toBe('l = [{ name = "a", url = "https://a.test" }]\n')
  })

  test.each([
    [
      'with a comma behind the last',
      '[\n  "a", # A\n  "c", # C\n]\n',
      '[\n  "a", # A\n  "b",\n  "c", # C\n  "d",\n]\n',
    ],
    ['without one', '[\n  "a", # A\n  "c" # C\n]\n', '[\n  "a", # A\n  "b",\n  "c", # C\n  "d"\n]\n'],
    ['on one line', '["a", "c"]\n', '["a", "b", "c", "d"]\n'],
  ])('on a line of its own gets neighbours on lines of their own: %s', (_, text, longer) => {
    const [short, long] = [{ l: ['a', 'c'] }, { l: ['a', 'b', 'c', 'd'] }]
    expect(changed(`l = ${text}`, short, long)).toBe(`l = ${longer}`)
  })

  test('that goes leaves its comments, and the others where they are', () => {
    const text = 'l = [\n  "a", # A\n  # of b\n  "b",\n  "c"\n]\n'
    expect(changed(text, { l: ['a', 'b', 'c'] }, { l: ['a', 'c'] })).toBe('l = [\n  "a", # A\n  # of b\n  "c"\n]\n')
    expect(changed(text, { l: ['a', 'b', 'c'] }, { l: ['b'] })).toBe('l = [\n  # A\n  # of b\n  "b",\n]\n')
    expect(changed('l = [{ m = [ # in\n"x"] }] # at\n', { l: [{ m: ['x'] }] }, { l: [{ n: 'y' }] })).toBe(
      '# in\nl = [{ n = "y" }] # at\n',
    )
  })

  test('is the same one when its name is, and changes in its place', () => {
    const text = '[[l]]\nname = "a"\nurl = "old" # A\n[[l]]\nname = "b"\nurl = "old" # B\n'
    const [first, second] = [
      { name: 'a', url: 'old' },
      { name: 'b', url: 'old' },
    ] as const
    const after = { l: [first, { ...second, url: 'new' }] }
    expect(changed(text, { l: [first, second] }, after)).toBe(text.replace('"old" # B', '"new" # B'))
  })

  test('may come before all others', () => {
    const text = '# top\n[[l]]\nname = "a" # A\n'
    expect(changed(text, { l: [{ name: 'a' }] }, { l: [{ name: 'c' }, { name: 'a' }] })).toBe(
      '# top\n[[l]]\nname = "c"\n\n[[l]]\nname = "a" # A\n',
    )
  })
})

test('what the limits do not allow is refused, with its place', () => {
  const limits = { ...DEFAULT_LIMITS, tomlBytes: 20 }
  const change = (): unknown =>
    changeValues(documentOf('a = 1\n'), { before: new Map(), after: new Map([['b', 'x'.repeat(30)]]) }, limits)
  expect(change).toThrow(expect.objectContaining({ code: 'E_USAGE', place: expect.objectContaining({ line: 1 }) }))
})
