import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alignColumns } from '#src/cli/render/columns.js'
import { drawTree, type Branch } from '#src/cli/render/tree.js'

const leaf = (text: string, note?: string): Branch => ({ text, note, below: [] })

describe('a tree', () => {
  test('shows what is below what', () => {
    const tree = [{ ...leaf('a'), below: [leaf('b'), { ...leaf('c'), below: [leaf('d')] }] }, leaf('e')]
    expect(drawTree(tree)).toEqual([' ├ a', ' │  ├ b', ' │  └ c', ' │     └ d', ' └ e'])
  })

  test('has notes in a column, as long as no line without one comes between', () => {
    const tree = [
      { ...leaf('group'), below: [leaf('long name', 'x'), leaf('b', '')] },
      { ...leaf('group'), below: [leaf('b', 'y')] },
    ]
    expect(drawTree(tree)).toEqual([
      ' ├ group',
      ' │  ├ long name    x',
      ' │  └ b            ',
      ' └ group',
      '    └ b    y',
    ])
  })

  const text = fc.stringMatching(/^[a-zü]{1,8}$/)
  const { tree } = fc.letrec<{ tree: Branch[]; branch: Branch }>((tie) => ({
    tree: fc.oneof({ maxDepth: 4 }, fc.constant<Branch[]>([]), fc.array(tie('branch'), { minLength: 1, maxLength: 3 })),
    branch: fc.record({ text, note: fc.option(text, { nil: undefined }), below: tie('tree') }),
  }))

  /** The tree that lines show, read by the place of their marks alone. */
  function readTree(lines: readonly string[]): Branch[] {
    const tops: Branch[] = []
    const open: Branch[][] = [tops]
    for (const line of lines) {
      const [, trunk = '', words = ''] = /^( (?:[│ ] {2})*)[├└] (.*)$/.exec(line) ?? []
      const depth = (trunk.length - 1) / 3
      const [text = '', note] = words.split(/ {4,}/)
      const branch = { text, note, below: [] }
      open[depth]?.push(branch)
      open.splice(depth + 1, open.length, branch.below)
    }
    return tops
  }

  const shape = (branches: readonly Branch[]): unknown => branches.map(({ text, below }) => [text, shape(below)])

  test('can be read back from where its lines begin', () => {
    fc.assert(
      fc.property(tree, (tree) => {
        expect(shape(readTree(drawTree(tree)))).toEqual(shape(tree))
      }),
    )
  })

  test('has a line for every branch, and every trunk leads to a mark', () => {
    fc.assert(
      fc.property(tree, (tree) => {
        const lines = drawTree(tree)
        lines.forEach((line, i) => {
          for (const [column, mark] of Array.from(line).entries()) {
            if (mark === '│') expect(Array.from(lines[i + 1] ?? '')[column]).toMatch(/[│├└]/)
            if (mark === '├') expect(Array.from(lines[i + 1] ?? '')[column]).toMatch(/[│├└]/)
          }
        })
      }),
    )
  })
})

test('columns begin at one place in every row', () => {
  const row = fc.array(fc.stringMatching(/^[a-zü😀]{0,9}$/u), { minLength: 3, maxLength: 3 })
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), (rows) => {
      const lines = alignColumns(rows, 2).map((line) => Array.from(line))
      const widths = [0, 1].map((i) => Math.max(...rows.map((row) => Array.from(row[i] ?? '').length)) + 2)
      rows.forEach((cells, i) => {
        const start = [0, widths[0] ?? 0, (widths[0] ?? 0) + (widths[1] ?? 0)]
        cells.forEach((cell, j) => {
          const at = start[j] ?? 0
          expect(lines[i]?.slice(at, at + Array.from(cell).length).join('')).toBe(cell)
        })
      })
    }),
  )
})
