import * as fc from 'fast-check'
import { parse as parseSmol, stringify } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS, limitHint } from '#src/limits.js'
import { documentOf, plainOf, readToml } from './read.js'

const valueOf = (toml: string): unknown => plainOf(documentOf(toml).root)
const refusal = (toml: string | Uint8Array, limits = {}) => {
  const { document, diagnostics } = readToml(toml, { limits })
  expect(document).toBeUndefined()
  expect(diagnostics).toHaveLength(1)
  expect(diagnostics[0]).toMatchObject({ severity: 'error', fix: expect.stringMatching(/./) })
  return diagnostics[0]
}

describe('what is no TOML 1.0 is refused at its place', () => {
  test.each<[id: string, about: string, toml: string, line: number, column: number]>([
    ['C-01', 'a value that is missing', 'a = 1\nb = \n', 2, 4],
    ['C-01', 'a value on the next line', 'a =\n1', 1, 4],
    ['C-01', 'a string that does not end', 'a = "x\nb = 1', 1, 7],
    ['C-01', 'a table header that does not end', '[check\n', 1, 7],
    ['C-01', 'a text of lines that does not end', 'a = """x\n\n', 3, 1],
    ['C-01', 'a carriage return on its own', 'a = 1\rb = 2', 1, 6],
    ['C-01', 'a carriage return in a comment', '# a\rb = 2', 1, 4],
    ['C-01', 'a control character', 'a = "x\u0001"', 1, 7],
    ['C-01', 'NUL in a comment', 'a = 1\n# x\u0000', 2, 4],
    ['C-01', 'DEL', 'a = "\u007f"', 1, 6],
    ['C-02', 'half of a surrogate pair as an escape', 'a = "\\ud800"', 1, 11],
    ['C-05', 'a key twice', '[x]\na = 1\na = 2', 3, 1],
    ['C-05', 'a table twice', '[a]\n[b]\n[a]', 3, 2],
    ['C-05', 'a table over a value', 'a = 1\n[a]', 2, 2],
    ['C-05', 'a table over an array of tables', '[[a]]\n[a]', 2, 2],
    ['C-05', 'an array of tables over a table', '[a]\n[[a]]', 2, 3],
    ['C-05', 'an array of tables over an array', 'a = [{b = 1}]\n[[a]]', 2, 3],
    ['C-05', 'a dotted key over a table', '[a.b]\nc = 1\n[a]\nb.d = 1', 4, 1],
    ['C-05', 'a dotted key into a table that a header names on its way', '[a.b.c]\n[a]\nb.d = 1', 3, 1],
    ['C-05', 'a header over dotted keys', 'a.b = 1\n[a]', 2, 2],
    ['C-05', 'a dotted key into an inline table', 'a = {b = 1}\na.c = 2', 2, 1],
    ['C-05', 'a key twice in an inline table', 'a = {b = 1, b = 2}', 1, 13],
    ['C-07', 'an integer beyond 64 bits', 'a = 9223372036854775808', 1, 5],
    ['C-07', 'an integer beyond 64 bits below zero', 'a = -9223372036854775809', 1, 5],
    ['C-07', 'a number with a leading zero', 'a = 01', 1, 5],
    ['C-09', 'a date that does not exist', 'a = 2026-02-30', 1, 14],
    ['C-15', 'a line end in an inline table', 'a = {\nb = 1}', 2, 1],
    ['C-15', 'a comma at the end of an inline table', 'a = {b = 1,}', 1, 12],
    ['C-15', 'the escape \\e', 'a = "\\e"', 1, 7],
    ['C-15', 'the escape \\x', 'a = "\\x41"', 1, 7],
    ['C-15', 'a time without seconds', 'a = 12:30', 1, 10],
    ['C-15', 'a bare key outside ASCII', 'é = 1', 1, 1],
  ])('%s: %s', (_id, _about, toml, line, column) => {
    expect(refusal(toml)).toMatchObject({ rule: 'toml-syntax', place: { file: 'test.toml', line, column } })
  })

  test('C-02: bytes that are not UTF-8 are refused where they begin', () => {
    const place = { line: 2, column: 6 }
    expect(refusal(Buffer.from('a = 1\nb = "\xff"', 'latin1'))).toMatchObject({ rule: 'toml-syntax', place })
    expect(refusal(Buffer.from('a = 1', 'utf16le'))?.rule).toBe('toml-syntax')
    expect(refusal(Buffer.from('\ufeffa = 1', 'utf16le'))?.message).toBe('the file is not UTF-8')
  })

  test('the message names the key, and the value is the rest of the line', () => {
    expect(refusal('image = 1\nimage = 2')).toMatchObject({ message: 'key image is defined twice', value: 'image = 2' })
  })
})

describe('what means the same is read the same', () => {
  test('C-03: with a byte order mark', () => {
    expect(valueOf('\ufeffa = 1')).toEqual(valueOf('a = 1'))
    expect(documentOf('\ufeffa = 1').locate(['a'])).toMatchObject({ line: 1, column: 5 })
  })

  test('C-04: with CRLF, tabs, or no last line end', () => {
    const value = valueOf('[a]\nb = """\nx\ny"""\nc = 1\n')
    expect(valueOf('[a]\r\nb = """\r\nx\r\ny"""\r\nc = 1\r\n')).toEqual(value)
    expect(valueOf('\t[a]\n\tb\t=\t"x\\ny"\nc = 1')).toEqual(value)
  })

  test('C-17: an empty file, and one of comments only, is an empty table', () => {
    expect(valueOf('')).toEqual(new Map())
    expect(valueOf('# nothing\n\n')).toEqual(new Map())
  })
})

describe('values are exact', () => {
  test('C-07: integers keep every digit', () => {
    expect(
      valueOf('a = 9007199254740991\nb = 9007199254740993\nc = -9223372036854775808\nd = 0xff_ff\ne = -0'),
    ).toEqual(
      new Map<string, unknown>([
        ['a', 9007199254740991],
        ['b', 9007199254740993n],
        ['c', -9223372036854775808n],
        ['d', 65535],
        ['e', 0],
      ]),
    )
  })

  test('C-08: floats know infinity, and are told from integers', () => {
    expect(valueOf('a = inf\nb = -inf\nc = nan\nd = 1e400\ne = 1.0')).toEqual(
      new Map([
        ['a', Infinity],
        ['b', -Infinity],
        ['c', NaN],
        ['d', Infinity],
        ['e', 1],
      ]),
    )
    const kinds = [...documentOf('a = 1.0\nb = 1').root.entries.values()].map(({ node }) => node.kind)
    expect(kinds).toEqual(['float', 'integer'])
  })

  test('C-09: dates and times are their source text', () => {
    const texts = ['2026-11-21T10:00:00+01:00', '2026-11-21 10:00:00.123456789', '2026-11-21', '10:00:00']
    expect(texts.map((text) => valueOf(`a = ${text}`))).toEqual(texts.map((text) => new Map([['a', text]])))
  })

  test('C-11: keys that JavaScript knows are keys like any other', () => {
    const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', '0']
    const inner = new Map(keys.map((key) => [key, key]))
    const toml = keys.map((key) => `${key} = "${key}"`).join('\n')
    expect(valueOf(`${toml}\n[metadata]\n${toml}\n[metadata.__proto__x]\n`)).toEqual(
      new Map<string, unknown>([
        ...inner,
        ['metadata', new Map<string, unknown>([...inner, ['__proto__x', new Map()]])],
      ]),
    )
    expect(Object.keys(Object.prototype)).toEqual([])
  })
})

describe('limits', () => {
  test.each<[id: string, about: string, toml: string]>([
    ['C-12', 'nested arrays', `a = ${'['.repeat(5_000)}${']'.repeat(5_000)}`],
    ['C-12', 'nested arrays that do not end', `a = ${'['.repeat(100_000)}`],
    ['C-12', 'nested inline tables', `a = ${'{a = '.repeat(5_000)}1${'}'.repeat(5_000)}`],
    ['C-12', 'a dotted key', `a${'.a'.repeat(20_000)} = 1`],
    ['C-12', 'a header', `[a${'.a'.repeat(20_000)}]`],
    ['C-12', 'a dotted key with blanks', `a${' . a'.repeat(20_000)} = 1`],
    ['C-12', 'dotted keys in inline tables', `a = ${'{a.a.a.a.a = '.repeat(30)}1${'}'.repeat(30)}`],
    ['C-13', 'tables', '[[a]]\n'.repeat(200_000)],
    ['C-14', 'keys', Array.from({ length: 100_001 }, (_, i) => `k${i} = 1`).join('\n')],
    ['C-14', 'array items', `a = [${'1,'.repeat(200_000)}]`],
    ['C-14', 'a long word', 'a'.repeat(200_000)],
    ['C-14', 'a long number', `a = 1.${'1'.repeat(200_000)}`],
    ['C-14', 'a long key in quotes', `"${'a'.repeat(200_000)}" = 1`],
    ['C-14', 'a run of brackets', '['.repeat(1_000_000)],
  ])('%s: too much is refused without a full stack: %s', (_id, _about, toml) => {
    expect(refusal(toml)?.rule).toMatch(/^toml-(limit|syntax)$/)
  })

  test.each<[name: keyof typeof DEFAULT_LIMITS, toml: (amount: number) => string]>([
    ['tomlBytes', (amount) => `#${'x'.repeat(amount - 1)}`],
    ['tomlDepth', (amount) => `a = ${'['.repeat(amount)}${']'.repeat(amount)}`],
    ['tomlDepth', (amount) => `a${'.a'.repeat(amount)} = 1`],
    ['tomlDepth', (amount) => `[${Array(amount).fill('a').join('.')}]`],
    ['tomlDepth', (amount) => `[a.a]\na = {${'a.'.repeat(amount - 3)}a = 1}`],
    ['tomlDepth', (amount) => `[[a]]\na.a = ${'['.repeat(amount - 3)}${']'.repeat(amount - 3)}`],
    ['tomlKeys', (amount) => Array.from({ length: amount }, (_, i) => `k${i} = 1`).join('\n')],
    ['tomlKeys', (amount) => '[[a]]\n'.repeat(amount)],
    ['tomlKeys', (amount) => `a = [1${',1'.repeat(amount - 1)}]`],
    ['tomlString', (amount) => `a = "${'x'.repeat(amount - 2)}"`],
    ['tomlString', (amount) => `a = '''${'\n'.repeat(amount - 6)}'''`],
  ])('%s holds to the unit', (name, toml) => {
    const limit = 20
    const read = (amount: number) => readToml(toml(amount), { limits: { [name]: limit } }).diagnostics
    expect(read(limit - 1)).toEqual([])
    expect(read(limit)).toEqual([])
    expect(read(limit + 1)).toMatchObject([{ rule: 'toml-limit', fix: limitHint(name) }])
  })

  test('L-03: a string of a megabyte is kept to the letter, and what stands behind it keeps its place', () => {
    const long = 'ab'.repeat(499_990)
    const document = documentOf(`a = "${long}" # x\nb = """\n${long}\n\\"\\u00e9\\\n  x""""\nc = '${long}'\n[d]\ne = 1`)
    expect(plainOf(document.root)).toEqual(
      new Map<string, unknown>([
        ['a', long],
        ['b', `${long}\n"éx"`],
        ['c', long],
        ['d', new Map([['e', 1]])],
      ]),
    )
    expect(document.locate(['d', 'e'])).toMatchObject({ line: 8, column: 5 })
    expect(document.locate(['c'])).toMatchObject({ line: 6, column: 5 })
  })

  test.each(['\\q', '\\ud800', '\\U00110000', '\\', '\\u12'])(
    'a long string with the escape %s is refused',
    (escape) => {
      expect(refusal(`a = 1\nb = "${'x'.repeat(50_000)}${escape} "`)).toMatchObject({
        rule: 'toml-syntax',
        place: { line: 2 },
      })
    },
  )
})

describe('places', () => {
  const document = documentOf(
    'a = 1\n[Build]\nIMAGE = "x"\n[[order]]\n[[order.group]]\nid = "a"\n  [[order.group]]\n  "id" = "b"\n',
  )

  test.each<[path: (string | number)[], line: number, column: number]>([
    [[], 1, 1],
    [['a'], 1, 5],
    [['build'], 2, 2],
    [['build', 'image'], 3, 9],
    [['order'], 4, 3],
    [['order', 0, 'group', 0, 'id'], 6, 6],
    [['order', 0, 'group', 1, 'id'], 8, 10],
    [['order', 0, 'group', 1], 7, 3],
    [['order', 0, 'group', 1, 'version'], 7, 3],
    [['order', 9, 'group'], 4, 3],
    [['nowhere'], 1, 1],
  ])('%j stands at %i:%i', (path, line, column) => {
    expect(document.locate(path)).toEqual({ file: 'test.toml', line, column })
  })
})

test('too many keys are told where the key begins that is too many', () => {
  const { diagnostics } = readToml('a = 1\nb = [{ id = "x", "acme".x="y" }]\n', { limits: { tomlKeys: 4 } })
  expect(diagnostics).toMatchObject([{ rule: 'toml-limit', place: { line: 2, column: 18 } }])
})

describe('any input', () => {
  const SYMBOLS = '[ [[ ] ]] . = , { } " \' """ \'\'\' \\ # - + _'.split(' ')
  const BLANKS = ['\n', '\r\n', '\r', ' ', '\t', '\u0000']
  const WORDS = 'a b é 😀 1 e 0x inf nan true 2026-01-01 T 10:00:00 Z \\u00e9 \\n'.split(' ')
  const LINES = ['a = 1\n', '[a]\n', '[a.b]\n', '[[a]]\n', 'a.b = 1\n', 'b = {c = 1}\n', 'c = [1, "x"]\n']
  const word = fc.constantFrom(...SYMBOLS, ...BLANKS, ...WORDS, ...LINES)

  test('is a document or one diagnostic, and never an exception', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(word).map((words) => Buffer.from(words.join(''))),
          fc.uint8Array(),
        ),
        (bytes) => {
          const { document, diagnostics } = readToml(bytes)
          expect(diagnostics).toHaveLength(document === undefined ? 1 : 0)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('is accepted where smol-toml accepts it, once both see the same rules', () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const toml = words.join('')
        // It takes a carriage return on its own for a line end.
        fc.pre(!/\r(?!\n)/.test(toml))
        expect(readToml(toml).document !== undefined).toBe(smolAccepts(toml))
      }),
      { numRuns: 2_000 },
    )
  })

  test('that another tool printed is read as it was', () => {
    const value = fc.letrec((tie) => ({
      table: fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
      value: fc.oneof(
        { maxDepth: 3 },
        fc.string({ unit: 'binary' }),
        fc.boolean(),
        fc.maxSafeInteger(),
        fc.double({ noNaN: true }).filter((number) => !Number.isInteger(number)),
        fc.array(tie('value'), { maxLength: 3 }),
        tie('table'),
      ),
    }))
    fc.assert(
      fc.property(value.table, (table) => {
        const toml = stringify(table)
        expect(asObject(valueOf(toml))).toEqual(parseSmol(toml))
      }),
    )
  })
})

function smolAccepts(toml: string): boolean {
  try {
    parseSmol(toml)
    return true
  } catch {
    return false
  }
}

function asObject(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asObject)
  if (!(value instanceof Map)) return value
  return Object.fromEntries([...value].map(([key, item]: [string, unknown]) => [key, asObject(item)]))
}
