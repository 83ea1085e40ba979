import type { OutcomeOptions } from './order-outcomes.js'
import type { RunOptions } from './run-options.js'

/** What `showOrder` is asked for. Texts are as a user writes them. */
export interface OrderOptions extends RunOptions, OutcomeOptions {
  /** builder.toml, a folder with one, or a builder that was published; undefined for the builder.toml of the current folder. */
  readonly name: string | undefined
  /** Whether detection is walked through. */
  readonly explain: boolean
  /** `os/arch[/variant][:distro[@version]]` of the run image; undefined where every target is to fit. */
  readonly target: string | undefined
  /** undefined for the newest one that the lifecycle has. */
  readonly platformApi: string | undefined
  /** undefined for that of the environment, or `production`. */
  readonly execEnv: string | undefined
  /** Whether extensions are let through where they are experimental. */
  readonly experimental: boolean
  /** `REF=PLACE`: read PLACE wherever the file says REF. */
  readonly replace: readonly string[]
}
