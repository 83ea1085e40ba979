import { Cache } from '../cache/cache.js'
import type { Diagnostic } from '../errors.js'
import type { Limits } from '../limits.js'
import type { NetworkOptions } from './network-options.js'
import { scratchParent } from './outputs.js'
import { Outside, type OutsideContext } from './outside.js'
import { Problems } from './problems.js'
import { runSettings, type RunSettings } from './run-settings.js'
import { Scratch } from './scratch.js'
import type { Surroundings } from './surroundings.js'

/** What decides over the world of a run. */
export interface OpenOptions extends Pick<OutsideContext, 'settings' | 'outputs' | 'problems'> {
  readonly options: OutsideContext['options'] & { readonly cacheDirectory: string | undefined }
}

/** What a run has of the world. */
export interface Opened {
  readonly outside: Outside
  readonly cache: Cache
}

/** Does some work with all that reads and writes images, and ends that. @throws what the work throws */
export async function withOutside<Result>(
  { options, settings, outputs, problems }: OpenOptions,
  surroundings: Surroundings,
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  const { host } = surroundings
  const { user, now } = host
  const scratch = new Scratch(scratchParent(outputs, host))
  const cache = new Cache({ directory: options.cacheDirectory, scratch: scratch.path, user, now })
  const outside = new Outside({ ...surroundings, settings, outputs, options, problems, cache, scratch: scratch.path })
  try {
    return await work({ outside, cache })
  } finally {
    await outside.close()
    scratch.remove()
  }
}

/** What a run that writes no image is asked for, whatever else it is. */
export interface LookingOptions extends NetworkOptions {
  readonly cacheDirectory: string | undefined
  readonly limits: Limits
}

/** What such a run works with. */
export interface Looking {
  readonly outside: Outside
  readonly settings: RunSettings
  readonly problems: Problems
  /** Fit to report to. */
  readonly surroundings: Surroundings
}

/** What came of such a run. */
export interface Looked<Result> {
  readonly result: Result
  readonly warnings: readonly Diagnostic[]
}

/** Does what only asks the world. @throws CnbError without secrets */
export async function looking<Result>(
  options: LookingOptions,
  surroundings: Surroundings,
  act: (looking: Looking) => Promise<Result>,
): Promise<Result> {
  const problems = new Problems()
  return problems.guard(surroundings, async (guarded) => {
    const settings = runSettings(options, guarded.host, problems.report)
    problems.check()
    const open = { options: { ...options, verifyTag: false }, settings, outputs: [], problems }
    return withOutside(open, guarded, ({ outside }) => act({ outside, settings, problems, surroundings: guarded }))
  })
}
