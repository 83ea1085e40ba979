import { describe, expect, test } from 'vitest'
import { EXAMPLES } from '#src/rules/examples/all.js'
import type { ProjectFiles } from '#src/rules/examples/example.js'
import { builderToml } from '#src/rules/examples/project.js'
import type { Run } from '../support/cli.js'
import { makeProject } from '../support/example-project.js'
import { trowelHere } from '../support/here.js'

/** Of the examples that are about a builder.toml, which names images. */
const OF_BUILDERS = Object.entries(EXAMPLES).filter(([, { check = 'builder.toml' }]) => check === 'builder.toml')

interface Report {
  readonly findings: readonly {
    readonly code: string
    readonly severity: string
    readonly notes?: readonly string[]
  }[]
  readonly notEvaluated: readonly { readonly reason: string; readonly rules: readonly string[] }[]
}

describe('where images cannot be read', () => {
  test.each([
    ['none of them', () => false],
    ['none but the build image', (replace: string) => replace.includes('/build:')],
  ])('%s: each rule finds what it would, or is named as not evaluated', async (_, isThere) => {
    const silent: string[] = []
    for (const [id, example] of OF_BUILDERS) {
      const { directory, replace } = makeProject(example, 'failing')
      const there = replace.filter(isThere).flatMap((text) => ['--replace', text])
      const { asOf = '2026-11-01', flags = [] } = example
      const args = ['check', 'builder.toml', '--offline', '--no-cache', '--as-of', asOf, '--json', ...flags, ...there]
      const { findings, notEvaluated } = JSON.parse((await trowelHere(args, { cwd: directory })).stdout) as Report
      const isSaid = findings.some(({ code }) => code === id) || notEvaluated.some(({ rules }) => rules.includes(id))
      if (!isSaid) silent.push(id)
    }
    expect(silent).toEqual([])
  })

  test('rules about the members of a package are named where a dependency cannot be read', async () => {
    const files = {
      'package.toml': '[buildpack]\nuri = "all"\n\n[[dependencies]]\nuri = "docker://registry.example/java:1"\n',
      'all/buildpack.toml': `api = "0.11"
[buildpack]
id = "acme/all"
version = "1.0.0"

[[order]]
[[order.group]]
id = "acme/java"
version = "9.0.0"
`,
    }
    const { directory } = makeProject({ failing: files, fixed: {}, at: ['package.toml'] }, 'failing')
    const args = ['check', 'package.toml', '--offline', '--no-cache', '--json']
    const { notEvaluated } = JSON.parse((await trowelHere(args, { cwd: directory })).stdout) as Report
    expect(notEvaluated).toContainEqual({
      subject: 'package.toml',
      reason: 'entry 1 of [[dependencies]] was not read',
      rules: expect.arrayContaining(['order-composite-missing-dep', 'order-composite-unused-dep']) as string[],
    })
  })
})

/** What is said of a builder whose images nobody may ask for. */
async function readNothing(files: ProjectFiles, ...flags: readonly string[]): Promise<Report & Pick<Run, 'status'>> {
  const { directory } = makeProject({ failing: files, fixed: {}, at: ['builder.toml'] }, 'failing')
  const args = ['check', 'builder.toml', '--offline', '--no-cache', '--as-of', '2026-11-01', '--json', ...flags]
  const { stdout, status } = await trowelHere(args, { cwd: directory })
  return { ...(JSON.parse(stdout) as Report), status }
}

describe('a builder.toml alone, without its build image', () => {
  const group = (table: string) => `\n[[${table}]]\n[[${table}.group]]\n`
  const system = (version: string, id = 'acme/java') =>
    `\n[[system.pre.buildpacks]]\nid = "${id}"\nversion = "${version}"\n`
  const COMPOSITE = `api = "0.11"
[buildpack]
id = "acme/all"
version = "1.0.0"

[[order]]
[[order.group]]
id = "acme/none"
version = "1.0.0"
`

  test.each<[string, ProjectFiles]>([
    ['order-ref-unknown', { 'builder.toml': builderToml(`${group('order')}id = "acme/none"\n`) }],
    [
      'order-ref-version-unknown',
      { 'builder.toml': builderToml(`${group('order')}id = "acme/java"\nversion = "9"\n`) },
    ],
    [
      'order-buildpack-in-extensions',
      { 'builder.toml': builderToml(`${group('order-extensions')}id = "acme/java"\n`) },
    ],
    ['system-ref-unknown', { 'builder.toml': builderToml(system('1.0.0', 'acme/none')) }],
    ['system-ref-version-unknown', { 'builder.toml': builderToml(system('9')) }],
    [
      'order-composite-missing-dep',
      { 'builder.toml': builderToml('\n[[buildpacks]]\nuri = "all"\n'), 'all/buildpack.toml': COMPOSITE },
    ],
  ])('%s is said all the same, and is an error for nobody', async (rule, files) => {
    for (const profile of ['pack', 'lifecycle', 'kpack', 'cf']) {
      const { findings } = await readNothing(files, '--profile', profile)
      const found = findings.filter(({ code }) => code === rule)
      expect(found.map(({ severity }) => severity)).toEqual(['warning'])
      expect(found[0]?.notes).toContain('the build image was not read: it may be a builder that brings it')
    }
  })

  test('can pass: run images that nobody looked for are no finding, and are named as not evaluated', async () => {
    const { findings, notEvaluated, status } = await readNothing({}, '--fail-on', 'warning')
    expect({ findings, status }).toEqual({ findings: [], status: 0 })
    expect(notEvaluated.find(({ rules }) => rules.includes('run-image-unreachable'))?.reason).toMatch(
      /^not read of the run images: /,
    )
  })
})
