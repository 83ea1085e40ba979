import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ROWS as ENGINE_ROWS } from '../engine/catalogue.js'
import { BEHAVIOURS } from '../registry/behaviours.js'
import { CATALOGUE as SOURCE_ROWS } from '../sources/catalogue.js'
import { ROWS as ARCHIVE_ROWS } from '../tar/catalogue.js'
import { ROWS as CONFIG_ROWS } from '../toml/catalogue.js'
import { ROWS as IMAGE_ROWS } from '../transports/catalogue.js'
import { ROWS as SAVED_ROWS } from '../transports/docker-archive-catalogue.js'
import { ELSEWHERE } from './elsewhere.js'

/** The groups that are complete, and how many rows each has in the catalogue. */
const GROUPS = { T: 70, G: 9, O: 46, C: 23, N: 10, L: 8, A: 20, D: 11, P: 27, X: 15, K: 7, H: 16, R: 63, U: 9 } as const

const TITLES: Readonly<Record<keyof typeof GROUPS, string>> = {
  T: 'Archives',
  G: 'Compression',
  O: 'Images, layouts and packages',
  C: 'Configuration',
  N: 'Names',
  L: 'Labels and environment',
  H: 'Downloads',
  R: 'Registries',
  A: 'Credentials',
  D: 'Docker engines, and archives of docker',
  P: 'What must not change the digest',
  X: 'What a machine does to a run',
  K: 'Several runs at a time',
  U: 'Locators with secrets',
}

const HEAD = `# Bad input

What \`trowel\` does with input that is wrong, hostile or odd. Each line is a test: the tables are made from the tables that the tests
run, by \`npm run golden\`. Codes and rule ids are stable.

| outcome | means | exit status |
| --- | --- | --- |
| REJ | refused; nothing was written | 3 |
| CFG | a mistake in the configuration, with file and line; nothing was written | 2 |
| ACC | taken as it is | 0 |
| NORM | taken, and rewritten to one form | 0 |
| WARN | taken, with a warning | 0 |
| NET | needs the network | 4 |
| RTY | tried again, and then it succeeds | 0 |
| AUTH | credentials are missing, refused or of no use | 5 |
| IO | the local disk failed; nothing was written | 6 |
| INT | stopped by a signal; nothing was written | 130, 143 |
| DIGEST | one digest whatever the variation | 0 |
`

interface Line {
  readonly id: string
  readonly about: string
  readonly outcome: string
  readonly code: string
}

function lines(): Line[] {
  const told = (row: object, ...keys: readonly string[]): string => {
    for (const key of keys) {
      const value = key in row ? (row as Readonly<Record<string, unknown>>)[key] : undefined
      if (typeof value === 'string') return key === 'code' || key === 'rule' ? `\`${value}\`` : value
    }
    return ''
  }
  const rows = [
    ...ARCHIVE_ROWS,
    ...CONFIG_ROWS,
    ...IMAGE_ROWS,
    ...SOURCE_ROWS,
    ...ENGINE_ROWS,
    ...SAVED_ROWS,
    ...BEHAVIOURS,
    ...ELSEWHERE,
  ]
  return rows
    .map((row) => ({
      id: row.id,
      about: row.about,
      outcome: row.outcome,
      code: told(row, 'code', 'rule', 'elsewhere', 'notApplicable', 'where'),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}

function documentOf(all: readonly Line[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
  const sections = Object.entries(TITLES).map(([group, title]) => {
    const rows = all.filter(({ id }) => id.startsWith(`${group}-`))
    const table = rows.map(
      ({ id, about, outcome, code }) => `| ${[id, cell(about), outcome, cell(code)].join(' | ')} |`,
    )
    return [`## ${title}`, '', '| id | input | outcome | by |', '| --- | --- | --- | --- |', ...table, ''].join('\n')
  })
  return [HEAD, ...sections].join('\n')
}

test('every id of the complete groups has a row', () => {
  const ids = new Set(lines().map(({ id }) => id))
  const wanted = Object.entries(GROUPS).flatMap(([group, count]) =>
    Array.from({ length: count }, (_, i) => `${group}-${String(i + 1).padStart(2, '0')}`),
  )
  expect(wanted.filter((id) => !ids.has(id))).toEqual([])
})

test('docs/bad-input.md says what the tables say', () => {
  const file = fileURLToPath(new URL('../../docs/bad-input.md', import.meta.url))
  const text = documentOf(lines())
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text)
  expect(readFileSync(file, 'utf8')).toBe(text)
})
