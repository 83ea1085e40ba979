import { LAYER_DIFF_ID, type ExampleImage, type RuleExamples } from './example.js'
import { buildpackFiles, builderToml } from './project.js'

/** An image that a builder can be given as a module. */
const TAGGED = 'registry.example/acme/go:1.2.3'
const PINNED = `registry.example/acme/go@sha256:${'fedcba9876543210'.repeat(4)}`

/** The labels of a package with one buildpack. */
const PACKAGE_LABELS = {
  'io.buildpacks.buildpackage.metadata': JSON.stringify({ id: 'acme/go', version: '1.2.3', stacks: [{ id: '*' }] }),
  'io.buildpacks.buildpack.layers': JSON.stringify({
    'acme/go': { '1.2.3': { api: '0.11', layerDiffID: LAYER_DIFF_ID, stacks: [{ id: '*' }] } },
  }),
}

const PACKAGE: ExampleImage = {
  labels: PACKAGE_LABELS,
  files: {
    'cnb/buildpacks/acme_go/1.2.3/buildpack.toml':
      'api = "0.11"\n[buildpack]\nid = "acme/go"\nversion = "1.2.3"\n[[stacks]]\nid = "*"\n',
  },
}

const entry = (uri: string): string => `\n[[buildpacks]]\nuri = "${uri}"\n`

/** builder.toml with another build image, run image or lifecycle. */
const builder = (from: string | RegExp, to: string): string => builderToml().replace(from, to)

const RUN = 'image = "registry.example/base/run:1"'
const LIFECYCLE = '[lifecycle]\nversion = "0.21.17"\n'
const EXTENSION = `
[[extensions]]
uri = "curl"

[[order-extensions]]
[[order-extensions.group]]
id = "acme/curl"
version = "1.0.0"
`

/** Examples of what is to be said of builder.toml. */
export const BUILDER_EXAMPLES: RuleExamples = {
  'builder-build-image-by-tag': {
    failing: { 'builder.toml': builder(/build@sha256:[0-9a-f]+/, 'build:1') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', '"registry.example/base/build:1"'],
    images: { 'registry.example/base/build:1': {} },
  },
  'builder-description-missing': {
    failing: { 'builder.toml': builder('description = "an example"\n', '') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml'],
  },
  'builder-entry-both-sources': {
    failing: { 'builder.toml': builderToml(`${entry('java')}image = "${TAGGED}"\n`) },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', `"${TAGGED}"`],
  },
  'builder-entry-no-source': {
    failing: { 'builder.toml': builderToml('\n[[buildpacks]]\nid = "acme/java"\n'), ...buildpackFiles('.') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml'],
  },
  'builder-extensions-pull-policy': {
    failing: { 'builder.toml': builderToml(EXTENSION) },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', 'order-extensions]]'],
  },
  'builder-trusted-with-extensions': {
    failing: { 'builder.toml': builderToml(EXTENSION) },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', 'order-extensions]]'],
  },
  'builder-lifecycle-no-checksum': {
    failing: { 'builder.toml': builder(LIFECYCLE, '[lifecycle]\nuri = "https://files.example/lifecycle.tgz"\n') },
    fixed: {
      'builder.toml': builder(
        LIFECYCLE,
        `[lifecycle]\nuri = "https://files.example/lifecycle.tgz#sha256=${'0123456789abcdef'.repeat(4)}"\n`,
      ),
    },
    at: ['builder.toml', '"https://files.example/lifecycle.tgz"'],
  },
  'builder-lifecycle-old': {
    failing: { 'builder.toml': builder('0.21.17', '0.21.3') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', '"0.21.3"'],
  },
  'builder-lifecycle-unpinned': {
    failing: { 'builder.toml': builder(LIFECYCLE, '') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml'],
  },
  'builder-lifecycle-both': {
    failing: { 'builder.toml': builder(LIFECYCLE, `${LIFECYCLE}uri = "lifecycle.tgz"\n`) },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', 'lifecycle]'],
  },
  'builder-lifecycle-not-semver': {
    failing: { 'builder.toml': builder('0.21.17', 'latest') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', '"latest"'],
  },
  'builder-locator-ambiguous': {
    failing: { 'builder.toml': builderToml(entry('acme/go')), ...buildpackFiles('acme/go') },
    fixed: { 'builder.toml': builderToml(entry('./acme/go')) },
    at: ['builder.toml', '"acme/go"'],
  },
  'builder-locator-invalid': {
    failing: { 'builder.toml': builderToml(entry('libcnb:/build')) },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', '"libcnb:/build"'],
  },
  'builder-module-by-tag': {
    failing: { 'builder.toml': builderToml(entry(`docker://${TAGGED}`)) },
    fixed: { 'builder.toml': builderToml(entry(`docker://${PINNED}`)) },
    at: ['builder.toml', `"docker://${TAGGED}"`],
    images: { [TAGGED]: PACKAGE, [PINNED]: PACKAGE },
  },
  'builder-module-floating-tag': {
    failing: { 'builder.toml': builderToml(entry('docker://registry.example/acme/go')) },
    fixed: { 'builder.toml': builderToml(entry(`docker://${PINNED}`)) },
    at: ['builder.toml', '"docker://registry.example/acme/go"'],
    images: { 'registry.example/acme/go': PACKAGE, [PINNED]: PACKAGE },
  },
  'builder-module-http': {
    failing: { 'builder.toml': builderToml(entry('http://files.example/go.tgz')) },
    fixed: { 'builder.toml': builderToml(entry('https://files.example/go.tgz')) },
    at: ['builder.toml', '"http://files.example/go.tgz"'],
  },
  'builder-module-no-checksum': {
    failing: { 'builder.toml': builderToml(entry('https://files.example/go.tgz')) },
    fixed: { 'builder.toml': builderToml(entry(`https://files.example/go.tgz#sha256=${'0'.repeat(64)}`)) },
    at: ['builder.toml', '"https://files.example/go.tgz"'],
  },
  'builder-build-image-missing': {
    failing: { 'builder.toml': builder(/\[build\]\nimage = .*\n/, '') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml'],
  },
  'builder-run-images-missing': {
    failing: { 'builder.toml': builder(`[[run.images]]\n${RUN}\n`, '') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml'],
  },
  'builder-run-image-empty': {
    failing: { 'builder.toml': builder(RUN, 'image = ""') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', '""'],
  },
  'reference-malformed': {
    failing: { 'builder.toml': builder(RUN, 'image = "Registry.Example/Run"') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', '"Registry.Example/Run"'],
  },
  'run-image-by-digest': {
    failing: { 'builder.toml': builder(RUN, `image = "registry.example/base/run@sha256:${'0'.repeat(64)}"`) },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', '"registry.example/base/run@sha256:0'],
  },
  'run-image-floating': {
    failing: { 'builder.toml': builder(RUN, 'image = "registry.example/base/run"') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', '"registry.example/base/run"'],
  },
  'run-image-unreachable': {
    failing: { 'builder.toml': builder(RUN, 'image = "registry.example/base/gone:1"') },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', '"registry.example/base/gone:1"'],
    images: { 'registry.example/base/gone:1': null },
  },
  'run-image-unused': {
    failing: { 'builder.toml': builder(RUN, `${RUN}\n[[run.images]]\nimage = "registry.example/base/other:1"`) },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', '"registry.example/base/other:1"'],
  },
  'run-mirror-differs': {
    failing: { 'builder.toml': builder(RUN, `${RUN}\nmirrors = ["mirror.example/base/run:1"]`) },
    fixed: {},
    at: ['builder.toml', '"mirror.example/base/run:1"'],
    images: { 'mirror.example/base/run:1': { files: { 'etc/other': 'other' } } },
    fixedImages: { 'mirror.example/base/run:1': { user: '1001:1000' } },
  },
  'run-mirror-duplicate': {
    failing: { 'builder.toml': builder(RUN, `${RUN}\nmirrors = ["registry.example/base/run:1"]`) },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', '"registry.example/base/run:1"]'],
  },
  'run-mirror-same-registry': {
    failing: { 'builder.toml': builder(RUN, `${RUN}\nmirrors = ["registry.example/mirror/run:1"]`) },
    fixed: { 'builder.toml': builderToml() },
    at: ['builder.toml', '"registry.example/mirror/run:1"'],
    images: { 'registry.example/mirror/run:1': { user: '1001:1000' } },
  },
}
