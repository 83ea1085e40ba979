import { hostIn } from '../support/host.js'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '#src/cli/main.js'
import { type Workspace, soundWorkspace } from '../support/workspace.js'
import { type Outcome, ROWS, type Row } from './catalogue.js'

/** Exit status by outcome, as documented. */
const STATUS: Readonly<Record<Outcome, number>> = { ACC: 0, NORM: 0, WARN: 0, CFG: 2, REJ: 3, IO: 6 }

interface Problem {
  readonly code: string
  readonly severity: string
  readonly line?: number
  readonly fix?: string
}

interface Result {
  readonly digest?: string
  readonly warnings?: readonly Problem[]
  readonly problems?: readonly Problem[]
  readonly error?: Problem
}

const rows = ROWS.filter((row): row is Row => !('elsewhere' in row))
const ids = (group: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${group}-${String(i + 1).padStart(2, '0')}`)

test('every id of the groups C, L and N has a row', () => {
  expect([...new Set(ROWS.map(({ id }) => id))].toSorted()).toEqual([...ids('C', 23), ...ids('L', 8), ...ids('N', 10)])
})

describe('the command line', () => {
  test.each(rows.map((row) => [row.id, row.outcome, row.about, row] as const))(
    '%s %s: %s',
    async (_id, outcome, _about, row) => {
      const workspace = soundWorkspace(row.files)
      row.prepare?.(workspace)
      const before = workspace.snapshot()
      const run = await create(workspace, row.args)
      expect({ status: run.status, stderr: run.status === STATUS[outcome] ? '' : run.stderr }).toEqual({
        status: STATUS[outcome],
        stderr: '',
      })
      const result: Result = JSON.parse(run.stdout)
      expect(controlsIn(run.stderr)).toEqual([])
      if (STATUS[outcome] === 0) {
        expect((result.warnings ?? []).map(({ code }) => code)).toEqual(outcome === 'WARN' ? [row.rule] : [])
      } else {
        expect(workspace.snapshot()).toBe(before)
        const problems = [...(result.problems ?? []), ...(result.error === undefined ? [] : [result.error])]
        const errors = problems.filter(({ severity, code }) => severity === 'error' && code !== 'E_INPUT')
        expect(errors).not.toEqual([])
        if (outcome !== 'IO') for (const { fix } of errors) expect(fix).toMatch(/./)
        if (row.rule !== undefined) expect(errors.map(({ code }) => code)).toContain(row.rule)
        if (row.line !== undefined) expect(errors.map(({ line }) => line)).toContain(row.line)
      }
    },
  )
})

/** What a terminal would act on: nothing of the input may reach it as it is. */
function controlsIn(text: string): string[] {
  return ['\u0000', '\u001b', '\u007f', '\u202e'].filter((control) => text.includes(control))
}

/** `trowel builder create` in this process: 150 rows would take a minute with one each. */
async function create(workspace: Workspace, args: readonly string[] = []) {
  const { root, input, output, cache } = workspace
  let stdout = ''
  let stderr = ''
  const bases = ['build', 'run'].flatMap((base) => ['--replace', `base.test/${base}:1=oci:${join(input, base)}`])
  const config = args.includes('--config') ? [] : ['--config', 'builder.toml']
  const to = args.includes('--to') ? [] : ['--to', `oci:${output}/layout`]
  const status = await main(
    ['builder', 'create', 'acme/builder', '--json', '--offline', ...config, ...bases, ...to, ...args],
    {
      streams: {
        writeOut: (text) => void (stdout += text),
        writeErr: (text) => void (stderr += text),
        terminal: false,
        outTerminal: false,
        columns: 80,
      },
      host: { ...hostIn(input, { HOME: join(root, 'home'), TROWEL_CACHE_DIR: cache }), cpus: 2, now: Date.now },
      signal: new AbortController().signal,
    },
  )
  return { status, stdout, stderr }
}
