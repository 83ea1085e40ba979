import {
  EXT_MODULES,
  WITH_EXTENSION,
  buildpack,
  composite,
  extension,
  javaIs,
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
    rule: 'order-composite-unpinned',
    about: '',
    bad: twoModules(composite('acme/meta', 'acme/go'), buildpack('acme/x')),
    good: twoModules(composite('acme/meta', 'acme/go@1.0.0'), buildpack('acme/x')),
    at: ['java/buildpack.toml', '"acme/go"'],
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
  {
    rule: 'order-composite-self',
    about: '',
    bad: javaIs(composite('acme/java', 'acme/java@1.0.0')),
    good: world(),
    at: ['java/buildpack.toml', '"acme/java"'],
    severity: 'error',
  },
  {
    rule: 'order-composite-cycle',
    about: '',
    bad: twoModules(composite('acme/a', 'acme/b@1.0.0'), composite('acme/b', 'acme/go@1.0.0', 'acme/a@1.0.0')),
    good: twoModules(composite('acme/a', 'acme/b@1.0.0'), composite('acme/b', 'acme/go@1.0.0')),
    at: ['java/buildpack.toml', '"acme/b"'],
    severity: 'error',
  },
  {
    rule: 'target-on-composite',
    about: '',
    bad: javaIs({
      'buildpack.toml': `api = "0.10"\n[buildpack]\nid = "acme/java"\nversion = "1.0.0"\n[[order]]\n[[targets]]\nos = "linux"\n`,
    }),
    good: javaIs({ 'buildpack.toml': `api = "0.10"\n[buildpack]\nid = "acme/java"\nversion = "1.0.0"\n[[order]]\n` }),
    at: ['java/buildpack.toml', 'targets]]'],
    severity: 'error',
  },
]
