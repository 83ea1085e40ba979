/** What detection may take: in the worst case it is exponential in the length of an order. */
export interface DetectLimits {
  /** Groups that are tried. The lifecycle needs about 0.2 ms for each. */
  readonly trials: number
  /** Combinations of build plan alternatives, over all trials. The lifecycle needs about 14 µs and 0.9 kB for each. */
  readonly tries: number
  /** Members looked at, over everything: the other two bound nothing where a group has thousands of them. */
  readonly steps: number
}

/** Far above any order that people wait for: the lifecycle takes seconds for as much. About a second of ours. */
export const DETECT_LIMITS: DetectLimits = { trials: 20_000, tries: 100_000, steps: 20_000_000 }

/** Ends a detection that would take too long. */
export class LimitReached extends Error {
  readonly limit: keyof DetectLimits

  constructor(limit: keyof DetectLimits) {
    super(`the limit of ${limit} is reached`)
    this.limit = limit
  }
}

/** Counts what a detection takes. */
export class Budget {
  readonly #limits: DetectLimits
  readonly #spent = { trials: 0, tries: 0, steps: 0 }

  constructor(limits: DetectLimits) {
    this.#limits = limits
  }

  get spent(): DetectLimits {
    return this.#spent
  }

  /** @throws LimitReached */
  spend(what: keyof DetectLimits, count = 1): void {
    if (this.#spent[what] + count > this.#limits[what]) throw new LimitReached(what)
    this.#spent[what] += count
  }
}
