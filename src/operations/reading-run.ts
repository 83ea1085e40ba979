import type { Diagnostic } from '../errors.js'
import { type Connections, withConnections } from './connections.js'
import { Problems } from './problems.js'
import type { RunOptions } from './run-options.js'
import { runSettings, type RunSettings } from './run-settings.js'
import type { Surroundings } from './surroundings.js'

/** What a run that writes no image works with. */
export interface ReadingRun extends Connections {
  readonly settings: RunSettings
  readonly problems: Problems
  /** Fit to report to. */
  readonly surroundings: Surroundings
}

/** What came of a run, and what was warned about on the way. */
export interface Outcome<Result> {
  readonly result: Result
  readonly warnings: readonly Diagnostic[]
}

/** Does some work that reads images and writes none. @throws CnbError without secrets */
export async function withReadingRun<Result>(
  options: RunOptions,
  surroundings: Surroundings,
  work: (run: ReadingRun) => Promise<Result>,
): Promise<Result> {
  const problems = new Problems()
  return problems.guard(surroundings, async (guarded) => {
    const settings = runSettings(options, guarded.host, problems.report)
    problems.check()
    return withConnections({ options, settings, outputs: [], problems }, guarded, (connections) =>
      work({ ...connections, settings, problems, surroundings: guarded }),
    )
  })
}
