import { describe, expect, test } from 'vitest'
import { CATALOGUE } from '#src/rules/catalogue.js'
import type { ProfileName } from '#src/rules/profile.js'
import { BUILDER_ADVICE } from '#src/rules/advice.js'
import { judge } from '#src/rules/run-rules.js'
import { withLists } from './examples/case.js'
import { findingsOf, orderFindings, orderSubject, packageFindings, type OrderWorld } from '../support/order-world.js'

/** `rule value`, sorted. */
function said(world: OrderWorld): string[] {
  return orderFindings(world)
    .map(({ rule, value }) => `${rule} ${value ?? ''}`.trim())
    .toSorted()
}

describe('what the detector was seen to do, as rules', () => {
  test('ORD-03: the second version of an id is never run', () => {
    expect(said({ order: ['A@1 A@2 C'] })).toEqual([
      'module-multiple-versions A@2',
      'order-duplicate-member A',
      'order-version-conflict A@2',
    ])
  })

  test('ORD-04: a required member is hidden by an optional one of its id', () => {
    expect(said({ order: ['A@1? A@2 C'] })).toContain('order-optional-hides-required A@2')
    expect(said({ order: ['A@1 A@2 C'] }).join()).not.toContain('hides-required')
  })

  test('ORD-06: a required composite of optional members keeps no group from passing', () => {
    expect(said({ order: ['M Z'], composites: { M: ['X?'] } })).toEqual(['order-optional-composite-noop M@1'])
    expect(said({ order: ['M Z'], composites: { M: ['X?', 'Y'] } })).toEqual([])
  })

  test('ORD-10: a group of which a build can keep extensions alone', () => {
    expect(said({ order: ['A? B?'], extensions: ['+E'] })).toEqual(['order-all-optional', 'order-extension-only-group'])
    expect(said({ order: ['A B?'], extensions: ['+E'] })).toEqual([])
  })

  test('ORD-15: a group without members never passes', () => {
    expect(said({ order: ['', 'Z'] })).toEqual(['order-group-empty'])
  })

  test('ORD-16: a composite of nothing always passes', () => {
    const found = orderFindings({ order: ['M Z'], composites: { M: [''] } })
    expect(found.map(({ rule, place }) => [rule, place.file])).toEqual([['order-group-empty', 'M-1/buildpack.toml']])
    expect(found[0]?.message).toContain('stands for nothing')
  })

  test('ORD-17: a composite that is named twice brings its members twice', () => {
    expect(said({ order: ['M Z M'], composites: { M: ['X', 'Y'] } })).toEqual([
      'order-duplicate-member M',
      'order-duplicate-transitive X@1',
      'order-duplicate-transitive Y@1',
    ])
  })

  test("ORD-18: a composite's own version gives way to the one before it", () => {
    expect(said({ order: ['P@2 M'], composites: { M: ['P@1 Q'] } })).toContain('order-version-conflict P@1')
  })

  test('ORD-20: that less is required earlier is a hint, and no proof', () => {
    expect(said({ order: ['A', 'P A'] })).toEqual(['order-group-maybe-unreachable'])
    expect(said({ order: ['A P?', 'P A'] })).toEqual(['order-group-maybe-unreachable'])
    expect(said({ order: ['P? A', 'P A'] })).toEqual(['order-group-unreachable'])
  })
})

/** Who refuses what `rule` finds: pack, the lifecycle, both, nobody. */
function refusers(rule: string): string {
  const { pack, lifecycle } = CATALOGUE.get(rule)?.refusedBy ?? {}
  return [pack && 'pack', lifecycle && 'lifecycle'].filter((name) => name !== undefined).join(' ') || 'nobody'
}

const TARGETS = {
  A: '[[targets]]\nos = "linux"\n[[targets.distros]]\nname = "ubuntu"\nversion = "22.04"\n',
  B: '[[targets]]\nos = "linux"\n[[targets.distros]]\nname = "ubuntu"\nversion = "24.04"\n',
}

describe('orders that are not valid, and who says no', () => {
  test.each<[problem: string, world: OrderWorld, rule: string, severity: string, refusedBy: string]>([
    ['no order', { order: [], modules: 'A' }, 'order-empty', 'warning', 'lifecycle'],
    ['a group with no members', { order: ['', 'A'] }, 'order-group-empty', 'warning', 'lifecycle'],
    ['an unknown id', { order: ['A B'], modules: '-B' }, 'order-ref-unknown', 'error', 'pack lifecycle'],
    ['no version, one candidate', { order: ['A@0'], modules: 'A' }, 'order-ref-unpinned', 'warning', 'nobody'],
    ['no version, several candidates', { order: ['A@0'], modules: 'A@1 A@2' }, 'order-ref-ambiguous', 'error', 'pack'],
    [
      'an unknown version',
      { order: ['A@2'], modules: 'A@1 -A@2' },
      'order-ref-version-unknown',
      'error',
      'pack lifecycle',
    ],
    [
      'a composite names no version',
      { order: ['M'], composites: { M: ['A@0'] }, modules: 'A' },
      'order-composite-unpinned',
      'error',
      'pack lifecycle',
    ],
    [
      'a composite names what is not there',
      { order: ['M'], composites: { M: ['A B'] }, modules: '-B' },
      'order-composite-missing-dep',
      'error',
      'pack lifecycle',
    ],
    [
      'a composite names itself',
      { order: ['M'], composites: { M: ['A M'] } },
      'order-composite-self',
      'error',
      'pack lifecycle',
    ],
    [
      'composites in a circle',
      { order: ['M'], composites: { M: ['N'], N: ['A M'] } },
      'order-composite-cycle',
      'error',
      'lifecycle',
    ],
    ['a module that no order names', { order: ['A'], modules: 'B' }, 'module-unused', 'warning', 'nobody'],
    ['one id twice in a group', { order: ['A B A'] }, 'order-duplicate-member', 'warning', 'nobody'],
    ['two versions of one id', { order: ['A@1', 'A@2'] }, 'module-multiple-versions', 'warning', 'nobody'],
    ['all members optional', { order: ['A? B?'] }, 'order-all-optional', 'warning', 'nobody'],
    [
      'targets that contradict each other',
      { order: ['A B'], targets: TARGETS },
      'target-group-empty',
      'warning',
      'lifecycle',
    ],
    [
      'a missing system buildpack',
      { order: ['A'], system: { pre: 'S' }, modules: '-S' },
      'system-ref-unknown',
      'error',
      'pack lifecycle',
    ],
    [
      'a missing extension',
      { order: ['A'], extensions: ['+E'], modules: '-E' },
      'order-ref-unknown',
      'error',
      'pack lifecycle',
    ],
  ])('%s', (_problem, world, rule, severity, refusedBy) => {
    const found = orderFindings(world).filter((finding) => finding.rule === rule)
    expect(found.map((finding) => [finding.severity, refusers(rule)])).toEqual([[severity, refusedBy]])
  })

  test('nothing is called unused while a composite may be among what could not be read', () => {
    const subject = orderSubject({ order: ['A'], modules: 'B' })
    const unused = (judged: typeof subject) => findingsOf(judged).map(({ rule }) => rule)
    expect(unused(subject)).toEqual(['module-unused'])
    expect(unused({ ...subject, buildpacks: [...(subject.buildpacks ?? []), undefined] })).toEqual([])
  })

  test('in a package: a dependency that is missing, and one that is not needed', () => {
    const rules = packageFindings({ M: ['A B'] }, 'A C').map(({ rule, value }) => `${rule} ${value}`)
    expect(rules).toEqual(['order-composite-missing-dep B@1', 'order-composite-unused-dep C@1'])
    expect(refusers('order-composite-unused-dep')).toBe('pack')
  })

  test('in a package: groups of the composite against each other', () => {
    const rules = packageFindings({ M: ['A X?', 'A', 'X? Z?', 'A X?'] }, 'A X Z').map(({ rule }) => rule)
    expect(rules).toEqual(['order-group-unreachable', 'order-all-optional', 'order-group-duplicate'])
  })
})

describe('0-11: system buildpacks, the ordered list of what runs around every build', () => {
  test('0-11: what a group names itself keeps a system buildpack away, in whatever version', () => {
    expect(said({ order: ['A P@1'], system: { pre: 'P@2' } })).toEqual([
      'module-multiple-versions P@2',
      'system-duplicates-member P',
    ])
  })

  test("0-11: ORD-18, a system buildpack is run in place of a composite's own", () => {
    const world = { order: ['M'], composites: { M: ['P@1 Q'] }, system: { pre: 'P@2' } }
    expect(said(world)).toEqual(['module-multiple-versions P@2', 'system-overrides-composite-member P@2'])
    expect(said({ ...world, system: { post: 'P@2' } })).toContain('order-version-conflict P@2')
  })

  test('0-11: an optional one is required all the same, which is warned of', () => {
    expect(said({ order: ['A'], system: { post: 'S?' } })).toEqual(['system-optional-ignored true'])
    expect(said({ order: ['A'], system: { post: 'S' } })).toEqual([])
  })

  test('0-11: a lifecycle that is too old to know them does not run them', () => {
    const old = withLists('["0.10"]', '["0.13", "0.14"]')
    const world = { order: ['M'], composites: { M: ['P@1 Q'] }, system: { pre: 'P@2' }, lifecycle: old }
    expect(said(world)).toEqual(['module-multiple-versions P@2', 'system-needs-platform-015 0.14'])
  })

  test('0-11: names that stand for nothing, or for several things', () => {
    expect(said({ order: ['A'], system: { pre: 'S', post: 'T@2' }, modules: '-S T@1 -T@2' })).toEqual([
      'module-unused T@1',
      'system-ref-unknown S',
      'system-ref-version-unknown 2',
    ])
    expect(said({ order: ['A'], system: { pre: 'S@0' }, modules: 'S@1 S@2' })).toContain('system-ref-ambiguous S')
  })
})

test('3-10: Cloud Foundry takes no extensions, and nothing that is not for linux/amd64', () => {
  const arm = '[[targets]]\nos = "linux"\narch = "arm64"\n'
  const subject = orderSubject({ order: ['A', 'B'], extensions: ['+E'], targets: { B: arm } })
  const gaps = (name: ProfileName) =>
    judge({ ...subject, profile: { name } }, BUILDER_ADVICE)
      .findings.filter(({ rule }) => rule === 'platform-consumer-gap')
      .map(({ place }) => place.file)
  expect(gaps('cf')).toEqual(['B-1/buildpack.toml', 'builder.toml'])
  expect(gaps('lifecycle')).toEqual([])
  expect(CATALOGUE.get('platform-consumer-gap')?.refusedBy?.cf).toBeDefined()
})
