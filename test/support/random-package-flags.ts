/** What the command line and package.toml say of a package beside what is in it: sound for the most part. */
import fc from 'fast-check'
import { TARGETS } from './random-descriptors.js'
import { mostly } from './random-modules.js'

/** Each of them after `--target`. */
export const targetFlags = (...targets: readonly string[]): readonly string[] =>
  targets.flatMap((one) => ['--target', one])

/** Targets that can be packaged for. */
export const SOUND_TARGETS = [
  targetFlags('linux/amd64'),
  targetFlags('linux/arm64'),
  targetFlags('linux/arm/v7'),
  targetFlags('linux/amd64:ubuntu@22.04'),
  targetFlags('linux/amd64', 'linux/arm64'),
  targetFlags('linux/amd64,linux/arm/v6'),
]

/** What the grammar of targets allows, or nearly. */
const ODD_TARGETS = [
  'linux',
  'linux/amd64/v3',
  'linux/amd64/v9',
  'linux/arm64/v8',
  'linux/amd64:ubuntu',
  'linux/amd64:ubuntu@1@2',
  'linux/amd64:ubuntu@22.04;debian@12',
  'linux/amd64,',
  '',
  'Linux/amd64',
  'linux/riscv64',
  'linux/386/sse2',
  'linux/mips64le/softfloat',
  'plan9/386',
  'freebsd/amd64',
  'linux/amd64/v2/x',
  'linux/amd64:a@1:b',
  ':ubuntu@22.04',
  'linux/amd64/:ubuntu@22.04',
  'linux/arm/v6,linux/arm/v7',
].map((target) => targetFlags(target))

const none: readonly string[] = []
/** Mostly none, or sound ones. */
export const TARGET_FLAGS = fc.oneof(
  { weight: 10, arbitrary: mostly(none, SOUND_TARGETS, 2) },
  { weight: 1, arbitrary: fc.constantFrom(...ODD_TARGETS) },
)

const LABEL_FLAGS = mostly(
  none,
  [
    ['a=1'],
    ['z=1', 'b=<&>'],
    ['a=1', 'a=2'],
    ['k=v=w'],
    ['a=1,b=2'],
    ['a=1,b'],
    ['empty='],
    ['=v'],
    ['novalue'],
    ['"a=1"'],
    ['"a=1,2",b=3'],
    ['a="x",b="y"'],
    [' a = b '],
    ['a=b\nc'],
    ['é=ü 🚀\u2028'],
    ['io.buildpacks.stack.id=x'],
  ].map((labels) => labels.flatMap((label) => ['--label', label])),
  4,
)

const FLATTEN_FLAGS = mostly(
  none,
  [
    ['--flatten'],
    ['--flatten', '--flatten-exclude', 'acme/a@1.0.0'],
    ['--flatten', '--flatten-exclude', 'acme/main@3.2.1'],
    ['--flatten', '--flatten-exclude', 'acme/a@1.0.0,x@7'],
    ['--flatten', '--flatten-exclude', 'acme/a'],
    ['--flatten-exclude', 'acme/a'],
  ],
  8,
)

/** What for, with which labels, and in how many layers. */
export const FLAGS = fc.tuple(TARGET_FLAGS, LABEL_FLAGS, FLATTEN_FLAGS).map((parts) => parts.flat())

/** What package.toml says beside its uris. */
export const PACKAGE_TOML = mostly(
  '',
  [
    '[platform]\nos = "linux"\n',
    '[platform]\n',
    '[platform]\nos = "plan9"\n',
    '[Platform]\nOS = "linux"\n',
    ...Object.values(TARGETS),
    '[[targets]]\nos = 1\n',
    'unheard = 1\n',
    '[other]\nx = 1\n',
    '[[dependencies]]\nuri = "../absent"\n',
    '[[dependencies]]\nuri = "from=builder"\n',
    '[[dependencies]]\nuri = "./main"\nsha = "x"\n',
    '[[dependencies]]\nuri = "./main"\nimage = "golden.test/absent:1"\n',
    '[[dependencies]]\nimage = "golden.test/absent:1"\n',
  ],
  5,
)
