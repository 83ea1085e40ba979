import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alignColumns } from '#src/cli/render/columns.js'

describe('columns', () => {
  test('are as wide as their widest cell and the padding, in characters; the last cell of a row is as it is', () => {
    const rows = [['a', '👩', 'end'], ['long', ''], ['x']]
    expect(alignColumns(rows, 2)).toEqual(['a     👩  end', 'long  ', 'x'])
  })

  test('are wide because of cells of a measure only: one beyond it pushes its own row aside', () => {
    const rows = [['x'.repeat(100_000), 'b'], ...Array.from({ length: 1_000 }, () => ['a', 'b'])]
    const [first, second] = alignColumns(rows, 2)
    expect(first).toBe(`${'x'.repeat(100_000)}  b`)
    expect(second?.length).toBeLessThan(1_000)
  })

  test('begin at one place in every row', () => {
    const cell = fc.stringMatching(/^[a-z]{0,12}$/)
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, fc.constant('|')), { minLength: 1 }), fc.nat(5), (rows, padding) => {
        const ends = alignColumns(rows, padding).map((line) => line.indexOf('|'))
        expect(new Set(ends).size).toBe(1)
      }),
    )
  })
})
