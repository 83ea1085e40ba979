import type { ExampleImage, RuleExample, RuleExamples } from './example.js'
import { builderOf, components, composite, packageOf } from './order-project.js'
import { BUILD, buildpackToml, builderToml, SOUND_IMAGE, RUN } from './project.js'

const TOML = 'java/buildpack.toml'
const SCRIPT = { text: '#!/bin/sh\n', mode: 0o755 }
const TARGETS = '[[targets]]\nos = "linux"\narch = "amd64"\n'
const ARM: ExampleImage = { architecture: 'arm64' }

/** A buildpack.toml with these targets in place of its own. */
function withTargets(targets: string, id?: string): string {
  return buildpackToml('', id).replace(TARGETS, targets)
}

/** The buildpack by itself: as it says, and as it should. */
function java(targets: string, at: string, fixed = TARGETS): RuleExample {
  return {
    check: TOML,
    failing: { [TOML]: withTargets(targets) },
    fixed: { [TOML]: withTargets(fixed) },
    at: [TOML, at],
  }
}

/** Labels of an image of another distro, or of none. */
function labels(distro: Readonly<Record<string, string>>): ExampleImage {
  const others = Object.entries(SOUND_IMAGE.labels).filter(([label]) => !label.startsWith('io.buildpacks.base.distro.'))
  return { labels: { ...Object.fromEntries(others), ...distro } }
}

const distro = (name: string, version: string): string =>
  `${TARGETS}\n[[targets.distros]]\nname = "${name}"\nversion = "${version}"\n`

/** The header of an ELF file for a machine: 62 is amd64, 183 arm64. */
function program(machine: number): { readonly base64: string; readonly mode: number } {
  const header = Buffer.alloc(64)
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
  header.writeUInt16LE(machine, 18)
  return { base64: header.toString('base64'), mode: 0o755 }
}

const ON_ARM = '[[targets]]\nos = "linux"\narch = "arm64"\n'

/** What the descriptor of a module says. */
const DECLARED_EXAMPLES: RuleExamples = {
  'target-undeclared': java('', 'buildpack]'),
  'target-os-missing': java('[[targets]]\narch = "amd64"\n', '[[targets]]'),
  'target-distro-incomplete': java(
    `${TARGETS}\n[[targets.distros]]\nname = "ubuntu"\n`,
    '[[targets.distros]]',
    distro('ubuntu', '24.04'),
  ),
  'target-unknown-identifier': java('[[targets]]\nos = "linux"\narch = "x86_64"\n', '"x86_64"'),
  'target-variant-not-enforced': java(
    '[[targets]]\nos = "linux"\narch = "arm"\nvariant = "v7"\n',
    '"v7"',
    '[[targets]]\nos = "linux"\narch = "arm"\n',
  ),
  'target-duplicate': java(`${TARGETS}\n[[targets]]\nos = "linux"\narch = "amd64"\n`, '[[targets]]'),
  'target-windows': java(`${TARGETS}\n[[targets]]\nos = "windows"\narch = "amd64"\n`, '"windows"'),
  'target-bionic-narrowing': java(
    '[[stacks]]\nid = "io.buildpacks.stacks.bionic"\n\n[[stacks]]\nid = "io.buildpacks.stacks.jammy"\n',
    '"io.buildpacks.stacks.bionic"',
  ),
  'target-multiarch-same-content': {
    check: TOML,
    failing: { 'java/linux/amd64/bin/helper': program(62), 'java/linux/arm64/bin/helper': program(62) },
    fixed: { 'java/linux/arm64/bin/helper': program(183) },
    at: ['java/linux/arm64/bin/helper'],
  },
  'target-folder-unused': {
    check: TOML,
    failing: { 'java/linux/amd64/bin/detect': SCRIPT, 'java/linux/amd64/bin/build': SCRIPT },
    fixed: { 'java/linux/amd64/bin/detect': null, 'java/linux/amd64/bin/build': null },
    at: ['java/linux/amd64'],
  },
}

/** What it says against the images of a builder. */
const IMAGE_EXAMPLES: RuleExamples = {
  'target-unsatisfied-build': {
    failing: { [TOML]: withTargets(ON_ARM) },
    fixed: { [TOML]: buildpackToml() },
    at: [TOML, 'targets]]'],
  },
  'target-arch-assumed': {
    failing: { [TOML]: withTargets('') },
    fixed: { [TOML]: withTargets('[[targets]]\nos = "linux"\n') },
    images: { [BUILD]: ARM, [RUN]: ARM },
    at: [TOML],
  },
  'target-unsatisfied-run': {
    failing: {},
    fixed: {},
    images: { [RUN]: ARM },
    fixedImages: { [RUN]: {} },
    at: [TOML, 'targets]]'],
  },
  'target-optional-mismatch': {
    failing: {
      ...builderOf(['go'], [['go?', 'java']]),
      ...components('go'),
      'go/buildpack.toml': withTargets(distro('ubuntu', '22.04'), 'acme/go'),
    },
    fixed: { 'go/buildpack.toml': withTargets(distro('ubuntu', '24.04'), 'acme/go') },
    images: { [BUILD]: labels({ 'io.buildpacks.base.distro.name': 'ubuntu' }) },
    at: ['go/buildpack.toml', 'targets]]'],
  },
  'target-run-partial': {
    failing: { 'builder.toml': builderToml('\n[[run.images]]\nimage = "registry.example/base/run-arm:1"\n') },
    fixed: { 'builder.toml': builderToml() },
    images: { 'registry.example/base/run-arm:1': ARM },
    at: ['builder.toml', '"registry.example/base/run-arm:1"'],
  },
  'target-divergence': {
    failing: { [TOML]: withTargets(distro('debian', '12')) },
    fixed: { [TOML]: withTargets(distro('ubuntu', '24.04')) },
    images: { [BUILD]: labels({ 'io.buildpacks.base.distro.name': 'ubuntu' }) },
    at: [TOML, 'targets]]'],
  },
  'target-build-run-mismatch': {
    failing: {},
    fixed: {},
    images: {
      [RUN]: labels({ 'io.buildpacks.base.distro.name': 'debian', 'io.buildpacks.base.distro.version': '12' }),
    },
    fixedImages: { [RUN]: {} },
    at: ['builder.toml', `"${RUN}"`],
  },
  'target-multiarch-missing-manifest': {
    failing: {},
    fixed: {},
    images: { [RUN]: [ARM, { architecture: 's390x' }] },
    fixedImages: { [RUN]: [ARM, {}] },
    at: ['builder.toml', `"${RUN}"`],
  },
  'target-lifecycle-arch': {
    failing: { [TOML]: withTargets('[[targets]]\nos = "linux"\n') },
    fixed: {},
    images: { [BUILD]: { architecture: 'riscv64' }, [RUN]: { architecture: 'riscv64' } },
    fixedImages: { [BUILD]: {}, [RUN]: {} },
    at: ['builder.toml', 'lifecycle]'],
  },
  'target-multiarch-local-dep': {
    check: 'package.toml',
    failing: {
      ...composite('web', ['java']),
      'package.toml': `${packageOf('web', './java')['package.toml']}\n${TARGETS}\n${ON_ARM}`,
      [TOML]: withTargets('[[targets]]\nos = "linux"\n'),
    },
    fixed: { ...packageOf('web', './java') },
    at: ['package.toml', '[[dependencies]]'],
  },
  'target-distro-label-missing': {
    failing: {},
    fixed: {},
    images: { [RUN]: labels({}) },
    fixedImages: { [RUN]: {} },
    at: ['builder.toml', `"${RUN}"`],
  },
  'target-distro-label-old': {
    failing: {},
    fixed: {},
    images: {
      [RUN]: labels({ 'io.buildpacks.stack.distro.name': 'ubuntu', 'io.buildpacks.stack.distro.version': '24.04' }),
    },
    fixedImages: { [RUN]: {} },
    at: ['builder.toml', `"${RUN}"`],
  },
}

/** Members of an order against each other. */
const ORDER_EXAMPLES: RuleExamples = {
  'target-group-empty': {
    failing: {
      ...builderOf(['go'], [['go', 'java']]),
      ...components('go'),
      'go/buildpack.toml': withTargets(distro('ubuntu', '22.04'), 'acme/go'),
      [TOML]: withTargets(distro('ubuntu', '24.04')),
    },
    fixed: builderOf(['go'], [['go'], ['java']]),
    images: { [BUILD]: labels({ 'io.buildpacks.base.distro.name': 'ubuntu' }) },
    at: ['builder.toml', '[[order]]'],
  },
  'target-composite-dead': {
    failing: {
      ...builderOf(['web', 'go'], [['web']]),
      ...components('go'),
      ...composite('web', ['go', 'java']),
      'go/buildpack.toml': withTargets(distro('ubuntu', '22.04'), 'acme/go'),
      [TOML]: withTargets(distro('ubuntu', '24.04')),
    },
    fixed: composite('web', ['go'], ['java']),
    images: { [BUILD]: labels({ 'io.buildpacks.base.distro.name': 'ubuntu' }) },
    at: ['web/buildpack.toml', 'order]]'],
  },
}

/** Examples of targets. */
export const TARGET_EXAMPLES: RuleExamples = {
  ...DECLARED_EXAMPLES,
  ...IMAGE_EXAMPLES,
  ...ORDER_EXAMPLES,
}
