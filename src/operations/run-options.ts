import type { Limits } from '../limits.js'
import type { NetworkOptions } from './network-options.js'

/** Options of every run that reads images: how it reaches the network, what it keeps, and what it takes. */
export interface RunOptions extends NetworkOptions {
  /** Where things are kept for the next run; undefined to keep nothing. */
  readonly cacheDirectory: string | undefined
  readonly limits: Limits
}
