import { expect, test } from 'vitest'
import type { Diagnostic } from '#src/errors.js'
import { withoutSuperseded } from '#src/rules/superseded.js'

const DUPLICATE = 'order-duplicate-member'

const at = (rule: string, line: number, file = 'builder.toml'): Diagnostic => ({
  rule,
  severity: 'warning',
  message: 'm',
  place: { file, line, column: 6 },
})

test.each(['order-version-conflict', 'order-optional-hides-required'])(
  '%s stands for the duplicate at its place, and for no other',
  (specific) => {
    const others = [at(DUPLICATE, 4), at(DUPLICATE, 3, 'other.toml'), at('order-empty', 3), at(specific, 3)]
    expect(withoutSuperseded([at(DUPLICATE, 3), ...others])).toEqual(others)
  },
)

test('a duplicate of which nothing more is to be said stays', () => {
  expect(withoutSuperseded([at(DUPLICATE, 3)])).toEqual([at(DUPLICATE, 3)])
})
