import type { Clock } from './settings.js'

/** Of the time that a host asked for; so that those who waited together do not go on at the same instant. */
const JITTER = 0.1

/** Hosts that asked for a pause: nobody speaks to one before it is over. */
export class Gates {
  readonly #clock: Clock
  readonly #closed = new Map<string, { readonly until: number; readonly pause: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Nobody passes for so many milliseconds from now. */
  close(host: string, pause: number): void {
    const until = this.#clock.now() + pause
    if (until > (this.#closed.get(host)?.until ?? 0)) this.#closed.set(host, { until, pause })
  }

  /** Ends when the host may be spoken to. @throws the signal's reason */
  async pass(host: string, signal?: AbortSignal): Promise<void> {
    for (let gate = this.#closed.get(host); gate !== undefined; gate = this.#closed.get(host)) {
      const left = gate.until - this.#clock.now()
      if (left <= 0) {
        this.#closed.delete(host)
        return
      }
      await this.#clock.sleep(left + JITTER * gate.pause * this.#clock.random(), signal)
    }
  }
}
