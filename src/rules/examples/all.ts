import { API_EXAMPLES } from './apis.js'
import type { RuleExamples } from './example.js'
import { IDENTITY_EXAMPLES } from './identity.js'
import { MIXIN_EXAMPLES } from './mixins.js'
import { SCHEMA_EXAMPLES } from './schema.js'
import { STACK_EXAMPLES } from './stacks.js'

/** An example of every rule. */
export const EXAMPLES: RuleExamples = {
  ...API_EXAMPLES,
  ...IDENTITY_EXAMPLES,
  ...MIXIN_EXAMPLES,
  ...SCHEMA_EXAMPLES,
  ...STACK_EXAMPLES,
}
