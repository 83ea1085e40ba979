import type { Command } from './command.js'
import { BUILDER_COMMANDS } from './commands/builder.js'
import { BUILDPACK_COMMANDS } from './commands/buildpack.js'
import { CACHE_COMMANDS } from './commands/cache.js'
import { CONFIG_COMMANDS } from './commands/config.js'
import { COMPLETION_COMMAND } from './commands/completion.js'
import { CHECK_COMMAND } from './commands/check.js'
import { COPY_COMMAND } from './commands/copy.js'
import { EXPLAIN_COMMAND } from './commands/explain.js'
import { EXTENSION_COMMANDS } from './commands/extension.js'
import { INSPECT_COMMANDS } from './commands/inspect.js'
import { ORDER_COMMAND } from './commands/order.js'
import { SBOM_COMMANDS } from './commands/sbom.js'
import { SCHEMA_COMMAND } from './commands/schema.js'

const VERSION: Command = {
  words: ['version'],
  operands: [],
  help: 'print the version of trowel',
  flags: [],
  load: async () => (await import('./commands/version.js')).printVersion,
}

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  ...BUILDER_COMMANDS,
  ...BUILDPACK_COMMANDS,
  ...EXTENSION_COMMANDS,
  CHECK_COMMAND,
  ...INSPECT_COMMANDS,
  ...SBOM_COMMANDS,
  ORDER_COMMAND,
  EXPLAIN_COMMAND,
  COPY_COMMAND,
  ...CACHE_COMMANDS,
  ...CONFIG_COMMANDS,
  SCHEMA_COMMAND,
  COMPLETION_COMMAND,
  VERSION,
]

/** Words that are understood for another one, as in pack. */
export const WORD_ALIASES: Readonly<Record<string, string>> = {
  builders: 'builder',
  buildpacks: 'buildpack',
  extensions: 'extension',
  registry: 'registries',
  registreis: 'registries',
  'registry-mirror': 'registry-mirrors',
  'trusted-builder': 'trusted-builders',
  'trust-builder': 'trusted-builders',
  'trust-builders': 'trusted-builders',
}
