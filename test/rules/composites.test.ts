import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runRules } from '#src/rules/run-rules.js'
import { aModule, anOrder } from '../support/modules.js'
import { readWorld } from '../support/world.js'
import { soundWorld } from './examples/case.js'

const { judged } = readWorld(soundWorld())

/** What the rules say about composites `0`, `1`, … that name each other as `edges` say. */
function cycleRules(edges: readonly (readonly number[])[]): string[] {
  const buildpacks = edges.map((names, from) => [
    aModule({ id: `${from}`, order: anOrder(names.map((to) => `${to}@1.0.0`)) }),
  ])
  return runRules({ ...judged, buildpacks })
    .filter(({ rule }) => rule === 'order-composite-cycle' || rule === 'order-composite-self')
    .map(({ rule, value }) => `${rule} ${value}`)
}

/** True when one of `edges` leads back to where it came from; by following all of them. */
function hasCircle(edges: readonly (readonly number[])[]): boolean {
  const reaches = (from: number, to: number, seen: Set<number>): boolean =>
    edges[from]!.some((next) => {
      if (next === to) return true
      if (seen.has(next)) return false
      seen.add(next)
      return reaches(next, to, seen)
    })
  return edges.some((_, node) => reaches(node, node, new Set()))
}

test('a circle is found exactly where there is one', () => {
  const graphs = fc
    .integer({ min: 1, max: 7 })
    .chain((size) => fc.array(fc.array(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size }))
  fc.assert(
    fc.property(graphs, (edges) => {
      expect(cycleRules(edges).length > 0).toBe(hasCircle(edges))
    }),
  )
})

test('each of several circles is named', () => {
  expect(cycleRules([[1], [0], [3], [4], [2], [0]])).toEqual([
    'order-composite-cycle 1@1.0.0',
    'order-composite-cycle 3@1.0.0',
  ])
})

test('a long chain that leads to an end is no circle', () => {
  const chain = Array.from({ length: 2000 }, (_, i) => (i === 1999 ? [] : [i + 1]))
  expect(cycleRules(chain)).toEqual([])
})
