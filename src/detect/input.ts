import type { ApiVersion } from '../cnb/api-version.js'
import type { ModuleId, ModuleKind } from '../cnb/module.js'
import type { DetectLimits } from './budget.js'
import type { SystemMembers } from './group-member.js'
import type { DetectModule, DetectOrder, DetectOutcome } from './module.js'
import type { ImageTarget } from './targets.js'

/** What a builder says of its orders, versions filled in. */
export interface OrderFacts {
  readonly order: DetectOrder
  readonly orderExtensions: DetectOrder
  readonly system: SystemMembers
  readonly modules: readonly DetectModule[]
}

/** All that a detection depends on. */
export interface DetectInput extends OrderFacts {
  /** undefined where no analyzed.toml tells it. */
  readonly runImage: ImageTarget | undefined
  /** The text of /etc/os-release of the build image, which counts where the run image has no labels; empty for none. */
  readonly osRelease: string
  /** Of the machine that the lifecycle runs on. */
  readonly arch: string
  /** As the platform spells it. */
  readonly platformApi: string
  /** Those that the lifecycle supports. */
  readonly apis: { readonly platform: readonly ApiVersion[]; readonly buildpack: readonly ApiVersion[] }
  readonly execEnv: string
  /** Whether CNB_EXPERIMENTAL_MODE lets extensions through where they are experimental. */
  readonly experimental: boolean
  /** What running `bin/detect` of a module comes to; asked for those only that have one. */
  readonly outcomeOf: (module: ModuleId & { readonly kind: ModuleKind }) => DetectOutcome
  readonly limits: DetectLimits
}
