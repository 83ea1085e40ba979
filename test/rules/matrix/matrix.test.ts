import fc from 'fast-check'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { jsonMatrix } from '#src/cli/render/matrix-json.js'
import { markdownMatrix } from '#src/cli/render/matrix-markdown.js'
import { printMatrix } from '#src/cli/render/matrix-text.js'
import { matrixResult, type MatrixResult } from '#src/operations/matrix-result.js'
import { CATALOGUE, RULES_LEFT_OUT } from '#src/rules/catalogue.js'
import { isAllFit, matrixOf } from '#src/rules/matrix/matrix.js'
import { runRules } from '#src/rules/run-rules.js'
import { readWorld } from '../../support/world.js'
import { CATALOGUE_IDS } from '../catalogue-ids.js'
import { buildpack, soundWorld, stacks, withLists, world } from '../examples/case.js'
import { cellOf, MATRIX_WORLD, matrixOfWorld } from './matrix-world.js'

const FIXTURES = new URL('../../../fixtures/matrix/', import.meta.url)

const IDS: ReadonlySet<string> = new Set([
  ...Object.values(CATALOGUE_IDS).flat(),
  ...CATALOGUE.keys(),
  ...RULES_LEFT_OUT.keys(),
])

describe('1-9 one matrix says for each module, image, API and platform whether they go together', () => {
  const matrix = matrixResult(matrixOfWorld(MATRIX_WORLD))
  const formats: readonly (readonly [string, (matrix: MatrixResult) => string])[] = [
    ['builder.txt', printMatrix],
    ['builder.json', jsonMatrix],
    ['builder.md', markdownMatrix],
  ]

  test.each(formats)('as in %s', (name, print) => {
    const file = fileURLToPath(new URL(name, FIXTURES))
    const text = `${print(matrix)}\n`
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text)
    expect(text).toBe(readFileSync(file, 'utf8'))
  })

  test('and every cell names the rule that decided it, and why', () => {
    expect(matrix.rows.filter(({ cells }) => cells.length !== matrix.columns.length)).toEqual([])
    for (const { rule, reason, number } of matrix.rows.flatMap(({ cells }) => cells)) {
      expect(IDS).toContain(rule)
      expect(matrix.judgements[number - 1]).toMatchObject({ rule, reason })
      expect(reason).toMatch(/^[^\s].*[^.]$/u)
    }
  })

  test('and each verdict occurs', () => {
    expect(matrix.counts.filter(({ count }) => count === 0)).toEqual([])
  })
})

/** Rules of which a finding about a module is a cell that does not simply fit, by the kind of its column. */
const SAME: readonly (readonly [kind: RegExp, rules: readonly string[]])[] = [
  [
    /^build-image$/,
    [
      'target-unsatisfied-build',
      'target-arch-assumed',
      'target-divergence',
      'stack-unsupported',
      'stack-label-missing',
      'mixin-missing-build',
    ],
  ],
  [/^run/, ['target-unsatisfied-run', 'target-run-partial', 'stack-mismatch-run-image', 'mixin-missing-run']],
  [/^buildpack-api$/, ['api-unsupported']],
]

const ARCHITECTURE = fc.constantFrom('amd64', 'arm64')
const LABELS = fc.record(
  {
    'io.buildpacks.base.distro.name': fc.constantFrom('ubuntu', 'debian', ''),
    'io.buildpacks.base.distro.version': fc.constantFrom('22.04', '12', ''),
    'io.buildpacks.stack.id': fc.constantFrom('one', 'two'),
    'io.buildpacks.stack.mixins': fc.subarray(['git', 'build:git', 'run:git']).map((list) => JSON.stringify(list)),
  },
  { requiredKeys: [] },
)
const IMAGE = fc.record({ os: fc.constant('linux'), architecture: ARCHITECTURE, labels: LABELS })
const TARGET = fc
  .record({
    os: fc.constantFrom('', 'os = "linux"\n', 'os = "windows"\n'),
    arch: fc.constantFrom('', 'arch = "amd64"\n', 'arch = "arm64"\n'),
    distro: fc.constantFrom('', 'name = "ubuntu"\nversion = "22.04"\n', 'name = "debian"\n'),
  })
  .map(({ os, arch, distro }) => `[[targets]]\n${os}${arch}${distro === '' ? '' : `[[targets.distros]]\n${distro}`}`)
const STACK = fc
  .record({
    id: fc.constantFrom('one', 'two', '*', 'io.buildpacks.stacks.bionic'),
    mixins: fc.subarray(['git', 'build:git', 'run:git']),
  })
  .map(({ id, mixins }) => `[[stacks]]\nid = "${id}"\nmixins = ${JSON.stringify(mixins)}\n`)
const MODULE = fc
  .tuple(fc.array(TARGET, { maxLength: 2 }), fc.array(STACK, { maxLength: 2 }), fc.constantFrom('0.6', '0.10', '1.0'))
  .map(([targets, stacks, api]) => buildpack('acme/java', targets.join('') + stacks.join(''), { api }))
const LIFECYCLE = fc.constantFrom(
  withLists('["0.7", "0.10", "1.2"]', '["0.15"]'),
  withLists('["0.7", "0.10"]', '["0.11"]'),
)

test('a cell is no fit where a rule has a finding, and nowhere else', () => {
  fc.assert(
    fc.property(IMAGE, fc.tuple(IMAGE, IMAGE), MODULE, LIFECYCLE, (build, run, java, lifecycle) => {
      const more = '[[run.images]]\nimage = "golden.test/run-2:1"\n'
      const made = soundWorld({ images: { build, run }, modules: { java }, lifecycle, more })
      const matrix = matrixOfWorld(made)
      const found = new Set(findingsOf(made))
      for (const [kind, rules] of SAME) {
        const cells = matrix.columns.flatMap((column, i) =>
          kind.test(column.kind) ? (cellOf(matrix, 'acme/java@1.0.0', i) ?? []) : [],
        )
        const isRefused = cells.some(({ verdict }) => verdict === 'fits-not' || verdict === 'differs')
        expect([kind.source, isRefused]).toEqual([kind.source, rules.some((rule) => found.has(rule))])
      }
    }),
    { numRuns: 400 },
  )
})

test('whatever could not be read, each cell is there, and says so', () => {
  const { judged } = readWorld(MATRIX_WORLD, { platform: { os: 'linux', architecture: 'amd64' } })
  fc.assert(
    fc.property(fc.subarray(['base', 'runImages', 'lifecycle', 'labels', 'platform', 'experimental']), (missing) => {
      const rest = { ...judged, ...Object.fromEntries(missing.map((part) => [part, undefined])) }
      const matrix = matrixOf('builder.toml', [rest])
      expect(matrix.columns.map(({ kind }) => kind)).toEqual([
        'build-image',
        'run-image',
        'run-mirror',
        'run-image',
        'buildpack-api',
        'platform-api',
      ])
      const verdictsOf = (column: number): Set<string | undefined> =>
        new Set(matrix.rows.filter(({ kind }) => kind === 'extension').map(({ cells }) => cells[column]?.verdict))
      if (missing.includes('base')) expect([...verdictsOf(0)]).toEqual(['unknown'])
      if (missing.includes('runImages')) expect([...verdictsOf(1)]).toEqual(['unknown'])
      if (missing.includes('lifecycle')) expect([...verdictsOf(4), ...verdictsOf(5)]).toEqual(['unknown', 'unknown'])
    }),
  )
})

describe('a verdict', () => {
  test('is that all fits in a sound builder', () => {
    expect(isAllFit(matrixOfWorld(soundWorld()))).toBe(true)
  })

  test('tells of a module that only one platform has', () => {
    const one = readWorld(soundWorld()).judged
    const two = readWorld(soundWorld({ modules: { java: buildpack('acme/other') } })).judged
    const matrix = matrixOf('builder.toml', [one, { ...two, platform: { os: 'linux', architecture: 'arm64' } }])
    const verdicts = matrix.rows
      .filter(({ kind }) => kind === 'buildpack')
      .map(({ cells }) => cells.map((c) => c.verdict))
    const here = ['fits', 'fits', 'fits', 'not-applicable']
    const elsewhere = here.map(() => 'not-applicable')
    expect(verdicts).toEqual([
      [...here, ...elsewhere],
      [...elsewhere, ...here],
    ])
  })

  test('says of an extension that does not fit that it is run all the same', () => {
    const ext = {
      'extension.toml': 'api = "0.10"\n[extension]\nid = "acme/ext"\nversion = "1.0.0"\n[[targets]]\nos = "plan9"\n',
    }
    const more = '[[extensions]]\nuri = "ext"\n'
    const matrix = matrixOfWorld(soundWorld({ more, modules: { java: buildpack('acme/java'), ext } }))
    expect(cellOf(matrix, 'acme/ext@1.0.0', 1)).toMatchObject({ verdict: 'fits-not', rule: 'target-optional-mismatch' })
  })

  test('on what the lifecycle does not know is that pack goes on without it', () => {
    const old = withLists('["0.10"]', '["0.10"]')
    const more = '[[build.env]]\nname = "X"\nvalue = "1"\n[[system.pre.buildpacks]]\nid = "acme/java"\n'
    const matrix = matrixOfWorld(soundWorld({ lifecycle: old, more }))
    const last = matrix.columns.length - 1
    expect(cellOf(matrix, 'build environment', last)).toMatchObject({ verdict: 'differs', rule: 'platform-api-gap' })
    expect(cellOf(matrix, 'acme/java@1.0.0', last)).toMatchObject({
      verdict: 'differs',
      rule: 'system-needs-platform-015',
    })
  })
})

test('ten thousand modules are ten thousand rows for a handful of reasons', () => {
  const { judged } = readWorld(soundWorld())
  const [java] = judged.buildpacks?.[0] ?? []
  if (java === undefined) throw new Error('the sound builder has a buildpack')
  const buildpacks = Array.from({ length: 10_000 }, (_, i) => {
    const info = { ...java.descriptor.info, id: `acme/java-${i}` }
    return [{ ...java, descriptor: { ...java.descriptor, info } }]
  })
  const matrix = matrixOf('builder.toml', [{ ...judged, buildpacks }])
  expect(matrix.rows.filter(({ kind }) => kind === 'buildpack')).toHaveLength(10_000)
  expect(matrix.judgements.length).toBeLessThan(10)
})

test('a long list in a file or a label does not make every reason long', () => {
  const long = 'x'.repeat(100_000)
  const labels = { 'io.buildpacks.base.distro.name': long, 'io.buildpacks.stack.id': long }
  const build = { os: 'linux', architecture: 'amd64', labels }
  const distros = `[[targets]]\nos = "linux"\n${'[[targets.distros]]\nname = "other"\n'.repeat(1000)}${stacks('one')}`
  const made = soundWorld({ images: { build }, modules: { java: buildpack('acme/java', distros) } })
  expect(JSON.stringify(matrixOfWorld(made)).length).toBeLessThan(20_000)
})

test('names that mean something elsewhere are names in Markdown and on a terminal', () => {
  const id = 'a|b`<img src=x>[x](y)*_\u001b[31m'
  const { world: made } = world({ modules: { java: buildpack(id) } })
  const matrix = matrixResult(matrixOfWorld(made))
  expect(printMatrix(matrix)).not.toContain('\u001b')
  const line = markdownMatrix(matrix)
    .split('\n')
    .find((text) => text.includes('&#124;b'))
  expect(line).toMatch(/^\| <code>a&#124;b&#96;&#60;img src=x&#62;&#91;x&#93;&#40;y&#41;&#42;&#95;/u)
  expect(line?.match(/(?<!&#\d*)\|/gu)).toHaveLength(matrix.columns.length + 3)
})

function findingsOf(made: Parameters<typeof matrixOfWorld>[0]): string[] {
  return runRules(readWorld(made).judged)
    .filter(({ message, place }) => place.file !== 'builder.toml' || message.includes('acme/java'))
    .map(({ rule }) => rule)
}
