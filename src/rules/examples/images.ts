import { LAYER_DIFF_ID, type ExampleImage, type RuleExamples } from './example.js'
import { buildpackToml } from './project.js'

const PACKAGE = 'registry.example/acme/java:1'
const METADATA = 'io.buildpacks.buildpackage.metadata'
const LAYERS = 'io.buildpacks.buildpack.layers'

/** What a label says of the one module of the package. */
function layersLabel(diffId: string, targets: readonly string[]): string {
  const layer = { api: '0.11', targets: targets.map((arch) => ({ os: 'linux', arch })), layerDiffID: diffId }
  return JSON.stringify({ 'acme/java': { '1.0.0': layer } })
}

/** A package about which nothing is to be said but that it has no annotations. */
const SOUND_PACKAGE = {
  user: '',
  env: [],
  labels: {
    [METADATA]: JSON.stringify({ id: 'acme/java', version: '1.0.0', stacks: [{ id: '*' }] }),
    [LAYERS]: layersLabel(LAYER_DIFF_ID, ['amd64']),
  },
  files: { 'cnb/buildpacks/acme_java/1.0.0/buildpack.toml': buildpackToml() },
} as const satisfies ExampleImage

const ANNOTATIONS = {
  'org.opencontainers.image.title': 'acme/java',
  'org.opencontainers.image.version': '1.0.0',
  'org.opencontainers.image.url': 'https://acme.example',
  'org.opencontainers.image.description': 'runs Java',
  'org.opencontainers.image.source': 'https://git.example/acme/java',
  'org.opencontainers.image.revision': '0123456789abcdef0123456789abcdef01234567',
}

function withLayers(label: string): ExampleImage {
  return { ...SOUND_PACKAGE, labels: { ...SOUND_PACKAGE.labels, [LAYERS]: label } }
}

const COMMON = {
  check: PACKAGE,
  failing: {},
  fixed: {},
  at: [PACKAGE],
  fixedImages: { [PACKAGE]: SOUND_PACKAGE },
} as const

/** Published images. */
export const IMAGE_EXAMPLES: RuleExamples = {
  'artifact-conformance': {
    ...COMMON,
    images: { [PACKAGE]: { ...SOUND_PACKAGE, labels: { [METADATA]: SOUND_PACKAGE.labels[METADATA] } } },
  },
  'artifact-layer-digest-mismatch': {
    ...COMMON,
    images: { [PACKAGE]: withLayers(layersLabel(`sha256:${'0'.repeat(64)}`, ['amd64'])) },
  },
  'artifact-index-platforms': {
    ...COMMON,
    images: { [PACKAGE]: [SOUND_PACKAGE, { ...SOUND_PACKAGE, user: '1000' }] },
  },
  'artifact-annotations-missing': {
    ...COMMON,
    images: { [PACKAGE]: SOUND_PACKAGE },
    fixedImages: { [PACKAGE]: { ...SOUND_PACKAGE, annotations: ANNOTATIONS } },
  },
}
