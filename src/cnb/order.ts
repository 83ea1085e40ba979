import type { ModuleInfo } from './module.js'

/** One entry of a group. `version` is empty when the file leaves it to the packer. */
export interface ModuleRef extends ModuleInfo {
  readonly optional: boolean
}

/** One alternative. `refs` is undefined when the file has no `group` key, which prints as `null` in a label. */
export interface Group {
  readonly refs: readonly ModuleRef[] | undefined
}

/** Ordered alternatives. */
export type Order = readonly Group[]

/** `[system]` of a builder. */
export interface SystemModules {
  readonly pre: readonly ModuleRef[]
  readonly post: readonly ModuleRef[]
}
