import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { moduleName } from '#src/cnb/module.js'
import { catalogOf } from '#src/plan/catalog.js'
import { resolveOrder, resolveSystem, type RefProblem } from '#src/plan/resolve-order.js'
import { anOrder, aRef } from '../support/modules.js'

const CATALOG = catalogOf([
  { id: 'acme/java', version: '1.0.0' },
  { id: 'acme/node', version: '1.1.0' },
  { id: 'acme/node', version: '1.2.0' },
  { id: 'acme/java', version: '1.0.0' },
])

function resolved(...groups: readonly (readonly string[])[]): { names: string[][]; problems: RefProblem[] } {
  const problems: RefProblem[] = []
  const order = resolveOrder(anOrder(...groups), CATALOG, ['order'], (problem) => problems.push(problem))
  return { names: order.map(({ refs = [] }) => refs.map(moduleName)), problems }
}

describe('resolveOrder', () => {
  test('takes the only version when the reference has none', () => {
    expect(resolved(['acme/java'])).toEqual({ names: [['acme/java@1.0.0']], problems: [] })
  })

  test('takes the version that is named, to the letter', () => {
    expect(resolved(['acme/node@1.1.0', 'acme/node@1.2.0']).names).toEqual([['acme/node@1.1.0', 'acme/node@1.2.0']])
    expect(resolved(['acme/java@1.0']).problems).toMatchObject([{ kind: 'unknown-version', available: ['1.0.0'] }])
  })

  test('says every problem with its place, and leaves the reference out', () => {
    const { names, problems } = resolved(['acme/none', 'acme/java'], [], ['acme/node', 'acme/node@2'])
    expect(names).toEqual([['acme/java@1.0.0'], [], []])
    expect(problems.map(({ kind, path }) => [kind, path.join('.')])).toEqual([
      ['unknown-id', 'order.0.group.0'],
      ['ambiguous', 'order.2.group.0'],
      ['unknown-version', 'order.2.group.1'],
    ])
  })

  test('keeps the shape: a group without members, and one without a group key', () => {
    const order = [{ refs: [] }, { refs: undefined }]
    expect(resolveOrder(order, CATALOG, ['order'], () => {})).toEqual(order)
  })

  test('passes on what a reference carries along', () => {
    const ref = { ...aRef('acme/java', true), homepage: 'https://example.test', keywords: ['k'] }
    expect(resolveOrder([{ refs: [ref] }], CATALOG, ['order'], () => {})).toEqual([
      { refs: [{ ...ref, version: '1.0.0' }] },
    ])
  })

  test('each reference is either resolved to something that is there, or reported', () => {
    const ids = fc.constantFrom('a', 'b', 'c')
    const versions = fc.constantFrom('', '1', '2', '3')
    const modules = fc.array(fc.record({ id: ids, version: fc.constantFrom('1', '2') }))
    const groups = fc.array(fc.array(fc.tuple(ids, versions)))
    fc.assert(
      fc.property(modules, groups, (there, names) => {
        const catalog = catalogOf(there)
        const order = names.map((group) => ({ refs: group.map(([id, version]) => ({ ...aRef(id), version })) }))
        let problems = 0
        const after = resolveOrder(order, catalog, ['order'], () => problems++)
        const refs = after.flatMap((group) => group.refs ?? [])
        expect(refs.length + problems).toBe(names.flat().length)
        const present = new Set(there.map(moduleName))
        expect(refs.filter((ref) => !present.has(moduleName(ref)))).toEqual([])
      }),
    )
  })
})

test('resolveSystem resolves both lists and names the places', () => {
  const problems: RefProblem[] = []
  const system = { pre: [aRef('acme/java', true)], post: [aRef('acme/java'), aRef('acme/none')] }
  const { pre, post } = resolveSystem(system, CATALOG, (problem) => problems.push(problem))
  expect(pre).toMatchObject([{ id: 'acme/java', version: '1.0.0', optional: true }])
  expect(post.map(moduleName)).toEqual(['acme/java@1.0.0'])
  expect(problems.map(({ path }) => path.join('.'))).toEqual(['system.post.buildpacks.1'])
})
