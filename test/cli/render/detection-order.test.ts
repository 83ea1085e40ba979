import { describe, expect, test } from 'vitest'
import { builderOrder, extensionOrder, packageOrder } from '#src/cli/render/detection-order.js'
import { drawTree, type Branch } from '#src/cli/render/tree.js'
import type { InspectedEntry, InspectedOrder } from '#src/operations/inspected.js'

function entry(id: string, groups: InspectedOrder = [], more: Partial<InspectedEntry> = {}): InspectedEntry {
  const info = { name: '', description: '', homepage: '', keywords: [], execEnv: [], licenses: [], clearEnv: false }
  return { ...info, id, version: '1', optional: false, isCyclic: false, groups, ...more }
}

const drawn = (branches: readonly Branch[]): string[] => drawTree(branches).map((line) => line.trimEnd())

const [A, B] = [entry('a', [[entry('c')], [entry('d')]]), entry('b', [[entry('c')]])]

describe('the order of a builder', () => {
  test('has a line of a composite for each of its groups, which are numbered through', () => {
    expect(drawn(builderOrder([[A, B], [B]]))).toEqual([
      ' ├ Group #1:',
      ' │  ├ a@1',
      ' │  │  └ Group #1:',
      ' │  │     └ c@1',
      ' │  ├ a@1',
      ' │  │  └ Group #2:',
      ' │  │     └ d@1',
      ' │  └ b@1',
      ' │     └ Group #3:',
      ' │        └ c@1',
      ' └ Group #2:',
      '    └ b@1',
      '       └ Group #1:',
      '          └ c@1',
    ])
  })

  test('has neither name nor number for a group without members, as in pack', () => {
    expect(drawn(builderOrder([[], [entry('c')]]))).toEqual([' ├', ' └ Group #1:', '    └ c@1'])
    expect(drawn(builderOrder([[entry('a', [[]])]]))).toEqual([' └ Group #1:', '    └ a@1'])
  })

  test('marks what is optional and what stands above itself', () => {
    const group = [entry('a', [], { optional: true }), entry('b', [], { optional: true, isCyclic: true, version: '' })]
    expect(drawn(builderOrder([group]))).toEqual([
      ' └ Group #1:',
      '    ├ a@1    (optional)',
      '    └ b      (optional)[cyclic]',
    ])
  })
})

test('the order of a package has one line of a composite, and all its groups below it', () => {
  expect(drawn(packageOrder([[A]]))).toEqual([
    ' └ Group #1:',
    '    └ a@1',
    '       ├ Group #1:',
    '       │  └ c@1',
    '       └ Group #2:',
    '          └ d@1',
  ])
})

test('the order of extensions names all of a group, and has no name for one without members', () => {
  expect(drawn(extensionOrder([[A], [entry('x'), entry('y')], []]))).toEqual([
    ' ├ a@1',
    ' ├ Group #2:',
    ' │  ├ x@1',
    ' │  └ y@1',
    ' └',
  ])
})
