import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DETECT_LIMITS } from '#src/detect/budget.js'
import { detect, type Detection } from '#src/detect/detect.js'
import type { GroupMember } from '#src/detect/group-member.js'
import type { DetectInput } from '#src/detect/input.js'
import type { DetectModule, DetectOutcome } from '#src/detect/module.js'
import { observe } from '#src/detect/observations.js'
import { flat, members, printMembers } from '../support/orders.js'
import { APIS } from './vectors.js'

/** A module of which only its order matters: components pass. */
function aModule(name: string, groups: readonly string[] = []): DetectModule {
  const [{ kind, id, version } = { kind: 'buildpack' as const, id: '', version: '' }] = members(name)
  return {
    kind,
    id,
    version,
    state: 'read',
    descriptor: { api: '0.10', homepage: '', targets: [], stacks: [], execEnv: [], order: groups.map(members) },
    files: { detect: 'runs', binBuild: true, binGenerate: true },
  }
}

interface Parts extends Partial<Pick<DetectInput, 'limits' | 'osRelease' | 'platformApi'>> {
  readonly order: readonly string[]
  readonly extensions?: readonly string[]
  readonly modules: readonly DetectModule[]
  readonly outcomes?: Readonly<Record<string, DetectOutcome>>
}

function inputOf({ order, extensions = [], modules, outcomes = {}, ...rest }: Parts): DetectInput {
  return {
    order: order.map(members),
    orderExtensions: extensions.map((group) => members(group).map((member) => ({ ...member, optional: true }))),
    system: { pre: [], post: [] },
    modules,
    runImage: undefined,
    osRelease: '',
    arch: 'amd64',
    platformApi: '0.15',
    apis: APIS,
    execEnv: 'production',
    experimental: false,
    outcomeOf: ({ id }) => outcomes[id] ?? { exit: 0, plan: '' },
    limits: DETECT_LIMITS,
    ...rest,
  }
}

const detected = (parts: Parts): Detection => detect(inputOf(parts))

test('where nothing passes it tries what flattening says, one after the other', () => {
  const word = (names: readonly string[]) =>
    fc.tuple(fc.constantFrom(...names), fc.constantFrom('', '?')).map((parts) => parts.join(''))
  const group = (names: readonly string[]) => fc.array(word(names), { maxLength: 4 }).map((words) => words.join(' '))
  const alternatives = (names: readonly string[]) => fc.array(group(names), { minLength: 1, maxLength: 3 })
  const components = ['A', 'A@2', 'B', 'C', '+E', '+F']
  const orders = fc.record({
    order: fc.array(group(['A', 'A@2', 'B', 'M', 'N']), { minLength: 1, maxLength: 3 }),
    extensions: fc.array(group(['+E', '+F']), { maxLength: 2 }),
    M: alternatives(['A', 'B', 'C', 'N']),
    N: alternatives(['A@2', 'C']),
  })
  fc.assert(
    fc.property(orders, ({ order, extensions, M, N }) => {
      const modules = [...components.map((name) => aModule(name)), aModule('M', M), aModule('N', N)]
      const fails = { exit: 100, plan: '' }
      const outcomes = Object.fromEntries(['A', 'B', 'C', 'E', 'F'].map((id) => [id, fails]))
      const { trace, trials } = detected({ order, extensions, modules, outcomes })
      // The order of extensions is as an optional composite before every group; an extension is optional wherever it is named.
      const X = extensions.map((text) => text.replaceAll('?', '').replaceAll(/\b(?=\s|$)/gu, '?'))
      const groups = order.map((text) => (extensions.length === 0 ? text : `X? ${text}`))
      const sequences = flat(groups, { M, N, X }).flat()
      // Both have a limit, and they count different things.
      fc.pre(sequences.every(({ end }) => end.kind === 'whole'))
      expect(trials).toBe(sequences.length)
      // Of very many only the first are told.
      expect(trace.map((trial) => printMembers(trial.members))).toEqual(
        sequences.slice(0, trace.length).map(({ members: placed }) => printMembers(placed.map(({ member }) => member))),
      )
    }),
  )
})

describe('what would take too long', () => {
  const names = Array.from({ length: 20 }, (_, i) => `m${i}`)

  test('is given up after so many combinations of build plans', () => {
    const unmet = { exit: 0, plan: '[[requires]]\nname = "x"\n[[or]]\n[[or.requires]]\nname = "y"\n' }
    const { exit, limit, tries, trace } = detected({
      order: [names.join(' ')],
      modules: names.map((name) => aModule(name)),
      outcomes: Object.fromEntries(names.map((name) => [name, unmet])),
    })
    expect({ exit, limit, tries, trace }).toEqual({
      exit: undefined,
      limit: 'tries',
      tries: DETECT_LIMITS.tries,
      trace: [],
    })
  })

  test('is given up after so many trials, of which the first are told', () => {
    const { exit, limit, trials, trace } = detected({
      order: [names.map((name) => `${name}?`).join(' ')],
      modules: [...names.map((name) => aModule(name, ['A', 'B'])), aModule('A'), aModule('B')],
      outcomes: { A: { exit: 100, plan: '' }, B: { exit: 100, plan: '' } },
    })
    expect({ exit, limit, trials }).toEqual({ exit: undefined, limit: 'trials', trials: DETECT_LIMITS.trials })
    expect(trace.length).toBeGreaterThan(100)
  })

  test('is given up after so many members', () => {
    const long = names.join(' ')
    const limits = { ...DETECT_LIMITS, steps: 1_000 }
    const order = Array.from({ length: 100 }, () => long)
    expect(detected({ order, modules: names.map((name) => aModule(name)), limits })).toMatchObject({ limit: 'steps' })
  })
})

describe('composites in themselves', () => {
  test.each([
    ['M', ['M']],
    ['M', ['A M']],
    ['M', ['M A']],
    ['M', ['A | M']],
  ])('crash the lifecycle where nothing ends it: %s of %j', (group, groups) => {
    const alternatives = groups.flatMap((text) => text.split(' | '))
    const { exit, reason } = detected({
      order: [group],
      modules: [aModule('M', alternatives), aModule('A')],
      outcomes: { A: { exit: 100, plan: '' } },
    })
    expect({ exit, reason }).toMatchObject({ exit: 2, reason: expect.stringContaining('buildpack M@1') as string })
  })

  test('are opened until one of their groups passes with what they bring', () => {
    const { selection, trials } = detected({
      order: ['M'],
      modules: [aModule('M', ['X', 'M Y']), aModule('X'), aModule('Y')],
      outcomes: {
        X: { exit: 0, plan: '[[provides]]\nname = "y"\n' },
        Y: { exit: 0, plan: '[[requires]]\nname = "y"\n' },
      },
    })
    expect(selection?.group.map(({ id }) => id)).toEqual(['X', 'Y'])
    expect(trials).toBe(2)
  })

  test('of a chain of 10,000 that ends nowhere in itself are opened', () => {
    const count = 10_000
    const chain = Array.from({ length: count }, (_, i) => aModule(`m${i}`, [i + 1 < count ? `m${i + 1}` : 'leaf']))
    expect(detected({ order: ['m0'], modules: [...chain, aModule('leaf')] })).toMatchObject({ exit: 0, trials: 1 })
  })
})

const IDS = ['A', 'B', 'C', 'D'] as const
const ids = fc.constantFrom(...IDS)
const plans = fc.constantFrom(
  '',
  '[[provides]]\nname = "x"\n',
  '[[requires]]\nname = "x"\n',
  '[[provides]]\nname = "y"\n[[requires]]\nname = "x"\n',
  '[[requires]]\nname = "y"\n[[or]]\n[[or.provides]]\nname = "x"\n',
)
const outcomes: fc.Arbitrary<DetectOutcome> = fc.record({
  exit: fc.constantFrom(0, 0, 0, 100, 1),
  plan: plans,
})
const refs = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 4, arbitrary: ids }, { weight: 1, arbitrary: fc.constantFrom('M', 'N') }),
      fc.boolean(),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((list) => list.map(([id, optional]) => (optional ? `${id}?` : id)).join(' '))
const plainRefs = fc
  .array(fc.tuple(ids, fc.boolean()), { minLength: 1, maxLength: 3 })
  .map((list) => list.map(([id, optional]) => (optional ? `${id}?` : id)).join(' '))

const worlds: fc.Arbitrary<Parts> = fc
  .record({
    order: fc.array(refs, { minLength: 1, maxLength: 4 }),
    extensions: fc.constantFrom([], ['+E']),
    composites: fc.tuple(
      fc.array(plainRefs, { minLength: 1, maxLength: 2 }),
      fc.array(plainRefs, { minLength: 1, maxLength: 2 }),
    ),
    outcomes: fc.record({ A: outcomes, B: outcomes, C: outcomes, D: outcomes }),
  })
  .map(({ composites: [m, n], ...rest }) => ({
    ...rest,
    modules: [...IDS.map((id) => aModule(id)), aModule('M', m), aModule('N', n), aModule('+E')],
  }))

const REVERSED = (modules: readonly DetectModule[]): DetectModule[] => modules.toReversed()

describe('for any order and outcomes', () => {
  test('what no order leads to, and the order in which modules are listed, change nothing', () =>
    fc.assert(
      fc.property(worlds, (world) => {
        const more = [...REVERSED(world.modules), aModule('UNUSED'), aModule('A@2'), aModule('+A')]
        expect(detected({ ...world, modules: more })).toEqual(detected(world))
      }),
    ))

  test('a group that is called unreachable, or the same as another, is never the one that passes', () =>
    fc.assert(
      fc.property(worlds, (world) => {
        const input = inputOf(world)
        const said = observe(input, true).filter(({ kind }) => kind === 'unreachable' || kind === 'duplicate')
        const { exit, trace } = detect(input)
        const passed = exit === 0 ? trace.at(-1)?.group : undefined
        expect(said.map(({ group }) => group)).not.toContain(passed ?? -1)
      }),
      { numRuns: 500 },
    ))

  test('the last trial is the only one that passes, and is what was selected', () =>
    fc.assert(
      fc.property(worlds, (world) => {
        const { exit, trace, trials, tries, selection } = detected(world)
        expect(trace.map(({ number }) => number)).toEqual(Array.from({ length: trials }, (_, i) => i + 1))
        expect(trace.reduce((sum, trial) => sum + trial.tries, 0)).toBe(tries)
        expect(trace.slice(0, -1).some(({ verdict }) => verdict === 'pass')).toBe(false)
        expect(trace.at(-1)?.verdict === 'pass').toBe(exit === 0)
        const kept = trace.at(-1)?.members.filter(({ verdict, reason }) => verdict === 'pass' && reason === '') ?? []
        const selected = selection && [...selection.groupExt, ...selection.group].map(({ id }) => id)
        expect(selected?.sort()).toEqual(exit === 0 ? kept.map(({ id }) => id).sort() : undefined)
      }),
    ))

  test('every requirement of the plan has a provider that stands before it, or is it', () =>
    fc.assert(
      fc.property(worlds, (world) => {
        const { selection } = detected(world)
        const names = new Set([...(selection?.group ?? []), ...(selection?.groupExt ?? [])].map(({ id }) => id))
        for (const { providers, requires } of selection?.plan ?? []) {
          expect(providers.length).toBeGreaterThan(0)
          expect(requires.length).toBeGreaterThan(0)
          for (const { id } of providers) expect(names).toContain(id)
        }
      }),
    ))

  test('nothing is thrown, also where composites are in themselves', () =>
    fc.assert(
      fc.property(fc.array(refs, { maxLength: 3 }), fc.array(refs, { minLength: 1, maxLength: 3 }), (order, own) => {
        const modules = [...IDS.map((id) => aModule(id)), aModule('M', own), aModule('N', own)]
        const limits = { ...DETECT_LIMITS, trials: 500, steps: 100_000 }
        const { exit, limit } = detected({ order, modules, limits })
        expect([0, 2, 20, undefined]).toContain(exit)
        expect(limit === undefined).toBe(exit !== undefined)
      }),
    ))
})

test('a ref without a version is not found', () => {
  const nameless: GroupMember = { kind: 'buildpack', id: 'A', version: '', optional: false }
  const input = { ...inputOf({ order: [], modules: [aModule('A')] }), order: [[nameless]] }
  expect(detect(input)).toMatchObject({ exit: 1, reason: expect.stringContaining('no version') as string })
})

// Found by running random and odd cases by lifecycle 0.21.0.
describe('as seen of the real lifecycle', () => {
  const x = { exit: 0, plan: '[[provides]]\nname = "x"\n[[requires]]\nname = "x"\nmetadata = 1\n' }

  test('metadata that is no table is passed over', () => {
    const { selection } = detected({ order: ['A'], modules: [aModule('A')], outcomes: { A: x } })
    expect(selection?.plan).toEqual([{ providers: [{ id: 'A', version: '1' }], requires: [{ name: 'x' }] }])
  })

  test('a line of os-release without a value is a crash', () => {
    const parts = { order: ['A'], modules: [aModule('A')], osRelease: 'ID\n' }
    expect(detected(parts)).toMatchObject({ exit: 2 })
    expect(detected({ ...parts, osRelease: 'NAME\nID=acme\n' })).toMatchObject({ exit: 0 })
  })

  test('an extension behind a composite is selected before its API is looked at', () => {
    const old = aModule('+E')
    if (old.state !== 'read') throw new Error('a module that can be read')
    const extension = { ...old, descriptor: { ...old.descriptor, api: '' } }
    const { exit, selection } = detected({
      order: ['M'],
      modules: [aModule('M', ['+E A']), aModule('A'), { ...extension, files: { ...old.files, detect: 'absent' } }],
      platformApi: '0.14',
    })
    expect(exit).toBe(12)
    expect(selection).toMatchObject({ group: [{ id: 'A' }], groupExt: [{ id: 'E', version: '1' }] })
  })
})
