import type { RunOptions } from './run-options.js'

/** What `checkFiles` is asked for. Texts are as a user writes them. */
export interface CheckOptions extends RunOptions {
  /** Files, folders, or images; none for the current folder. */
  readonly names: readonly string[]
  /** Path of trowel.toml; undefined for the one that is found from the current folder upwards. */
  readonly config: string | undefined
  /** `NAME` or `lifecycle@VERSION`; undefined for what trowel.toml says, or else `pack`. */
  readonly profile: string | undefined
  /** `error`, `warning` or `info`; undefined for what trowel.toml says, or else `error`. */
  readonly failOn: string | undefined
  /** `YYYY-MM-DD`; undefined for today. */
  readonly asOf: string | undefined
  /** `os/arch[/variant]`; any of them replaces the targets of the files. */
  readonly targets: readonly string[]
  /** `REF=PLACE`: read PLACE wherever the files say REF. */
  readonly replace: readonly string[]
  readonly experimental: boolean
  /** Reads the layers of images too. */
  readonly deep: boolean
}
