import { expect, test } from 'vitest'
import { BEHAVIOURS } from './behaviours.js'

test.each(BEHAVIOURS.map((row) => [row.id, row.outcome, row.about, row] as const))(
  '%s %s: %s',
  async (_id, _outcome, _about, row) => {
    expect.hasAssertions()
    if (row.code === undefined) await row.run()
    else await expect(row.run()).rejects.toMatchObject({ name: 'CnbError', code: row.code })
  },
)
