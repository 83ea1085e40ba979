import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withSystem, type MemberGroup } from '#src/detect/group-member.js'
import { flattenOrder, sequenceBudget, type Sequence } from '#src/detect/sequences.js'
import { flat, groupsIn, members, printMembers, type Composites } from '../support/orders.js'

/** What is tried for each group, as text. */
function tried(groups: readonly string[], composites: Composites = {}): string[] {
  return flat(groups, composites).flatMap((sequences) => sequences.map(printed))
}

function printed({ members: placed, end }: Sequence): string {
  const text = printMembers(placed.map(({ member }) => member))
  return end.kind === 'whole' ? text : `${text} ${end.kind}`.trim()
}

describe('what the real detector tried', () => {
  test.each([
    ['ORD-03: a second version of an id is dropped', ['A@1 A@2 C'], {}, ['A C']],
    ['ORD-04: also a required one behind an optional one', ['A@1? A@2 C'], {}, ['A? C']],
    ['ORD-05: an optional composite is left out in the end', ['M? Z'], { M: ['X', 'Y'] }, ['X Z', 'Y Z', 'Z']],
    ['ORD-06: a required one of optional members', ['M Z'], { M: ['X?'] }, ['X? Z']],
    [
      'ORD-07: composites multiply, the last one fastest',
      ['O P'],
      { O: ['A B', 'C D'], P: ['E F', 'G H'] },
      ['A B E F', 'A B G H', 'C D E F', 'C D G H'],
    ],
    ['ORD-15: a group without members', ['', 'Z'], {}, ['', 'Z']],
    ['ORD-16: a composite of nothing', ['M Z'], { M: [''] }, ['Z']],
    [
      'ORD-17: a composite is opened again, and what is there is dropped',
      ['M Z M'],
      { M: ['X', 'Y'] },
      ['X Z', 'X Z Y', 'Y Z X', 'Y Z'],
    ],
    ["ORD-18: a composite's own version gives way", ['P@2 M'], { M: ['P@1 Q'] }, ['P@2 Q']],
    ['ORD-12: what is not there', ['A NOPE'], {}, ['A absent']],
    ['ORD-19: a circle', ['A M'], { M: ['N'], N: ['M'] }, ['A circle']],
    ['COMP-21: a circle behind an alternative', ['M'], { M: ['A', 'M'] }, ['A', 'circle']],
    ['COMP-15: a composite whose id is there already', ['M@2 M@1'], {}, ['M@2']],
  ])('%s', (_name, groups, composites: Composites, expected) => {
    expect(tried(groups, composites)).toEqual(expected)
  })
})

test('ORD-18: a system buildpack goes around a group, but for the ids that the group names', () => {
  const system = { pre: members('P@2? A@2'), post: members('Z') }
  expect(printMembers(withSystem(members('A M'), system))).toBe('P@2 A M Z')
  expect(tried([printMembers(withSystem(members('M'), system))], { M: ['P@1 Q'] })).toEqual(['P@2 A@2 Q Z'])
})

test('says which member made another one be dropped, and where both stand', () => {
  const [sequence] = flat(['M A@2'], { M: ['A@1'] }).flat()
  const [{ dropped, kept }] = sequence!.dropped as [Sequence['dropped'][number]]
  expect([dropped.member.version, dropped.inside, kept.member.version, kept.inside?.member.id]).toEqual([
    '2',
    undefined,
    '1',
    'M',
  ])
})

/** As the lifecycle has it: functions that call each other, where ours keeps a list of what is to come. */
function triedByRecursion(group: MemberGroup, composites: Composites): string[] {
  const trials: string[] = []
  const order = (groups: readonly MemberGroup[], done: MemberGroup, next: MemberGroup, optional: boolean): void => {
    for (const one of groups) detect([...one, ...next], done)
    if (optional) detect(next, done)
  }
  const detect = (list: MemberGroup, before: MemberGroup): void => {
    let done = before
    for (const [i, member] of list.entries()) {
      if (done.some(({ kind, id }) => kind === member.kind && id === member.id)) continue
      const groups = composites[member.id]?.map(members)
      if (groups !== undefined) return order(groups, done, list.slice(i + 1), member.optional)
      done = [...done, member]
    }
    trials.push(printMembers(done))
  }
  detect(group, [])
  return trials
}

const word = (names: string) =>
  fc
    .tuple(fc.constantFrom(...names.split('')), fc.constantFrom('', '@2'), fc.constantFrom('', '?'))
    .map((parts) => parts.join(''))
const group = (names: string, maxLength = 4) => fc.array(word(names), { maxLength }).map((words) => words.join(' '))

test('tries what the recursion of the lifecycle tries, in its order', () => {
  const alternatives = (names: string) => fc.array(group(names, 3), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(
      group('ABCKLM'),
      fc.record({ K: alternatives('ABCD'), L: alternatives('ABDK'), M: alternatives('ACKL') }),
      (text, composites) => {
        const expected = triedByRecursion(members(text), composites)
        // More than that nobody looks at.
        fc.pre(expected.length <= 10_000)
        expect(tried([text], composites)).toEqual(expected)
      },
    ),
  )
})

describe('what nobody could look at has an end', () => {
  const options = (composites: Composites) => ({ groupsOf: groupsIn(composites), budget: sequenceBudget() })
  const doubling = (levels: number): Composites =>
    Object.fromEntries(Array.from({ length: levels }, (_, i) => [`M${i}`, [`M${i + 1} A${i}`, `M${i + 1} B${i}`]]))

  test('sequences that multiply', () => {
    const { groups, isWhole } = flattenOrder([members('M0'), members('Z')], options(doubling(30)))
    expect(isWhole).toBe(false)
    expect(groups.map((sequences) => sequences.length)).toEqual([10_001, 1])
    expect(groups.map((sequences) => sequences.at(-1)?.end.kind)).toEqual(['limit', 'limit'])
  })

  test('as many as there may be are whole', () => {
    const all = Array.from({ length: 10_000 }, (_, i) => members(`A${i}`))
    expect(flattenOrder(all, options({})).isWhole).toBe(true)
    expect(flattenOrder([...all, members('Z')], options({})).isWhole).toBe(false)
  })

  test('one sequence of repetitions that multiply', () => {
    const again = (i: number) => Array.from({ length: 100 }, () => `M${i + 1}`).join(' ')
    const composites = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`M${i}`, [again(i)]]))
    expect(flattenOrder([members('M0')], options({ ...composites, M20: ['A'] })).isWhole).toBe(false)
  })

  test('composites that nest a thousand deep are opened', () => {
    const composites = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`M${i}`, [`M${i + 1}`]]))
    const { groups, isWhole } = flattenOrder([members('M0')], options(composites))
    expect([isWhole, printed(groups[0]![0]!)]).toEqual([true, 'M1000'])
  })

  test('a circle that turns without end', () => {
    expect(tried(['M'], { M: ['A M', 'N'], N: ['B M', 'M'] })).toEqual(['A circle', 'B circle', 'circle'])
  })
})
