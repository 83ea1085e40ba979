import type { Command } from '../command.js'
import { registryFlags } from '../flags.js'
import { INPUT_FLAGS, MAKING_FLAGS, OUTPUT_FLAGS } from '../image-flags.js'
import { BUILDER_INSPECT } from './inspect.js'

/** `trowel builder …` */
export const BUILDER_COMMANDS: readonly Command[] = [
  {
    words: ['builder', 'create'],
    operands: [
      { name: 'NAME', help: 'reference of the builder, such as registry.example/acme/builder:1', count: 'one' },
    ],
    help: 'make a builder image from a builder.toml',
    flags: [
      { name: 'config', short: 'c', kind: 'text', value: 'FILE', help: 'builder.toml', isRequired: true },
      ...OUTPUT_FLAGS,
      ...INPUT_FLAGS,
      { name: 'flatten', kind: 'list', value: 'ID@VERSION,…', help: 'put these modules into one layer' },
      {
        name: 'created-by',
        kind: 'text',
        value: 'NAME@VERSION',
        help: 'createdBy of the builder',
        default: 'trowel and its version',
      },
      ...MAKING_FLAGS,
      {
        name: 'experimental',
        kind: 'switch',
        help: 'accept what pack calls experimental: extensions below Platform API 0.13',
      },
      ...registryFlags('R'),
    ],
    load: async () => (await import('./builder-create.js')).builderCreate,
  },
  BUILDER_INSPECT,
]
