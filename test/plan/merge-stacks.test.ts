import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Stack } from '#src/cnb/stack.js'
import { mergeStacks } from '#src/plan/merge-stacks.js'
import { aModule, anOrder } from '../support/modules.js'

/** `s1[a,b] s2` as stacks. */
function stacks(text: string): Stack[] {
  return [...text.matchAll(/([^ [\]]+)(?:\[([^\]]*)\])?/g)].map(([, id = '', mixins]) => ({
    id,
    mixins: mixins === undefined ? [] : mixins.split(','),
  }))
}

function print(list: readonly Stack[]): string {
  return list.map(({ id, mixins }) => (mixins.length === 0 ? id : `${id}[${mixins.join()}]`)).join(' ')
}

/** A component with these stacks; with none it has targets, or says nothing. */
const component = (text: string) => aModule({ stacks: stacks(text) })
const merged = (...texts: readonly string[]): string => print(mergeStacks(texts.map(component)).stacks)

describe('the stacks of several modules', () => {
  test.each([
    [['s1[x] s2', 's2[y] s1[a,x]'], 's2[y] s1[a,x]'],
    [['s1', 's2'], ''],
    [['* s1', 's1[q] s3'], 's1[q] s3'],
    [['* s1[a]', '* s2'], '*'],
    [['s1[z,a]', ''], 's1[z,a]'],
    [['', ''], '*'],
    [['s1', 's2', 's1'], ''],
    [['s1[a] s1[b]', 's1'], 's1[b]'],
  ])('of %j are %s', (texts, expected) => {
    expect(merged(...texts)).toBe(expected)
  })

  test('do not depend on composites, which have none', () => {
    const composite = aModule({ id: 'acme/all', order: anOrder(['acme/java@1.0.0']) })
    expect(print(mergeStacks([composite, component('s1[m]'), composite]).stacks)).toBe('s1[m]')
    expect(mergeStacks([composite])).toEqual({ stacks: [], misfit: undefined })
  })

  test('name the first module that has nothing in common with those before it', () => {
    const modules = ['s1', 's1 s2', 's3', 's2'].map(component)
    expect(mergeStacks(modules).misfit).toBe(modules[2])
  })

  const aStack = fc.record({
    id: fc.constantFrom('s1', 's2', 's3'),
    mixins: fc.uniqueArray(fc.constantFrom('a', 'b', 'run:c')),
  })
  const someStacks = fc.uniqueArray(aStack, { minLength: 1, maxLength: 3, selector: ({ id }) => id })

  test('are those that every module has, with the mixins of all, in whatever order they come', () =>
    fc.assert(
      fc.property(fc.array(someStacks, { minLength: 1, maxLength: 4 }), (lists) => {
        const modules = lists.map((stacks) => aModule({ stacks }))
        const common = ['s1', 's2', 's3'].filter((id) => lists.every((list) => list.some((stack) => stack.id === id)))
        const sorted = (list: readonly Stack[]): unknown =>
          list.map(({ id, mixins }) => ({ id, mixins: mixins.toSorted() })).toSorted((a, b) => (a.id < b.id ? -1 : 1))
        const expected = common.map((id) => ({
          id,
          mixins: [...new Set(lists.flatMap((list) => list.find((stack) => stack.id === id)?.mixins ?? []))].sort(),
        }))
        expect(sorted(mergeStacks(modules).stacks)).toEqual(expected)
        expect(sorted(mergeStacks(modules.toReversed()).stacks)).toEqual(expected)
      }),
    ))
})
