import type { Report } from '../errors.js'
import type { Reporter } from '../events.js'

/** Characters of a warning that are shown. @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#warnings */
const MAX_WARNING = 4096
/** `299 - "text"`: the only form that the distribution spec has. */
const WARNING = /299 - "((?:[^"\\]|\\.)*)"/g

/** What a registry says beside its answers; each thing is passed on once. */
export class Notices {
  readonly #registry: string
  readonly #report: Report
  readonly #events: Reporter
  readonly #warned = new Set<string>()
  #isRateTold = false

  constructor(registry: string, report: Report, events: Reporter) {
    this.#registry = registry
    this.#report = report
    this.#events = events
  }

  take(headers: ReadonlyMap<string, string>): void {
    for (const [, quoted = ''] of headers.get('warning')?.matchAll(WARNING) ?? []) this.#warn(quoted)
    const remaining = headers.get('ratelimit-remaining')
    if (remaining !== undefined) this.#tellRate(remaining, headers.get('ratelimit-limit'))
  }

  #warn(quoted: string): void {
    const text = quoted.replaceAll(/\\(.)/g, '$1').slice(0, MAX_WARNING)
    if (this.#warned.has(text)) return
    this.#warned.add(text)
    this.#report({
      rule: 'registry-warning',
      severity: 'warning',
      message: `${this.#registry} says: ${text}`,
      place: { file: this.#registry },
    })
  }

  #tellRate(remaining: string, limit: string | undefined): void {
    const line = rateLine(remaining, limit)
    if (this.#isRateTold || line === undefined) return
    this.#isRateTold = true
    this.#events({ kind: 'notice', text: `${this.#registry} reports a rate limit: ${line}` })
  }
}

/**
 * `76 of 100 requests left in 6 hours`, out of `76;w=21600` and `100;w=21600`; undefined when there is no number.
 *
 * @see https://docs.docker.com/docker-hub/usage/pulls/
 */
export function rateLine(remaining: string, limit: string | undefined): string | undefined {
  const left = /^\d+/.exec(remaining)?.[0]
  if (left === undefined) return undefined
  const all = /^\d+/.exec(limit ?? '')?.[0]
  const seconds = /;\s*w=(\d+)/.exec(remaining)?.[1]
  const count = all === undefined ? left : `${left} of ${all}`
  return `${count} requests left${seconds === undefined ? '' : ` in ${printWindow(Number(seconds))}`}`
}

function printWindow(seconds: number): string {
  if (seconds >= 7200) return `${Math.round(seconds / 3600)} hours`
  return seconds >= 120 ? `${Math.round(seconds / 60)} minutes` : `${seconds} seconds`
}
