import type { RuleExamples } from './example.js'

/** An example of every rule. */
export const EXAMPLES: RuleExamples = {}
