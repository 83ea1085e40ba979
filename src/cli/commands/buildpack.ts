import type { Command } from '../command.js'
import { JSON_FLAG, registryFlags } from '../flags.js'
import { NEW_MODULE_FLAGS } from './new-module-flags.js'
import { BUILDPACK_INSPECT } from './inspect.js'
import { PACKAGE_FLAGS } from './package-flags.js'

/** `trowel buildpack …` */
export const BUILDPACK_COMMANDS: readonly Command[] = [
  {
    words: ['buildpack', 'package'],
    operands: [{ name: 'NAME', help: 'reference of the package, or with --format file its file', count: 'one' }],
    help: 'make a package of a buildpack and of those that it is composed of',
    flags: [
      ...PACKAGE_FLAGS,
      { name: 'flatten', kind: 'switch', help: 'put all buildpacks of a composite into one layer' },
      {
        name: 'flatten-exclude',
        short: 'e',
        kind: 'list',
        value: 'ID@VERSION,…',
        help: 'with --flatten, leave these buildpacks a layer of their own',
      },
      ...registryFlags('r'),
    ],
    load: async () => (await import('./module-package.js')).packageBuildpack,
  },
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
