import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { soundWorkspace, SOUND_FILES, type Workspace } from '../support/workspace.js'
import { ROWS } from '../tar/catalogue.js'
import type { Row } from '../tar/catalogue-row.js'

const STATUS = { ACC: 0, NORM: 0, WARN: 0, CFG: 2, REJ: 3 } as const

const BUILDER = String(SOUND_FILES['builder.toml'])
  .replace('"module"', '"module.tar"')
  .replace('acme/module', 'acme/hostile')

const rows = ROWS.filter((row): row is Row => 'make' in row)

/** A builder whose one module is this archive. */
function withArchive(archive: Uint8Array): Workspace {
  return soundWorkspace({ 'builder.toml': BUILDER, 'module.tar': archive })
}

function moduleLayer(stdout: string): string | undefined {
  const { platforms } = JSON.parse(stdout) as { platforms: { layers: { role: string; diffId: string }[] }[] }
  return platforms[0]?.layers.find(({ role }) => role === 'module')?.diffId
}

describe('archives of the catalogue of bad input, on the command line', () => {
  test.each(rows)('$id $about: $outcome', async (row) => {
    const workspace = withArchive(row.make())
    const before = workspace.snapshot()
    const flags = ['--json', '--no-cache', ...(row.flags ?? [])]
    const { status, stdout, stderr } = await workspace.create(flags)
    expect({ status, stderr }).toMatchObject({ status: STATUS[row.outcome] })
    if (row.code !== undefined && row.judgedBy === undefined) expect(stderr).toContain(`[${row.code}]`)
    if (status !== 0) {
      expect(workspace.snapshot()).toBe(before)
      expect(existsSync(join(workspace.output, 'layout'))).toBe(false)
    }
    if (row.same === undefined) return
    const same = await withArchive(row.same()).create(flags)
    expect(moduleLayer(stdout)).toBe(moduleLayer(same.stdout))
  })
})
