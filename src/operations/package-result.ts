import type { Stack } from '../cnb/stack.js'
import type { ImageResult, PlatformPlan, Replaced } from './image-result.js'

/** What `packageModule` made, as data. */
export interface PackageResult extends ImageResult, PackagedModule {}

/** What a package holds. */
export interface PackagedModule {
  /** `id@version` of the module that it is named after. */
  readonly module: string
  /** Stacks that all of its modules run on; null for an extension. */
  readonly stacks: readonly Stack[] | null
}

/** What `packageModule` would make; `--dry-run` prints it. */
export interface PackagePlanResult extends PackagedModule {
  readonly name: string
  readonly places: readonly string[]
  readonly platforms: readonly PlatformPlan[]
  readonly replaced: readonly Replaced[]
}
