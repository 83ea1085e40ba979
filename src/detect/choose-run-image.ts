import type { FoundDockerfile } from './extension-output.js'

/** What becomes of the Dockerfiles of a group, in its order. */
export interface RunImageChoice {
  /** The image to which the last run.Dockerfile with one of its own switches; undefined when none does. */
  readonly newBase: string | undefined
  /** Whether a run.Dockerfile from there on has an instruction beside `FROM`. */
  readonly extend: boolean
  /** The run.Dockerfiles before that one: they have no effect. */
  readonly ignored: ReadonlySet<FoundDockerfile>
}

/** Which run image comes out of it: the last switch wins, and what was before it is void. */
export function chooseRunImage(dockerfiles: readonly FoundDockerfile[]): RunImageChoice {
  const onRun = dockerfiles.filter(({ image }) => image === 'run')
  const winner = onRun.findLastIndex(({ dockerfile }) => dockerfile.newBase !== undefined)
  const kept = onRun.slice(Math.max(winner, 0))
  return {
    newBase: onRun[winner]?.dockerfile.newBase,
    extend: kept.some(({ dockerfile }) => dockerfile.instructions.length > 0),
    ignored: new Set(onRun.slice(0, Math.max(winner, 0))),
  }
}
