import type { ErrorCode } from '#src/errors.js'

/** Refuse, wrong configuration, accept, accept in one form, accept with a warning. */
export type Outcome = 'REJ' | 'CFG' | 'ACC' | 'NORM' | 'WARN'

/** One bad or odd input: a module archive, and what must become of it. */
export interface Row {
  readonly id: string
  readonly about: string
  readonly outcome: Outcome
  /** Of the error, or of the warning. */
  readonly code?: ErrorCode | `W_${string}`
  /** The archive, compressed or not. */
  make(): Uint8Array
  /** The plain archive that it must become the same layer as. */
  same?: () => Uint8Array
  /** What the command line needs for this outcome. */
  readonly flags?: readonly string[]
  /** Set when the archive itself is fine and what reads modules must judge it. */
  readonly judgedBy?: 'module'
}

/** An id that no module archive alone can show. */
export interface RowElsewhere {
  readonly id: string
  readonly about: string
  readonly outcome: Outcome | 'IO'
  readonly notApplicable: string
}

export type Parts = readonly Uint8Array[]
