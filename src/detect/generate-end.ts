/**
 * Exit statuses of the detector when extensions generate.
 * @see https://github.com/buildpacks/lifecycle/blob/v0.21.0/platform/exit.go
 */
export const GENERATE_EXIT = {
  /** A `bin/generate` ended with another status than 0. */
  scriptFailed: 91,
  /** What was put out is not taken. */
  failed: 92,
} as const

/** Ends the generation before it has come to a result. */
export class GenerateEnd extends Error {
  readonly exit: number

  constructor(exit: number, reason: string) {
    super(reason)
    this.exit = exit
  }
}
