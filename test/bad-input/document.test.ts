import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ERROR_KINDS, type ErrorKind } from '#src/errors.js'
import { ROWS as ENGINE_ROWS } from '../engine/catalogue.js'
import { BEHAVIOURS } from '../registry/behaviours.js'
import { CATALOGUE as SOURCE_ROWS } from '../sources/catalogue.js'
import { ROWS as INDEX_ROWS } from '../sources/index-catalogue.js'
import { ROWS as ARCHIVE_ROWS } from '../tar/catalogue.js'
import { ROWS as CONFIG_ROWS } from '../toml/catalogue.js'
import { PACKAGE_ROWS } from '../toml/package-catalogue.js'
import { ROWS as IMAGE_ROWS } from '../transports/catalogue.js'
import { ROWS as SAVED_ROWS } from '../transports/docker-archive-catalogue.js'
import { ELSEWHERE } from './elsewhere.js'
import type { ElsewhereRow } from './elsewhere-row.js'
import { FAILURES } from './outcomes.js'

const PROJECT = new URL('../../', import.meta.url)

/** The groups that are complete, and how many rows each has in the catalogue. */
const GROUPS = {
  T: 70,
  G: 9,
  O: 46,
  C: 23,
  N: 10,
  L: 8,
  A: 20,
  D: 11,
  P: 27,
  X: 15,
  K: 7,
  H: 16,
  I: 11,
  R: 63,
  U: 9,
} as const

const TITLES: Readonly<Record<keyof typeof GROUPS, string>> = {
  T: 'Archives',
  G: 'Compression',
  O: 'Images, layouts and packages',
  C: 'Configuration',
  N: 'Names',
  L: 'Labels and environment',
  H: 'Downloads',
  I: 'Buildpack registries',
  R: 'Registries',
  A: 'Credentials',
  D: 'Docker engines, and archives of docker',
  P: 'What must not change the digest',
  X: 'What a machine does to a run',
  K: 'Several runs at a time',
  U: 'Locators with secrets',
}

const HEAD = `# Bad input

What \`trowel\` does with input that is wrong, hostile or odd. The tables are made by \`npm run golden\` from the tables that the tests
run; a line that names a file is an ordinary test there, which \`test/bad-input/elsewhere-*.ts\` names. Codes and rule ids are stable.

The rows of C and N that are about packages are those of \`test/toml/package-catalogue.ts\`. Every image of group O is made into a
package too, and is the dependency of another one: in a directory, in a \`.cnb\` and in a registry
(\`test/transports/package-catalogue.test.ts\`); and so is what an index of group I says (\`test/sources/index-packages.test.ts\`).

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
| INT | stopped by a signal; nothing was written | 129, 130, 143 |
| DIGEST | one digest whatever the variation | 0 |
`

interface Line {
  readonly id: string
  readonly about: string
  readonly outcome: string
  readonly by: string
}

/** What tables have beside id, input and outcome, each in its own way. */
interface Told {
  readonly code?: string | undefined
  readonly rule?: string | undefined
  readonly elsewhere?: string
  readonly notApplicable?: string
}

/** The code, the rule and the reason of a row, as far as it has them. */
function told(row: object): string {
  const { code, rule, elsewhere, notApplicable } = row as Told
  const names = [code, rule].flatMap((name) => (name === undefined ? [] : `\`${name}\``))
  return [...names, elsewhere ?? notApplicable ?? []].flat().join(', ')
}

function toldElsewhere({ code, rule, tests, note }: ElsewhereRow): string {
  const files = [...new Set(tests.map((name) => fileOf(name)))]
  return [told({ code, rule }), files.join(', '), note ?? ''].filter((part) => part !== '').join('; ')
}

const fileOf = (name: string): string => name.split(' > ', 1)[0] ?? ''

const TABLES: readonly { readonly id: string; readonly about: string; readonly outcome: string }[] = [
  ...ARCHIVE_ROWS,
  ...CONFIG_ROWS,
  ...PACKAGE_ROWS,
  ...IMAGE_ROWS,
  ...SOURCE_ROWS,
  ...INDEX_ROWS,
  ...ENGINE_ROWS,
  ...SAVED_ROWS,
  ...BEHAVIOURS,
]

function lines(): Line[] {
  const line = ({ id, about, outcome }: Omit<Line, 'by'>, by: string): Line => ({ id, about, outcome, by })
  return [
    ...TABLES.map((row) => line(row, told(row))),
    ...ELSEWHERE.map((row) => line(row, toldElsewhere(row))),
  ].toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}

function documentOf(all: readonly Line[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
  const sections = Object.entries(TITLES).map(([group, title]) => {
    const rows = all.filter(({ id }) => id.startsWith(`${group}-`))
    const table = rows.map(({ id, about, outcome, by }) => `| ${[id, cell(about), outcome, cell(by)].join(' | ')} |`)
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

test('a row has the outcome that the code of its error stands for', () => {
  const kinds: Readonly<Record<string, ErrorKind>> = ERROR_KINDS
  const isRight = (row: { readonly outcome: string }): boolean => {
    const { code = '', rule } = row as Told
    const kind = kinds[code]
    // What has no code has a rule, or is a row of a table whose test is elsewhere.
    return kind === FAILURES[row.outcome] || (kind === undefined && (rule !== undefined || !('tests' in row)))
  }
  const wrong = [...TABLES, ...ELSEWHERE].filter((row) => !isRight(row))
  expect(wrong.map(({ id, about, outcome }) => `${id} ${outcome}: ${about}`)).toEqual([])
})

test('a row that an ordinary test shows names one that is there, and its code is looked for there', () => {
  const wrong = ELSEWHERE.filter(({ tests, note }) => tests.length === 0 && note === undefined).map(({ id }) => id)
  for (const { id, tests, code } of ELSEWHERE) {
    const texts = tests.map((name) => {
      const text = readFileSync(new URL(fileOf(name), PROJECT), 'utf8')
      const missing = name
        .split(' > ')
        .slice(1)
        .filter((part) => !isIn(part, text))
      if (missing.length > 0 || !name.includes(' > ')) wrong.push(`${id}: ${name}`)
      return text
    })
    if (code !== undefined && !texts.some((text) => text.includes(code))) wrong.push(`${id}: ${code}`)
  }
  expect(wrong).toEqual([])
})

/** Whether a source text has this name in quotes. */
function isIn(name: string, text: string): boolean {
  const isWhole = !name.endsWith('…')
  const start = isWhole ? name : name.slice(0, -1)
  return ["'", '"', '`'].some((quote) => text.includes(`${quote}${start}${isWhole ? quote : ''}`))
}

test('docs/bad-input.md says what the tables say', () => {
  const file = fileURLToPath(new URL('docs/bad-input.md', PROJECT))
  const text = documentOf(lines())
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text)
  expect(readFileSync(file, 'utf8')).toBe(text)
})
