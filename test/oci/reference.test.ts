import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { normaliseReference } from '#src/oci/reference.js'

const DIGEST = `sha256:${'ab'.repeat(32)}`

test.each([
  ['ubuntu', 'docker.io/library/ubuntu:latest'],
  ['ubuntu:24.04', 'docker.io/library/ubuntu:24.04'],
  ['index.docker.io/library/ubuntu', 'docker.io/library/ubuntu:latest'],
  ['docker.io/ubuntu', 'docker.io/library/ubuntu:latest'],
  ['a/b', 'docker.io/a/b:latest'],
  ['localhost/foo', 'docker.io/localhost/foo:latest'],
  ['localhost:5000/foo', 'localhost:5000/foo:latest'],
  ['[::1]:5000/foo:1', '[::1]:5000/foo:1'],
  [`gcr.io/a/b:t@${DIGEST}`, `gcr.io/a/b@${DIGEST}`],
  [`ubuntu@${DIGEST}`, `docker.io/library/ubuntu@${DIGEST}`],
])('%s is %s', (text, normalised) => {
  expect(normaliseReference(text)).toBe(normalised)
})

test.each([
  '',
  'a',
  'A/b',
  'ubuntu:',
  'ubuntu@1.0.0',
  `ubuntu@${DIGEST}0`,
  `ubuntu@${DIGEST}@${DIGEST}`,
  `ubuntu:${'t'.repeat(129)}`,
  'host:port/x/y',
  'x'.repeat(256),
  'a b',
])('%j is no reference', (text) => {
  expect(normaliseReference(text)).toBeUndefined()
})

test('a normalised reference is its own normal form', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(
        /^(?:[a-z]{1,5}(?:\.[a-z]{2}|:[0-9]{1,4})\/)?[a-z]{2,5}(?:\/[a-z_-]{1,5}){0,2}(?::[a-z0-9.]{1,5})?$/,
      ),
      (text) => {
        const once = normaliseReference(text)
        expect(once).toBeDefined()
        expect(normaliseReference(once ?? '')).toBe(once)
      },
    ),
  )
})
