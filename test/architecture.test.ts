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

  test.each(['errors', 'events', 'bytes', 'limits'])('src/%s.ts imports nothing of ours', (name) => {
    place(`src/${name}.ts`, `import { probe } from './oci/probe.js'\n\nexport const uses = probe\n`)
    expect(findings()).toContain(`src/${name}.ts`)
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
        '../files.js',
        '../file-range.js',
        '../read-file.js',
        '../programs.js',
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
  const text = readFileSync(join(project, 'ARCHITECTURE.md'), 'utf8')
  const section = text.split(/^## /m).find((part) => part.startsWith('Who imports whom')) ?? ''
  const rows = [...section.matchAll(/^\| `(\w+)` \|(.*)\|$/gm)]
  return new Map(
    rows.map(([, folder = '', list = '']) => [folder, [...list.matchAll(/`(\w+)`/g)].map(([, to = '']) => to)]),
  )
}

function place(path: string, source: string): void {
  mkdirSync(dirname(join(copy, path)), { recursive: true })
  writeFileSync(join(copy, path), source)
}

/** The files, as paths in the copy, on which the project's lint configuration reports `rule`. */
function findings(rule = 'no-restricted-imports'): Set<string> {
  const oxlint = join(project, 'node_modules/oxlint/bin/oxlint')
  const run = spawnSync(process.execPath, [oxlint, '--format', 'json', 'src'], { cwd: copy, encoding: 'utf8' })
  const { diagnostics } = JSON.parse(run.stdout) as { diagnostics: { code: string; filename: string }[] }
  return new Set(diagnostics.filter(({ code }) => code.includes(`(${rule})`)).map(({ filename }) => filename))
}
