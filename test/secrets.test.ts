import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SecretSet } from '#src/secrets.js'

const PASSWORD = 'p%40 "ss/w0rd+ü'

test.each([
  ['as it is', PASSWORD],
  ['in a URL', encodeURIComponent(PASSWORD)],
  ['in a form', encodeURIComponent(PASSWORD).replaceAll('%20', '+')],
  ['in a URL, lower case', encodeURIComponent(PASSWORD).toLowerCase()],
  ['in the path of a URL', encodeURI(PASSWORD)],
  ['in the path of a URL, lower case', encodeURI(PASSWORD).toLowerCase()],
  ['byte by byte', [...Buffer.from(PASSWORD)].map((byte) => `%${byte.toString(16)}`).join('')],
  ['in JSON', JSON.stringify({ password: PASSWORD })],
  ['in hex', Buffer.from(PASSWORD).toString('hex')],
])('a secret is blanked %s', (_, text) => {
  const secrets = new SecretSet()
  secrets.add(PASSWORD)
  expect(secrets.scrub(`<${text}>`)).toMatch(/^<(\{"password":")?\*\*\*("\})?>$/)
})

test('in base64, no stretch of a secret is left that would give it away, wherever it begins', () => {
  const secret = fc.stringMatching(/^[ -~]{8,40}$/)
  fc.assert(
    fc.property(
      secret,
      fc.string(),
      fc.string(),
      fc.constantFrom('base64', 'base64url'),
      (value, before, after, form) => {
        const secrets = new SecretSet()
        secrets.add(value)
        const shown = secrets.scrub(Buffer.from(before + value + after).toString(form))
        expect(shown).toContain('***')
        // What stands around the blank decodes to what stood around the secret, and to one character of it at most on each side.
        const [head = '', tail = ''] = shown.split('***')
        expect(Buffer.from(head, 'base64').length).toBeLessThanOrEqual(Buffer.byteLength(before) + 1)
        expect(tail.length).toBeLessThanOrEqual(Math.ceil(((Buffer.byteLength(after) + 1) * 8) / 6) + 2)
      },
    ),
  )
})

test('a secret that contains another one is blanked whole', () => {
  const secrets = new SecretSet()
  for (const value of ['abcd', 'abcdefgh', 'defg']) secrets.add(value)
  expect(secrets.scrub('x abcdefgh y')).toBe('x *** y')
})

test('what is too short to be a secret is let through', () => {
  const secrets = new SecretSet()
  secrets.add('abc')
  secrets.add('')
  expect(secrets.scrub('abc')).toBe('abc')
})

test('of a text that was cut short, the beginning of a secret is blanked too', () => {
  const secrets = new SecretSet()
  for (const value of ['password-of-somebody', 'word-of-honour']) secrets.add(value)
  expect(secrets.scrub('said: password-of-some…')).toBe('said: ***…')
  expect(secrets.scrub('pass… pas… password-of-… and…so on')).toBe('***… pas… ***… and…so on')
  expect(secrets.scrub('a password-of-somebody… is not kept')).toBe('a ***… is not kept')
})

test('a secret that was percent-encoded several times is blanked', () => {
  const secrets = new SecretSet()
  const secret = 'p/w%d?&=ä+x'
  secrets.add(secret)
  for (let times = 1, text = secret; times <= 4; times++) {
    text = encodeURIComponent(text)
    expect(secrets.scrub(`it said: you%20said ${text} twice`)).toBe(
      times === 1 ? 'it said: you%20said *** twice' : 'it said: you said *** twice',
    )
  }
  expect(secrets.scrub('100%25 of it, at%2Fa')).toBe('100%25 of it, at%2Fa')
})
