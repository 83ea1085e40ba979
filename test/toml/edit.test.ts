import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyEdits, indentAt, lineEnd, lineStart, newlineOf, overlap } from '#src/toml/edit.js'

test('edits are made wherever they stand, in whatever order they come', () => {
  const edits = [
    { start: 4, end: 5, text: '' },
    { start: 0, end: 1, text: 'A' },
    { start: 6, end: 6, text: '!' },
  ]
  expect(applyEdits('abcdef', edits)).toBe('Abcdf!')
})

test.each([
  ['two that cover the same', 0, 2, 1, 3],
  ['one in the other', 0, 3, 1, 2],
])('%s overlap, and are refused', (_, start, end, otherStart, otherEnd) => {
  const edits = [
    { start, end, text: 'x' },
    { start: otherStart, end: otherEnd, text: 'y' },
  ]
  expect(overlap(edits)).toBe(true)
  expect(() => applyEdits('abcd', edits)).toThrow('overlaps')
})

test('two at one place overlap, because their order would count; two that touch do not', () => {
  const at = (start: number, end: number): { start: number; end: number; text: string } => ({ start, end, text: 'x' })
  expect(overlap([at(1, 1), at(1, 1)])).toBe(true)
  expect(overlap([at(0, 1), at(1, 2)])).toBe(false)
})

test('an edit outside of the text is refused', () => {
  expect(() => applyEdits('a', [{ start: 1, end: 2, text: '' }])).toThrow('overlaps')
})

test('what no edit covers stays as it is', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string(), fc.string())), (parts) => {
      const source = parts.map(([kept, old]) => kept + old).join('')
      let at = 0
      const edits = parts.map(([kept, old, text]) => {
        const start = at + kept.length
        at = start + old.length
        return { start, end: at, text }
      })
      fc.pre(!overlap(edits))
      expect(applyEdits(source, edits.toReversed())).toBe(parts.map(([kept, , text]) => kept + text).join(''))
    }),
  )
})

describe('lines', () => {
  const source = 'a\r\n  b = 1\r\nc'
  test('begin and end where they do', () => {
    expect([0, 1, 3, 7, 12].map((at) => lineStart(source, at))).toEqual([0, 0, 3, 3, 12])
    expect([0, 1, 3, 7, 12].map((at) => lineEnd(source, at))).toEqual([3, 3, 12, 12, 13])
  })
  test('are indented by the blanks before their first word, and by nothing where another word is before', () => {
    expect([0, 5, 9, 12].map((at) => indentAt(source, at))).toEqual(['', '  ', '', ''])
  })
  test('end as the first one ends', () => {
    expect([source, 'a\nb\r\n', 'a', '\n'].map(newlineOf)).toEqual(['\r\n', '\n', '\n', '\n'])
  })
})
