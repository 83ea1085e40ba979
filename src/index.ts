/** The library: the verbs of the command line as functions. docs/json.md describes their results. */
export { CnbError, EXIT_STATUS, type Diagnostic, type ErrorCode, type ErrorKind, type Place } from './errors.js'
export type { Reporter, TrowelEvent } from './events.js'
export { DEFAULT_LIMITS, type Limits } from './limits.js'
export type { BuilderPlanResult, BuilderResult } from './operations/builder-result.js'
export { createBuilder, type CreateBuilderOutcome, type Surroundings } from './operations/create-builder.js'
export type { CreateBuilderOptions } from './operations/create-builder-options.js'
export { architectureOf, type Host } from './operations/host.js'
