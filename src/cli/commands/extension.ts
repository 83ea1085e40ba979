import type { Command } from '../command.js'
import { JSON_FLAG } from '../flags.js'
import { NEW_MODULE_FLAGS } from './new-module-flags.js'
import { EXTENSION_INSPECT } from './inspect.js'
import { PACKAGE_FLAGS } from './package-flags.js'

/** `trowel extension …` */
export const EXTENSION_COMMANDS: readonly Command[] = [
  {
    words: ['extension', 'package'],
    operands: [{ name: 'NAME', help: 'reference of the package, or with --format file its file', count: 'one' }],
    help: 'make a package of an extension',
    flags: PACKAGE_FLAGS,
    load: async () => (await import('./module-package.js')).packageExtension,
  },
  {
    words: ['extension', 'new'],
    operands: [{ name: 'ID', help: 'id of the extension, such as acme/packages', count: 'one' }],
    help: 'make a directory with an extension that does nothing yet',
    flags: [...NEW_MODULE_FLAGS, JSON_FLAG],
    load: async () => (await import('./module-new.js')).newExtension,
  },
  EXTENSION_INSPECT,
]
