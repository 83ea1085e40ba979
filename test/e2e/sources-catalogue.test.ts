import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CATALOGUE, type Outcome, type Row } from '../sources/catalogue.js'
import { trowel } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { snapshot } from '../support/snapshot.js'

const STATUS: Readonly<Record<Outcome, number>> = { ACC: 0, WARN: 0, CFG: 2, REJ: 3, NET: 4, IO: 6 }

const isRoot = process.getuid?.() === 0
const isSkipped = (row: Row): boolean => isRoot && row.notAsRoot === true

describe('the catalogue of bad input, on the command line', () => {
  test.each(CATALOGUE.filter((row) => !isSkipped(row)))('$id $about: $outcome $code', async (row) => {
    const dir = temporaryDirectory()
    const out = join(temporaryDirectory(), 'out')
    const canary = temporaryDirectory()
    mkdirSync(join(canary, 'home'))
    const { config, replace } = await row.make(dir)
    const before = snapshot(canary)
    const { status, stdout, stderr } = await trowel(
      [
        'builder',
        'create',
        'registry.test/acme/builder:1',
        '--config',
        config,
        '--offline',
        '--to',
        `oci:${out}`,
      ].concat(replace.flatMap((flag) => ['--replace', flag])),
      { cwd: dirname(config), env: { HOME: join(canary, 'home'), XDG_CACHE_HOME: join(dir, 'cache') } },
    )
    expect({ status, stderr }).toMatchObject({ status: STATUS[row.outcome] })
    if (row.code !== undefined) expect(stderr).toContain(`[${row.code}]`)
    if (row.secret !== undefined) expect(stdout + stderr).not.toContain(row.secret)
    expect(existsSync(out)).toBe(status === 0)
    expect(snapshot(canary)).toBe(before)
  })

  test.skip.each(CATALOGUE.filter(isSkipped))('$id $about: not run, because root may read everything', () => {})
})
