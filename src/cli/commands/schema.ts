import type { Command } from '../command.js'

/** `trowel schema` */
export const SCHEMA_COMMAND: Command = {
  words: ['schema'],
  operands: [{ name: 'NAME', help: 'builder, package, buildpack or extension', count: 'one' }],
  help: 'print the JSON Schema of NAME.toml, for editors',
  flags: [],
  load: async () => (await import('./print-schema.js')).printSchema,
}
