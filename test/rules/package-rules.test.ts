import { expect, test } from 'vitest'
import type { Diagnostic, Severity } from '#src/errors.js'
import type { Limits } from '#src/limits.js'
import type { PackageInput } from '#src/plan/package-input.js'
import { PACKAGE_RULES } from '#src/rules/rule-sets.js'
import { runPackageRules } from '#src/rules/run-rules.js'
import { readPackageWorld, type PackageWorld } from '../support/world.js'
import { buildpack } from './examples/case.js'

/** What a rule refuses, beside the same thing put right. */
interface Example {
  readonly rule: string
  readonly bad: Case
  readonly good: Case
  /** Where it is found: the file, and how the line begins at the column that is named. */
  readonly at: readonly [file: string, text?: string]
  /** An error unless it says otherwise. */
  readonly severity?: Severity
}

interface Case extends PackageWorld {
  readonly flags?: Partial<Pick<PackageInput, 'labels' | 'target'>> & {
    readonly limits?: Partial<Pick<Limits, 'labelBytes' | 'layers' | 'layersWarning'>>
  }
}

function order(...names: readonly string[]): string {
  return [
    '[[order]]',
    ...names.flatMap((name) => ['[[order.group]]', `id = "acme/${name}"`, 'version = "1.0.0"']),
  ].join('\n')
}

/** A package of the buildpack in `main`, with these dependencies. */
function aPackage(modules: NonNullable<PackageWorld['modules']>, flags: Case['flags'] = {}): Case {
  const uris = Object.keys(modules).filter((name) => name !== 'main')
  const dependencies = uris.map((uri) => `[[dependencies]]\nuri = "${uri}"\n`)
  return { package: `[buildpack]\nuri = "main"\n${dependencies.join('')}`, modules, flags }
}

const A = { a: buildpack('acme/a') }
const main = (...names: readonly string[]) => ({ main: buildpack('acme/main', order(...names)) })
const alone = { main: buildpack('acme/main') }
const onStack = (id: string, stack: string) => buildpack(id, `[[stacks]]\nid = "${stack}"\n`)
const target = (os: string, arch: string) => ({ target: { os, arch, variant: '', distros: [] } })

const EXAMPLES: readonly Example[] = [
  {
    rule: 'order-composite-missing-dep',
    bad: aPackage({ ...main('a', 'b'), ...A }),
    good: aPackage({ ...main('a'), ...A }),
    at: ['main/buildpack.toml', '"acme/b"'],
  },
  {
    rule: 'order-composite-unused-dep',
    bad: aPackage({ ...main('a'), ...A, b: buildpack('acme/b') }),
    good: aPackage({ ...main('a'), ...A }),
    at: ['package.toml', '[[dependencies]]'],
  },
  {
    rule: 'stack-no-intersection',
    bad: aPackage({ ...main('a', 'b'), a: onStack('acme/a', 'one'), b: onStack('acme/b', 'two') }),
    good: aPackage({ ...main('a', 'b'), a: onStack('acme/a', 'one'), b: onStack('acme/b', 'one') }),
    at: ['b/buildpack.toml', 'stacks]]'],
  },
  {
    rule: 'package-os',
    bad: aPackage(alone, target('windows', 'amd64')),
    good: aPackage(alone, target('linux', 'amd64')),
    at: ['package.toml'],
  },
  {
    rule: 'package-no-targets',
    bad: aPackage(alone),
    good: aPackage(alone, target('linux', 'amd64')),
    at: ['package.toml'],
    severity: 'info',
  },
  {
    rule: 'package-targets-vs-components',
    bad: aPackage(
      { ...main('a'), a: buildpack('acme/a', '[[targets]]\nos = "linux"\narch = "amd64"\n') },
      target('linux', 'arm64'),
    ),
    good: aPackage({ ...main('a'), ...A }, target('linux', 'arm64')),
    at: ['package.toml', '[[dependencies]]'],
  },
  {
    rule: 'order-composite-cycle',
    bad: aPackage({ ...main('a'), a: buildpack('acme/a', order('b')), b: buildpack('acme/b', order('a')) }),
    good: aPackage({ ...main('a'), a: buildpack('acme/a', order('b')), b: buildpack('acme/b') }),
    at: ['a/buildpack.toml', '"acme/b"'],
  },
  {
    rule: 'order-composite-self',
    bad: aPackage(main('main')),
    good: aPackage({ ...main('a'), ...A }),
    at: ['main/buildpack.toml', '"acme/main"'],
  },
  {
    rule: 'label-reserved',
    bad: aPackage(alone, { labels: new Map([['io.buildpacks.buildpackage.metadata', 'mine']]) }),
    good: aPackage(alone, { labels: new Map([['mine', 'mine']]) }),
    at: ['--label'],
  },
  {
    rule: 'package-layer-limit',
    bad: aPackage({ ...main('a', 'b'), ...A, b: buildpack('acme/b') }, { limits: { layers: 2 } }),
    good: aPackage({ ...main('a'), ...A }, { limits: { layers: 2 } }),
    at: ['package.toml', '"main"'],
    severity: 'warning',
  },
  {
    rule: 'package-layer-limit',
    bad: aPackage({ ...main('a', 'b'), ...A, b: buildpack('acme/b') }, { limits: { layersWarning: 3 } }),
    good: aPackage({ ...main('a'), ...A }, { limits: { layersWarning: 3 } }),
    at: ['package.toml', '"main"'],
    severity: 'warning',
  },
  {
    rule: 'label-size',
    bad: aPackage(alone, { labels: new Map([['mine', 'x'.repeat(1001)]]), limits: { labelBytes: 1000 } }),
    good: aPackage(alone, { labels: new Map([['mine', 'x'.repeat(1000)]]), limits: { labelBytes: 1000 } }),
    at: ['package.toml'],
  },
]

function findings({ flags, ...world }: Case): Diagnostic[] {
  return runPackageRules(readPackageWorld(world, flags).judged)
}

function textOf(world: PackageWorld, file: string): string {
  if (file === 'package.toml') return world.package
  const [folder = '', name = ''] = file.split('/')
  const text = world.modules?.[folder]?.[name]
  return typeof text === 'string' ? text : ''
}

test.each(EXAMPLES.map((example) => [example.rule, example] as const))(
  '%s finds its failing example where it stands, and nothing once that is put right',
  (rule, { bad, good, at: [file, text], severity = 'error' }) => {
    const found = findings(bad).filter((finding) => finding.rule === rule)
    expect(found).toHaveLength(1)
    const [{ place, fix, message, ...one }] = found as [Diagnostic]
    expect([one.severity, place.file, fix === undefined]).toEqual([severity, file, false])
    expect(message).toMatch(/^[^\s].*[^.]$/su)
    if (text !== undefined) {
      const line = textOf(bad, file).split('\n')[(place.line ?? 0) - 1] ?? ''
      expect(line.slice((place.column ?? 1) - 1).startsWith(text), `${line} at ${place.column}`).toBe(true)
    }
    expect(findings(good).filter((finding) => finding.rule === rule)).toEqual([])
  },
)

test('every rule that only packages have has an example', () => {
  const shown = new Set(EXAMPLES.map(({ rule }) => rule))
  const own = PACKAGE_RULES.map(({ id }) => id).filter((id) => id.startsWith('package-'))
  expect(own.length).toBeGreaterThan(2)
  expect(own.filter((id) => !shown.has(id))).toEqual([])
})

test('an id stands in one rule only', () => {
  const ids = PACKAGE_RULES.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})
