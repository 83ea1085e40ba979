import { expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { parsePullPolicy } from '#src/cnb/pull-policy.js'

test.each([
  ['always', 'always'],
  ['if-not-present', 'if-not-present'],
  ['never', 'never'],
  ['', 'always'],
])('%j is %s', (text, policy) => {
  expect(parsePullPolicy(text)).toBe(policy)
})

test.each(['Always', 'if_not_present', 'hourly', ' never'])('%j is none', (text) => {
  expect(() => parsePullPolicy(text)).toThrow(CnbError)
})
