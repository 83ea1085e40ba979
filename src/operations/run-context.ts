import type { Cache } from '../cache/cache.js'
import type { Output } from './outputs.js'
import type { Problems } from './problems.js'
import type { RunOptions } from './run-options.js'
import type { RunSettings } from './run-settings.js'
import type { Surroundings } from './surroundings.js'

/** What reading and writing images needs beside the surroundings. */
export interface RunContext extends Surroundings {
  readonly options: RunOptions & {
    /** True when it is an error that a tag which was just written stands for something else. */
    readonly verifyTag?: boolean | undefined
    /** True when images are read from registries, whatever an engine has. */
    readonly publish?: boolean | undefined
  }
  readonly settings: RunSettings
  readonly outputs: readonly Output[]
  readonly problems: Problems
  readonly cache: Cache
  /** A directory for what must be unpacked; made when it is asked for. */
  readonly scratch: () => string
}
