import { buildpack, labelled, mixins, stacks, world, type Example } from './case.js'

export const STACKS_EXAMPLES: readonly Example[] = [
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
]
