import type { Order, SystemModules } from './order.js'
import type { Target } from './target.js'

/** One entry of `[[buildpacks]]` or `[[extensions]]`. Empty strings are keys that the file leaves out. */
export interface ModuleEntry {
  readonly uri: string
  /** Deprecated form of `uri = "docker://…"`. */
  readonly image: string
  readonly id: string
  readonly version: string
}

/** One entry of `[[run.images]]`. */
export interface RunImage {
  readonly image: string
  /** undefined when the file has no `mirrors` key: run.toml then has none either. */
  readonly mirrors: readonly string[] | undefined
}

/** One entry of `[[build.env]]`. */
export interface BuildEnv {
  readonly name: string
  readonly value: string
  readonly suffix: string
  readonly delim: string
}

/** builder.toml, with `[stack]` folded into `[build]` and `[run]` as pack does. Arrays keep the positions of the file. */
export interface BuilderConfig {
  readonly description: string
  readonly buildpacks: readonly ModuleEntry[]
  readonly extensions: readonly ModuleEntry[]
  /** undefined when the file has no `order` key: its label then says `null`, and `[]` for an empty one. */
  readonly order: Order | undefined
  readonly orderExtensions: Order | undefined
  readonly system: SystemModules
  /** Empty when the file sets none. */
  readonly stackId: string
  readonly buildImage: string
  readonly runImages: readonly RunImage[]
  readonly lifecycle: { readonly version: string; readonly uri: string }
  readonly buildEnv: readonly BuildEnv[]
  readonly targets: readonly Target[]
}
