import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as zlib from 'node:zlib'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { makeLayout, makePackage, OCI, sha256, type TestDescriptor, type TestLayout } from '../support/layout.js'
import { soundWorkspace, SOUND_FILES, type Workspace } from '../support/workspace.js'
import { storedZstd } from '../support/zstd.js'
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

describe('a layer in zstd, which not every Node can read', () => {
  /** The layout, its layer in zstd. */
  const inZstd = (layout: TestLayout): string => {
    const [layer] = layout.manifest().layers as [TestDescriptor]
    const tar = gunzipSync(readFileSync(layout.blobPath(layer.digest)))
    layout.editManifest((manifest) => void (manifest.layers = [layout.put(OCI.zstd, storedZstd(tar))]))
    return sha256(storedZstd(tar))
  }
  const flags = (directory: string): string[] => [
    '--replace',
    `row.test/image:1=oci:${directory}`,
    '--target',
    'linux/amd64',
    '--no-cache',
  ]

  test('stays as it is in a base image', async () => {
    const workspace = soundWorkspace({ 'builder.toml': OVER_ROW })
    const directory = join(workspace.input, 'row')
    const digest = inZstd(makeLayout(directory))
    const { status, stderr } = await workspace.create(flags(directory))
    expect(status, stderr).toBe(0)
    const blob = `layout/blobs/${digest.replace(':', '/')}`
    expect(existsSync(join(workspace.output, blob))).toBe(true)
  })

  test('becomes one in gzip in a module, or is refused with what to do', async () => {
    const workspace = soundWorkspace({ 'builder.toml': WITH_ROW })
    const directory = join(workspace.input, 'row')
    inZstd(makePackage(directory))
    const { status, stderr } = await workspace.create(flags(directory))
    if ('createZstdDecompress' in zlib) {
      expect(status, stderr).toBe(0)
      return
    }
    expect(status).toBe(3)
    expect(stderr).toMatch(
      /^error\[E_COMPRESSION\] .* is zstd, which this Node cannot read\n(?: .*\n)* {2}fix: use Node 22\.15/m,
    )
  })
})
