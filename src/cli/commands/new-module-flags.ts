import type { Flag } from '../command.js'

/** The first Buildpack API that has targets and that extensions and buildpacks have in common. */
export const NEW_MODULE_API = '0.10'

/** The version of what is begun. */
export const NEW_MODULE_VERSION = '1.0.0'

/** What both kinds of module are begun with. */
export const NEW_MODULE_FLAGS: readonly Flag[] = [
  { name: 'api', short: 'a', kind: 'text', value: 'API', help: 'Buildpack API', default: NEW_MODULE_API },
  {
    name: 'path',
    short: 'p',
    kind: 'text',
    value: 'DIR',
    help: 'directory to make',
    default: 'the last part of the id',
  },
  { name: 'version', short: 'V', kind: 'text', value: 'VERSION', help: 'its version', default: NEW_MODULE_VERSION },
]
