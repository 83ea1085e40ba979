/** A CNB target. An empty string is a part that the file leaves out. */
export interface Target {
  readonly os: string
  readonly arch: string
  readonly variant: string
  readonly distros: readonly Distro[]
}

export interface Distro {
  readonly name: string
  readonly version: string
}
