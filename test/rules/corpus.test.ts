import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { trowelHere } from '../support/here.js'
import { REASONS } from './corpus-findings.js'

const CORPUS = fileURLToPath(new URL('../../fixtures/corpus', import.meta.url))
const PAGE = fileURLToPath(new URL('../../docs/rules/corpus-findings.md', import.meta.url))

interface Found {
  readonly file: string
  readonly line: number | undefined
  readonly code: string
  readonly message: string
}

/** The errors that check finds in a file, which is judged alone. */
async function errorsIn(file: string): Promise<Found[]> {
  const flags = ['--offline', '--no-cache', '--format', 'json', '--as-of', '2026-11-01']
  const { stdout } = await trowelHere(['check', file, ...flags], { cwd: CORPUS })
  const { findings } = JSON.parse(stdout) as { findings: readonly (Omit<Found, 'file'> & { severity: string })[] }
  return findings
    .filter(({ severity }) => severity === 'error')
    .map(({ line, code, message }) => ({ file, line, code, message }))
}

function reasonOf({ file, code }: Found): string | undefined {
  return REASONS.find((reason) => reason.rule === code && (reason.file === undefined || file.includes(reason.file)))
    ?.why
}

/** A table a rule, and in it every place. */
function pageOf(found: readonly Found[]): string {
  const rules = [...new Set(found.map(({ code }) => code))].sort()
  const sections = rules.map((rule) => {
    const ours = found.filter(({ code }) => code === rule)
    const rows = ours.map(({ file, line = 1, message }) => `| ${file}:${line} | ${escaped(message)} |`)
    return `## ${rule}\n\n${reasonOf(ours[0]!)}.\n\n| where | what |\n|---|---|\n${rows.join('\n')}\n`
  })
  return `# Errors in real files\n\nEvery error that \`trowel check --offline\` finds in the files of fixtures/corpus, and why it is right. Each file is judged\nalone, as it lies there. Made by \`npm run golden\`; test/rules/corpus.test.ts compares.\n\n${sections.join('\n')}`
}

function escaped(text: string): string {
  return text.replace(/[|\\]/g, '\\$&').replace(/[<>]/g, (letter) => (letter === '<' ? '&lt;' : '&gt;'))
}

test('every error in a real file is one that was looked at', async () => {
  const files = readdirSync(CORPUS, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.toml'))
    .sort()
  expect(files.length).toBeGreaterThan(200)
  const found: Found[] = []
  for (const file of files) found.push(...(await errorsIn(file)))
  expect(found.filter((one) => reasonOf(one) === undefined)).toEqual([])
  const page = pageOf(found)
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(PAGE, page)
  expect(readFileSync(PAGE, 'utf8')).toBe(page)
})
