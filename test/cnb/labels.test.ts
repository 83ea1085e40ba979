import { describe, expect, test } from 'vitest'
import { parseApiVersion } from '#src/cnb/api-version.js'
import { decodeBuilderConfig } from '#src/cnb/decode-builder.js'
import { LABEL, printMixins, printOrderLabel, printSystemLabel, readMixins } from '#src/cnb/labels.js'
import { descriptorOf, moduleLayerOf, printLayersLabel, readLayersLabel } from '#src/cnb/layers-label.js'
import type { LifecycleDescriptor } from '#src/cnb/lifecycle.js'
import { printBuilderMetadata, readBuilderMetadata, readPackageMetadata } from '#src/cnb/metadata-label.js'
import { CnbError } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { documentOf } from '../toml/read.js'
import { goldenBuilders, labelsOf } from './golden-cases.js'

const source = (labels: ReadonlyMap<string, string>) => ({ labels, from: 'golden', limits: DEFAULT_LIMITS })
const label = (name: string, text: string) => source(new Map([[name, text]]))
const BUILDERS = goldenBuilders().map((golden) => [golden.expected, golden] as const)

describe('the labels of the golden builders', () => {
  test('are there', () => expect(BUILDERS.length).toBeGreaterThan(50))

  test.each(BUILDERS)('%s: layers and mixins are the same after reading and printing', (_name, golden) => {
    const labels = labelsOf(golden)
    const buildpacks = readLayersLabel(source(labels), 'buildpack') ?? []
    const extensions = readLayersLabel(source(labels), 'extension') ?? []
    expect(printLayersLabel(buildpacks.toReversed())).toBe(labels.get(LABEL.buildpackLayers))
    expect(printLayersLabel(extensions.toReversed())).toBe(labels.get(LABEL.extensionLayers))
    expect(printMixins(readMixins(source(labels)))).toBe(labels.get(LABEL.mixins))
  })

  test.each(BUILDERS)('%s: orders and system are printed as the file has them', (_name, golden) => {
    const labels = labelsOf(golden)
    const config = decodeBuilderConfig(documentOf(golden.builderToml), (problem) => {
      if (problem.severity === 'error') throw new Error(problem.message)
    })
    expect(printOrderLabel(config.order)).toBe(labels.get(LABEL.order))
    expect(printOrderLabel(config.orderExtensions)).toBe(labels.get(LABEL.orderExtensions))
    if (config.system.pre.length + config.system.post.length > 0) {
      expect(printSystemLabel(config.system)).toBe(labels.get(LABEL.system))
    }
  })

  test.each(BUILDERS)('%s: metadata is printed to the byte', (_name, golden) => {
    const labels = labelsOf(golden)
    const text = labels.get(LABEL.builderMetadata) ?? ''
    const read = readBuilderMetadata(source(labels))
    const { description, lifecycle, createdBy, images } = JSON.parse(text)
    const printed = printBuilderMetadata({
      description,
      createdBy,
      lifecycle: lifecycleOf(lifecycle),
      buildpacks: read?.buildpacks,
      extensions: read?.extensions,
      stackRunImage: read?.stackRunImage,
      runImages: images.map(({ image, mirrors }: { image: string; mirrors: string[] | null }) => ({
        image,
        mirrors: mirrors ?? undefined,
      })),
    })
    expect(printed).toBe(text)
  })
})

type Apis = { deprecated: string[] | null; supported: string[] | null }

function lifecycleOf(json: {
  version: string
  api: { buildpack: string; platform: string }
  apis: { buildpack: Apis; platform: Apis }
}): LifecycleDescriptor {
  const versions = (list: string[] | null) => list?.map((text) => parseApiVersion(text) ?? { major: -1, minor: -1 })
  const support = ({ deprecated, supported }: Apis) => ({
    deprecated: versions(deprecated),
    supported: versions(supported),
  })
  return {
    version: json.version,
    api: { buildpack: parseApiVersion(json.api.buildpack), platform: parseApiVersion(json.api.platform) },
    apis: { buildpack: support(json.apis.buildpack), platform: support(json.apis.platform) },
  }
}

const DIFF_ID = `sha256:${'0'.repeat(64)}`

describe('printing', () => {
  test('tells no order from an empty order and a group without a key from an empty group', () => {
    expect(printOrderLabel(undefined)).toBe('null')
    expect(printOrderLabel([])).toBe('[]')
    expect(printOrderLabel([{ refs: undefined }, { refs: [] }])).toBe('[{"group":null},{"group":[]}]')
  })

  test('sorts ids and versions by their bytes', () => {
    const layers = ['\u{1f600}', '\uff5e', 'b', 'a'].flatMap((id) =>
      ['1.9', '1.10'].map((version) => ({ ...aLayer(), id, version })),
    )
    const printed = printLayersLabel(layers)
    const ids = [...printed.matchAll(/"([^"]+)":\{"1\.10"/g)].map((match) => match[1])
    expect(ids).toEqual(['a', 'b', '\uff5e', '\u{1f600}'])
    expect(printed.indexOf('"1.10"')).toBeLessThan(printed.indexOf('"1.9"'))
  })

  test('prints the version of a lifecycle that names none as null', () => {
    const none = { deprecated: undefined, supported: undefined }
    const printed = printBuilderMetadata({
      description: '',
      createdBy: { name: 'n', version: 'v' },
      lifecycle: {
        version: '',
        api: { buildpack: undefined, platform: undefined },
        apis: { buildpack: none, platform: none },
      },
      buildpacks: undefined,
      extensions: [],
      stackRunImage: undefined,
      runImages: [],
    })
    expect(printed).toContain('"lifecycle":{"version":null,"api":{"buildpack":null,"platform":null},')
    expect(printed).toContain('"buildpacks":null,"extensions":[],')
  })
})

function aLayer() {
  const [layer] =
    readLayersLabel(label(LABEL.buildpackLayers, `{"x":{"1":{"api":"1","layerDiffID":"${DIFF_ID}"}}}`), 'buildpack') ??
    []
  if (layer === undefined) throw new Error('the label holds no layer')
  return layer
}

describe('reading', () => {
  test('finds nothing where there is no label, or null', () => {
    expect(readMixins(source(new Map()))).toBeUndefined()
    expect(readMixins(label(LABEL.mixins, 'null'))).toBeUndefined()
    expect(readLayersLabel(source(new Map()), 'extension')).toBeUndefined()
    expect(readBuilderMetadata(source(new Map()))).toBeUndefined()
    expect(readPackageMetadata(source(new Map()))).toBeUndefined()
  })

  test('tells an extension package from a buildpackage by its stacks', () => {
    expect(readPackageMetadata(label(LABEL.packageMetadata, '{"id":"a","version":"1","stacks":null}'))).toMatchObject({
      info: { id: 'a', version: '1' },
      stacks: undefined,
    })
    expect(
      readPackageMetadata(label(LABEL.packageMetadata, '{"id":"a","version":"1","stacks":[{"id":"*"}]}'))?.stacks,
    ).toEqual([{ id: '*', mixins: [] }])
  })

  test('gives back the descriptor that a layer was printed from, as far as a label carries it', () => {
    const layer = aLayer()
    expect(moduleLayerOf(descriptorOf('buildpack', layer), layer.diffId)).toEqual(layer)
  })

  test('leaves the targets of an extension out, as pack does', () => {
    const layer = { ...aLayer(), targets: [{ os: 'linux', arch: '', variant: '', distros: [] }] }
    expect(descriptorOf('extension', layer).targets).toEqual([])
    expect(descriptorOf('buildpack', layer).targets).toEqual(layer.targets)
  })

  test.each([
    ['E_LABEL', LABEL.mixins, '["a",1]'],
    ['E_LABEL', LABEL.mixins, '{}'],
    ['E_LABEL', LABEL.mixins, `["${'a'.repeat(DEFAULT_LIMITS.labelBytes)}"]`],
    ['E_JSON', LABEL.mixins, 'git'],
    ['E_LABEL', LABEL.buildpackLayers, '[]'],
    ['E_LABEL', LABEL.buildpackLayers, '{"a":[]}'],
    ['E_LABEL', LABEL.buildpackLayers, '{"a":{"1":{}}}'],
    ['E_LABEL', LABEL.buildpackLayers, `{"a":{"1":{"api":"x","layerDiffID":"${DIFF_ID}"}}}`],
    ['E_DIGEST_SYNTAX', LABEL.buildpackLayers, '{"a":{"1":{"api":"0.7","layerDiffID":"sha256:0"}}}'],
    ['E_JSON_DUP', LABEL.buildpackLayers, '{"a":{},"a":{}}'],
    ['E_LABEL', LABEL.builderMetadata, '{"buildpacks":{}}'],
    ['E_LABEL', LABEL.packageMetadata, '{"stacks":"x"}'],
  ])('refuses with %s the label %s', (code, name, text) => {
    const read = () => {
      readMixins(label(name, text))
      readLayersLabel(label(name, text), 'buildpack')
      readBuilderMetadata(label(name, text))
      readPackageMetadata(label(name, text))
    }
    expect(read).toThrow(CnbError)
    const place = expect.objectContaining({ file: `label ${name} of golden` })
    expect(read).toThrow(expect.objectContaining({ code, place }))
  })
})
