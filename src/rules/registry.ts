import { API_RULES } from './api.js'
import { BASE_RULES } from './base.js'
import { BUILDER_RULES } from './builder.js'
import { COMPOSITE_RULES } from './composites.js'
import { ENV_RULES } from './env.js'
import { IDENTITY_RULES } from './identity.js'
import { LIFECYCLE_RULES } from './lifecycle.js'
import { LIMIT_RULES } from './limits.js'
import { MIXIN_RULES } from './mixins.js'
import { ORDER_REF_RULES } from './order-refs.js'
import { ORDER_RULES } from './orders.js'
import type { Rule } from './rule.js'
import { STACK_RULES } from './stacks.js'
import { TARGET_RULES } from './targets.js'

/** Every judgement about a builder. An id stands in one place only. */
export const RULES: readonly Rule[] = [
  ...BUILDER_RULES,
  ...ENV_RULES,
  ...LIFECYCLE_RULES,
  ...BASE_RULES,
  ...IDENTITY_RULES,
  ...API_RULES,
  ...STACK_RULES,
  ...MIXIN_RULES,
  ...TARGET_RULES,
  ...ORDER_REF_RULES,
  ...ORDER_RULES,
  ...COMPOSITE_RULES,
  ...LIMIT_RULES,
]
