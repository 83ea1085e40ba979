import { expect, test } from 'vitest'
import { flattenModules, nameOf } from '#src/plan/flatten.js'
import { aModule } from '../support/modules.js'

const MODULES = ['d', 'c', 'b', 'a', 'e'].map((id) => aModule({ id, version: '1' }))

function flattened(...groups: readonly string[]) {
  const flatten = groups.map((group) => group.split(',').map((id) => ({ id, version: '1' })))
  const result = flattenModules(MODULES, flatten)
  return { groups: result.groups.map((group) => group.map(nameOf).join()), rest: result.rest.map(nameOf).join() }
}

test('groups come by their smallest member, and keep the order of the builder inside', () => {
  expect(flattened('b,d', 'a,c')).toEqual({ groups: ['c@1,a@1', 'd@1,b@1'], rest: 'e@1' })
})

test('a module that several groups name goes to the first of them', () => {
  expect(flattened('c,e', 'a,c')).toEqual({ groups: ['a@1', 'c@1,e@1'], rest: 'd@1,b@1' })
})

test('a name that nothing has is ignored, and a group without any member is none', () => {
  expect(flattened('x,y', 'a,z')).toEqual({ groups: ['a@1'], rest: 'd@1,c@1,b@1,e@1' })
})

test('another version is another module', () => {
  const { groups, rest } = flattenModules([aModule({ id: 'a', version: '2' })], [[{ id: 'a', version: '1' }]])
  expect([groups, rest.length]).toEqual([[], 1])
})
