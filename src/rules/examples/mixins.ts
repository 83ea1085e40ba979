import type { ExampleImage, RuleExample, RuleExamples } from './example.js'
import { buildpackToml, BUILD, RUN, SOUND_IMAGE } from './project.js'

const NOBLE = 'io.buildpacks.stacks.noble'
const BIONIC = 'io.buildpacks.stacks.bionic'

function asking(mixins: readonly string[], stack = NOBLE): string {
  return buildpackToml(`\n[[stacks]]\nid = "${stack}"\nmixins = ${JSON.stringify(mixins)}\n`)
}

/** acme/java asks for `failing`, and then for `fixed`. */
function mixin(failing: string, fixed: string, stack = NOBLE): RuleExample {
  return {
    check: 'java/buildpack.toml',
    failing: { 'java/buildpack.toml': asking([failing], stack) },
    fixed: { 'java/buildpack.toml': asking([fixed], stack) },
    at: ['java/buildpack.toml', `"${failing}"`],
  }
}

function withMixins(label: string): ExampleImage {
  return { labels: { ...SOUND_IMAGE.labels, 'io.buildpacks.stack.mixins': label } }
}

/** Both images with their mixins. */
function images(build: readonly string[], run: readonly string[]): Readonly<Record<string, ExampleImage>> {
  return {
    [BUILD]: withMixins(JSON.stringify(build)),
    [RUN]: { user: '1001:1000', ...withMixins(JSON.stringify(run)) },
  }
}

/** acme/java asks for mixins of images that have others, and then of images that have them. */
function wanted(
  mixins: readonly string[],
  failing: ReturnType<typeof images>,
  fixed: ReturnType<typeof images>,
): RuleExample {
  return {
    failing: { 'java/buildpack.toml': asking(mixins) },
    fixed: {},
    images: failing,
    fixedImages: fixed,
    at: ['java/buildpack.toml', 'stacks]]'],
  }
}

/** What images say of themselves, whoever asks. */
function listed(failing: ReturnType<typeof images>, fixed: ReturnType<typeof images>, at: string): RuleExample {
  return { failing: {}, fixed: {}, images: failing, fixedImages: fixed, at: ['builder.toml', `"${at}"`] }
}

/** Examples of mixins. */
export const MIXIN_EXAMPLES: RuleExamples = {
  'mixin-stage-invalid': mixin('compile:git', 'build:git'),
  'mixin-set-unknown': mixin('build:set=my-tools', 'build:set=shell-utils'),
  'mixin-bionic-name': mixin('curl=7.58', 'curl', BIONIC),
  'mixin-missing-build': wanted(['git'], images([], []), images(['git'], ['git'])),
  'mixin-missing-run': wanted(['git'], images(['git'], []), images(['git'], ['git'])),
  'mixin-run-on-build-image': listed(images(['run:git'], ['run:git']), images([], ['run:git']), BUILD),
  'mixin-build-on-run-image': listed(images(['build:git'], ['build:git']), images(['build:git'], []), RUN),
  'mixin-not-shared': listed(images(['git'], []), images(['git'], ['git']), RUN),
  'mixin-label-invalid': {
    ...listed(images([], []), images([], []), RUN),
    images: { [RUN]: { user: '1001:1000', ...withMixins('{"git": true}') } },
  },
  'mixin-never-provided': wanted(['run:gitt'], images([], ['run:git']), images([], ['run:git', 'run:gitt'])),
  'mixin-contract-divergence': wanted(['build:git'], images(['git'], ['git']), images(['git', 'build:git'], ['git'])),
  'mixin-not-enforced': {
    ...wanted(['git'], images(['git'], ['git']), images(['git'], ['git'])),
    fixed: { 'java/buildpack.toml': buildpackToml() },
  },
  'mixin-unused': {
    ...wanted(['git'], images(['git', 'jq'], ['git', 'jq']), images(['git'], ['git'])),
    at: ['builder.toml', `"${BUILD}"`],
  },
}
