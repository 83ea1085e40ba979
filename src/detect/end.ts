/**
 * Exit statuses of the detector.
 * @see https://github.com/buildpacks/lifecycle/blob/v0.21.0/platform/exit.go
 */
export const DETECTOR_EXIT = {
  passed: 0,
  /** It could not begin: a file is missing, or is not what it should be. */
  failed: 1,
  /** How a Go program ends that crashes. */
  crash: 2,
  platformApi: 11,
  buildpackApi: 12,
  nothingPassed: 20,
  nothingPassedWithErrors: 21,
  detectError: 22,
} as const

/** Ends the detector before it has come to a result. */
export class DetectionEnd extends Error {
  readonly exit: number

  constructor(exit: number, reason: string) {
    super(reason)
    this.exit = exit
  }
}
