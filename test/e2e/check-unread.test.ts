import { describe, expect, test } from 'vitest'
import { EXAMPLES } from '#src/rules/examples/all.js'
import { makeProject } from '../support/example-project.js'
import { trowelHere } from '../support/here.js'

/** Of the examples that are about a builder.toml, which names images. */
const OF_BUILDERS = Object.entries(EXAMPLES).filter(([, { check = 'builder.toml' }]) => check === 'builder.toml')

interface Report {
  readonly findings: readonly { readonly code: string }[]
  readonly notEvaluated: readonly { readonly rules: readonly string[] }[]
}

describe('where images cannot be read', () => {
  test.each([
    ['none of them', () => false],
    ['none but the build image', (replace: string) => replace.includes('/build:')],
  ])('%s: each rule finds what it would, or is named as not evaluated', { timeout: 120_000 }, async (_, isThere) => {
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
