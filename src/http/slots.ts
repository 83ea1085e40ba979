/** Requests under way at once: to one host, and in all. */
export interface SlotLimits {
  readonly perHost: number
  readonly overall: number
}

interface Waiting {
  readonly host: string
  readonly start: () => void
}

/** Lets so many through at once, in the order in which they came, except that nobody waits behind a busy host. */
export class HostSlots {
  readonly #limits: SlotLimits
  readonly #busy = new Map<string, number>()
  readonly #queue: Waiting[] = []
  #overall = 0

  constructor(limits: SlotLimits) {
    this.#limits = limits
  }

  /** Ends when it is the caller's turn; the function that it gives ends the turn. @throws the signal's reason */
  async take(host: string, signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted()
    if (!this.#isFree(host)) await this.#turn(host, signal)
    else this.#occupy(host)
    let released = false
    return () => {
      if (released) return
      released = true
      this.#release(host)
    }
  }

  #turn(host: string, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        host,
        start: () => {
          signal?.removeEventListener('abort', stop)
          resolve()
        },
      }
      const stop = (): void => {
        this.#queue.splice(this.#queue.indexOf(waiting), 1)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', stop, { once: true })
      this.#queue.push(waiting)
    })
  }

  #isFree(host: string): boolean {
    return this.#overall < this.#limits.overall && (this.#busy.get(host) ?? 0) < this.#limits.perHost
  }

  #occupy(host: string): void {
    this.#overall++
    this.#busy.set(host, (this.#busy.get(host) ?? 0) + 1)
  }

  #release(host: string): void {
    this.#overall--
    this.#busy.set(host, (this.#busy.get(host) ?? 1) - 1)
    const next = this.#queue.findIndex((waiting) => this.#isFree(waiting.host))
    const [waiting] = next < 0 ? [] : this.#queue.splice(next, 1)
    if (waiting === undefined) return
    this.#occupy(waiting.host)
    waiting.start()
  }
}
