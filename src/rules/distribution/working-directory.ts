import type { Artifact, Fail } from './row.js'

/** Where the lifecycle works. */
const WORKING_DIRECTORY = '/layers'

/** That an image begins in the folder in which the lifecycle works. */
export function checkWorkingDirectory({ image }: Artifact, fail: Fail): void {
  const container = image.config.raw.get('config')
  const directory = container instanceof Map ? (container as ReadonlyMap<string, unknown>).get('WorkingDir') : undefined
  if (directory === WORKING_DIRECTORY) return
  const shown = typeof directory === 'string' ? directory : ''
  fail({
    message: `the image works in ${shown === '' ? '/' : shown} instead of ${WORKING_DIRECTORY}`,
    value: shown,
    fix: `set WorkingDir to ${WORKING_DIRECTORY}`,
  })
}
