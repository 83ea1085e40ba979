import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { stringify } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import type { TomlNode } from '#src/toml/document.js'
import { type Statement, TomlLayout } from '#src/toml/layout.js'
import { fittingValue } from '../cnb/schema-values.js'
import { BUILDER_TOML } from '#src/cnb/builder-schema.js'
import { documentOf, readToml } from './read.js'

function layoutOf(toml: string): TomlLayout {
  return new TomlLayout(documentOf(toml))
}

const textOf = (source: string, { start, end }: { start: number; end: number }): string => source.slice(start, end)

/** A layout as texts: each statement, and its keys. */
function shown(toml: string): [statement: string, keys: string[]][] {
  return layoutOf(toml).statements.map((statement) => [
    textOf(toml, statement),
    statement.keys.map((key) => textOf(toml, key)),
  ])
}

test('statements end before the comments behind them', () => {
  expect(shown('a = 1 # one\n[b . "c]" ] # two\n[[ d ]]\n\te.\'f\' = [ # three\n  2, # four\n] # five\n')).toEqual([
    ['a = 1', ['a']],
    ['[b . "c]" ]', ['b', '"c]"']],
    ['[[ d ]]', ['d']],
    ["e.'f' = [ # three\n  2, # four\n]", ['e', "'f'"]],
  ])
})

test('signs in strings are no signs', () => {
  expect(shown('a = "]#\\"" # x\nb = \'\'\'\n[c]\n# d\n\'\'\'\ne = { f = "}", g = [ "\\"]" ] }')).toEqual([
    ['a = "]#\\""', ['a']],
    ["b = '''\n[c]\n# d\n'''", ['b']],
    ['e = { f = "}", g = [ "\\"]" ] }', ['e']],
  ])
})

test('a key leads to the same entry wherever it is written', () => {
  const source = '[[a]]\nb.c = 1\nb.d = 2\n[a.e]\n[[a]]\n[a.e]\n["a".f]\n'
  const layout = layoutOf(source)
  const entry = layout.document.entryAt(['a'])
  expect(entry && layout.tokensOf(entry).map((token) => textOf(source, token))).toEqual(['a', 'a', 'a', 'a', '"a"'])
  const [first, second] = [0, 1].map((i) => layout.document.entryAt(['a', i, 'e']))
  expect(first && layout.tokensOf(first).map(({ start }) => layout.document.placeAt(start).line)).toEqual([4])
  expect(second && layout.tokensOf(second).map(({ start }) => layout.document.placeAt(start).line)).toEqual([6])
  const dotted = layout.document.entryAt(['a', 0, 'b'])
  expect(dotted && layout.tokensOf(dotted).length).toBe(2)
})

test('the comments of a stretch are those that begin in it', () => {
  const source = '# a\nb = [ # c  \n "# d", # e\r\n]\n# f'
  const layout = layoutOf(source)
  expect(layout.commentsIn(0, source.length)).toEqual(['# a', '# c', '# e', '# f'])
  expect(layout.commentsIn(3, 12)).toEqual(['# c'])
})

/** What holds of every layout. */
function expectWhole(layout: TomlLayout): void {
  const { source, root } = layout.document
  const between = [...layout.statements, undefined].map((statement: Statement | undefined, i) =>
    source.slice(layout.statements[i - 1]?.end ?? 0, statement?.start),
  )
  expect(between.filter((gap) => !/^(?:\s|#[^\n]*)*$/.test(gap))).toEqual([])
  for (const { keys, start, end } of layout.statements) {
    expect(layout.statementAt(start)?.start).toBe(start)
    expect(layout.statementAt(end)?.start).not.toBe(start)
    for (const key of keys) expect(layout.tokensOf(key.entry)).toContain(key)
  }
  expectValues(root, layout)
}

/** Every value that is written in one piece reads the same out of its context. */
function expectValues(node: TomlNode, layout: TomlLayout): void {
  const isPiece = node.kind !== 'table' || layout.document.source[node.start] === '{'
  if (node.start > 0 && isPiece && layout.document.source[node.start] !== undefined) {
    const text = layout.textOf(node)
    const isInline = node.kind !== 'array' || text.startsWith('[')
    if (isInline) expect(readToml(`x = ${text}`).document?.valueAt(['x'])?.kind).toBe(node.kind)
  }
  const below =
    node.kind === 'array' ? node.items : node.kind === 'table' ? [...node.entries.values()].map((e) => e.node) : []
  for (const item of below) expectValues(item, layout)
}

const CORPUS = readFileSync('fixtures/corpus/INDEX.tsv', 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t')[0] ?? '')

describe('every file', () => {
  test.each(CORPUS)('%s is statements, comments and blanks', (file) => {
    const { document } = readToml(readFileSync(`fixtures/corpus/${file}`))
    if (document !== undefined) expectWhole(new TomlLayout(document))
  })

  test('that another tool writes is so too', () => {
    fc.assert(
      fc.property(fittingValue(BUILDER_TOML), (value) => expectWhole(layoutOf(stringify(value)))),
      { numRuns: 50 },
    )
  })
})

/** Keys, values and lines that a reader could misread. */
const key = fc.constantFrom('a', 'b', '"a"', "'b'", '"x y"', 'a . b', 'b.c', '"#".d', '-', '"\\""', '"]"')
const SCALARS = [
  '1',
  '"s"',
  "'l'",
  '"""m\n"""',
  "'''\n'#'''",
  'true',
  '1979-05-27 07:32:00Z',
  'inf',
  '"\\"#]"',
  '"""a""b"""',
]
const scalar = fc.constantFrom(...SCALARS)
const { value } = fc.letrec<{ value: string; array: string; table: string }>((tie) => ({
  value: fc.oneof({ weight: 4, arbitrary: scalar }, tie('array'), tie('table')),
  array: fc
    .array(fc.tuple(tie('value'), fc.constantFrom('', ' ', '\n', ' # c]\n')), { maxLength: 3 })
    .map((items) => `[${items.map(([item, around]) => around + item + around).join(',')} ]`),
  table: fc
    .array(fc.tuple(key, tie('value')), { maxLength: 3 })
    .map((pairs) => `{${pairs.map(([name, value]) => ` ${name} = ${value}`).join(' ,')} }`),
}))
const line = fc.oneof(
  fc.tuple(key, value, fc.constantFrom('', ' # x', '\t#"')).map(([name, value, end]) => `${name}\t=${value}${end}`),
  fc.tuple(key, fc.constantFrom('', ' # [x]')).map(([name, end]) => `[ ${name} ]${end}`),
  fc.tuple(key, fc.constantFrom('', ' # [x]')).map(([name, end]) => `  [[${name}]]${end}`),
  fc.constantFrom('', '# c', '   # "'),
)

test('every text that is TOML is statements, comments and blanks', () => {
  let read = 0
  fc.assert(
    fc.property(fc.array(line, { maxLength: 9 }), fc.constantFrom('\n', '\r\n'), (lines, newline) => {
      const { document } = readToml(lines.join('\n').replaceAll('\n', newline))
      if (document === undefined) return
      read++
      const layout = new TomlLayout(document)
      expectWhole(layout)
      for (const { kind, keys, end } of layout.statements) {
        const value = kind === 'pair' ? keys.at(-1)?.entry.node : undefined
        if (value !== undefined) expect(layout.endOf(value)).toBe(end)
      }
    }),
    { numRuns: 1_000 },
  )
  expect(read).toBeGreaterThan(300)
})
