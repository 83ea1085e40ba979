import type { Command } from '../command.js'
import { JSON_FLAG } from '../flags.js'

/** `trowel explain` */
export const EXPLAIN_COMMAND: Command = {
  words: ['explain'],
  operands: [{ name: 'RULE', help: 'id of a rule, or code of an error', default: 'all of them', count: 'optional' }],
  help: 'show what a finding means, who refuses it and how it is mended',
  flags: [JSON_FLAG],
  load: async () => (await import('./explain-rule.js')).explainRule,
}
