import CryptoJS from 'crypto-js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { algorithmOf, digestOf, hexOf, parseDiffId, parseDigest } from '#src/oci/digest.js'

const HEX = 'ab'.repeat(32)

describe('parseDigest', () => {
  test.each([`sha256:${HEX}`, `sha512:${HEX}${HEX}`])('takes %s as it is', (text) => {
    expect(parseDigest(text)).toBe(text)
    expect(parseDiffId(text)).toBe(text)
  })

  test.each([
    '',
    HEX,
    'sha256:',
    `sha256:${HEX.toUpperCase()}`,
    `sha256:${HEX}0`,
    `sha256:${HEX.slice(1)}`,
    `sha256:${HEX.slice(1)}\n`,
    `sha256:${HEX}:${HEX}`,
    `sha512:${HEX}`,
    `md5:${HEX.slice(0, 32)}`,
    `__proto__:${HEX}`,
    `constructor:${HEX}`,
    ` sha256:${HEX}`,
  ])('refuses %j', (text) => {
    expect(() => parseDigest(text)).toThrow(expect.objectContaining({ code: 'E_DIGEST_SYNTAX', value: text }))
  })

  test('no text makes it throw anything else', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(() => parseDigest(text)).toThrow(expect.objectContaining({ code: 'E_DIGEST_SYNTAX' }))
      }),
    ))
})

test('an independent implementation gives the same digest of any bytes', () =>
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
      const words = CryptoJS.lib.WordArray.create(bytes)
      expect(digestOf(bytes)).toBe(`sha256:${CryptoJS.SHA256(words).toString()}`)
    }),
  ))

test('a digest is read back as what it is made of', () => {
  const digest = digestOf(new Uint8Array())
  expect(parseDigest(digest)).toBe(digest)
  expect(algorithmOf(digest)).toBe('sha256')
  expect(`${algorithmOf(digest)}:${hexOf(digest)}`).toBe(digest)
})
