import type { CreatedBy } from '../cnb/created-by.js'
import type { ModuleId, ModuleKind } from '../cnb/module.js'
import type { Target } from '../cnb/target.js'
import type { ModulesInput } from './modules-input.js'

/** All that decides a package for one platform. */
export interface PackageInput extends ModulesInput {
  /** What is packaged. */
  readonly kind: ModuleKind
  /** What it is for: one distro at most. The architecture is empty when nobody names one. */
  readonly target: Target
  /** Who made the image; nobody when it is undefined. */
  readonly createdBy: CreatedBy | undefined
  /** undefined unless `--flatten` is given; then the modules that keep a layer of their own. */
  readonly flatten: { readonly exclude: readonly ModuleId[] } | undefined
}
