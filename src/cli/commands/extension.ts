import type { Command } from '../command.js'
import { JSON_FLAG } from '../flags.js'
import { NEW_MODULE_FLAGS } from './new-module-flags.js'
import { EXTENSION_INSPECT } from './inspect.js'

/** `trowel extension …` */
export const EXTENSION_COMMANDS: readonly Command[] = [
  {
    words: ['extension', 'new'],
    operands: [{ name: 'ID', help: 'id of the extension, such as acme/packages', count: 'one' }],
    help: 'make a directory with an extension that does nothing yet',
    flags: [...NEW_MODULE_FLAGS, JSON_FLAG],
    load: async () => (await import('./module-new.js')).newExtension,
  },
  EXTENSION_INSPECT,
]
