import type { Flag } from '../command.js'

/** What both kinds of module are begun with. */
export const NEW_MODULE_FLAGS: readonly Flag[] = [
  { name: 'api', short: 'a', kind: 'text', value: 'API', help: 'Buildpack API; 0.10' },
  {
    name: 'path',
    short: 'p',
    kind: 'text',
    value: 'DIR',
    help: 'directory to make; named after the last part of the id',
  },
  { name: 'version', short: 'V', kind: 'text', value: 'VERSION', help: 'its version; 1.0.0' },
]
