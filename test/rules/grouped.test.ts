import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Diagnostic } from '#src/errors.js'
import { grouped } from '#src/rules/grouped.js'

const finding = (rule: string, file: string, more: Partial<Diagnostic> = {}): Diagnostic => ({
  rule,
  severity: 'warning',
  message: `${file} lacks something`,
  place: { file },
  ...more,
})

const isCommon = (rule: string): boolean => rule === 'common'

test('what everybody does is found once, with all of its places', () => {
  const also = [{ file: 'b', line: 2 }]
  expect(grouped([finding('common', 'a'), finding('rare', 'a'), finding('common', 'b', { also })], isCommon)).toEqual([
    finding('common', 'a', {
      message: 'a lacks something; the same holds for 1 more file',
      also: [{ file: 'b' }, { file: 'b', line: 2 }],
    }),
    finding('rare', 'a'),
  ])
})

test('what each platform of an image says is of one place', () => {
  const all = [finding('common', 'a'), finding('common', 'a', { message: 'a lacks more' }), finding('common', 'b')]
  expect(grouped(all.slice(0, 2), isCommon)).toEqual([finding('common', 'a')])
  expect(grouped(all, isCommon)).toEqual([
    finding('common', 'a', { message: 'a lacks something; the same holds for 1 more file', also: [{ file: 'b' }] }),
  ])
})

test('findings of other severity, and of other rules, stay apart', () => {
  const findings = [
    finding('common', 'a'),
    finding('common', 'b', { severity: 'error' }),
    finding('rare', 'a'),
    finding('rare', 'b'),
  ]
  expect(grouped(findings, isCommon)).toEqual(findings)
})

test('no place is lost, and what is first stays first', () => {
  const any = fc.record({ rule: fc.constantFrom('common', 'rare', 'other'), file: fc.constantFrom('a', 'b', 'c') })
  fc.assert(
    fc.property(fc.array(any), (parts) => {
      const findings = parts.map(({ rule, file }) => finding(rule, file))
      const placesOf = (list: readonly Diagnostic[]) =>
        [
          ...new Set(
            list.flatMap(({ rule, place, also = [] }) => [place, ...also].map(({ file }) => `${rule} ${file}`)),
          ),
        ].sort()
      const groups = grouped(findings, isCommon)
      expect(placesOf(groups)).toEqual(placesOf(findings))
      expect(groups[0]?.place).toEqual(findings[0]?.place)
    }),
  )
})
