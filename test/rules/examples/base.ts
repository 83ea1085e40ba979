import { DEFAULT_LIMITS } from '#src/limits.js'
import { BASE_IMAGE } from '../../support/world.js'
import { baseWith, image, labelled, world, type Example } from './case.js'

/** JSON of one byte more than a label may have. */
const LARGE = `["${'x'.repeat(DEFAULT_LIMITS.labelBytes - 3)}"]`

export const BASE_EXAMPLES: readonly Example[] = [
  {
    rule: 'base-os',
    about: '',
    bad: baseWith(image({ os: 'windows' })),
    good: world(),
    at: ['builder.toml', '"golden.test/build:1"'],
    severity: 'error',
  },
  ...[
    'CNB_USER_ID=',
    'CNB_USER_ID=cnb',
    'CNB_USER_ID=0',
    'CNB_USER_ID=-1',
    'CNB_USER_ID=2147483648',
    'CNB_USER_ID=1=2',
    'A=1',
  ].map((entry): Example => ({
    rule: 'base-cnb-env-missing',
    about: entry,
    bad: baseWith(image({ env: [entry, 'CNB_GROUP_ID=0'] })),
    good: baseWith(image({ env: ['CNB_USER_ID=2147483647', 'CNB_GROUP_ID=0'] })),
    at: ['builder.toml', '"golden.test/build:1"'],
    severity: 'error',
  })),
  ...['PATH', 'A=1', 'B\nC=1', '=1'].map((entry): Example => ({
    rule: 'base-env',
    about: entry,
    bad: baseWith(image({ env: [...(BASE_IMAGE.env ?? []), 'A=1', entry] })),
    good: baseWith(image({ env: [...(BASE_IMAGE.env ?? []), 'A=1=2', 'B='] })),
    at: ['builder.toml', '"golden.test/build:1"'],
    severity: 'error',
  })),
  ...(
    [
      'io.buildpacks.builder.metadata',
      'io.buildpacks.buildpack.order',
      'io.buildpacks.stack.mixins',
      'io.buildpacks.buildpack.layers',
    ] as const
  ).map((label): Example => ({
    rule: 'base-label-invalid',
    about: label,
    bad: baseWith(labelled({ [label]: '"x"' })),
    good: baseWith(labelled({ [label]: 'null' })),
    at: ['builder.toml', '"golden.test/build:1"'],
    severity: 'error',
  })),
  {
    rule: 'base-label-invalid',
    about: 'of --label',
    bad: world({}, { labels: new Map([['io.buildpacks.stack.mixins', 'git']]) }),
    good: world({}, { labels: new Map([['io.buildpacks.stack.mixins', '["git"]']]) }),
    at: ['--label'],
    severity: 'error',
  },
  {
    rule: 'base-label-invalid',
    about: 'too large, unless the limit is lifted',
    bad: baseWith(labelled({ 'io.buildpacks.stack.mixins': LARGE })),
    good: {
      ...baseWith(labelled({ 'io.buildpacks.stack.mixins': LARGE })),
      flags: { limits: { labelBytes: LARGE.length } },
    },
    at: ['builder.toml', '"golden.test/build:1"'],
    severity: 'error',
  },
  {
    rule: 'label-reserved',
    about: '',
    bad: world({}, { labels: new Map([['io.buildpacks.builder.metadata', '{}']]) }),
    good: world({}, { labels: new Map([['io.buildpacks.base.maintainer', 'me']]) }),
    at: ['--label'],
    severity: 'error',
  },
]
