import { baseWith, buildpack, image, javaIs, labelled, world, type Example } from './case.js'

export const TARGETS_EXAMPLES: readonly Example[] = [
  {
    rule: 'target-unsatisfied-build',
    about: '',
    bad: javaIs(buildpack('acme/java', '[[targets]]\narch = "amd64"\n')),
    good: javaIs(buildpack('acme/java', '[[targets]]\nos = "linux"\narch = "amd64"\n')),
    at: ['java/buildpack.toml', 'targets]]'],
    severity: 'error',
  },
  {
    rule: 'target-arch-assumed',
    about: '',
    bad: baseWith(image({ architecture: 'arm64' }), { modules: { java: buildpack('acme/java', '') } }),
    good: world({ modules: { java: buildpack('acme/java', '') } }),
    at: ['java/buildpack.toml'],
    severity: 'error',
  },
  {
    rule: 'target-divergence',
    about: '',
    bad: baseWith(labelled({ 'io.buildpacks.base.distro.name': 'ubuntu' }), {
      modules: {
        java: buildpack(
          'acme/java',
          '[[targets]]\nos = "linux"\n[[targets.distros]]\nname = "debian"\nversion = "12"\n',
        ),
      },
    }),
    good: baseWith(labelled({ 'io.buildpacks.base.distro.name': 'debian' }), {
      modules: {
        java: buildpack(
          'acme/java',
          '[[targets]]\nos = "linux"\n[[targets.distros]]\nname = "debian"\nversion = "12"\n',
        ),
      },
    }),
    at: ['java/buildpack.toml', 'targets]]'],
    severity: 'warning',
  },
  {
    rule: 'target-unsatisfied-run',
    about: '',
    bad: world({
      images: { run: [image({ architecture: 'arm64' })] },
      modules: { java: buildpack('acme/java', '[[targets]]\nos = "linux"\narch = "amd64"\n') },
    }),
    good: world({ modules: { java: buildpack('acme/java', '[[targets]]\nos = "linux"\narch = "amd64"\n') } }),
    at: ['java/buildpack.toml', 'targets]]'],
    severity: 'warning',
  },
  {
    rule: 'target-run-partial',
    about: '',
    bad: world({
      images: { run: [image(), image({ architecture: 'arm64' })] },
      modules: { java: buildpack('acme/java', '[[targets]]\nos = "linux"\narch = "amd64"\n') },
      more: '[[run.images]]\nimage = "golden.test/run-2:1"\n',
    }),
    good: world(),
    at: ['builder.toml', '"golden.test/run-2:1"'],
    severity: 'warning',
  },
  {
    rule: 'target-build-run-mismatch',
    about: '',
    bad: world({ images: { run: [image({ architecture: 'arm64' })] } }),
    good: world(),
    at: ['builder.toml', '"golden.test/run:1"'],
    severity: 'warning',
  },
]
