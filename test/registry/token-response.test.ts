import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeTokenResponse } from '#src/registry/token-response.js'
import { covers, joinScopes, parseScope, printScope, type Scope, scopeOf } from '#src/registry/token-scope.js'

const decode = (value: unknown) =>
  decodeTokenResponse(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)))

test.each<[string, unknown, object]>([
  ['token', { token: 'a' }, { token: 'a' }],
  ['access_token', { access_token: 'a' }, { token: 'a' }],
  ['both', { token: 'a', access_token: 'a' }, { token: 'a' }],
  ['two that differ', { token: 'a', access_token: 'b' }, { token: 'b' }],
  ['a refresh token', { token: 'a', refresh_token: 'r' }, { token: 'a', refreshToken: 'r' }],
  ['a lifetime', { token: 'a', expires_in: 300 }, { lifetime: 300 }],
  ['none', { token: 'a' }, { lifetime: 60 }],
  ['a short one', { token: 'a', expires_in: 1 }, { lifetime: 60 }],
  ['one from the past', { token: 'a', expires_in: -1 }, { lifetime: 60 }],
  ['one in words', { token: 'a', expires_in: '300' }, { lifetime: 60 }],
  ['a time in the future', { token: 'a', issued_at: '2999-01-01T00:00:00Z', expires_in: 90 }, { lifetime: 90 }],
])('A-04, R-59: an answer with %s', (_, value, expected) => {
  expect(decode(value)).toMatchObject(expected)
})

test.each<[string, unknown, string]>([
  ['is empty', '', '0 bytes that are not a JSON object'],
  ['is HTML', '<html>CANARY', '12 bytes that are not a JSON object'],
  ['is an array', '["CANARY"]', '10 bytes that are not a JSON object'],
  ['has a key twice', '{"token":"CANARY","token":"b"}', '30 bytes that are not a JSON object'],
  ['has no token', { tokens: 'CANARY' }, 'JSON that has no token'],
  ['has an empty one', { token: '' }, 'JSON that has no token'],
  ['has null', { token: null }, 'JSON that has no token'],
  ['has an object', { token: { a: 'CANARY' } }, 'a token that is not a string'],
  ['has a line break in it', { token: 'CANARY\r\nx: y' }, 'a token with characters that no token has'],
  ['has a blank in it', { token: 'CANARY CANARY' }, 'a token with characters that no token has'],
  ['has letters of the world in it', { token: 'ü' }, 'a token with characters that no token has'],
])('A-04: an answer that %s is none, and is not repeated', (_, value, problem) => {
  expect(decode(value)).toBe(problem)
})

test('whatever the answer, it is a token that fits into a header, or none', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.record({ token: fc.string() }).map((value) => JSON.stringify(value)),
      ),
      (text) => {
        const answer = decode(text)
        if (typeof answer !== 'string') expect(answer.token).toMatch(/^[!-~]+$/)
      },
    ),
  )
})

const name = fc.constantFrom('a', 'b', 'c/d', 'host:5000/e')
const actions = fc.uniqueArray(fc.constantFrom('pull', 'push', 'delete', '*'), { minLength: 1 })
const scope: fc.Arbitrary<Scope> = fc
  .array(fc.tuple(name, actions))
  .map((pairs) => new Map(pairs.map(([text, words]) => [`repository:${text}`, new Set(words)])))

test('a scope that was printed is read as it was', () => {
  fc.assert(
    fc.property(scope, (value) => {
      expect(parseScope(printScope(value).join(' '))).toEqual(value)
    }),
  )
})

test('what two scopes are joined to covers both, and nothing else', () => {
  fc.assert(
    fc.property(scope, scope, scope, (a, b, other) => {
      const joined = joinScopes(a, b)
      expect(covers(joined, a) && covers(joined, b)).toBe(true)
      expect([...joined.keys()].slice(0, a.size)).toEqual([...a.keys()])
      if (covers(a, other) || covers(b, other)) expect(covers(joined, other)).toBe(true)
      expect(joinScopes(joined, a)).toEqual(joined)
      const all = [...printScope(a), ...printScope(b)].join(' ')
      expect(Object.fromEntries(joined)).toEqual(Object.fromEntries(parseScope(all)))
    }),
  )
})

test('what is pushed to comes first, whatever is mounted from', () => {
  const repository = (text: string) => ({ registry: 'registry.test', name: text })
  expect(printScope(scopeOf(repository('z'), 'pull,push', ['a', 'z', 'b'].map(repository)))).toEqual([
    'repository:z:pull,push',
    'repository:a:pull',
    'repository:b:pull',
  ])
})

test.each([
  '',
  ' ',
  'x',
  'repository:a',
  'repository:a:',
  'repository::pull',
  ':a:pull',
  'repository:a:pull"',
  'r:a:PULL',
])('%j is no scope', (text) => {
  expect(parseScope(text).size).toBe(0)
})

test('of a scope without end only the start is looked at', () => {
  expect(parseScope(Array.from({ length: 10_000 }, (_, i) => `repository:${i}:pull`).join(' ')).size).toBeLessThan(300)
})
