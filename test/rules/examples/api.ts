import { EXT_MODULES, WITH_EXTENSION, lifecycle, withLists, type Example } from './case.js'

export const API_EXAMPLES: readonly Example[] = [
  {
    rule: 'platform-api-gap',
    about: 'extensions',
    bad: lifecycle(withLists('["0.10"]', '["0.9", "0.12"]'), WITH_EXTENSION.more, EXT_MODULES),
    good: lifecycle(withLists('["0.10"]', '["0.13", "0.9"]'), WITH_EXTENSION.more, EXT_MODULES),
    at: ['builder.toml'],
    severity: 'error',
  },
]
