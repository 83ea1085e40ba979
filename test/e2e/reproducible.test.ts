import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PROJECT } from '../support/quickstart.js'

interface Row {
  readonly name: string
  readonly digest?: string
  /** The digest of what was made of other inputs. */
  readonly control?: string
  readonly error?: string
  readonly skipped?: string
}

test('a builder has one digest, whatever the machine, the user and the order of things', () => {
  const sweep = join(PROJECT, 'test/reproducibility/sweep.mjs')
  const run = spawnSync(process.execPath, [sweep, '--short', '--json'], { encoding: 'utf8' })
  const { rows } = JSON.parse(run.stdout) as { rows: readonly Row[] }
  for (const { name, skipped } of rows) if (skipped !== undefined) console.log(`skipped: ${name}: ${skipped}`)

  const made = rows.filter(({ skipped, control }) => skipped === undefined && control === undefined)
  expect(made.length).toBeGreaterThan(20)
  expect(made[0]!.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(made.filter(({ digest }) => digest !== made[0]!.digest)).toEqual([])
  expect(rows.slice(-2).map(({ control }) => control)).toEqual(Array(2).fill(expect.stringMatching(/^sha256:/)))
  expect(run.status).toBe(0)
})
