import { HEAD, STACK, baseWith, buildpack, labelled, mixins, stacks, world, type Example } from './case.js'

export const STACKS_EXAMPLES: readonly Example[] = [
  {
    rule: 'stack-mismatch-build-image',
    about: '',
    bad: world({
      builder: STACK + HEAD,
      images: { build: labelled({ 'io.buildpacks.stack.id': 'acme.two' }), run: [labelled(mixins())] },
    }),
    good: world({ builder: STACK + HEAD, images: { build: labelled(mixins()), run: [labelled(mixins())] } }),
    at: ['builder.toml', '"acme.one"'],
    severity: 'error',
  },
  {
    rule: 'stack-mismatch-run-image',
    about: '',
    bad: world({ builder: STACK + HEAD, images: { build: labelled(mixins()) } }),
    good: world({ builder: STACK + HEAD, images: { build: labelled(mixins()), run: [labelled(mixins())] } }),
    at: ['builder.toml', '"golden.test/run:1"'],
    severity: 'error',
  },
  {
    rule: 'stack-mismatch-run-image',
    about: 'buildpacks do not list it',
    bad: world({
      images: { build: labelled(mixins()), run: [labelled({ 'io.buildpacks.stack.id': 'acme.two' })] },
      modules: { java: buildpack('acme/java', stacks('acme.one')) },
    }),
    good: world({
      images: { build: labelled(mixins()), run: [labelled(mixins())] },
      modules: { java: buildpack('acme/java', stacks('acme.one')) },
    }),
    at: ['builder.toml', '"golden.test/run:1"'],
    severity: 'warning',
  },
  {
    rule: 'stack-unsupported',
    about: '',
    bad: baseWith(labelled(mixins()), { modules: { java: buildpack('acme/java', stacks('acme.two')) } }),
    good: baseWith(labelled(mixins()), { modules: { java: buildpack('acme/java', stacks('*')) } }),
    at: ['java/buildpack.toml', 'stacks]]'],
    severity: 'error',
  },
  {
    rule: 'stack-label-missing',
    about: '',
    bad: world({ modules: { java: buildpack('acme/java', stacks('acme.one')) } }),
    good: world({ modules: { java: buildpack('acme/java', stacks('*')) } }),
    at: ['java/buildpack.toml', 'stacks]]'],
    severity: 'error',
  },
  {
    rule: 'stack-wildcard-mixins',
    about: '',
    bad: baseWith(labelled(mixins('git')), { modules: { java: buildpack('acme/java', stacks('*', ['git'])) } }),
    good: baseWith(labelled(mixins('git')), { modules: { java: buildpack('acme/java', stacks('acme.one', ['git'])) } }),
    at: ['java/buildpack.toml', '["git"]'],
    severity: 'warning',
  },
  {
    rule: 'mixin-missing-build',
    about: '',
    bad: baseWith(labelled(mixins('git')), {
      modules: { java: buildpack('acme/java', stacks('acme.one', ['build:git'])) },
    }),
    good: baseWith(labelled(mixins('git', 'build:git')), {
      modules: { java: buildpack('acme/java', stacks('acme.one', ['build:git', 'run:x'])) },
    }),
    at: ['java/buildpack.toml', 'stacks]]'],
    severity: 'error',
  },
  {
    rule: 'mixin-missing-run',
    about: '',
    bad: world({
      images: { build: labelled(mixins('git')), run: [labelled(mixins('build:git'))] },
      modules: { java: buildpack('acme/java', stacks('acme.one', ['git'])) },
    }),
    good: world({
      images: { build: labelled(mixins('git')), run: [labelled(mixins('run:git'))] },
      modules: { java: buildpack('acme/java', stacks('acme.one', ['git'])) },
    }),
    at: ['java/buildpack.toml', 'stacks]]'],
    severity: 'warning',
  },
  {
    rule: 'mixin-run-on-build-image',
    about: '',
    bad: baseWith(labelled(mixins('run:git'))),
    good: baseWith(labelled(mixins('build:git'))),
    at: ['builder.toml', '"golden.test/build:1"'],
    severity: 'warning',
  },
  {
    rule: 'mixin-build-on-run-image',
    about: '',
    bad: world({ images: { run: [labelled(mixins('build:git'))] } }),
    good: world({ images: { run: [labelled(mixins('run:git'))] } }),
    at: ['builder.toml', '"golden.test/run:1"'],
    severity: 'warning',
  },
  {
    rule: 'mixin-not-shared',
    about: '',
    bad: world({ images: { build: labelled(mixins('git')), run: [labelled(mixins())] } }),
    good: world({ images: { build: labelled(mixins('git')), run: [labelled(mixins('git'))] } }),
    at: ['builder.toml', '"golden.test/run:1"'],
    severity: 'warning',
  },
  {
    rule: 'mixin-label-invalid',
    about: '',
    bad: world({ images: { run: [labelled({ 'io.buildpacks.stack.mixins': '{}' })] } }),
    good: world({ images: { run: [labelled({ 'io.buildpacks.stack.mixins': '' })] } }),
    at: ['builder.toml', '"golden.test/run:1"'],
    severity: 'warning',
  },
]
