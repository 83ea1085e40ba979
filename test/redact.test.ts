import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { redactLine, redactLocator, redactText } from '#src/redact.js'

const DIGEST = `sha256:${'ab'.repeat(32)}`

test.each([
  ['https://user:p%40ss@host.test/x.tgz', 'https://host.test/x.tgz'],
  ['https://token@host.test/x', 'https://host.test/x'],
  ['https://token@host.test/a/@scope/x', 'https://…'],
  ['https://host.test/a/@scope/x', 'https://host.test/a/@scope/x'],
  ['git+https://u:p@host.test/x', 'git+https://host.test/x'],
  ['ssh://u:p@host.test:22/x', 'ssh://host.test:22/x'],
  [`docker://u:p@host.test:5000/x:1@${DIGEST}`, `docker://host.test:5000/x:1@${DIGEST}`],
  [`docker://host.test/x@${DIGEST}`, `docker://host.test/x@${DIGEST}`],
  ['https://host.test/x?X-Amz-Signature=secret', 'https://host.test/x'],
  ['https://host.test/x#secret', 'https://host.test/x'],
  ['https://host.test?sig=secret', 'https://host.test'],
  ['https://host.test/x?mail=a@b', 'https://host.test/x'],
  ['https://u:1/2@host.test/x', 'https://…'],
  ['https://u:p@w#@host.test/x', 'https://…'],
  ['https://u:se?cr#et@host.test/x', 'https://…'],
  ['https://u:se/cret@host.test/x', 'https://…'],
  ['https://[::1]:80/x', 'https://[::1]:80/x'],
  ['user:pw@host.test/path', 'host.test/path'],
  ['user:p@w@host.test/path', 'host.test/path'],
  ['ubuntu:22.04', 'ubuntu:22.04'],
  [`ubuntu:22.04@${DIGEST}`, `ubuntu:22.04@${DIGEST}`],
  [`host:5000/a/b@${DIGEST}`, `host:5000/a/b@${DIGEST}`],
  ['host:5000/a/b@1.0', 'host:5000/a/b@1.0'],
  ['a/b@1.0.0', 'a/b@1.0.0'],
  ['../a:b@c', '../a:b@c'],
  ['/a?b#c', '/a?b#c'],
  ['file:///a?b#c@d', 'file:///a?b#c@d'],
])('%s is shown as %s', (text, shown) => {
  expect(redactLocator(text)).toBe(shown)
})

const word = fc.stringMatching(/^[a-z]{1,8}$/)
const password = fc.string({ unit: 'grapheme-ascii', minLength: 1 }).map((text) => `pw0${text}0pw`)

test('whatever the password is, it is not shown', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('https', 'http', 'docker', 'ssh', 'git+https'),
      word,
      password,
      fc.array(word),
      (scheme, user, secret, path) => {
        const query = `token=${secret}`
        const shown = redactLocator(`${scheme}://${user}:${secret}@host.test/${path.join('/')}?${query}#${secret}`)
        expect(shown).not.toContain('pw0')
        expect(shown).not.toContain('0pw')
      },
    ),
  )
})

test('what is shown is shown again the same', () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
      expect(redactLocator(redactLocator(url))).toBe(redactLocator(url))
    }),
  )
})

test.each([
  ['uri = "https://u:p@host.test/x?sig=1" # why', 'uri = "https://host.test/x" # why'],
  ["{ uri = 'https://u:p@host.test/x', id = 'a/b' }", "{ uri = 'https://host.test/x', id = 'a/b' }"],
  ['uri = "https://u:p@host.test/x', 'uri = "https://host.test/x'],
  ['description = "a \\"quoted\\" word"', 'description = "a \\"quoted\\" word"'],
  ['version = 1', 'version = 1'],
])('the line %s is quoted as %s', (line, shown) => {
  expect(redactLine(line)).toBe(shown)
})

test.each([`1${'2'.repeat(60)}`, `a${'1'.repeat(60)}`, 'x'.repeat(1000)])(
  'a password behind a scheme of any length is not shown: %.8s…',
  (scheme) => {
    expect(redactText(`see ${scheme}://ann:c4n4ry@host/x`)).not.toContain('c4n4ry')
  },
)

test.each([`uri = "${'['.repeat(100_000)}@a/b"`, `${'[a:'.repeat(10_000)}@h/x`, `${'a.'.repeat(100_000)}://u:p@h/x`])(
  'a text that is long takes no time that grows with its square: %.8s…',
  (text) => {
    expect(redactText(text).length).toBeLessThanOrEqual(text.length)
    expect(redactLine(text).length).toBeLessThanOrEqual(text.length)
  },
)
