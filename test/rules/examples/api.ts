import { EXT_MODULES, WITH_EXTENSION, extension, lifecycle, withLists, world, type Example } from './case.js'

export const API_EXAMPLES: readonly Example[] = [
  {
    rule: 'extension-api-low',
    about: '',
    bad: world({ ...WITH_EXTENSION, modules: { ...EXT_MODULES, ext: extension('acme/ext', '0.8') } }),
    good: world({ ...WITH_EXTENSION, modules: EXT_MODULES }),
    at: ['ext/extension.toml', '"0.8"'],
    severity: 'warning',
  },
  {
    rule: 'platform-api-gap',
    about: 'extensions',
    bad: lifecycle(withLists('["0.10"]', '["0.9", "0.12"]'), WITH_EXTENSION.more, EXT_MODULES),
    good: lifecycle(withLists('["0.10"]', '["0.13", "0.9"]'), WITH_EXTENSION.more, EXT_MODULES),
    at: ['builder.toml'],
    severity: 'error',
  },
  {
    rule: 'system-needs-platform-015',
    about: '',
    bad: lifecycle(withLists('["0.10"]', '["0.14"]'), '[[system.pre.buildpacks]]\nid = "acme/java"\n'),
    good: lifecycle(withLists('["0.10"]', '["0.15"]'), '[[system.pre.buildpacks]]\nid = "acme/java"\n'),
    at: ['builder.toml'],
    severity: 'warning',
  },
]
