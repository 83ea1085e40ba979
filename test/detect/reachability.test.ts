import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reachability, type GroupVerdict } from '#src/detect/reachability.js'
import type { Sequence } from '#src/detect/sequences.js'
import { flat, type Composites } from '../support/orders.js'

/** `duplicate 0`, `unreachable 0 1`, `maybe-unreachable 0` or `-`, by group. */
function verdicts(groups: readonly string[], composites: Composites = {}): string[] {
  return reachability(flat(groups, composites)).verdicts.map(printed)
}

function printed(verdict: GroupVerdict | undefined): string {
  if (verdict === undefined) return '-'
  return `${verdict.kind} ${verdict.kind === 'duplicate' ? verdict.of : verdict.behind.join(' ')}`
}

test.each([
  ['what is the same', ['A B?', 'A B?'], {}, ['-', 'duplicate 0']],
  ['what is the same once it is flattened', ['M B', 'A B'], { M: ['A'] }, ['-', 'duplicate 0']],
  ['an earlier one with optional members more', ['A X? B', 'A B'], {}, ['-', 'unreachable 0']],
  ['an earlier one of which less is required', ['A? B', 'A B'], {}, ['-', 'unreachable 0']],
  ['an earlier one that requires more', ['A B', 'A B?'], {}, ['-', '-']],
  ['another version', ['A X?', 'A@2'], {}, ['-', '-']],
  ['another order', ['A? B', 'B A'], {}, ['-', 'maybe-unreachable 0']],
  ['ORD-20: an earlier one with less is only a hint', ['A', 'P A'], {}, ['-', 'maybe-unreachable 0']],
  ['a group of which anything will do', ['A? B?', 'X A', 'X'], {}, ['-', 'maybe-unreachable 0', '-']],
  ['alternatives of which each has its own', ['A', 'B', 'M'], { M: ['A', 'B'] }, ['-', '-', 'unreachable 0 1']],
  ['alternatives of which one is left', ['A', 'M'], { M: ['A', 'B'] }, ['-', '-']],
  ['a composite that can be left out', ['M? A', 'A'], { M: ['X'] }, ['-', 'unreachable 0']],
  ['groups that cannot pass anyway', ['A?', '', '+E'], {}, ['-', '-', '-']],
  ['a group that ends detection', ['A X?', 'A NOPE', 'A'], {}, ['-', '-', 'unreachable 0']],
])('%s', (_name, groups, composites: Composites, expected) => {
  expect(verdicts(groups, composites)).toEqual(expected)
})

/** What a module does: whether it passes, and its build plan. */
interface Outcome {
  readonly passes: boolean
  readonly provides: readonly string[]
  readonly requires: readonly string[]
}

/** Whether a lifecycle selects something: the exit codes, and then the plan, from which optional members drop out. */
function passes(sequence: Sequence, outcomes: ReadonlyMap<string, Outcome>): boolean {
  const all = sequence.members.map(({ member }) => ({
    ...outcomes.get(`${member.id}@${member.version}`)!,
    optional: member.optional,
  }))
  if (all.some((one) => !one.passes && !one.optional)) return false
  let left = all.filter((one) => one.passes)
  for (;;) {
    const misfit = left.findIndex(
      ({ provides, requires }, at) =>
        requires.some((name) => !left.slice(0, at + 1).some((one) => one.provides.includes(name))) ||
        provides.some((name) => !left.slice(at).some((one) => one.requires.includes(name))),
    )
    if (misfit === -1) return left.length > 0
    if (!left[misfit]!.optional) return false
    left = left.toSpliced(misfit, 1)
  }
}

const NAMES = ['A@1', 'A@2', 'B@1', 'C@1', 'D@1']
const OUTCOME = fc.record({
  passes: fc.boolean(),
  provides: fc.subarray(['x', 'y']),
  requires: fc.subarray(['x', 'y']),
})
const OUTCOMES = fc
  .array(OUTCOME, { minLength: NAMES.length, maxLength: NAMES.length })
  .map((all) => new Map(all.map((outcome, i) => [NAMES[i]!, outcome])))
const WORDS = fc.tuple(fc.constantFrom(...NAMES, 'M'), fc.constantFrom('', '?')).map((parts) => parts.join(''))
const GROUP = fc.array(WORDS, { maxLength: 4 }).map((words) => words.join(' '))
const ORDER = fc.record({
  groups: fc.array(GROUP, { minLength: 2, maxLength: 4 }),
  composites: fc.record({
    M: fc.array(
      GROUP.map((text) => text.replace(/M\??/gu, '')),
      { minLength: 1, maxLength: 2 },
    ),
  }),
})

test('whatever the modules do, a group that is called unreachable is not the first that passes', () => {
  let proven = 0
  fc.assert(
    fc.property(ORDER, fc.array(OUTCOMES, { minLength: 30, maxLength: 30 }), ({ groups, composites }, worlds) => {
      const sequences = flat(groups, composites)
      const { verdicts: found } = reachability(sequences)
      proven += found.filter((verdict) => verdict?.kind === 'unreachable' || verdict?.kind === 'duplicate').length
      for (const world of worlds) {
        const first = sequences.findIndex((group) => group.some((sequence) => passes(sequence, world)))
        expect(['-', 'maybe-unreachable']).toContain(found[first]?.kind ?? '-')
      }
    }),
    { numRuns: 500 },
  )
  expect(proven).toBeGreaterThan(50)
})

test('finds every proof that comparing each with each finds', () => {
  const holds = (one: Sequence, later: Sequence): boolean => {
    const names = (sequence: Sequence) => sequence.members.map(({ member }) => `${member.id}@${member.version}`)
    const required = (sequence: Sequence) =>
      sequence.members.filter(({ member }) => !member.optional).map(({ member }) => `${member.id}@${member.version}`)
    let rest = names(later)
    for (const name of names(one)) if (name === rest[0]) rest = rest.slice(1)
    return rest.length === 0 && required(one).every((name) => required(later).includes(name))
  }
  fc.assert(
    fc.property(ORDER, ({ groups, composites }) => {
      const sequences = flat(groups, composites)
      const expected = sequences.map((group, index) => {
        const real = group.filter(({ members }) => members.length > 0)
        const earlier = sequences.slice(0, index).flat()
        return real.length > 0 && real.every((later) => earlier.some((one) => holds(one, later)))
      })
      const found = reachability(sequences).verdicts
      expect(found.map((verdict) => verdict?.kind === 'unreachable' || verdict?.kind === 'duplicate')).toEqual(expected)
    }),
  )
})

test('ten thousand groups of the same members in any order are too many to compare, which is said', () => {
  const shuffled = (seed: number): string => {
    const rest = ['A', 'B', 'C', 'D?', 'E?', 'F?', 'G?', 'H?']
    const words: string[] = []
    for (let at = seed; rest.length > 0; at = Math.floor(at / (rest.length + 1))) {
      words.push(...rest.splice(at % rest.length, 1))
    }
    return words.join(' ')
  }
  const { isWhole, verdicts: found } = reachability(flat(Array.from({ length: 10_000 }, (_, i) => shuffled(i))))
  expect([isWhole, found.length]).toEqual([false, 10_000])
})
