import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { nearest } from '#src/nearest.js'

const WORDS = ['buildpacks', 'extensions', 'order', 'order-extensions', 'id', 'uri']

test.each([
  ['buildpack', 'buildpacks'],
  ['oder', 'order'],
  ['odrer', 'order'],
  ['Order', 'order'],
  ['order_extensions', 'order-extensions'],
  ['url', 'uri'],
  ['x', undefined],
  ['metadata', undefined],
  ['', undefined],
])('%j was meant to be %j', (word, meant) => {
  expect(nearest(word, WORDS)).toBe(meant)
})

test('one slip is always forgiven', () => {
  const slip = fc.tuple(
    fc.constantFrom(...WORDS.filter((word) => word.length > 4)),
    fc.nat(),
    fc.constantFrom('', 'x', 'xx'),
  )
  fc.assert(
    fc.property(slip, ([word, at, inserted]) => {
      const index = at % word.length
      expect(nearest(word.slice(0, index) + inserted + word.slice(index + 1), WORDS)).toBe(word)
    }),
  )
})

test('a word of a megabyte is nobody, at once', () => {
  expect(nearest('x'.repeat(1_000_000), WORDS)).toBeUndefined()
})
