import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Diagnostic } from '#src/errors.js'
import { EXAMPLES as SHIPPED } from '#src/rules/examples/all.js'
import { RULES } from '#src/rules/rule-sets.js'
import { runRules } from '#src/rules/run-rules.js'
import { readWorld, type World } from '../support/world.js'
import { API_EXAMPLES } from './examples/api.js'
import { BASE_EXAMPLES } from './examples/base.js'
import { BUILDER_EXAMPLES } from './examples/builder.js'
import { COMPOSITES_EXAMPLES } from './examples/composites.js'
import { ENV_EXAMPLES } from './examples/env.js'
import { IDENTITY_EXAMPLES } from './examples/identity.js'
import { LIFECYCLE_EXAMPLES } from './examples/lifecycle.js'
import { LIMITS_EXAMPLES } from './examples/limits.js'
import { STACKS_EXAMPLES } from './examples/stacks.js'
import { baseWith, labelled, soundWorld, type Case } from './examples/case.js'

const EXAMPLES = [
  ...BUILDER_EXAMPLES,
  ...ENV_EXAMPLES,
  ...LIFECYCLE_EXAMPLES,
  ...BASE_EXAMPLES,
  ...IDENTITY_EXAMPLES,
  ...API_EXAMPLES,
  ...STACKS_EXAMPLES,
  ...COMPOSITES_EXAMPLES,
  ...LIMITS_EXAMPLES,
]

function findings({ world, flags }: Case): Diagnostic[] {
  return runRules(readWorld(world, flags).judged)
}

function textOf({ builder, modules = {}, lifecycle }: World, file: string): string {
  if (file === 'builder.toml') return builder
  if (file === 'lifecycle/lifecycle.toml') return lifecycle ?? ''
  const [folder = '', name = ''] = file.split('/')
  const text = modules[folder]?.[name]
  return typeof text === 'string' ? text : ''
}

test.each(EXAMPLES.map((example) => [example.rule, example.about.slice(0, 40), example] as const))(
  '%s finds its failing example where it stands, and nothing once that is put right (%s)',
  (rule, _about, { bad, good, at: [file, text], severity }) => {
    const found = findings(bad).filter((finding) => finding.rule === rule)
    expect(found).toHaveLength(1)
    const [{ place, fix, message } = found[0]!] = found
    expect(found[0]).toMatchObject({ severity, place: { file } })
    expect(message).toMatch(/^[^\s].*[^.]$/su)
    expect(fix).toBeDefined()
    if (text !== undefined) {
      const line = textOf(bad.world, file).split('\n')[(place.line ?? 0) - 1] ?? ''
      expect(line.slice((place.column ?? 1) - 1).startsWith(text), `${line} at ${place.column}`).toBe(true)
    }
    expect(findings(good).filter((finding) => finding.rule === rule)).toEqual([])
  },
)

test('what a label goes beyond is named with the flag that lifts it', () => {
  const labels = { 'io.buildpacks.stack.mixins': '["git"]' }
  const bad = { ...baseWith(labelled(labels)), flags: { limits: { labelBytes: 6 } } }
  expect(findings(bad)).toContainEqual(
    expect.objectContaining({ rule: 'base-label-invalid', fix: expect.stringContaining('--limit labelBytes=NUMBER') }),
  )
})

test('every rule has an example', () => {
  const shown = new Set([...EXAMPLES.map(({ rule }) => rule), ...Object.keys(SHIPPED)])
  expect(RULES.map(({ id }) => id).filter((id) => !shown.has(id))).toEqual([])
})

test('a sound builder has no findings', () => {
  expect(findings({ world: soundWorld() })).toEqual([])
})

test('an id stands in one rule only, and reads like a name', () => {
  const ids = RULES.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.filter((id) => !/^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(id))).toEqual([])
})

test('many mistakes are found in one run, in the order of the files', () => {
  const bad = soundWorld({
    more: '[[build.env]]\nname = "../x"\nvalue = "v"\n[[order]]\n[[order.group]]\nid = "acme/none"\n[[order.group]]\nid = "acme/nope"\n',
    modules: {
      java: {
        'buildpack.toml': 'api = "0.5"\n[buildpack]\nid = "acme/java"\nversion = "1"\n[[targets]]\nos = "plan9"\n',
      },
    },
  })
  expect(findings({ world: bad }).map(({ rule, place }) => [rule, place.file])).toEqual([
    ['build-env-name', 'builder.toml'],
    ['order-ref-unknown', 'builder.toml'],
    ['order-ref-unknown', 'builder.toml'],
    ['api-unsupported', 'java/buildpack.toml'],
    ['version-format', 'java/buildpack.toml'],
    ['target-unsatisfied-build', 'java/buildpack.toml'],
    ['target-unsatisfied-run', 'java/buildpack.toml'],
  ])
})

test('whatever could not be read, no rule throws', () => {
  const { judged } = readWorld(soundWorld())
  // The limits are always there.
  const parts = (Object.keys(judged) as (keyof typeof judged)[]).filter((part) => part !== 'limits')
  fc.assert(
    fc.property(fc.subarray(parts), (missing) => {
      const rest = { ...judged, ...Object.fromEntries(missing.map((part) => [part, undefined])) }
      expect(runRules(rest).filter(({ rule }) => rule === '')).toEqual([])
    }),
  )
})

test('a module that two entries lead to is judged once', () => {
  const twice = soundWorld({
    more: '[[buildpacks]]\nuri = "java"\n',
    modules: { java: { 'buildpack.toml': 'api = "0.5"\n[buildpack]\nid = "acme/java"\nversion = "1.0.0"\n' } },
  })
  expect(findings({ world: twice }).map(({ rule }) => rule)).toEqual(['api-unsupported'])
})

test('nothing is called missing while an entry could not be read', () => {
  const world = soundWorld({ more: '[[buildpacks]]\nuri = "gone"\n[[order]]\n[[order.group]]\nid = "acme/gone"\n' })
  expect(findings({ world })).toEqual([])
})

test('says where the lifecycle in the builder would run what pack refuses', () => {
  const noOs = soundWorld({
    modules: {
      java: { 'buildpack.toml': 'api = "0.10"\n[buildpack]\nid = "acme/java"\nversion = "1.0.0"\n[[targets]]\n' },
    },
  })
  const [finding] = findings({ world: noOs })
  expect(finding).toMatchObject({ rule: 'target-unsatisfied-build' })
  expect(finding?.notes?.join()).toContain('the lifecycle would run it')
})
