import type { ExampleImage, RuleExample, RuleExamples } from './example.js'
import { buildpackFiles, builderToml, buildpackToml, BUILD, RUN, SOUND_IMAGE } from './project.js'

const STACK_ID = 'io.buildpacks.stack.id'
const NOBLE = 'io.buildpacks.stacks.noble'

function stack(id: string, mixins?: readonly string[]): string {
  return `\n[[stacks]]\nid = "${id}"\n${mixins === undefined ? '' : `mixins = ${JSON.stringify(mixins)}\n`}`
}

/** The descriptor of acme/java with these stacks at its end. */
function listing(failing: string, at: string, fixed: string): RuleExample {
  return {
    check: 'java/buildpack.toml',
    failing: { 'java/buildpack.toml': buildpackToml(failing) },
    fixed: { 'java/buildpack.toml': buildpackToml(fixed) },
    at: ['java/buildpack.toml', at],
  }
}

/** A descriptor with stacks instead of targets. */
function withoutTargets(stacks: string, id = 'acme/java'): string {
  return buildpackToml(stacks, id).replace('\n[[targets]]\nos = "linux"\narch = "amd64"\n', '')
}

function onStack(id: string): ExampleImage {
  return { labels: { ...SOUND_IMAGE.labels, [STACK_ID]: id } }
}

const { [STACK_ID]: _, ...UNSTACKED_LABELS } = SOUND_IMAGE.labels
const UNSTACKED: ExampleImage = { labels: UNSTACKED_LABELS }
const RUN_USER = { user: '1001:1000' }

/** Both images on one stack. */
function bothOn(id: string): Readonly<Record<string, ExampleImage>> {
  return { [BUILD]: onStack(id), [RUN]: { ...RUN_USER, ...onStack(id) } }
}

const ONLY_STACK = builderToml()
  .replace(`[build]\nimage = "${BUILD}"\n\n[[run.images]]\nimage = "${RUN}"\n`, '')
  .concat(`\n[stack]\nid = "${NOBLE}"\nbuild-image = "${BUILD}"\nrun-image = "${RUN}"\n`)

const MIRROR = 'registry.example/mirror/run:1'

/** A package of acme/web, whose order names two buildpacks with these stacks. */
function packageOf(java: string, kotlin: string, more = ''): RuleExample['failing'] {
  const members = ['java', 'kotlin', ...(more === '' ? [] : ['maven'])]
  const order = members.map((name) => `[[order.group]]\nid = "acme/${name}"\nversion = "1.0.0"\n`).join('')
  const dependencies = members.map((name) => `\n[[dependencies]]\nuri = "${name}"\n`).join('')
  return {
    'package.toml': `[buildpack]\nuri = "web"\n${dependencies}\n[[targets]]\nos = "linux"\narch = "amd64"\n`,
    'web/buildpack.toml': `${withoutTargets('', 'acme/web')}\n[[order]]\n${order}`,
    ...buildpackFiles('java', withoutTargets(java)),
    ...buildpackFiles('kotlin', withoutTargets(kotlin, 'acme/kotlin')),
    ...(more === '' ? {} : buildpackFiles('maven', withoutTargets(more, 'acme/maven'))),
  }
}

/** Examples of stacks. */
export const STACK_EXAMPLES: RuleExamples = {
  'stack-id-charset': listing(
    stack('io.buildpacks.stacks.noble#shell-utils'),
    '"io.buildpacks',
    stack(NOBLE, ['set=shell-utils']),
  ),
  'stack-duplicate': listing(
    stack(NOBLE, ['git']) + stack(NOBLE, ['build:jq']),
    `"${NOBLE}"`,
    stack(NOBLE, ['git', 'build:jq']),
  ),
  'stack-wildcard-mixins': listing(stack('*', ['git']), '["git"]', stack(NOBLE, ['git'])),
  'stack-wildcard-shadows': listing(
    stack('*') + stack(NOBLE, ['git']),
    `"${NOBLE}"`,
    stack(NOBLE, ['git']) + stack('*'),
  ),
  'stack-wildcard-redundant': listing(stack('*') + stack(NOBLE), `"${NOBLE}"`, stack('*')),
  'stack-wildcard-api': {
    check: 'java/buildpack.toml',
    failing: { 'java/buildpack.toml': buildpackToml(stack('*')).replace('"0.11"', '"0.4"') },
    fixed: { 'java/buildpack.toml': buildpackToml(stack('*')) },
    at: ['java/buildpack.toml', '"*"'],
  },
  'stack-unsupported': {
    failing: { 'java/buildpack.toml': buildpackToml(stack('heroku-24')) },
    fixed: { 'java/buildpack.toml': buildpackToml(stack('heroku-24') + stack(NOBLE)) },
    at: ['java/buildpack.toml', 'stacks]]'],
  },
  'stack-label-missing': {
    failing: { 'java/buildpack.toml': buildpackToml(stack(NOBLE)) },
    fixed: { 'java/buildpack.toml': buildpackToml() },
    images: { [BUILD]: UNSTACKED, [RUN]: { ...RUN_USER, ...UNSTACKED } },
    at: ['java/buildpack.toml', 'stacks]]'],
  },
  'stack-mismatch-build-image': {
    failing: { 'builder.toml': builderToml('\n[stack]\nid = "heroku-24"\n') },
    fixed: { 'builder.toml': builderToml(`\n[stack]\nid = "${NOBLE}"\n`) },
    at: ['builder.toml', '"heroku-24"'],
  },
  'stack-mismatch-run-image': {
    failing: { 'builder.toml': builderToml(`\n[stack]\nid = "${NOBLE}"\n`) },
    fixed: {},
    images: { [RUN]: { ...RUN_USER, ...onStack('heroku-24') } },
    fixedImages: { [RUN]: RUN_USER },
    at: ['builder.toml', `"${RUN}"`],
  },
  'stack-config-conflict': {
    failing: { 'builder.toml': builderToml('\n[stack]\nbuild-image = "registry.example/base/build:0"\n') },
    fixed: { 'builder.toml': builderToml(`\n[stack]\nbuild-image = "${BUILD}"\n`) },
    at: ['builder.toml', '"registry.example/base/build:0"'],
  },
  'stack-mirrors-dropped': {
    failing: { 'builder.toml': builderToml(`\n[stack]\nrun-image-mirrors = ["${MIRROR}"]\n`) },
    fixed: {
      'builder.toml': builderToml().replace(`image = "${RUN}"`, `image = "${RUN}"\nmirrors = ["${MIRROR}"]`),
    },
    images: { [MIRROR]: RUN_USER },
    at: ['builder.toml', `["${MIRROR}"]`],
  },
  'stack-only-config': {
    failing: { 'builder.toml': ONLY_STACK },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', 'stack]'],
  },
  'stack-compat-missing': {
    failing: {},
    fixed: {},
    images: { [BUILD]: UNSTACKED },
    fixedImages: { [BUILD]: {} },
    at: ['builder.toml', `"${BUILD}"`],
  },
  'stack-deprecated': {
    check: 'java/buildpack.toml',
    failing: { 'java/buildpack.toml': withoutTargets(stack('*')) },
    fixed: { 'java/buildpack.toml': buildpackToml(stack('*')) },
    at: ['java/buildpack.toml', 'stacks]]'],
  },
  'stack-eol': {
    failing: {},
    fixed: {},
    images: bothOn('heroku-20'),
    fixedImages: bothOn('heroku-24'),
    asOf: '2026-11-01',
    at: ['builder.toml', `"${BUILD}"`],
  },
  'stack-no-intersection': {
    check: 'package.toml',
    failing: packageOf(stack('heroku-24'), stack(NOBLE)),
    fixed: packageOf(stack(NOBLE), stack(NOBLE)),
    at: ['kotlin/buildpack.toml', 'stacks]]'],
  },
  'stack-intersection-masked': {
    check: 'package.toml',
    failing: packageOf(stack('heroku-24'), stack(NOBLE), stack(NOBLE)),
    fixed: packageOf(stack(NOBLE), stack(NOBLE), stack(NOBLE)),
    at: ['kotlin/buildpack.toml', 'stacks]]'],
  },
  'stack-merge-loses-entry': {
    check: 'package.toml',
    failing: packageOf(stack(NOBLE, ['git']) + stack('*'), stack(NOBLE)),
    fixed: packageOf(stack(NOBLE, ['git']), stack(NOBLE)),
    at: ['package.toml', '"web"'],
  },
  'base-older-than-required': {
    failing: {
      'trowel.toml': `[[check.base]]
image = "registry.example/base/run"
released-since = "2026-10-01"
reason = "acme/java 1.0.0 needs its libssl 3.0.15"
`,
    },
    fixed: {},
    images: { [RUN]: { ...RUN_USER, labels: { ...SOUND_IMAGE.labels, 'io.buildpacks.base.released': '2026-09-01' } } },
    fixedImages: { [RUN]: RUN_USER },
    at: ['builder.toml', `"${RUN}"`],
  },
}
