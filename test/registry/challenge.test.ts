import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Challenge, parseChallenges } from '#src/registry/challenge.js'

/** Scheme and parameters, as plain data. */
type Plain = readonly [string, Readonly<Record<string, string>>]

function parsed(header: string): Plain[] {
  return parseChallenges(header).map(plain)
}

function plain({ scheme, parameters }: Challenge): Plain {
  return [scheme, Object.fromEntries(parameters)]
}

describe('R-01: a challenge', () => {
  test.each<[name: string, header: string, ...challenges: Plain[]]>([
    ['that is none', ''],
    ['of commas', ' , ,, '],
    [
      'as registries send it',
      'Bearer realm="https://a.test/t",service="r",scope="repository:a/b:pull,push"',
      ['bearer', { realm: 'https://a.test/t', service: 'r', scope: 'repository:a/b:pull,push' }],
    ],
    ['in upper case', 'BEARER REALM="x"', ['bearer', { realm: 'x' }]],
    ['without quotes', 'Basic realm=x', ['basic', { realm: 'x' }]],
    [
      'with blanks where the grammar lets them',
      'Basic  realm = "x" \t, \tcharset = UTF-8',
      ['basic', { realm: 'x', charset: 'UTF-8' }],
    ],
    ['with commas in quotes', 'Basic realm="a, Bearer realm=b"', ['basic', { realm: 'a, Bearer realm=b' }]],
    ['with escaped quotes', String.raw`Basic realm="a\"b\\c"`, ['basic', { realm: String.raw`a"b\c` }]],
    ['without realm', 'Bearer service="x"', ['bearer', { service: 'x' }]],
    ['with nothing but a scheme', 'Negotiate', ['negotiate', {}]],
    ['with a word in the place of parameters', 'Negotiate YWJj==', ['negotiate', {}]],
    ['beside another one', 'Negotiate, Bearer realm="x"', ['negotiate', {}], ['bearer', { realm: 'x' }]],
    ['beside one with a word', 'NTLM TlRMTVNTUAAB, Basic realm="x"', ['ntlm', {}], ['basic', { realm: 'x' }]],
    [
      'behind another one with parameters',
      'Basic realm="a", charset="b", Bearer realm="x",service="y"',
      ['basic', { realm: 'a', charset: 'b' }],
      ['bearer', { realm: 'x', service: 'y' }],
    ],
    ['with a parameter twice is left out', 'Bearer realm="a",REALM="b", Basic realm="x"', ['basic', { realm: 'x' }]],
    ['that breaks off is left out', 'Basic realm="x", Bearer realm="y', ['basic', { realm: 'x' }]],
    ['with two words is left out', 'Basic realm="x", Some words here', ['basic', { realm: 'x' }]],
    ['with a URL without quotes is left out', 'Bearer realm=https://a.test/t,service=r'],
    [
      'with what nobody knows',
      'DPoP algs="ES256", Basic realm="x"',
      ['dpop', { algs: 'ES256' }],
      ['basic', { realm: 'x' }],
    ],
  ])('%s', (_, header, ...challenges) => {
    expect(parsed(header)).toEqual(challenges)
  })
})

const TCHAR = "!#$%&'*+.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-"
const token = fc.string({ unit: fc.constantFrom(...TCHAR.split('')), minLength: 1, maxLength: 8 })
const blanks = (minLength: number) => fc.string({ unit: fc.constantFrom(' ', '\t'), minLength, maxLength: 3 })
const value = fc.oneof(
  token.map((text) => ({ text, value: text })),
  fc.string({ unit: fc.constantFrom(...'ab "\\,=\t~ü'.split('')), maxLength: 8 }).map((value) => ({
    text: `"${value.replaceAll(/["\\]/g, '\\$&')}"`,
    value,
  })),
)
const parameters = fc.uniqueArray(fc.tuple(token, value), {
  minLength: 1,
  maxLength: 4,
  selector: ([name]) => name.toLowerCase(),
})
const separator = fc.tuple(blanks(0), fc.constantFrom(',', ',,', ', ,'), blanks(0)).map((parts) => parts.join(''))

const challenge = fc
  .tuple(token, fc.option(parameters), separator, blanks(0))
  .map(([scheme, pairs, between, around]) => ({
    text:
      scheme +
      (pairs === null ? '' : ' ' + pairs.map(([name, { text }]) => `${name}${around}=${around}${text}`).join(between)),
    plain: [
      scheme.toLowerCase(),
      Object.fromEntries((pairs ?? []).map(([name, { value }]) => [name.toLowerCase(), value])),
    ] as Plain,
  }))

test('what was written is what is read', () => {
  fc.assert(
    fc.property(fc.array(challenge, { maxLength: 4 }), separator, (challenges, between) => {
      const header = challenges.map(({ text }) => text).join(between)
      expect(parsed(header)).toEqual(challenges.map(({ plain }) => plain))
    }),
    { numRuns: 1000 },
  )
})

/**
 * The grammar, rule by rule, with every alternative tried: slow and plain. A list of parsers of the rest for each possibility.
 * @see https://www.rfc-editor.org/rfc/rfc7235#appendix-C
 */
function reference(header: string): Plain[] {
  const found: Plain[] = []
  let rest = header
  for (;;) {
    rest = rest.replace(/^[ \t,]*/, '')
    if (rest === '') return found
    const challenge = longest(rest)
    if (challenge === undefined) return found
    if (challenge.plain !== undefined) found.push(challenge.plain)
    rest = rest.slice(challenge.length)
  }
}

function isToken(text: string): boolean {
  return text !== '' && text.split('').every((char) => TCHAR.includes(char))
}

/** The longest start of `text` that is one challenge and ends where an element of a list may end. */
function longest(text: string): { length: number; plain: Plain | undefined } | undefined {
  for (let length = text.length; length > 0; length--) {
    if (!/^[ \t]*(,|$)/.test(text.slice(length))) continue
    const plain = wholeChallenge(text.slice(0, length))
    if (plain !== undefined) return { length, plain: plain === 'twice' ? undefined : plain }
  }
  return undefined
}

function wholeChallenge(text: string): Plain | 'twice' | undefined {
  const [scheme = ''] = text.split(' ', 1)
  if (!isToken(scheme)) return undefined
  if (scheme === text) return [scheme.toLowerCase(), {}]
  const rest = text.slice(scheme.length).replace(/^ +/, '')
  if (/^[A-Za-z0-9._~+/-]+=*$/.test(rest)) return [scheme.toLowerCase(), {}]
  const pairs = elements(rest).map((element) => /^([^ \t=]+)[ \t]*=[ \t]*(.*)$/s.exec(element))
  const read: [string, string][] = []
  for (const pair of pairs) {
    const [, name = '', raw = ''] = pair ?? []
    if (!isToken(name)) return undefined
    const value = unquoted(raw)
    if (value === undefined) return undefined
    read.push([name.toLowerCase(), value])
  }
  const parameters = Object.fromEntries(read)
  if (read.length === 0) return undefined
  return Object.keys(parameters).length < read.length ? 'twice' : [scheme.toLowerCase(), parameters]
}

/** The parts between commas that are not in quotes; empty ones do not count, but the first is where the text begins. */
function elements(text: string): string[] {
  const parts = ['']
  let inQuotes = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? ''
    if (inQuotes && char === '\\') parts.push((parts.pop() ?? '') + char + (text[++i] ?? ''))
    else if (char === ',' && !inQuotes) parts.push('')
    else {
      if (char === '"') inQuotes = !inQuotes
      parts.push((parts.pop() ?? '') + char)
    }
  }
  return parts
    .map((part, index) => (index === 0 ? part : part.replace(/^[ \t]+/, '')).replace(/[ \t]+$/, ''))
    .filter((part, index) => part !== '' || index === 0)
}

function unquoted(raw: string): string | undefined {
  if (isToken(raw)) return raw
  if (raw.length < 2 || !raw.startsWith('"') || !raw.endsWith('"')) return undefined
  let value = ''
  for (let i = 1; i < raw.length - 1; i++) {
    if (raw[i] === '"') return undefined
    if (raw[i] === '\\' && ++i === raw.length - 1) return undefined
    value += raw[i]
  }
  return value
}

test('every header is read as the grammar reads it, alternative by alternative', () => {
  const piece = fc.constantFrom(
    'Basic',
    'Bearer',
    'a',
    'b',
    'realm',
    '=',
    '==',
    ' ',
    '  ',
    '\t',
    ',',
    '"',
    '\\',
    '"x"',
    '/',
    'é',
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
      (header) => {
        expect(parsed(header)).toEqual(reference(header))
      },
    ),
    { numRuns: 5000 },
  )
})

test.each([
  `Basic ${'a '.repeat(60_000)}`,
  `Basic realm="${'\\"'.repeat(60_000)}`,
  `Basic realm=x${' '.repeat(60_000)}x`,
  `Basic${' ,'.repeat(60_000)}"`,
])('a header that is made to take long does not: %#', (header) => {
  expect(parsed(header).length).toBeLessThanOrEqual(1)
})
