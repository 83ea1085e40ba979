import { Cache } from '../cache/cache.js'
import type { Diagnostic } from '../errors.js'
import type { Limits } from '../limits.js'
import type { NetworkOptions } from './network-options.js'
import { Outside } from './outside.js'
import { Problems } from './problems.js'
import { runSettings, type RunSettings } from './run-settings.js'
import { Scratch } from './scratch.js'
import type { Surroundings } from './surroundings.js'

/** What a run that writes no image is asked for, whatever else it is. */
export interface LookingOptions extends NetworkOptions {
  readonly cacheDirectory: string | undefined
  readonly limits: Limits
}

/** What such a run works with. */
export interface Looking {
  readonly outside: Outside
  readonly settings: RunSettings
}

/** What came of such a run. */
export interface Looked<Result> {
  readonly result: Result
  readonly warnings: readonly Diagnostic[]
}

/** Does what only asks the world, with all that it needs for that, and closes it. @throws CnbError without secrets */
export async function withOutside<Result>(
  options: LookingOptions,
  surroundings: Surroundings,
  act: (looking: Looking) => Promise<Result>,
): Promise<Looked<Result>> {
  const problems = new Problems()
  return problems.guard(surroundings, (guarded) => look(options, guarded, problems, act))
}

async function look<Result>(
  options: LookingOptions,
  surroundings: Surroundings,
  problems: Problems,
  act: (looking: Looking) => Promise<Result>,
): Promise<Looked<Result>> {
  const { host } = surroundings
  const settings = runSettings(options, host, problems.report)
  problems.check()
  const scratch = new Scratch(host.temporaryDirectory)
  const { user, now } = host
  const cache = new Cache({ directory: options.cacheDirectory, scratch: scratch.path, user, now })
  const outside = new Outside({
    ...surroundings,
    settings,
    outputs: [],
    options: { ...options, verifyTag: false },
    problems,
    cache,
    scratch: scratch.path,
  })
  try {
    return { result: await act({ outside, settings }), warnings: problems.warnings }
  } finally {
    await outside.close()
    scratch.remove()
  }
}
