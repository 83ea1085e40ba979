import type { Outcome } from './failure.js'

/** All that the decision depends on. Times are milliseconds. */
export interface FailedTry {
  /** How many tries have failed, counted from 1. */
  readonly attempt: number
  /** How many of them, the newest ones, found nobody there: what failed in another way before is no reason to end sooner. */
  readonly unreachable: number
  readonly outcome: Outcome
  /** Whether doing it twice is as good as once. */
  readonly idempotent: boolean
  readonly now: number
  /** When the first of these tries failed. */
  readonly failingSince: number
  /** From 0 up to, but not including, 1. */
  readonly random: number
}

const SECOND = 1000
/** Tries in all. */
const TRIES = 6
/** Tries in all where nobody answers: more would keep somebody waiting who mistyped a name. */
const TRIES_TO_CONNECT = 3
const CONNECT_WAIT = 0.5 * SECOND
const FIRST_WAIT = 0.3 * SECOND
const LONGEST_WAIT = 20 * SECOND
const LONGEST_TOLD_WAIT = 120 * SECOND
const BUDGET = 300 * SECOND
/** Of a wait that was told, so that those who were told the same do not come back at the same instant. */
const JITTER = 0.1

/** Answers that may be another one the next time. 499, 522, 524 and 525 are what proxies say of the server behind them. */
const TRANSIENT = new Set([408, 425, 429, 499, 500, 502, 503, 504, 522, 524, 525])
/** Answers that say that nothing was done. */
const NOT_DONE = new Set([425, 429])

/** How long to wait before the next try; undefined when there is none. */
export function waitBeforeRetry(failed: FailedTry): number | undefined {
  const wait = waitFor(failed)
  return wait === undefined || failed.now - failed.failingSince + wait > BUDGET ? undefined : wait
}

function waitFor({ attempt, unreachable, outcome, idempotent, now, random }: FailedTry): number | undefined {
  if (attempt >= TRIES) return undefined
  if (outcome.kind === 'unreachable') {
    return unreachable < TRIES_TO_CONNECT ? CONNECT_WAIT * 2 ** (unreachable - 1) : undefined
  }
  const backOff = random * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt)
  if (outcome.kind === 'cut') return idempotent ? backOff : undefined
  if (!TRANSIENT.has(outcome.status) || !(idempotent || NOT_DONE.has(outcome.status))) return undefined
  const told = parseRetryAfter(outcome.retryAfter, now)
  return told === undefined ? backOff : told * (1 + JITTER * random)
}

/** Three letters of a weekday, a day, a month, a year and a time: the form that servers must send. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/

/**
 * Milliseconds to wait, at most two minutes; undefined for what is neither seconds nor a date.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function parseRetryAfter(text: string | undefined, now: number): number | undefined {
  const trimmed = text?.trim() ?? ''
  const wait = /^\d+$/.test(trimmed)
    ? Number(trimmed) * SECOND
    : HTTP_DATE.test(trimmed)
      ? Math.max(0, Date.parse(trimmed) - now)
      : Number.NaN
  return Number.isNaN(wait) ? undefined : Math.min(wait, LONGEST_TOLD_WAIT)
}
