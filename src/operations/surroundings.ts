import type { Reporter } from '../events.js'
import type { Host } from './host.js'

/** What an operation is given besides its options. */
export interface Surroundings {
  readonly host: Host
  /** Of trowel, for the `User-Agent` header. */
  readonly version: string
  readonly report: Reporter
  readonly signal?: AbortSignal | undefined
}
