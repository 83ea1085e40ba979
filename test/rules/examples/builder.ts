import { image, world, type Example } from './case.js'

export const BUILDER_EXAMPLES: readonly Example[] = [
  {
    rule: 'builder-build-image-missing',
    about: '',
    bad: world({ builder: '[[run.images]]\nimage = "golden.test/run:1"\n[lifecycle]\nuri = "lifecycle"\n' }),
    good: world(),
    at: ['builder.toml'],
    severity: 'error',
  },
  {
    rule: 'builder-run-images-missing',
    about: '',
    bad: world({ builder: '[build]\nimage = "golden.test/build:1"\n[lifecycle]\nuri = "lifecycle"\n' }),
    good: world(),
    at: ['builder.toml'],
    severity: 'error',
  },
  {
    rule: 'builder-run-image-empty',
    about: '',
    bad: world({ more: '[[run.images]]\nimage = ""\n' }),
    good: world(),
    at: ['builder.toml', '""'],
    severity: 'error',
  },
  {
    rule: 'builder-run-image-empty',
    about: 'a mirror',
    bad: world({ more: '[[run.images]]\nimage = "golden.test/run:1"\nmirrors = [""]\n' }),
    good: world(),
    at: ['builder.toml', '""]'],
    severity: 'error',
  },
  {
    rule: 'reference-malformed',
    about: '',
    bad: world({ more: '[[run.images]]\nimage = "golden.test/UPPER:1"\n' }),
    good: world(),
    at: ['builder.toml', '"golden.test/UPPER:1"'],
    severity: 'error',
  },
  {
    rule: 'run-image-unreachable',
    about: '',
    bad: world({ more: '[[run.images]]\nimage = "golden.test/gone:1"\n' }),
    good: world(),
    at: ['builder.toml', '"golden.test/gone:1"'],
    severity: 'warning',
  },
  {
    rule: 'target-multiarch-missing-manifest',
    about: '',
    bad: world({ images: { run: [{ index: [image({ architecture: 'arm64' })] }] } }),
    good: world(),
    at: ['builder.toml', '"golden.test/run:1"'],
    severity: 'warning',
  },
  {
    rule: 'base-platform-mismatch',
    about: '',
    bad: world({}, { platform: { os: 'linux', architecture: 'arm64' } }),
    good: world({}, { platform: { os: 'linux', architecture: 'amd64' } }),
    at: ['builder.toml', '"golden.test/build:1"'],
    severity: 'warning',
  },
  {
    rule: 'builder-flattened',
    about: '',
    bad: world(
      {},
      {
        flatten: [
          [
            { id: 'acme/java', version: '1.0.0' },
            { id: 'acme/java', version: '1.0.0' },
          ],
        ],
      },
    ),
    good: world(),
    at: ['--flatten'],
    severity: 'warning',
  },
  {
    rule: 'flatten-ref-unknown',
    about: '',
    bad: world({}, { flatten: [[{ id: 'acme/none', version: '1.0.0' }]] }),
    good: world({}, { flatten: [[{ id: 'acme/java', version: '1.0.0' }]] }),
    at: ['--flatten'],
    severity: 'warning',
  },
]
