import type { Diagnostic } from '../errors.js'
import type { Limits } from '../limits.js'
import { type Connections, withConnections } from './connections.js'
import type { NetworkOptions } from './network-options.js'
import { Problems } from './problems.js'
import { runSettings, type RunSettings } from './run-settings.js'
import type { Surroundings } from './surroundings.js'

/** Options of every run that writes no image. */
export interface LookingOptions extends NetworkOptions {
  readonly cacheDirectory: string | undefined
  readonly limits: Limits
}

/** What such a run works with. */
export interface Looking extends Connections {
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

/** Does some work that reads images and writes none. @throws CnbError without secrets */
export async function looking<Result>(
  options: LookingOptions,
  surroundings: Surroundings,
  act: (looking: Looking) => Promise<Result>,
): Promise<Result> {
  const problems = new Problems()
  return problems.guard(surroundings, async (guarded) => {
    const settings = runSettings(options, guarded.host, problems.report)
    problems.check()
    return withConnections({ options, settings, outputs: [], problems }, guarded, (connections) =>
      act({ ...connections, settings, problems, surroundings: guarded }),
    )
  })
}
