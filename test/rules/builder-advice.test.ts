import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Stack } from '#src/cnb/stack.js'
import { BUILDER_ADVICE } from '#src/rules/advice.js'
import { RULES } from '#src/rules/rule-sets.js'
import type { Judged } from '#src/rules/rule.js'
import { judge } from '#src/rules/run-rules.js'
import type { BuilderSubject } from '#src/rules/subjects.js'
import { subjectOf } from '../support/builder-subject.js'
import { aModule, anOrder } from '../support/modules.js'
import { HEAD, labelled, lifecycle, mixins, soundWorld, withLists } from './examples/case.js'

function found(subject: Judged<BuilderSubject>, ...ids: readonly string[]) {
  const { findings } = judge(subject, [...RULES, ...BUILDER_ADVICE])
  return findings.filter(({ rule }) => ids.includes(rule))
}

/** acme/java, with the stacks that it lists, on images with these mixins. */
function asking(needed: readonly string[], build: readonly string[], run: readonly string[]): Judged<BuilderSubject> {
  const stacks: Stack[] = [{ id: 'acme.one', mixins: needed }]
  const images = { build: labelled(mixins(...build)), run: [labelled(mixins(...run))] }
  return { ...subjectOf(soundWorld({ images })), buildpacks: [[aModule({ stacks })]] }
}

/** The scenarios of the specification, Buildpack API 0.7 to 0.9, and what pack makes of them. */
const SCENARIOS: readonly (readonly [
  name: string,
  build: string[],
  run: string[],
  needed: string[],
  rules: readonly string[],
])[] = [
  ['1, for the run image where it is', [], ['run:m'], ['run:m'], []],
  ['2, for the build image where it is', ['build:m'], [], ['build:m'], []],
  ['3, for both on both', ['m'], ['m'], ['m'], []],
  ['4, for the build image, on both', ['m'], ['m'], ['build:m'], ['mixin-contract-divergence', 'mixin-missing-build']],
  ['5, for the run image, on both', ['m'], ['m'], ['run:m'], ['mixin-contract-divergence']],
  [
    '6, for each image, on both',
    ['m'],
    ['m'],
    ['build:m', 'run:m'],
    ['mixin-contract-divergence', 'mixin-missing-build'],
  ],
  ['7, for both, on each', ['build:m'], ['run:m'], ['m'], ['mixin-contract-divergence', 'mixin-missing-build']],
  ['8, for both, on the build image for both', ['m'], ['run:m'], ['m'], ['mixin-not-shared']],
]

test.each(SCENARIOS)('mixins, scenario %s: %j and %j for %j', (_, build, run, needed, rules) => {
  const ids = ['mixin-contract-divergence', 'mixin-missing-build', 'mixin-missing-run', 'mixin-not-shared']
  expect(
    found(asking(needed, build, run), ...ids)
      .map(({ rule }) => rule)
      .toSorted(),
  ).toEqual(rules)
})

function entry(text: string): Judged<BuilderSubject> {
  return subjectOf(soundWorld({ builder: `${HEAD}[[buildpacks]]\n${text}\n` }))
}

test.each([
  ['uri = "docker://golden.test:5000/acme/java:1.1.0"\nversion = "1.0.0"', 1],
  ['uri = "docker://golden.test/acme/java:v1.1.0@sha256:' + '0'.repeat(64) + '"\nversion = "1.0.0"', 1],
  ['image = "golden.test/acme/java:1.1.0"\nversion = "1.0.0"', 1],
  ['uri = "docker://golden.test/acme/java:v1.0.0"\nversion = "1.0.0"', 0],
  ['uri = "docker://golden.test/acme/java:1.1.0-noble"\nversion = "1.0.0"', 0],
  ['uri = "docker://golden.test/acme/java:1.1"\nversion = "1.0.0"', 0],
  ['uri = "docker://golden.test:5000/acme/java"\nversion = "1.0.0"', 0],
  ['uri = "docker://golden.test/acme/java:1.1.0"', 0],
  ['uri = "../java:1.1.0"\nversion = "1.0.0"', 0],
])('a tag and a version that contradict each other are told, and nothing else: %s', (text, count) => {
  expect(found(entry(text), 'tag-version-mismatch')).toHaveLength(count)
})

test('a module that comes along in a package needs no entry', () => {
  const [main, dependency] = [aModule({ id: 'acme/web' }), aModule({ id: 'acme/java' })]
  const buildpacks = [[aModule({ id: 'acme/java' })], [main, dependency], [main, dependency]]
  const subject = { ...subjectOf(soundWorld()), buildpacks }
  expect(found(subject, 'module-duplicate').map(({ value }) => value)).toEqual(['acme/java@1.0.0', 'acme/web@1.0.0'])
})

test('what two packages share is no duplicate', () => {
  const packages = ['acme/web', 'acme/api'].map((id) => [aModule({ id }), aModule({ id: 'acme/java' })])
  expect(found({ ...subjectOf(soundWorld()), buildpacks: packages }, 'module-duplicate')).toEqual([])
})

test('old APIs of packaged modules are one finding for all of them', () => {
  const old = ['a', 'b', 'c'].map((id) => [aModule({ id: `acme/${id}`, api: { major: 0, minor: 8 }, packaged: true })])
  const [finding, ...others] = found({ ...subjectOf(soundWorld()), buildpacks: old }, 'api-old')
  expect(others).toEqual([])
  expect(finding?.message).toContain('acme/a@1.0.0 (0.8), acme/b@1.0.0 (0.8), acme/c@1.0.0 (0.8)')
})

test.each([
  ['kpack', ['kpack of June 2026 speaks Platform API 0.3 to 0.8, and the lifecycle none of these']],
  ['pack', []],
  ['strict-spec', []],
] as const)(
  'whether a lifecycle shares a Platform API is asked for the platform of the profile: %s',
  (name, messages) => {
    const { world } = lifecycle(withLists('["0.10"]', '["0.12"]'))
    const gaps = found({ ...subjectOf(world), profile: { name } }, 'platform-consumer-gap')
    expect(gaps.map(({ message }) => message)).toEqual(messages)
  },
)

test('groups inside composites are compared too', () => {
  const buildpacks = [
    [aModule({ id: 'acme/web', order: anOrder(['acme/a@1.0.0', 'acme/b@1.0.0']) })],
    [aModule({ id: 'acme/a', api: { major: 0, minor: 7 } })],
    [aModule({ id: 'acme/b', api: { major: 0, minor: 10 } })],
  ]
  const [finding] = found({ ...subjectOf(soundWorld()), buildpacks }, 'api-mixed-group')
  expect(finding?.message).toContain('group 1 of acme/web@1.0.0')
})

test('whatever could not be read, no advice throws', () => {
  const subject = asking(['m'], ['m'], ['m'])
  // The limits are always there.
  const parts = (Object.keys(subject) as (keyof typeof subject)[]).filter((part) => part !== 'limits')
  fc.assert(
    fc.property(fc.subarray(parts), (missing) => {
      const rest = { ...subject, ...Object.fromEntries(missing.map((part) => [part, undefined])) }
      expect(judge(rest, BUILDER_ADVICE).findings.filter(({ rule }) => rule === '')).toEqual([])
    }),
  )
})

test('ten thousand modules with many mixins are judged on images with many more', () => {
  const names = Array.from({ length: 5000 }, (_, index) => `package-${index}`)
  const subject = asking([], names, names)
  const buildpacks = names
    .concat(names)
    .map((name, index) => [
      aModule({ id: `acme/${index}`, stacks: [{ id: 'acme.one', mixins: [name, `run:${name}`, 'absent'] }] }),
    ])
  const rules = judge({ ...subject, buildpacks }, BUILDER_ADVICE).findings.map(({ rule }) => rule)
  expect(rules.filter((rule) => rule === 'mixin-never-provided')).toHaveLength(1)
  expect(rules.filter((rule) => rule === 'mixin-contract-divergence')).toHaveLength(10_000)
})
