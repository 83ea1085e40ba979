import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import type { Image, ImageIndex } from '#src/oci/image.js'
import { requirePlatform } from '#src/sources/select-platform.js'
import { readImageArchive } from '#src/transports/archive.js'
import { BlobMemory } from '#src/transports/blob-memory.js'
import { layoutDirectory } from '#src/transports/layout-directory.js'
import { readLayout } from '#src/transports/read-layout.js'
import { verifyLayers } from '#src/transports/verify-layers.js'
import { temporaryDirectory } from '../support/directories.js'
import { snapshot } from '../support/snapshot.js'
import { ROWS, type Row } from './catalogue.js'

const limits = DEFAULT_LIMITS

/** Reads a row as far as it must be read for its fault to show. Returns the warnings. */
async function read(row: Row, parent: string): Promise<readonly Diagnostic[]> {
  const warnings: Diagnostic[] = []
  const directory = join(parent, 'input')
  const options = { limits, report: (warning: Diagnostic) => void warnings.push(warning), scratch: () => parent }
  const root =
    row.file === undefined
      ? await readLayout(layoutDirectory(directory), undefined, options)
      : await readImageArchive(join(directory, row.file), options)
  if (row.shows === 'layers' || row.shows === 'module') await verifyLayers(root, { limits, memory: new BlobMemory() })
  if (row.shows === 'platform') await choose(root)
  return warnings
}

async function choose(root: Image | ImageIndex): Promise<void> {
  const wanted = { os: 'linux', architecture: 'amd64' }
  const image = await requirePlatform(root, { wanted, shown: 'x', place: { file: 'x' } })
  await verifyLayers(image, { limits, memory: new BlobMemory() })
}

describe('group O', () => {
  test.each(ROWS.map((row) => [row.id, row.outcome, row.about, row] as const))(
    '%s %s: %s',
    async (_id, outcome, _about, row) => {
      const parent = temporaryDirectory()
      row.make(join(parent, 'input'))
      const before = snapshot(join(parent, 'input'))
      // What is wrong with an image of a module is for the readers of modules to say.
      if (outcome === 'REJ' && row.shows !== 'module') {
        await expect(read(row, parent)).rejects.toMatchObject({ name: 'CnbError', code: row.code })
      } else {
        const warnings = await read(row, parent)
        expect(warnings.length > 0).toBe(outcome === 'WARN')
      }
      expect(snapshot(join(parent, 'input'))).toBe(before)
    },
  )
})
