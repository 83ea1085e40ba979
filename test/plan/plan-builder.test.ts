import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { LABEL } from '#src/cnb/labels.js'
import { parseDiffId, type DiffId } from '#src/oci/digest.js'
import type { BuilderInput } from '#src/plan/builder-input.js'
import type { BuilderPlan } from '#src/plan/builder-plan.js'
import type { PlannedLayer } from '#src/plan/planned-layer.js'
import { builderLabels } from '#src/plan/labels.js'
import { planBuilder } from '#src/plan/plan-builder.js'
import { GOLDEN, goldenInput } from '../support/golden.js'
import { aModule, anOrder } from '../support/modules.js'
import { BASE_IMAGE, imageOf, isWhole, readWorld, type WorldImage } from '../support/world.js'

type InputParts = Partial<Omit<BuilderInput, 'config'>> & { readonly config?: Partial<BuilderInput['config']> }

/** What a plan is made of when nothing was asked for, with `parts` instead. */
function anInput(parts: InputParts = {}): BuilderInput {
  const { judged } = readWorld({
    builder:
      '[build]\nimage = "golden.test/build:1"\n[[run.images]]\nimage = "golden.test/run:1"\n[lifecycle]\nuri = "lifecycle"\n',
  })
  if (!isWhole(judged)) throw new Error('something is missing')
  return { ...judged, ...parts, config: { ...judged.config, ...parts.config } }
}

function titles({ layers }: BuilderPlan): string[] {
  return layers.map(({ title }) => title)
}

function ofRole({ layers }: BuilderPlan, ...roles: readonly PlannedLayer['role'][]): string[] {
  return layers.filter(({ role }) => roles.includes(role)).map(({ title }) => title)
}

function entriesOf({ layers }: BuilderPlan, role: PlannedLayer['role']) {
  const source = layers.find((layer) => layer.role === role)?.source
  return source?.kind === 'entries' ? source.entries : []
}

const SOME_DIFF_ID = parseDiffId(`sha256:${'0'.repeat(64)}`)
const named = (...names: readonly string[]) =>
  names.map((name) => [aModule({ id: name.split('@')[0]!, version: name.split('@')[1]! })])

describe('layers', () => {
  test('stand in the order of pack, and the least builder has six', () => {
    expect(titles(planBuilder(anInput()))).toEqual([
      'default folders',
      'lifecycle 0.21.0',
      '/cnb/order.toml',
      '/cnb/stack.toml',
      '/cnb/run.toml',
      'platform environment',
    ])
  })

  test('with everything: groups, modules, extensions, system and build environment', () => {
    const plan = planBuilder(
      anInput({
        buildpacks: named('s/z@1', 's/b@1', 's/a@1'),
        extensions: [[aModule({ kind: 'extension', id: 's/x', version: '1' })]],
        flatten: [[{ id: 's/z', version: '1' }]],
        config: {
          system: { pre: anOrder(['s/a'])[0]!.refs!, post: [] },
          buildEnv: [
            { name: 'B', value: 'x', suffix: 'append', delim: ':' },
            { name: 'A', value: '1', suffix: '', delim: '' },
          ],
        },
      }),
    )
    expect(titles(plan)).toEqual([
      'default folders',
      'lifecycle 0.21.0',
      'buildpacks s/z@1',
      'buildpack s/a@1',
      'buildpack s/b@1',
      'extension s/x@1',
      '/cnb/order.toml',
      '/cnb/system.toml',
      '/cnb/stack.toml',
      '/cnb/run.toml',
      'build environment',
      'platform environment',
    ])
    expect(entriesOf(plan, 'build-env').map(({ header }) => header.name)).toEqual([
      '/cnb/build-config/env/A',
      '/cnb/build-config/env/B.append',
      '/cnb/build-config/env/B.delim',
    ])
  })

  test('of modules are sorted by the bytes of id@version', () => {
    const names = ['s@1', 's/a@1.2.0-rc.1', 's/a@1.2.0', 's/a@1.10.0', 's/a0@1', 's/a/x@1', 's/a.b@1', 's/a-b@1']
    expect(ofRole(planBuilder(anInput({ buildpacks: named(...names) })), 'module')).toEqual(
      ['s/a-b@1', 's/a.b@1', 's/a/x@1', 's/a0@1', 's/a@1.10.0', 's/a@1.2.0', 's/a@1.2.0-rc.1', 's@1'].map(
        (name) => `buildpack ${name}`,
      ),
    )
  })

  test('hold a module once, but the metadata lists every occurrence', () => {
    const plan = planBuilder(anInput({ buildpacks: named('s/a@1', 's/b@1', 's/a@1') }))
    expect(ofRole(plan, 'module')).toEqual(['buildpack s/a@1', 'buildpack s/b@1'])
    expect(plan.metadata.buildpacks).toHaveLength(3)
  })

  test('of a group of extensions come once for each of them, as in pack', () => {
    const extensions = ['b', 'a', 'c'].map((id) => [aModule({ kind: 'extension', id, version: '1' })])
    const plan = planBuilder(
      anInput({
        extensions,
        flatten: [
          [
            { id: 'a', version: '1' },
            { id: 'c', version: '1' },
          ],
        ],
      }),
    )
    expect(ofRole(plan, 'module', 'flattened')).toEqual(['extensions a@1, c@1', 'extension b@1', 'extensions a@1, c@1'])
  })
})

describe('default folders', () => {
  const ownersOf = (env: readonly string[], buildConfigDir?: string) => {
    const base = imageOf({ ...BASE_IMAGE, env })
    const input = anInput({ base, ...(buildConfigDir !== undefined && { buildConfigDir }) })
    return entriesOf(planBuilder(input), 'default-dirs').map(
      ({ header: { name, uid, gid } }) => `${name} ${uid}:${gid}`,
    )
  }

  test('belong to root, but for the two of the user who builds', () => {
    expect(ownersOf(['CNB_USER_ID=+1001', 'CNB_USER_ID=7', 'CNB_GROUP_ID=01000'])).toEqual([
      '/workspace 1001:1000',
      '/layers 1001:1000',
      '/cnb 0:0',
      '/cnb/buildpacks 0:0',
      '/cnb/extensions 0:0',
      '/platform 0:0',
      '/platform/env 0:0',
      '/cnb/build-config 0:0',
      '/cnb/build-config/env 0:0',
    ])
  })

  test('follow the folder of the build environment', () => {
    expect(ownersOf(['CNB_USER_ID=1', 'CNB_GROUP_ID=1'], '/other/dir').slice(-2)).toEqual([
      '/other/dir 0:0',
      '/other/dir/env 0:0',
    ])
  })
})

describe('on a base that is a builder', () => {
  const base = goldenBase('builder')
  const expected = goldenLabels('builder-base-builder')
  const moduleOf = (folder: string) => moduleFrom(goldenInput('work', 'bp', folder), folder)
  const input = anInput({
    base,
    buildpacks: [[moduleOf('two-other')], [moduleOf('any')], [moduleOf('bare')]],
    config: {
      buildImage: 'golden.test/base/builder:1',
      runImages: [{ image: 'golden.test/base/run:1', mirrors: undefined }],
      order: anOrder(['golden/two', 'golden/any']),
    },
  })
  const plan = planBuilder(input)

  test('what replaces a module of the base comes with what hides the old one', () => {
    expect(plan.layers.slice(2, 7).map(({ title, existing }) => [title, existing?.slice(7, 15)])).toEqual([
      ['whiteout of buildpack golden/two@2.0.0', '245adcb7'],
      ['whiteout of buildpack golden/any@0.0.1', '0ef72e74'],
      ['buildpack golden/any@0.0.1', '0ef72e74'],
      ['buildpack golden/bare@0.0.1', undefined],
      ['buildpack golden/two@2.0.0', '245adcb7'],
    ])
    const [whiteout] = entriesOf(plan, 'whiteout')
    expect(whiteout?.header).toMatchObject({ name: '/cnb/buildpacks/golden_two/.wh.2.0.0', mode: 0o644, mtime: 0 })
  })

  test('the labels are those that pack writes, to the byte', () => {
    const layers = JSON.parse(expected.get(LABEL.buildpackLayers)!) as Record<
      string,
      Record<string, { layerDiffID: string }>
    >
    const diffIdOf = ({ modules }: PlannedLayer): DiffId => {
      const { id = '', version = '' } = modules[0] ?? {}
      return parseDiffId(layers[id]![version]!.layerDiffID)
    }
    expect(builderLabels(plan, diffIdOf)).toEqual(expected)
  })

  test('the stack of the base stays, unless builder.toml has one', () => {
    const metadata = JSON.stringify({ stack: { runImage: { image: 'old/run', mirrors: ['m'] } } })
    const stale = imageOf({ ...BASE_IMAGE, labels: { [LABEL.builderMetadata]: metadata } })
    const stackToml = (stackId: string) =>
      new TextDecoder().decode(
        entriesOf(planBuilder(anInput({ base: stale, config: { stackId } })), 'stack')[0]!.content,
      )
    expect(stackToml('')).toContain('image = "old/run"\n  mirrors = ["m"]')
    expect(stackToml('acme')).toBe('[run-image]\n  image = "golden.test/run:1"\n')
  })
})

describe('labels', () => {
  test('of --label replace those of the base, and ours replace both', () => {
    const base = imageOf({ ...BASE_IMAGE, labels: { kept: 'base', changed: 'base', [LABEL.mixins]: ' [ "m" ] ' } })
    const labels = builderLabels(
      planBuilder(anInput({ base, labels: new Map([['changed', 'flag']]) })),
      () => SOME_DIFF_ID,
    )
    expect(Object.fromEntries(labels)).toMatchObject({
      kept: 'base',
      changed: 'flag',
      [LABEL.mixins]: '["m"]',
      [LABEL.order]: 'null',
      [LABEL.buildpackLayers]: '{}',
    })
    expect(labels.has(LABEL.system)).toBe(false)
  })

  test('name the run image as the stack only when there is a stack id', () => {
    const stackOf = (stackId: string) =>
      JSON.parse(
        builderLabels(planBuilder(anInput({ config: { stackId } })), () => SOME_DIFF_ID).get(LABEL.builderMetadata)!,
      ).stack.runImage.image
    expect([stackOf(''), stackOf('acme')]).toEqual(['', 'golden.test/run:1'])
  })
})

/** The config of a golden base image. */
function goldenBase(name: string): BuilderInput['base'] {
  const folder = goldenInput('bases', name)
  const blob = (digest: string) => JSON.parse(readFileSync(`${folder}/blobs/${digest.replace(':', '/')}`, 'utf8'))
  const index = JSON.parse(readFileSync(`${folder}/index.json`, 'utf8'))
  const { config, os, architecture } = blob(blob(index.manifests[0].digest).config.digest)
  const image: WorldImage = { os, architecture, labels: config.Labels, env: config.Env }
  return imageOf(image)
}

function goldenLabels(name: string): ReadonlyMap<string, string> {
  const { config } = JSON.parse(readFileSync(`${GOLDEN}/cases/${name}/expected/config.json`, 'utf8'))
  return new Map(Object.entries(config.Labels as Record<string, string>))
}

function moduleFrom(folder: string, name: string) {
  const world = {
    builder: `[[buildpacks]]\nuri = "${name}"\n`,
    modules: { [name]: { 'buildpack.toml': readFileSync(`${folder}/buildpack.toml`, 'utf8') } },
  }
  return readWorld(world).judged.buildpacks![0]![0]!
}
