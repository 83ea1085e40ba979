import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CHECK_FORMATS } from '#src/cli/render/check-format.js'
import type { ProjectFiles } from '#src/rules/examples/example.js'
import { builderToml } from '#src/rules/examples/project.js'
import { makeProject, type Project } from '../support/example-project.js'
import { trowelHere } from '../support/here.js'
import type { Run } from '../support/cli.js'

const project = (files: ProjectFiles): Project =>
  makeProject({ failing: files, fixed: {}, at: ['builder.toml'] }, 'failing')

async function check({ directory, replace }: Project, ...flags: readonly string[]): Promise<Run> {
  const common = ['check', 'builder.toml', '--offline', '--no-cache', '--as-of', '2026-11-01']
  return trowelHere([...common, ...flags, ...replace], { cwd: directory })
}

/** An order that names nothing. */
const FAILING = { 'builder.toml': builderToml().replace('id = "acme/java"', 'id = "acme/jave"') }

/** How the output of each format says which rule it was. */
const SAID = {
  text: 'error[order-ref-unknown]',
  json: '"code":"order-ref-unknown"',
  sarif: '"ruleId":"order-ref-unknown"',
  github: '::error file=builder.toml,line=8,col=6,title=order-ref-unknown::',
  junit: 'type="order-ref-unknown"',
  markdown: '<code>order-ref-unknown</code>',
} as const satisfies Record<(typeof CHECK_FORMATS)[number], string>

describe('trowel check --format', () => {
  test.each(CHECK_FORMATS)('%s: what is found goes to stdout, and the status says how bad it is', async (format) => {
    const { status, stdout, stderr } = await check(project(FAILING), '--format', format)
    expect(stdout).toContain(SAID[format])
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' })
  })

  test.each(CHECK_FORMATS)('%s: no secret of a locator is in it', async (format) => {
    const uri = 'https://somebody:hunter2hunter2@acme.example/java.tgz?token=t0k3nt0k3n'
    const toml = builderToml().replace('uri = "java"', `uri = "${uri}"\nversion = 7`)
    const { stdout, stderr } = await check(project({ 'builder.toml': toml }), '--format', format)
    expect(stdout).toContain('acme.example')
    expect(stdout + stderr).not.toMatch(/hunter2|t0k3n|somebody/)
  })

  test.each(CHECK_FORMATS)('%s: what trowel.toml allows is said with its reason, and fails nothing', async (format) => {
    const allowing = project(FAILING)
    const toml = '[[check.allow]]\nrule = "order-ref-unknown"\nreason = "it comes <later>"\n'
    writeFileSync(join(allowing.directory, 'trowel.toml'), toml)
    const { status, stdout } = await check(allowing, '--format', format)
    expect(stdout.replaceAll(/&#60;|&lt;/g, '<')).toMatch(format === 'github' ? /1 finding allowed/ : /it comes <later/)
    expect(status).toBe(0)
  })

  test.each([['--json'], ['--format', 'json'], ['--format=json']])(
    '%s %s: a run that fails says why in JSON too',
    async (...flags) => {
      const { status, stdout } = await check(project({}), '--as-of', 'tomorrow', ...flags)
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'E_USAGE', severity: 'error' } })
      expect(status).toBe(2)
    },
  )

  test('of another name is told what there is', async () => {
    const { status, stderr } = await check(project({}), '--format', 'yaml')
    expect(stderr).toContain("'yaml' is no format")
    expect(stderr).toContain('write text, json, sarif, github, junit, markdown')
    expect(status).toBe(2)
  })
})
