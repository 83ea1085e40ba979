import type { LayerOrder } from './worker-messages.js'

/** An order, and about how many bytes it takes. */
export interface QueuedOrder {
  readonly order: LayerOrder
  readonly bytes: number
}

/** Orders that can be carried out now, the largest first, and those who wait for one. */
export class LayerQueue {
  readonly #ready: QueuedOrder[] = []
  readonly #waiting: { give: (order: LayerOrder | undefined) => void; fail: (reason: unknown) => void }[] = []
  /** Orders that are still to come. */
  #expected: number
  #failure: { readonly reason: unknown } | undefined

  constructor(expected: number) {
    this.#expected = expected
  }

  put(queued: QueuedOrder): void {
    this.#expected--
    const waiting = this.#waiting.shift()
    if (waiting !== undefined) waiting.give(queued.order)
    else {
      const smaller = this.#ready.findIndex(({ bytes }) => bytes < queued.bytes)
      this.#ready.splice(smaller < 0 ? this.#ready.length : smaller, 0, queued)
    }
    if (this.#expected === 0) for (const { give } of this.#waiting.splice(0)) give(undefined)
  }

  /** The largest order that is ready, as soon as there is one; undefined when no more will come. @throws what `fail` was given */
  take(): Promise<LayerOrder | undefined> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.reason)
    const first = this.#ready.shift()
    if (first !== undefined || this.#expected === 0) return Promise.resolve(first?.order)
    return new Promise((give, fail) => this.#waiting.push({ give, fail }))
  }

  /** Lets everybody know that no more will come, and why. */
  fail(reason: unknown): void {
    this.#failure ??= { reason }
    for (const { fail } of this.#waiting.splice(0)) fail(reason)
  }
}
