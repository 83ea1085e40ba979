import { describe, expect, test } from 'vitest'
import type { OrderFacts } from '#src/detect/input.js'
import type { DetectModule } from '#src/detect/module.js'
import { observe } from '#src/detect/observations.js'
import { type Outline, outlineOrder } from '#src/detect/outline.js'
import { type Composites, members } from '../support/orders.js'

/** An order over components, and these composites; what is called NOPE is not there, what is called BAD cannot be read. */
function factsOf(order: readonly string[], composites: Composites = {}, pre = ''): OrderFacts {
  const named = [...order, ...Object.values(composites).flat(), pre].flatMap((group) => members(group))
  const names = new Map(
    [...named, ...Object.keys(composites).flatMap((id) => members(id))].map((one) => [`${one.id}@${one.version}`, one]),
  )
  return {
    order: order.map(members),
    orderExtensions: [],
    system: { pre: members(pre), post: [] },
    modules: [...names.values()]
      .filter(({ id }) => id !== 'NOPE')
      .map(({ id, version }) => moduleOf(id, version, composites)),
  }
}

function moduleOf(id: string, version: string, composites: Composites): DetectModule {
  if (id === 'BAD') return { kind: 'buildpack', id, version, state: 'unreadable', reason: 'it is no TOML' }
  const order = (composites[id] ?? []).map(members)
  const descriptor = { api: '0.10', homepage: '', targets: [], stacks: [], execEnv: [], order }
  const files = { detect: 'runs', binBuild: true, binGenerate: false } as const
  return { kind: 'buildpack', id, version, state: 'read', descriptor, files }
}

/** `+S A M(A | B)`: system buildpacks with a plus, what is below a composite in brackets, other states by their name. */
function print(outline: Outline): string {
  return outline
    .map((group) =>
      group
        .map(({ id, isSystem, state, groups }) => {
          const below = state === 'component' ? '' : state === 'composite' ? `(${print(groups)})` : `:${state}`
          return `${isSystem ? '+' : ''}${id}${below}`
        })
        .join(' '),
    )
    .join(' | ')
}

describe('an outline', () => {
  test.each([
    ['opens composites', factsOf(['M Z'], { M: ['A B', 'N'], N: ['C'] }), 'M(A B | N(C)) Z'],
    ['opens each of them once', factsOf(['M', 'M Z'], { M: ['A'] }), 'M(A) | M:above Z'],
    ['names those that are in themselves', factsOf(['M'], { M: ['N'], N: ['A M'] }), 'M(N(A M:circle))'],
    ['names what is missing or broken', factsOf(['NOPE BAD']), 'NOPE:absent BAD:unreadable'],
    ['has system buildpacks around every group', factsOf(['A', 'S@2'], {}, 'S'), '+S A | S'],
  ])('%s', (_name, facts, expected) => {
    expect(print(outlineOrder(facts, true).order)).toBe(expected)
  })

  test('has no system buildpacks where the lifecycle does not read them', () => {
    expect(print(outlineOrder(factsOf(['A'], {}, 'S'), false).order)).toBe('A')
  })

  test('of a long chain ends somewhere', () => {
    const chain = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`m${i}`, [`m${i + 1}`]]))
    expect(print(outlineOrder(factsOf(['m0'], chain), true).order)).toContain(':closed')
  })
})

describe('what is worth knowing of an order', () => {
  const said = (facts: OrderFacts): string[] =>
    observe(facts, true).map(({ kind, group, module }) =>
      [kind, group, module].filter((part) => part !== undefined).join(' '),
    )

  test.each([
    ['nothing of one that is as it should be', factsOf(['A B', 'B C']), []],
    ['a group that is never reached', factsOf(['A B?', 'A']), ['unreachable 2']],
    ['the same group twice', factsOf(['M', 'A B'], { M: ['A B'] }), ['duplicate 2']],
    ['a member behind another version of it', factsOf(['A@1? A@2 C']), ['shadowed-member 1 A@2']],
    ['no member that only some ways leave out', factsOf(['M B'], { M: ['A', 'B'] }), []],
    ['a lone optional member', factsOf(['A?']), ['optional-without-effect 1 A@1']],
    ['no such one beside a system buildpack', factsOf(['A?'], {}, 'S'), []],
    ['an optional system buildpack', factsOf(['A'], {}, 'S?'), ['optional-without-effect S@1']],
    ['a composite that asks for nothing', factsOf(['M Z'], { M: ['A', 'B?'] }), ['optional-without-effect 1 M@1']],
    ['one that does so by another', factsOf(['M? Z'], { M: ['N'], N: ['A?'] }), ['optional-without-effect 1 M@1']],
    ['no composite in itself', factsOf(['M Z'], { M: ['M'] }), []],
  ])('%s', (_name, facts, expected) => {
    expect(said(facts)).toEqual(expected)
  })

  test('a module that no order leads to', () => {
    const facts = factsOf(['M'], { M: ['A'] })
    expect(said({ ...facts, modules: [...facts.modules, moduleOf('old', '1', {})] })).toEqual(['unused-module old@1'])
  })

  test('that there is too much to compare', () => {
    const composites = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`m${i}`, [`a${i}`, `b${i}`]]))
    const facts = factsOf([Object.keys(composites).join(' ')], composites)
    expect(said(facts)).toContain('limit')
  })
})
