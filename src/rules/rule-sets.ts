import type { ModulesInput } from '../plan/modules-input.js'
import type { PackageInput } from '../plan/package-input.js'
import { API_RULES, PACKAGED_API_RULES } from './api.js'
import { BASE_RULES } from './base.js'
import { BUILDER_RULES } from './builder.js'
import { COMPOSITE_RULES, PACKAGED_COMPOSITE_RULES } from './composites.js'
import { ENV_RULES } from './env.js'
import { DECLARED_RULES } from './declared-identity.js'
import { FILLED_IN_RULES, IDENTITY_RULES } from './identity.js'
import { IDENTITY_CLASH_RULES } from './identity-clashes.js'
import { LIFECYCLE_RULES } from './lifecycle.js'
import { LIMIT_RULES } from './limits.js'
import { MIXIN_RULES } from './mixins.js'
import { ORDER_REF_RULES } from './order-refs.js'
import { COMPOSITE_ORDER_RULES, ORDER_RULES } from './orders.js'
import { PACKAGE_LIMIT_RULES } from './package-limits.js'
import { MEMBER_RULES } from './package-members.js'
import { PACKAGE_STACK_RULES } from './package-stacks.js'
import { PACKAGE_TARGET_RULES } from './package-targets.js'
import type { Rule } from './rule.js'
import { MODULE_STACK_RULES, STACK_RULES } from './stacks.js'
import { PACKAGED_TARGET_RULES } from './target-names.js'
import { TARGET_RULES } from './targets.js'

/** Every judgement that is made before a builder is: what cannot be made, or would be surprising. */
export const RULES: readonly Rule[] = [
  ...BUILDER_RULES,
  ...ENV_RULES,
  ...LIFECYCLE_RULES,
  ...BASE_RULES,
  ...IDENTITY_RULES,
  ...IDENTITY_CLASH_RULES,
  ...FILLED_IN_RULES,
  ...DECLARED_RULES,
  ...API_RULES,
  ...STACK_RULES,
  ...MODULE_STACK_RULES,
  ...MIXIN_RULES,
  ...TARGET_RULES,
  ...ORDER_REF_RULES,
  ...ORDER_RULES,
  ...COMPOSITE_RULES,
  ...LIMIT_RULES,
]

/** The same for a package. One with the id of a rule above says the same. */
export const PACKAGE_RULES: readonly Rule<PackageInput>[] = [
  ...IDENTITY_RULES,
  ...IDENTITY_CLASH_RULES,
  ...FILLED_IN_RULES,
  ...PACKAGED_API_RULES,
  ...MODULE_STACK_RULES,
  ...PACKAGED_COMPOSITE_RULES,
  ...COMPOSITE_ORDER_RULES,
  ...MEMBER_RULES,
  ...PACKAGE_STACK_RULES,
  ...PACKAGE_TARGET_RULES,
  ...PACKAGED_TARGET_RULES,
  ...PACKAGE_LIMIT_RULES,
]

/** What `check` says of a module of whatever builder or package. */
export const MODULE_RULES: readonly Rule<ModulesInput>[] = [
  ...IDENTITY_RULES,
  ...IDENTITY_CLASH_RULES,
  ...MODULE_STACK_RULES,
  ...PACKAGED_COMPOSITE_RULES,
  ...COMPOSITE_ORDER_RULES,
]
