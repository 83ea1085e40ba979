import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  expandOrder,
  modulesById,
  type DetectionOrder,
  type ModulesById,
  type OrderEntry,
} from '#src/cnb/detection-order.js'
import type { ModuleRef, Order } from '#src/cnb/order.js'
import { parseDiffId } from '#src/oci/digest.js'
import { CnbError } from '#src/errors.js'

const DIFF_ID = parseDiffId(`sha256:${'ab'.repeat(32)}`)
const ALL = { depth: -1, from: 'acme/builder' }

/** `id@version`, `id`, with `?` behind it when it is optional. */
function ref(text: string): ModuleRef {
  const [id = '', version = ''] = text.replace('?', '').split('@')
  const info = { name: '', description: '', homepage: '', keywords: [], execEnv: [], licenses: [], clearEnv: false }
  return { ...info, id, version, optional: text.endsWith('?') }
}

const order = (...groups: readonly (readonly string[])[]): Order => groups.map((refs) => ({ refs: refs.map(ref) }))

/** Modules by `id@version`, each with its order. */
function modules(orders: Readonly<Record<string, Order>>): ModulesById {
  const layers = Object.entries(orders).map(([text, order]) => {
    const { id, version } = ref(text)
    const api = { major: 0, minor: 10 }
    return { id, version, api, stacks: [], targets: [], order, diffId: DIFF_ID, homepage: '', name: '' }
  })
  return modulesById(layers)
}

/** An order as text: `a@1(b | c) d!`, groups apart by `|`, what is cyclic with `!`. */
function show(groups: DetectionOrder): string {
  return groups.map((group) => group.map(showEntry).join(' ')).join(' | ')
}

function showEntry({ id, version, isCyclic, groups }: OrderEntry): string {
  const below = groups.length === 0 ? '' : `(${show(groups)})`
  return `${id}${version === '' ? '' : `@${version}`}${isCyclic ? '!' : ''}${below}`
}

describe('an order', () => {
  const FAMILY = modules({
    'outer@1': order(['inner@1', 'c'], ['c@1']),
    'inner@1': order(['a@1', 'b@1?']),
    'a@1': [],
    'b@1': [],
    'c@1': [],
  })

  test('has its composites opened, all of them', () => {
    expect(show(expandOrder(order(['outer', 'c'], ['inner@1']), FAMILY, ALL))).toBe(
      'outer(inner@1(a@1 b@1) c | c@1) c | inner@1(a@1 b@1)',
    )
  })

  test.each([
    [0, 'outer'],
    [1, 'outer(inner@1 c | c@1)'],
    [2, 'outer(inner@1(a@1 b@1) c | c@1)'],
    [3, 'outer(inner@1(a@1 b@1) c | c@1)'],
  ])('is opened to depth %i', (depth, expected) => {
    expect(show(expandOrder(order(['outer']), FAMILY, { ...ALL, depth }))).toBe(expected)
  })

  test('keeps a ref that no module answers, or that several do', () => {
    const there = modules({ 'x@1': order(['y']), 'x@2': order(['y']) })
    expect(show(expandOrder(order(['x', 'z@1', 'x@3'], []), there, ALL))).toBe('x z@1 x@3 | ')
  })

  test('does not open a composite inside itself, and says so', () => {
    const there = modules({ 'x@1': order(['y@1']), 'y@1': order(['x', 'y@1']) })
    expect(show(expandOrder(order(['x@1']), there, ALL))).toBe('x@1(y@1(x! y@1!))')
  })

  test('opens a composite again beside itself', () => {
    const there = modules({ 'x@1': order(['c']) })
    expect(show(expandOrder(order(['x@1', 'x@1']), there, ALL))).toBe('x@1(c) x@1(c)')
  })

  test('of few modules can be too large to look at: that is an error, at once', () => {
    const names = Array.from({ length: 40 }, (_, i) => `m${i}@1`)
    const doubled = Object.fromEntries(
      names.map((name, i) => [name, order([names[i + 1] ?? 'x', names[i + 1] ?? 'x'])]),
    )
    expect(() => expandOrder(order(['m0@1']), modules(doubled), ALL)).toThrow(
      expect.objectContaining({ code: 'E_LABEL', hint: expect.stringContaining('--depth') as string }),
    )
    expect(show(expandOrder(order(['m0@1']), modules(doubled), { ...ALL, depth: 1 }))).toBe('m0@1(m1@1 m1@1)')
  })

  test('of groups without members, or of one long text, can be too large as well', () => {
    const empty = modules({ 'm0@1': order(...Array.from({ length: 2_000 }, () => [])) })
    const six = order(['m0@1', 'm0@1', 'm0@1', 'm0@1', 'm0@1', 'm0@1'])
    expect(() => expandOrder(six, empty, ALL)).toThrow(expect.objectContaining({ code: 'E_LABEL' }))
    // A composite stands there once for each of its groups, with all that its ref says.
    const long = [{ refs: [{ ...ref('m0@1'), description: 'x'.repeat(1_000_000) }] }]
    const twenty = modules({ 'm0@1': order(...Array.from({ length: 20 }, () => ['a'])) })
    expect(() => expandOrder(long, twenty, ALL)).toThrow(
      expect.objectContaining({ code: 'E_LABEL', message: expect.stringContaining('characters') as string }),
    )
    expect(expandOrder(long, twenty, { ...ALL, depth: 0 })).toHaveLength(1)
  })

  test('of composites in composites without end is an error too', () => {
    const names = Array.from({ length: 5_000 }, (_, i) => `m${i}@1`)
    const chain = Object.fromEntries(names.map((name, i) => [name, order([names[i + 1] ?? 'x'])]))
    expect(() => expandOrder(order(['m0@1']), modules(chain), ALL)).toThrow(
      expect.objectContaining({ code: 'E_LABEL' }),
    )
  })
})

describe('any order', () => {
  const name = fc.constantFrom('a@1', 'b@1', 'c@1', 'd@1', 'a', 'b', 'absent@1')
  const anyOrder = fc.array(fc.array(name, { maxLength: 3 }), { maxLength: 3 }).map((groups) => order(...groups))
  const anyModules = fc.record({ 'a@1': anyOrder, 'b@1': anyOrder, 'c@1': anyOrder, 'd@1': anyOrder }).map(modules)

  test('is opened without a composite below itself, or refused as too large', () => {
    fc.assert(
      fc.property(anyOrder, anyModules, fc.integer({ min: -1, max: 4 }), (top, there, depth) => {
        const check = (groups: DetectionOrder, above: readonly string[], left: number): void => {
          for (const entry of groups.flat()) {
            if (entry.groups.length === 0) continue
            expect(above).not.toContain(entry.id)
            expect(left).not.toBe(0)
            check(entry.groups, [...above, entry.id], left - 1)
          }
        }
        try {
          const opened = expandOrder(top, there, { ...ALL, depth })
          expect(opened.map((group) => group.map(({ id }) => id))).toEqual(
            top.map(({ refs }) => (refs ?? []).map(({ id }) => id)),
          )
          check(opened, [], depth)
        } catch (error) {
          if (!(error instanceof CnbError)) throw error
        }
      }),
    )
  })
})
