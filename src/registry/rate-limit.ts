import type { Reporter } from '../events.js'

/** Tells once how many requests a registry still allows, when it says so. */
export class RateLimit {
  readonly #registry: string
  readonly #events: Reporter
  #isTold = false

  constructor(registry: string, events: Reporter) {
    this.#registry = registry
    this.#events = events
  }

  take(headers: ReadonlyMap<string, string>): void {
    const line = rateLine(headers.get('ratelimit-remaining'), headers.get('ratelimit-limit'))
    if (this.#isTold || line === undefined) return
    this.#isTold = true
    this.#events({ kind: 'notice', text: `${this.#registry} reports a rate limit: ${line}` })
  }
}

/**
 * `76 of 100 requests left in 6 hours`, out of `76;w=21600` and `100;w=21600`; undefined when there is no number.
 *
 * @see https://docs.docker.com/docker-hub/usage/pulls/
 */
function rateLine(remaining: string | undefined, limit: string | undefined): string | undefined {
  const left = /^\d+/.exec(remaining ?? '')?.[0]
  if (left === undefined) return undefined
  const all = /^\d+/.exec(limit ?? '')?.[0]
  const seconds = /;\s*w=(\d+)/.exec(remaining ?? '')?.[1]
  const count = all === undefined ? left : `${left} of ${all}`
  return `${count} requests left${seconds === undefined ? '' : ` in ${printWindow(Number(seconds))}`}`
}

function printWindow(seconds: number): string {
  if (seconds >= 7200) return `${Math.round(seconds / 3600)} hours`
  return seconds >= 120 ? `${Math.round(seconds / 60)} minutes` : `${seconds} seconds`
}
