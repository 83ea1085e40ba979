import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FIXABLE_RULES } from '#src/fix/fixers.js'
import { CATALOGUE } from '#src/rules/catalogue.js'
import { EXAMPLES } from '#src/rules/examples/all.js'
import { checkProject, makeProject } from '../support/example-project.js'
import { trowelHere } from '../support/here.js'

const RULES = [...FIXABLE_RULES].toSorted()

/** Rules whose example is left to its author: a key that is like no other, and one beside another of nearly its name. */
const NOT_CERTAIN = new Set(['toml-unknown-key-builder', 'toml-unknown-key-descriptor'])

test('what is mended is what rules find', () => {
  expect(RULES.filter((rule) => !CATALOGUE.has(rule))).toEqual([])
})

test('docs/check.md says what is done about each of them', () => {
  const text = readFileSync(new URL('../../docs/check.md', import.meta.url), 'utf8')
  expect(RULES.filter((rule) => !text.includes(`| [\`${rule}\`](rules/${rule}.md) |`))).toEqual([])
})

test.each(RULES)('--fix mends the example of %s', async (rule) => {
  const example = EXAMPLES[rule]
  if (example === undefined) throw new Error(`${rule} has no example`)
  const project = makeProject(example, 'failing')
  const [file] = example.at
  const path = join(project.directory, file)
  // With a comment that must stay.
  writeFileSync(path, `# kept\n${readFileSync(path, 'utf8')}# also kept\n`)
  const flags = ['--fix', '--offline', '--no-cache', ...project.replace]
  await trowelHere(['check', file, ...flags], { cwd: project.directory })
  const after = await checkProject(project, example)
  expect(after.some((finding) => finding.rule === rule)).toBe(NOT_CERTAIN.has(rule))
  expect(readFileSync(path, 'utf8')).toMatch(/^# kept\n[^]*# also kept\n$/)
})
