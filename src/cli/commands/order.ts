import type { Command } from '../command.js'
import { CACHE_FLAGS, FETCH_FLAGS, JSON_FLAG, LIMIT_FLAG, NETWORK_FLAGS, registryFlags } from '../flags.js'

/** `trowel order` */
export const ORDER_COMMAND: Command = {
  words: ['order'],
  operands: [
    {
      name: 'NAME',
      help: 'builder.toml, a folder with one, or a builder that was published',
      default: 'builder.toml',
      count: 'optional',
    },
  ],
  help: 'show what the order of a builder comes to, and how a lifecycle goes through it',
  flags: [
    { name: 'format', kind: 'text', value: 'FORMAT', help: 'tree, json, mermaid or dot', default: 'tree' },
    { ...JSON_FLAG, help: 'the same as --format json' },
    {
      name: 'explain',
      kind: 'switch',
      help: 'go through detection, and say which group passes and why others do not',
    },
    { name: 'pass', kind: 'list', value: 'ID[@VERSION]', help: 'bin/detect of this module passes' },
    { name: 'fail', kind: 'list', value: 'ID[@VERSION]', help: 'bin/detect of this module fails' },
    {
      name: 'outcomes',
      kind: 'text',
      value: 'FILE',
      help: 'JSON with what bin/detect does, and bin/generate: {"acme/java@1.0.0": {"exit": 0, "plan": "…"}}',
    },
    {
      name: 'target',
      short: 't',
      kind: 'text',
      value: 'TARGET',
      help: 'os/arch[/variant][:distro@version] of the run image',
      default: 'any, so that every target fits',
    },
    {
      name: 'platform-api',
      kind: 'text',
      value: 'VERSION',
      help: 'Platform API',
      default: 'the newest one of the lifecycle',
    },
    {
      name: 'exec-env',
      kind: 'text',
      value: 'NAME',
      help: 'execution environment',
      default: 'CNB_EXEC_ENV, or production',
    },
    { name: 'experimental', kind: 'switch', help: 'let extensions through where they are experimental' },
    { name: 'replace', kind: 'list', value: 'REF=PLACE', help: 'read PLACE wherever the file says REF' },
    ...registryFlags('r'),
    ...FETCH_FLAGS,
    ...NETWORK_FLAGS,
    ...CACHE_FLAGS,
    LIMIT_FLAG,
  ],
  load: async () => (await import('./show-order.js')).order,
}
