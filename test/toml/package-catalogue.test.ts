import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Run } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { trowelHere } from '../support/here.js'
import { snapshot } from '../support/snapshot.js'
import { writeFiles } from '../support/workspace.js'
import type { Outcome } from './catalogue.js'
import { PACKAGE_ROWS, SOUND_PACKAGE, type PackageRow } from './package-catalogue.js'

const STATUS: Readonly<Record<Outcome, number>> = { ACC: 0, NORM: 0, WARN: 0, CFG: 2, REJ: 3, IO: 6 }

interface Problem {
  readonly code: string
  readonly severity: string
  readonly file?: string
  readonly line?: number
  readonly fix?: string
}

interface Result {
  readonly digest?: string
  readonly warnings?: readonly Problem[]
  readonly problems?: readonly Problem[]
  readonly error?: Problem
}

/** A directory with the sound input and what a row changes in it, and what packages it. */
function prepared({ files, prepare, ...row }: PackageRow): { readonly cwd: string; readonly run: () => Promise<Run> } {
  const cwd = join(temporaryDirectory(), 'cwd')
  mkdirSync(cwd)
  writeFiles(cwd, { ...SOUND_PACKAGE, ...files })
  prepare?.(cwd)
  const { name = 'out.cnb', args = [], isExtension } = row
  const config = isExtension === true ? 'extension.toml' : 'package.toml'
  const words = [isExtension === true ? 'extension' : 'buildpack', 'package', name, ...args]
  const hasTargets = String(files?.[config]).includes('[[targets]]')
  const usual = [
    ['--config', config],
    ['--format', 'file'],
    ...(hasTargets ? [] : [['--target', 'linux/amd64']]),
  ].flatMap(([flag = '', value = '']) => (args.includes(flag) ? [] : [flag, value]))
  const all = [...words, ...usual, '--json', '--offline', '--no-cache']
  return { cwd, run: () => trowelHere(all, { cwd, env: { HOME: join(cwd, 'home') } }) }
}

const isRoot = process.getuid?.() === 0
const isSkipped = (row: PackageRow): boolean => isRoot && row.notAsRoot === true
const named = (rows: readonly PackageRow[]) => rows.map((row) => [row.id, row.outcome, row.about, row] as const)

describe('packaging', () => {
  test.each(named(PACKAGE_ROWS.filter((row) => !isSkipped(row))))('%s %s: %s', async (_id, outcome, _about, row) => {
    const { cwd, run } = prepared(row)
    const before = snapshot(cwd)
    const { status, stdout, stderr } = await run()
    expect({ status, stderr: status === STATUS[outcome] ? '' : stderr }).toEqual({
      status: STATUS[outcome],
      stderr: '',
    })
    expect(['\u0000', '\u001b', '\u007f', '\u202e'].filter((control) => stderr.includes(control))).toEqual([])
    const result = JSON.parse(stdout) as Result
    if (status === 0) {
      expect((result.warnings ?? []).map(({ code }) => code)).toEqual(outcome === 'WARN' ? [row.rule] : [])
      return
    }
    expect(snapshot(cwd)).toBe(before)
    const all = [...(result.problems ?? []), ...(result.error === undefined ? [] : [result.error])]
    const errors = all.filter(({ severity, code }) => severity === 'error' && code !== 'E_INPUT')
    expect(errors).not.toEqual([])
    if (outcome !== 'IO') for (const { fix } of errors) expect(fix).toMatch(/./)
    const places = errors.map(({ code, file, line }) =>
      [code, ...(line === undefined ? [file] : [file, line])].join(' '),
    )
    if (row.rule !== undefined)
      expect(places.join('\n')).toContain(`${row.rule} ${row.at?.replace(':', ' ') ?? ''}`.trim())
  })

  test.skip.each(named(PACKAGE_ROWS.filter(isSkipped)))(
    '%s %s: %s: not run, because root may read everything',
    () => {},
  )
})
