import type { RuleExamples } from './example.js'
import { SCHEMA_EXAMPLES } from './schema.js'

/** An example of every rule. */
export const EXAMPLES: RuleExamples = {
  ...SCHEMA_EXAMPLES,
}
