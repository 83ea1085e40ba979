import type { Command } from '../command.js'
import { JSON_FLAG } from '../flags.js'
import { NEW_MODULE_FLAGS } from './new-module-flags.js'
import { BUILDPACK_INSPECT } from './inspect.js'

/** `trowel buildpack …` */
export const BUILDPACK_COMMANDS: readonly Command[] = [
  {
    words: ['buildpack', 'new'],
    operands: [{ name: 'ID', help: 'id of the buildpack, such as acme/java', count: 'one' }],
    help: 'make a directory with a buildpack that does nothing yet',
    flags: [
      ...NEW_MODULE_FLAGS,
      {
        name: 'targets',
        short: 't',
        kind: 'list',
        value: 'OS/ARCH,…',
        help: 'os/arch[/variant][:distro@version] that it runs on; what this machine is',
      },
      { name: 'stacks', short: 's', kind: 'list', value: 'ID,…', help: 'stacks that it runs on, for APIs below 0.10' },
      JSON_FLAG,
    ],
    load: async () => (await import('./module-new.js')).newBuildpack,
  },
  BUILDPACK_INSPECT,
]
