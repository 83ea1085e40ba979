import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const project = fileURLToPath(new URL('..', import.meta.url))

/** The table 'Who imports whom' of ARCHITECTURE.md: a folder of src and the folders that it may import. */
const arrows = readArrows()
const folders = [...arrows.keys()]

/** The table of the files beside the folders: a file and what it may import, folders or files with their ending. */
const fileArrows = readFileArrows()
const files = [...fileArrows.keys()]

/** Files beside the folders that reach outside. */
const EFFECTS = ['files.ts', 'file-range.ts', 'read-file.ts', 'programs.ts']

let copy: string
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'trowel-arrows-'))
  copyFileSync(join(project, '.oxlintrc.json'), join(copy, '.oxlintrc.json'))
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

describe('who imports whom', () => {
  test('ARCHITECTURE.md has a row for every folder of src', () => {
    const real = readdirSync(join(project, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect(folders).toEqual(expect.arrayContaining(real.map(({ name }) => name)))
  })

  test('has no folder that imports itself by way of others', () => {
    const seen = new Set<string>()
    for (let left = folders; left.length > 0;) {
      const free = left.filter((folder) => arrows.get(folder)!.every((to) => seen.has(to)))
      expect(free, `a cycle among ${left.join(', ')}`).not.toEqual([])
      for (const folder of free) seen.add(folder)
      left = left.filter((folder) => !seen.has(folder))
    }
  })

  test('every import that the table allows passes the linter, and every other is a finding', () => {
    const pairs = folders.flatMap((from) => folders.filter((to) => to !== from).map((to) => ({ from, to })))
    for (const { from, to } of pairs) {
      place(`src/${from}/to-${to}.ts`, `import { probe } from '../${to}/probe.js'\n\nexport const uses = probe\n`)
      place(
        `src/${from}/deep/to-${to}.ts`,
        `import type { Probe } from '../../${to}/probe.js'\n\nexport type Uses = Probe\n`,
      )
    }
    const refused = findings()
    const wrong = pairs.filter(({ from, to }) => {
      const expected = !arrows.get(from)!.includes(to)
      return [`src/${from}/to-${to}.ts`, `src/${from}/deep/to-${to}.ts`].some((file) => refused.has(file) !== expected)
    })
    expect(wrong).toEqual([])
    expect(refused.size).toBeGreaterThan(0)
  })

  test('ARCHITECTURE.md has a row for every file beside the folders, but for the two that nobody imports', () => {
    const real = readdirSync(join(project, 'src')).filter((name) => name.endsWith('.ts'))
    expect(files.toSorted()).toEqual(real.filter((name) => name !== 'cli.ts' && name !== 'index.ts').toSorted())
  })

  test('every import that the table of files allows passes the linter, and every other is a finding', () => {
    const targetsOf = (file: string): string[] =>
      [...folders, ...files, 'cli.ts', 'index.ts'].filter((to) => to !== file)
    for (const file of files) {
      const imports = targetsOf(file).map((to, at) => {
        const path = to.endsWith('.ts') ? to.replace(/ts$/, 'js') : `${to}/probe.js`
        return `import { probe as p${at} } from './${path}'\n`
      })
      place(`src/${file}`, imports.join(''))
    }
    const refused = diagnostics()
    const lines = (file: string): number[] =>
      refused.filter(({ filename }) => filename === `src/${file}`).flatMap(({ labels }) => labels[0]?.span.line ?? [])
    for (const file of files) {
      const refusedOf = targetsOf(file).filter((_, at) => lines(file).includes(at + 1))
      expect(refusedOf, file).toEqual(targetsOf(file).filter((to) => !fileArrows.get(file)!.includes(to)))
    }
  })

  test('every folder may import the files without effects', () => {
    const pure = files.filter((file) => !EFFECTS.includes(file))
    for (const folder of folders) {
      for (const file of pure) {
        const path = file.replace(/ts$/, 'js')
        place(`src/${folder}/to-${file}`, `import { probe } from '../${path}'\n\nexport const uses = probe\n`)
      }
    }
    const refused = findings()
    expect(folders.flatMap((folder) => pure.filter((file) => refused.has(`src/${folder}/to-${file}`)))).toEqual([])
  })

  test('no folder imports the command line or the public surface', () => {
    for (const folder of folders) {
      place(`src/${folder}/to-cli.ts`, `import '../cli.js'\n`)
      place(`src/${folder}/to-surface.ts`, `export { createBuilder } from '../index.js'\n`)
    }
    const refused = findings()
    for (const folder of folders) {
      expect(refused).toContain(`src/${folder}/to-cli.ts`)
      expect(refused).toContain(`src/${folder}/to-surface.ts`)
    }
  })

  test.each(['oci', 'tar', 'toml', 'dockerfile', 'cnb', 'plan', 'detect', 'rules', 'fix'])(
    'src/%s has no effects',
    (folder) => {
      const effects = [
        ...EFFECTS.map((file) => `../${file.replace(/ts$/, 'js')}`),
        'node:fs',
        'node:fs/promises',
        'node:child_process',
        'node:http',
        'node:net',
      ]
      effects.forEach((effect, at) =>
        place(`src/${folder}/effect-${at}.ts`, `import * as effect from '${effect}'\n\nexport const uses = effect\n`),
      )
      const refused = findings()
      expect(effects.filter((_, at) => !refused.has(`src/${folder}/effect-${at}.ts`))).toEqual([])
    },
  )

  test('only src/cli.ts reads process', () => {
    const source = 'export const home = process.env.HOME\n'
    place('src/plan/reads-process.ts', source)
    place('src/cli.ts', source)
    const refused = findings('no-restricted-globals')
    expect(refused).toContain('src/plan/reads-process.ts')
    expect(refused).not.toContain('src/cli.ts')
  })
})

function readArrows(): Map<string, string[]> {
  const rows = [...whoImportsWhom().matchAll(/^\| `(\w+)` \|(.*)\|$/gm)]
  return new Map(rows.map(([, folder = '', list = '']) => [folder, namesIn(list)]))
}

function readFileArrows(): Map<string, string[]> {
  const rows = [...whoImportsWhom().matchAll(/^\| (`[\w-]+\.ts`.*?) \|(.*)\|$/gm)]
  return new Map(rows.flatMap(([, files = '', list = '']) => namesIn(files).map((file) => [file, namesIn(list)])))
}

function whoImportsWhom(): string {
  const text = readFileSync(join(project, 'ARCHITECTURE.md'), 'utf8')
  return text.split(/^## /m).find((part) => part.startsWith('Who imports whom')) ?? ''
}

function namesIn(text: string): string[] {
  return [...text.matchAll(/`([\w.-]+)`/g)].map(([, name = '']) => name)
}

function place(path: string, source: string): void {
  mkdirSync(dirname(join(copy, path)), { recursive: true })
  writeFileSync(join(copy, path), source)
}

/** The files, as paths in the copy, on which the project's lint configuration reports `rule`. */
function findings(rule?: string): Set<string> {
  return new Set(diagnostics(rule).map(({ filename }) => filename))
}

interface LintDiagnostic {
  readonly code: string
  readonly filename: string
  readonly labels: readonly { readonly span: { readonly line: number } }[]
}

function diagnostics(rule = 'no-restricted-imports'): LintDiagnostic[] {
  const oxlint = join(project, 'node_modules/oxlint/bin/oxlint')
  const run = spawnSync(process.execPath, [oxlint, '--format', 'json', 'src'], { cwd: copy, encoding: 'utf8' })
  const { diagnostics } = JSON.parse(run.stdout) as { diagnostics: LintDiagnostic[] }
  return diagnostics.filter(({ code }) => code.includes(`(${rule})`))
}
