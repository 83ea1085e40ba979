import type { RuleDescription } from './rule.js'

/**
 * Rules that are judged where a file is read, because nothing can be made of what they find. Described here, so that
 * there is one catalogue.
 */
export const READER_RULES: readonly RuleDescription[] = []
