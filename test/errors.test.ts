import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CnbError, type ErrorChanges } from '#src/errors.js'

const failure = new CnbError('E_INDEX', 'no index', {
  cause: new Error('the disk'),
  place: { file: 'builder.toml', line: 7 },
  value: 'acme',
  hint: 'look there',
  diagnostics: [{ rule: 'image-absent', severity: 'warning', message: 'gone', place: { file: 'builder.toml' } }],
})
const CHANGES: Required<ErrorChanges> = {
  code: 'E_LABEL',
  message: 'a label',
  cause: new Error('the net'),
  place: { file: 'package.toml' },
  value: undefined,
  hint: 'look here',
  diagnostics: [],
}

test('a failure that is told differently keeps whatever nobody changed, and where it was thrown', () => {
  const names = Object.keys(CHANGES) as (keyof ErrorChanges)[]
  const partsOf = (error: CnbError): object => Object.fromEntries(names.map((name) => [name, error[name]]))
  fc.assert(
    fc.property(fc.subarray(names), (changed) => {
      const changes = Object.fromEntries(changed.map((name) => [name, CHANGES[name]]))
      const told = failure.with(changes)
      expect(partsOf(told)).toEqual({ ...partsOf(failure), ...changes })
      expect(told.stack).toBe(failure.stack)
    }),
  )
})
