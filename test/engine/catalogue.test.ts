import { describe, expect, test } from 'vitest'
import { ERROR_KINDS, type CnbError } from '#src/errors.js'
import { ROWS, type Outcome } from './catalogue.js'

/** The kind of failure that each outcome is. */
const KINDS: Readonly<Partial<Record<Outcome, string>>> = { REJ: 'refused', CFG: 'config', NET: 'network', IO: 'disk' }

describe('group D', () => {
  test.each(ROWS)('$id $outcome: $about', async ({ outcome, code, run }) => {
    if (code === undefined) {
      const warnings = (await run()) ?? []
      expect(warnings.length > 0).toBe(outcome === 'WARN')
      return
    }
    const error = await Promise.resolve(run()).then(
      () => undefined,
      (cause: unknown) => cause as CnbError,
    )
    expect(error).toMatchObject({ name: 'CnbError', code })
    expect(ERROR_KINDS[code]).toBe(KINDS[outcome])
    expect(error?.message).not.toMatch(/secret/)
  })
})
