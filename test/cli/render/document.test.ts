import { parse as parseIarna } from '@iarna/toml'
import fc from 'fast-check'
import { parse as parseSmol } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { printDocument, type Document, type DocumentObject } from '#src/cli/render/document.js'

// oxlint-disable-next-line no-control-regex -- these are what must not be there
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/

/** Texts that a careless printer takes for something else. */
const AWKWARD = [
  ...'null ~ true No y N 0.7 1 1_000 .5 1e3 0x1f 0o7 12:30 12:30:45 .inf .NaN 2026-01-02 - : a: #a [a] {}'.split(' '),
  ..."&a *a !a | > ' \" %a @a ` --- ... << = a\\b it's grün 😀 </script>& 1.0.0 127.0.0.1:80/x".split(' '),
  ...'\u001b[31m \u0000 \u0085 \u2028 \u202e \ufeff \ufffe'.split(' '),
  '',
  ' ',
  '2026-1-2 3:4:5',
  '- a',
  '? b',
  'a: b',
  'a #b',
  ' a',
  'a ',
  'a\nb',
  'a\n',
  '\na',
  ' a\nb',
  'a\n\nb',
  'a\n b',
  'a\tb',
  'a\r\nb',
]

const text = fc.oneof(
  fc.constantFrom(...AWKWARD),
  fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
)
const key = fc.stringMatching(/^[a-z][a-z_-]{0,8}$/).filter((key) => !['__proto__', 'constructor'].includes(key))

describe.each(['json', 'toml', 'yaml'] as const)('a document in %s', (format) => {
  test('has nothing in it that could disturb a terminal', () => {
    fc.assert(
      fc.property(text, (text) => {
        expect(printDocument({ a: text, b: [text] }, format)).not.toMatch(UNSAFE)
      }),
    )
  })
})

describe('a document', () => {
  const { value } = fc.letrec<{ value: Document }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      text,
      fc.boolean(),
      fc.array(text, { maxLength: 3 }),
      fc.dictionary(key, tie('value'), { maxKeys: 3 }),
      fc.array(fc.dictionary(key, tie('value'), { maxKeys: 3 }), { minLength: 1, maxLength: 3 }),
    ),
  }))
  const document = fc.dictionary(key, value, { maxKeys: 4 }) as fc.Arbitrary<DocumentObject>
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

  test('in JSON is read by others as what it is', () => {
    fc.assert(
      fc.property(document, (document) => {
        expect(JSON.parse(printDocument(document, 'json'))).toEqual(plain(document))
      }),
    )
  })

  test('in TOML is read by others as what it is', () => {
    fc.assert(
      fc.property(document, (document) => {
        const printed = printDocument(document, 'toml')
        expect(plain(parseSmol(printed))).toEqual(plain(document))
        expect(plain(parseIarna(printed))).toEqual(plain(document))
      }),
    )
  })

  test('in YAML is what a reader of this much of YAML finds', () => {
    fc.assert(
      fc.property(document, (document) => {
        expect(readYaml(printDocument(document, 'yaml'))).toEqual(plain(document))
      }),
    )
  })

  test('has null and empty lists where it has them, which TOML cannot', () => {
    const document = { a: null, b: [], c: {}, d: [{}, { e: null }] }
    expect(printDocument(document, 'yaml')).toBe('a: null\nb: []\nc: {}\nd:\n    - {}\n    - e: null')
    expect(printDocument({ a: null, b: [], c: undefined }, 'toml')).toBe('b = []')
  })
})

/** A reader of the YAML that go-yaml would have written, by the rules of the specification: the words below are its core schema and that of 1.1. */
function readYaml(text: string): unknown {
  const lines = text === '' ? [] : text.split('\n')
  let at = 0
  const indentOf = (line: string): number => line.length - line.trimStart().length

  function node(indent: number): unknown {
    return lines[at]?.slice(indent).startsWith('- ') === true ? sequence(indent) : mapping(indent)
  }

  function mapping(indent: number): Record<string, unknown> {
    const found: Record<string, unknown> = {}
    while (
      at < lines.length &&
      indentOf(lines[at] ?? '') === indent &&
      lines[at]?.slice(indent).startsWith('- ') === false
    ) {
      const [, key = '', rest = ''] = /^ *('.*?'|".*?"|[^:]+):(?: (.*))?$/s.exec(lines[at] ?? '') ?? []
      found[String(scalar(key))] = member(rest, indent)
    }
    return found
  }

  function member(rest: string, indent: number): unknown {
    at++
    if (rest.startsWith('|')) return literal(indent, rest)
    if (rest !== '') return scalar(rest)
    return node(indentOf(lines[at] ?? ''))
  }

  function sequence(indent: number): unknown[] {
    const found: unknown[] = []
    while (
      at < lines.length &&
      indentOf(lines[at] ?? '') === indent &&
      lines[at]?.slice(indent).startsWith('- ') === true
    ) {
      const rest = lines[at]?.slice(indent + 2) ?? ''
      if (rest.startsWith('|')) {
        at++
        found.push(literal(indent, rest))
      } else if (/^(?:[a-z_-]+|"[^"]*"|'[^']*'):(?: |$)/.test(rest)) {
        lines[at] = `${' '.repeat(indent + 2)}${rest}`
        found.push(mapping(indent + 2))
      } else {
        at++
        found.push(scalar(rest))
      }
    }
    return found
  }

  function literal(above: number, header: string): string {
    const body: string[] = []
    const indent = indentOf(lines[at] ?? '')
    expect(indent).toBeGreaterThan(above)
    for (; at < lines.length; at++) {
      const line = lines[at] ?? ''
      if (line !== '' && indentOf(line) < indent) break
      body.push(line.slice(indent))
    }
    const text = body.join('\n')
    return header === '|+' ? `${text}\n` : `${text.replace(/\n+$/, '')}${header === '|' ? '\n' : ''}`
  }

  function scalar(text: string): unknown {
    if (text === '[]') return []
    if (text === '{}') return {}
    if (text === 'null') return null
    if (text === 'true' || text === 'false') return text === 'true'
    if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'")
    if (text.startsWith('"')) return text.slice(1, -1).replaceAll(/\\(?:x(..)|u(.{4})|U(.{8})|(.))/gs, unescaped)
    expect(text).not.toMatch(/^(?:~|null|Null|NULL|<<|=|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/)
    expect(text).not.toMatch(/^(?:[yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|true|True|TRUE|false|False|FALSE)$/)
    expect(text).not.toMatch(/^(?:[-+]_*)?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d+)(?:e[-+]?\d{1,2})?$/i)
    expect(text).not.toMatch(/^(?:0x[\da-f]{1,16}|0o[0-7]{1,21}|0b[01]{1,64}|\d+(?::[0-5]\d)+)$/i)
    expect(text).toMatch(/^(?![,[\]{}#&*!|>'"%@`]|[-?:](?: |$)| ).*[^ :]$/s)
    return text
  }

  return at === lines.length ? {} : node(0)
}

/** @see https://yaml.org/spec/1.2.2/#57-escaped-characters */
const SHORT: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\u0007',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\u001b',
  '"': '"',
  '\\': '\\',
  N: '\u0085',
  L: '\u2028',
  P: '\u2029',
}

function unescaped(all: string, byte = '', unit = '', point = '', short = ''): string {
  const hex = byte || unit || point
  if (hex !== '') return String.fromCodePoint(Number.parseInt(hex, 16))
  const character = SHORT[short]
  if (character === undefined) throw new Error(`${all} is no escape of YAML`)
  return character
}
