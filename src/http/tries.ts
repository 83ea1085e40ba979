import { HttpError } from './failure.js'
import { waitBeforeRetry } from './retry.js'
import type { Clock } from './settings.js'

/** The tries of one operation. */
export class Tries {
  readonly #clock: Clock
  #failed = 0
  #unreachable = 0
  #failingSince: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Of the try that is under way, from 1. */
  get number(): number {
    return this.#failed + 1
  }

  /** What failed before does not count any more. */
  progressed(): void {
    this.#failed = 0
    this.#failingSince = undefined
  }

  /** Waits until it is time for another try. @throws the error when there is none; the signal's reason */
  async failed(error: unknown, idempotent: boolean, signal?: AbortSignal): Promise<void> {
    if (!(error instanceof HttpError)) throw error
    this.#failed++
    this.#unreachable = error.outcome.kind === 'unreachable' ? this.#unreachable + 1 : 0
    const now = this.#clock.now()
    this.#failingSince ??= now
    const wait = waitBeforeRetry({
      attempt: this.#failed,
      unreachable: this.#unreachable,
      outcome: error.outcome,
      idempotent,
      now,
      failingSince: this.#failingSince,
      random: this.#clock.random(),
    })
    if (wait === undefined) throw this.#failed === 1 ? error : error.after(this.#failed)
    await this.#clock.sleep(wait, signal)
  }
}
