import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { infoJson } from '#src/cnb/module-json.js'
import { moduleLayerOf, printLayersLabel } from '#src/cnb/layers-label.js'
import type { Module, ModuleKind } from '#src/cnb/module.js'
import { parseDiffId } from '#src/oci/digest.js'
import { printJson } from '#src/oci/json.js'
import { readBuildImage, readRunImage } from '#src/sources/images.js'
import { readLifecycle } from '#src/sources/lifecycle.js'
import { readModules } from '#src/sources/module-source.js'
import { goldenCases, materialiseGolden } from '../support/golden.js'
import { sourceOf, type TestSource } from './golden-context.js'

let workspace: ReturnType<typeof materialiseGolden>
beforeAll(() => {
  workspace = materialiseGolden()
})
afterAll(() => {
  workspace.remove()
})

/** A file of the workspace. */
const inWork = (name: string): string => join(workspace.path, name)

const AMD64 = { os: 'linux', architecture: 'amd64' }
/** Sources do not know the digests of layers that are still to be made. */
const NO_DIFF_ID = parseDiffId(`sha256:${'0'.repeat(64)}`)

interface Case {
  readonly name: string
  /** Its builder.toml, from the workspace. */
  readonly config: string
  readonly labels: string
  readonly architecture: string
}

/** The builders that pack made, one for each platform. */
function builderCases(): Case[] {
  return goldenCases(/^builder-/).flatMap(({ name, command, expected }) => {
    const config = command[command.indexOf('--config') + 1] ?? ''
    return ['', 'linux-amd64', 'linux-arm64']
      .map((folder) => ({ folder, labels: join(expected, folder, 'labels.json') }))
      .filter(({ labels }) => existsSync(labels))
      .map(({ folder, labels }) => ({
        name,
        config,
        labels,
        architecture: folder === 'linux-arm64' ? 'arm64' : 'amd64',
      }))
  })
}

async function modulesOf({ config, context }: TestSource, kind: ModuleKind, architecture: string): Promise<Module[]> {
  const wanted = { os: 'linux', architecture }
  const entries = kind === 'buildpack' ? config.buildpacks : config.extensions
  const modules: Module[] = []
  for (const [index, entry] of entries.entries()) {
    modules.push(...((await readModules({ kind, index, entry, wanted }, context)) ?? []))
  }
  return modules
}

type LayersLabel = Record<string, Record<string, { layerDiffID?: string }>>

/** What a layers label says but for the digests, which sources do not know. */
function withoutDiffIds(label: LayersLabel): LayersLabel {
  const json = JSON.stringify(label, (key, value: unknown) => (key === 'layerDiffID' ? undefined : value))
  return JSON.parse(json) as LayersLabel
}

const all = builderCases()

test('there are golden builders', () => {
  expect(all.length).toBeGreaterThan(55)
})

describe.each(all)('$name for $architecture', ({ config, labels, architecture, name }) => {
  test.each(['buildpack', 'extension'] as const)('every %s is found and described as pack does', async (kind) => {
    const source = sourceOf(inWork(config))
    const modules = await modulesOf(source, kind, architecture)
    const expected = JSON.parse(readFileSync(labels, 'utf8')) as Record<string, unknown>
    const metadata = expected['io.buildpacks.builder.metadata'] as Record<string, unknown[] | null>
    const infos = modules.map((module) => JSON.parse(printJson(infoJson(module.descriptor.info))) as unknown)
    const listed = metadata[`${kind}s`] ?? []
    // A base that is a builder comes first with what it had.
    expect(infos).toEqual(listed.slice(listed.length - infos.length))
    const ours = modules.map((module) => moduleLayerOf(module.descriptor, NO_DIFF_ID))
    const label = withoutDiffIds(JSON.parse(printLayersLabel(ours)) as LayersLabel)
    const golden = withoutDiffIds(expected[`io.buildpacks.${kind}.layers`] as LayersLabel)
    if (name === 'builder-base-builder') expect(golden).toMatchObject(label)
    else expect(label).toEqual(golden)
  })

  test('the lifecycle is found and described as pack does', async () => {
    const { config: builder, context } = sourceOf(inWork(config))
    const lifecycle = await readLifecycle(
      { lifecycle: builder.lifecycle, target: { os: 'linux', architecture }, host: AMD64 },
      context,
    )
    const expected = JSON.parse(readFileSync(labels, 'utf8')) as Record<string, { lifecycle: { version: string } }>
    expect(lifecycle?.descriptor.version).toBe(expected['io.buildpacks.builder.metadata']?.lifecycle.version)
    expect(lifecycle?.binaries).toContain('creator')
  })
})

describe('what pack refuses', () => {
  test.each([
    ['error-builder-absent-module', 'toml-path-missing', 9],
    ['error-builder-from-builder', 'builder-locator-invalid', 9],
    ['error-builder-urn-builder', 'builder-locator-invalid', 9],
    ['error-builder-scheme', 'builder-locator-invalid', 9],
    ['error-builder-lifecycle-image-relative', 'lifecycle-descriptor-missing', 7],
  ])('%s is reported as %s', async (name, rule, line) => {
    const source = sourceOf(inWork(`builders/${name}.toml`))
    await modulesOf(source, 'buildpack', 'amd64')
    await readLifecycle({ lifecycle: source.config.lifecycle, target: AMD64, host: AMD64 }, source.context)
    const errors = source.reported.filter(({ severity }) => severity === 'error')
    expect(errors).toMatchObject([{ rule, place: { file: 'builder.toml', line } }])
    expect(errors[0]?.fix).toBeDefined()
  })

  test('error-builder-not-a-package is E_LABEL at the place of its uri', async () => {
    const source = sourceOf(inWork('builders/error-builder-not-a-package.toml'))
    await expect(modulesOf(source, 'buildpack', 'amd64')).rejects.toMatchObject({
      code: 'E_LABEL',
      place: { file: 'builder.toml', line: 9 },
    })
  })

  test.each([
    ['error-builder-absent-base', 'E_OFFLINE', 'amd64'],
    ['error-builder-no-such-platform', 'E_PLATFORM', 's390x'],
  ])('%s is %s at the place of [build].image', async (name, code, architecture) => {
    const { config, context } = sourceOf(inWork(`builders/${name}.toml`))
    const named = { text: config.buildImage, place: context.locate(['build', 'image']), what: 'build image' }
    await expect(readBuildImage(named, { os: 'linux', architecture }, context)).rejects.toMatchObject({
      code,
      place: { file: 'builder.toml', line: 2 },
    })
  })
})

describe('images', () => {
  test.each([
    ['builder-build-run', 'linux', 'amd64', undefined, undefined],
    ['builder-target-arm64', 'linux', 'arm64', undefined, undefined],
    ['builder-target-variant', 'linux', 'arm', 'v7', 'v7'],
    // No index: taken although it is for amd64.
    ['builder-target-single-manifest', 'linux', 'amd64', undefined, undefined],
  ])('the build image of %s is the one for its platform', async (name, os, architecture, variant, found) => {
    const { config, context } = sourceOf(inWork(`builders/${name}.toml`))
    const wanted = { os, architecture: name === 'builder-target-single-manifest' ? 'arm64' : architecture, variant }
    const named = { text: config.buildImage, place: context.locate(['build', 'image']), what: 'build image' }
    const image = await readBuildImage(named, wanted, context)
    expect(image?.config.platform).toMatchObject({ os, architecture })
    expect(image?.config.platform.variant).toBe(found)
  })

  test('run images are found through their names and mirrors, or are unread', async () => {
    const { config, context } = sourceOf(inWork('builders/builder-run-images.toml'))
    const names = config.runImages.flatMap(({ image, mirrors = [] }) => [image, ...mirrors])
    const found = await Promise.all(
      names.map((text) => readRunImage({ text, place: { file: 'builder.toml' }, what: 'run image' }, AMD64, context)),
    )
    expect(found.map((one) => (typeof one === 'string' ? one : one.platform.architecture))).toEqual([
      'amd64',
      'amd64',
      'amd64',
      'amd64',
      'unread',
    ])
    const s390x = { os: 'linux', architecture: 's390x' }
    const named = { text: 'golden.test/base/build:1', place: { file: 'builder.toml' }, what: 'run image' }
    expect(await readRunImage(named, s390x, context)).toBe('no-such-platform')
  })
})
