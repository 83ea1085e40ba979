import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { parseReference, printReference, printRepository } from '#src/oci/reference.js'

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`

describe('parseReference', () => {
  test.each([
    ['ubuntu', 'docker.io/library/ubuntu:latest'],
    ['docker.io/ubuntu', 'docker.io/library/ubuntu:latest'],
    ['index.docker.io/library/ubuntu:latest', 'docker.io/library/ubuntu:latest'],
    ['acme/builder:1', 'docker.io/acme/builder:1'],
    ['gcr.io/foo', 'gcr.io/foo:latest'],
    ['GCR.io/foo', 'gcr.io/foo:latest'],
    ['localhost/foo', 'docker.io/localhost/foo:latest'],
    ['r.test:5000', 'docker.io/library/r.test:5000'],
    ['localhost:5000/foo', 'localhost:5000/foo:latest'],
    ['localhost:5000/a/b-c__d.e:V1', 'localhost:5000/a/b-c__d.e:V1'],
    ['[::1]:5000/foo', '[::1]:5000/foo:latest'],
    ['xn--mnchen-3ya.example/a', 'xn--mnchen-3ya.example/a:latest'],
    [`r.test/a/b@${DIGEST}`, `r.test/a/b@${DIGEST}`],
    [`r.test/a/b:tag@${DIGEST}`, `r.test/a/b@${DIGEST}`],
    [`r.test/${'a'.repeat(255)}:${'b'.repeat(128)}`, `r.test/${'a'.repeat(255)}:${'b'.repeat(128)}`],
  ])('%s is %s in full', (text, full) => {
    expect(printReference(parseReference(text))).toBe(full)
  })

  test('keeps a tag beside a digest', () => {
    expect(parseReference(`r.test/a:1@${DIGEST}`)).toEqual({
      registry: 'r.test',
      repository: 'a',
      tag: '1',
      digest: DIGEST,
    })
    expect(parseReference(`r.test/a@${DIGEST}`).tag).toBeUndefined()
    expect(printRepository(parseReference('ubuntu:1'))).toBe('docker.io/library/ubuntu')
  })

  test.each([
    [''],
    ['Acme/builder'],
    ['r.test/a/B'],
    ['r.test/'],
    ['/a'],
    ['a/'],
    ['a//b'],
    ['a/../b'],
    ['a b'],
    ['a:'],
    ['a:b:c'],
    [`a:${'t'.repeat(129)}`],
    [`r.test/${'a'.repeat(256)}`],
    ['a@'],
    ['a@sha256:abcd'],
    [`a@${DIGEST.toUpperCase()}`],
    [`a@${DIGEST}@${DIGEST}`],
    ['münchen.example/a'],
    ['r.test/a:tag\n'],
    ['https://r.test/a'],
  ])('refuses %j', (text) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'E_REFERENCE', value: text }) as Error)
  })

  test('what it prints means the same', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,5}(?:[._-][a-z0-9]{1,3})?$/)
    const name = fc.tuple(
      fc.option(fc.constantFrom('r.test', 'localhost:5000', '[::1]:80', 'docker.io'), { nil: undefined }),
      fc.array(part, { minLength: 1, maxLength: 3 }),
      fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,9}$/), { nil: undefined }),
      fc.boolean(),
    )
    fc.assert(
      fc.property(name, ([registry, path, tag, hasDigest]) => {
        const text = [registry, ...path].filter((item) => item !== undefined).join('/')
        const reference = parseReference(`${text}${tag === undefined ? '' : `:${tag}`}${hasDigest ? `@${DIGEST}` : ''}`)
        const printed = printReference(reference)
        expect(printReference(parseReference(printed))).toBe(printed)
      }),
    )
  })

  test('throws nothing but CnbError', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parseReference(text)
        } catch (error) {
          expect(error).toBeInstanceOf(CnbError)
        }
      }),
    )
  })
})
