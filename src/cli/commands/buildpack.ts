import type { Command, Flag } from '../command.js'
import { CACHE_FLAGS, JSON_FLAG, LIMIT_FLAG, NETWORK_FLAGS, registryFlags } from '../flags.js'
import { NEW_MODULE_FLAGS } from './new-module-flags.js'
import { BUILDPACK_INSPECT } from './inspect.js'
import { PACKAGE_FLAGS } from './package-flags.js'

/** What commands take that ask a buildpack registry. */
const ASKING_FLAGS: readonly Flag[] = [...registryFlags('r'), JSON_FLAG, ...NETWORK_FLAGS, ...CACHE_FLAGS, LIMIT_FLAG]

const PUSH: Flag = {
  name: 'push',
  kind: 'switch',
  help: 'commit and push the change to a registry of type git, or write it if it is a directory',
}

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
        help: 'os/arch[/variant][:distro@version] that it runs on',
        default: 'Linux on the CPU of this machine',
      },
      {
        name: 'stacks',
        short: 's',
        kind: 'list',
        value: 'ID,…',
        help: 'stacks that it runs on, for APIs below 0.10',
        default: 'any',
      },
      JSON_FLAG,
    ],
    load: async () => (await import('./module-new.js')).newBuildpack,
  },
  BUILDPACK_INSPECT,
  {
    words: ['buildpack', 'pull'],
    operands: [
      { name: 'LOCATOR', help: 'id[@version] in the buildpack registry, or an image reference', count: 'one' },
    ],
    help: 'have the docker engine fetch a buildpackage',
    flags: ASKING_FLAGS,
    load: async () => (await import('./buildpack-registry.js')).pull,
  },
  {
    words: ['buildpack', 'register'],
    operands: [{ name: 'IMAGE', help: 'reference of a buildpackage that was published', count: 'one' }],
    help: 'show what adds a buildpackage to a buildpack registry',
    flags: [PUSH, ...ASKING_FLAGS],
    load: async () => (await import('./buildpack-registry.js')).register,
  },
  {
    words: ['buildpack', 'yank'],
    operands: [{ name: 'ID', help: 'id@version in the buildpack registry', count: 'one' }],
    help: 'show what keeps a version from being chosen unless it is named',
    flags: [{ name: 'undo', short: 'u', kind: 'switch', help: 'take it back' }, PUSH, ...ASKING_FLAGS],
    load: async () => (await import('./buildpack-registry.js')).yank,
  },
]
