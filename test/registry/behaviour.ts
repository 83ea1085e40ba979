import type { ErrorCode } from '#src/errors.js'

/** One behaviour of registries out of the catalogue of bad input, and what must come of it. */
export interface Behaviour {
  readonly id: `R-${number}`
  readonly about: string
  /** Refused, taken, taken with a warning, tried again, or an error of the network or of credentials. */
  readonly outcome: 'REJ' | 'ACC' | 'WARN' | 'RTY' | 'NET' | 'AUTH'
  /** Of the error that `run` must fail with. */
  readonly code?: ErrorCode
  /** Does it, and looks at what came of it. */
  run(): Promise<unknown>
}
