import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PROJECT } from '../support/quickstart.js'

interface Sweep {
  readonly skipped?: string
  readonly calls: number
  readonly rows: Readonly<Record<string, { readonly points: number; readonly stopped: number }>>
  readonly failures: readonly string[]
}

/** So many points each; the long sweeps are run by hand, and docs/reliability.md has their figures. */
for (const [about, points, flags] of [
  ['X-03 killed', 25, []],
  ['X-04 told ENOSPC', 12, ['--fault', 'ENOSPC']],
] as const) {
  test(`${about} at any change to the disk, a run leaves the old image or the new one, and a sound cache`, (context) => {
    const script = join(PROJECT, 'test/crash/kill-sweep.mjs')
    const args = [script, '--points', String(points), '--json', ...flags]
    const run = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(run.stderr).toBe('')
    const { skipped, calls, rows, failures } = JSON.parse(run.stdout) as Sweep
    if (skipped !== undefined) {
      console.log(`skipped: ${context.task.name}: ${skipped}`)
      context.skip(skipped)
    }
    expect(failures).toEqual([])
    expect(calls).toBeGreaterThan(points * 4)
    const stopped = Object.values(rows).reduce((total, row) => total + row.stopped, 0)
    // Which thread a write falls to is chance, so now and then the run is over before the call comes; and a record of the
    // cache that cannot be written is done without. So it is chance too how many there are, but not that there are some.
    expect(stopped).toBeGreaterThan(0)
  })
}
