import { describe, expect, test } from 'vitest'
import { LIST_BEHAVIOURS } from './behaviours-lists.js'
import { MANIFEST_BEHAVIOURS } from './behaviours-manifests.js'
import { READING_BEHAVIOURS } from './behaviours-reading.js'
import { UPLOAD_BEHAVIOURS } from './behaviours-uploads.js'

const ROWS = [...READING_BEHAVIOURS, ...UPLOAD_BEHAVIOURS, ...MANIFEST_BEHAVIOURS, ...LIST_BEHAVIOURS]

describe('group R', () => {
  test.each(ROWS.map((row) => [row.id, row.about, row] as const))('%s: %s', async (_id, _about, row) => {
    expect.hasAssertions()
    await row.run()
  })
})
