import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRetryAfter, waitBeforeRetry, type FailedTry } from '#src/http/retry.js'

const NOW = Date.parse('2026-01-01T00:00:00Z')

const aFailure = (change: Partial<FailedTry> = {}): FailedTry => ({
  attempt: 1,
  unreachable: 1,
  outcome: { kind: 'cut' },
  idempotent: true,
  now: NOW,
  failingSince: NOW,
  random: 0.5,
  ...change,
})

const answered = (status: number, retryAfter?: string): FailedTry['outcome'] => ({
  kind: 'answered',
  status,
  retryAfter,
})

const anOutcome = fc.oneof(
  fc.constant<FailedTry['outcome']>({ kind: 'cut' }),
  fc.constant<FailedTry['outcome']>({ kind: 'unreachable' }),
  fc
    .tuple(fc.integer({ min: 300, max: 599 }), fc.option(fc.string(), { nil: undefined }))
    .map(([status, retryAfter]) => answered(status, retryAfter)),
)

const anyFailure: fc.Arbitrary<FailedTry> = fc.record({
  attempt: fc.integer({ min: 1, max: 20 }),
  unreachable: fc.integer({ min: 1, max: 20 }),
  outcome: anOutcome,
  idempotent: fc.boolean(),
  now: fc.integer({ min: NOW, max: NOW + 600_000 }),
  failingSince: fc.constant(NOW),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
})

describe('whether to try again, and when', () => {
  test.each([408, 425, 429, 499, 500, 502, 503, 504, 522, 524, 525])(
    'R-08: %d may be another answer next time',
    (status) => {
      expect(waitBeforeRetry(aFailure({ outcome: answered(status) }))).toBe(300)
    },
  )

  test.each([400, 401, 403, 404, 405, 407, 410, 413, 416, 501, 505])('R-09: %d is final', (status) => {
    expect(waitBeforeRetry(aFailure({ outcome: answered(status) }))).toBeUndefined()
  })

  test('waits longer each time, up to 20 seconds, and six tries are enough', () => {
    const waits = [1, 2, 3, 4, 5, 6].map((attempt) => waitBeforeRetry(aFailure({ attempt, random: 0.999_999 })))
    expect(waits.map((wait) => wait && Math.round(wait))).toEqual([600, 1200, 2400, 4800, 9600, undefined])
  })

  test('R-10: knocks three times where nobody answers', () => {
    const outcome = { kind: 'unreachable' } as const
    const waits = [1, 2, 3].map((tries) =>
      waitBeforeRetry(aFailure({ attempt: tries, unreachable: tries, outcome, idempotent: false })),
    )
    expect(waits).toEqual([500, 1000, undefined])
  })

  test('a server that is started again after it has failed is knocked at as often as any other', () => {
    const outcome = { kind: 'unreachable' } as const
    expect(waitBeforeRetry(aFailure({ attempt: 4, unreachable: 1, outcome }))).toBe(500)
    expect(waitBeforeRetry(aFailure({ attempt: 6, unreachable: 1, outcome }))).toBeUndefined()
  })

  test.each([
    ['a cut connection', { kind: 'cut' } as const, undefined],
    ['503', answered(503), undefined],
    ['429, which says that nothing was done', answered(429), 300],
  ])('what must not be done twice is not, after %s', (_, outcome, wait) => {
    expect(waitBeforeRetry(aFailure({ outcome, idempotent: false }))).toBe(wait)
  })

  test('five minutes without progress are enough', () => {
    const outcome = answered(429, '100')
    const now = NOW + 200_000
    expect(waitBeforeRetry(aFailure({ outcome, now, random: 0 }))).toBe(100_000)
    expect(waitBeforeRetry(aFailure({ outcome, now: now + 1, random: 0 }))).toBeUndefined()
  })

  test('no failure is waited for longer than it may be, and every one ends', () => {
    fc.assert(
      fc.property(anyFailure, (failed) => {
        const wait = waitBeforeRetry(failed)
        if (wait === undefined) return
        expect(wait).toBeGreaterThanOrEqual(0)
        expect(wait).toBeLessThanOrEqual(132_000)
        expect(failed.attempt).toBeLessThan(6)
        expect(failed.now + wait - failed.failingSince).toBeLessThanOrEqual(300_000)
      }),
    )
  })
})

describe('R-06: Retry-After', () => {
  test.each([
    ['3', 3000],
    [' 3 ', 3000],
    ['0', 0],
    ['999999', 120_000],
    ['9'.repeat(400), 120_000],
    ['Thu, 01 Jan 2026 00:00:07 GMT', 7000],
    ['Thu, 01 Jan 2026 01:00:00 GMT', 120_000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
    ['-1', undefined],
    ['abc', undefined],
    ['1.5', undefined],
    ['2026-01-01', undefined],
    ['Thu, 99 Jan 2026 00:00:07 GMT', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is a wait of %j ms', (text, wait) => {
    expect(parseRetryAfter(text, NOW)).toBe(wait)
  })

  test('any number of seconds is taken at its word, up to two minutes', () => {
    fc.assert(
      fc.property(fc.nat(), (seconds) => {
        expect(parseRetryAfter(String(seconds), NOW)).toBe(Math.min(seconds * 1000, 120_000))
      }),
    )
  })

  test('any date is the date', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 120 }), (seconds) => {
        const date = new Date(NOW + seconds * 1000).toUTCString()
        expect(parseRetryAfter(date, NOW)).toBe(Math.max(0, seconds * 1000))
      }),
    )
  })
})
