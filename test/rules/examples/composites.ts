import {
  EXT_MODULES,
  WITH_EXTENSION,
  buildpack,
  composite,
  extension,
  twoModules,
  world,
  type Example,
} from './case.js'

export const COMPOSITES_EXAMPLES: readonly Example[] = [
  {
    rule: 'order-composite-missing-dep',
    about: '',
    bad: twoModules(composite('acme/meta', 'acme/go@2.0.0'), buildpack('acme/x')),
    good: twoModules(composite('acme/meta', 'acme/go@1.0.0'), buildpack('acme/x')),
    at: ['java/buildpack.toml', '"2.0.0"'],
    severity: 'error',
  },
  {
    rule: 'order-composite-extension',
    about: '',
    bad: world({
      ...WITH_EXTENSION,
      modules: { java: composite('acme/java', 'acme/ext@1.0.0'), ext: extension('acme/ext') },
    }),
    good: world({ ...WITH_EXTENSION, modules: EXT_MODULES }),
    at: ['java/buildpack.toml', '"acme/ext"'],
    severity: 'error',
  },
]
