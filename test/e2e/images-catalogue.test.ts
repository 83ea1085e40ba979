import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { soundWorkspace, SOUND_FILES, type Workspace } from '../support/workspace.js'
import { ROWS, type Row } from '../transports/catalogue.js'

const STATUS = { ACC: 0, NORM: 0, WARN: 0, REJ: 3 } as const

const BUILDER = String(SOUND_FILES['builder.toml'])
const OVER_ROW = BUILDER.replace('base.test/build:1', 'row.test/image:1')
const WITH_ROW = BUILDER.replace('"module"', '"docker://row.test/image:1"').replace('acme/module', 'acme/x')

/** A builder over the image of a row, or with the module in it. */
function withRow(row: Row): { readonly workspace: Workspace; readonly flags: readonly string[] } {
  const workspace = soundWorkspace({ 'builder.toml': row.shows === 'module' ? WITH_ROW : OVER_ROW })
  const directory = join(workspace.input, 'row')
  row.make(directory)
  const place = row.file === undefined ? `oci:${directory}` : join(directory, row.file)
  return { workspace, flags: ['--replace', `row.test/image:1=${place}`, '--target', 'linux/amd64'] }
}

describe('images of the catalogue of bad input, on the command line', () => {
  test.each(ROWS.map((row) => [row.id, row.about, row.outcome, row] as const))(
    '%s %s: %s',
    async (_id, _about, _outcome, row) => {
      const { workspace, flags } = withRow(row)
      const before = workspace.snapshot()
      const { status, stdout, stderr } = await workspace.create([...flags, '--no-cache'])
      expect({ status, stderr }).toMatchObject({ status: STATUS[row.outcome] })
      if (row.code !== undefined) expect(stderr).toContain(`error[${row.code}]`)
      if (row.outcome === 'WARN') expect(stderr).toMatch(/^warning/m)
      if (status === 0) {
        expect(stdout).toMatch(/^\S+@sha256:[0-9a-f]{64}\n$/)
        return
      }
      expect(workspace.snapshot()).toBe(before)
      expect(existsSync(join(workspace.output, 'layout'))).toBe(false)
    },
  )
})
