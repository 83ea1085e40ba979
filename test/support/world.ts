import { createHash } from 'node:crypto'
import { DEFAULT_BUILD_CONFIG_DIR, type BuilderInput, type FoundRunImage } from '#src/plan/builder-input.js'
import { decodeBuilderConfig, locateInBuilder } from '#src/cnb/decode-builder.js'
import { decodeLifecycleDescriptor } from '#src/cnb/decode-lifecycle.js'
import { decodeModuleDescriptor } from '#src/cnb/decode-module.js'
import { decodePackageConfig, locateInPackage } from '#src/cnb/decode-package.js'
import type { BuilderConfig, ModuleEntry } from '#src/cnb/builder-config.js'
import { descriptorOf, moduleLayerOf } from '#src/cnb/layers-label.js'
import type { Lifecycle } from '#src/cnb/lifecycle.js'
import type { Module, ModuleId, ModuleKind } from '#src/cnb/module.js'
import type { Diagnostic, Report } from '#src/errors.js'
import { DEFAULT_LIMITS, type Limits } from '#src/limits.js'
import { digestOf, parseDiffId } from '#src/oci/digest.js'
import type { Image, ImageConfig } from '#src/oci/image.js'
import type { Platform } from '#src/oci/platform.js'
import type { PackageInput } from '#src/plan/package-input.js'
import type { Judged } from '#src/rules/rule.js'
import { normaliseReference } from '#src/oci/reference.js'
import { readToml } from '../toml/read.js'

/** Texts and image configs that a builder is made of, all in memory. The shape of the golden verdicts. */
export interface World {
  readonly builder: string
  readonly images?: WorldImages
  /** Text of lifecycle.toml; null when there is none. */
  readonly lifecycle?: string | null
  readonly lifecycleBinaries?: readonly string[]
  /** Folder, then descriptor by file name, and `files`: path to mode. */
  readonly modules?: Readonly<Record<string, WorldModule>>
  /** `.cnb` files that a package.toml makes. */
  readonly packages?: Readonly<Record<string, { readonly 'package.toml': string; readonly args?: readonly string[] }>>
  readonly experimental?: boolean
}

export interface WorldImages {
  readonly build?: WorldImage | WorldIndex
  readonly run?: readonly (WorldImage | WorldIndex)[]
  readonly other?: Readonly<Record<string, WorldImage | WorldIndex>>
}

export interface WorldImage {
  readonly os: string
  readonly architecture: string
  readonly variant?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly env?: readonly string[]
  /** In an index: instead of the platform of the config; null for a child without one. */
  readonly platform?: Platform | null
  /** Docker's media types in place of OCI's. */
  readonly isDocker?: boolean
  /** Annotations of its manifest. */
  readonly annotations?: Readonly<Record<string, string>>
  /** Further keys of its config, and of `config` in it. */
  readonly about?: Readonly<Record<string, unknown>>
  readonly settings?: Readonly<Record<string, unknown>>
}

interface WorldIndex {
  readonly index: readonly WorldImage[]
}

export type WorldModule = Readonly<Record<string, string | Readonly<Record<string, string>>>>

/** What flags say. */
export interface WorldFlags {
  readonly labels?: ReadonlyMap<string, string>
  readonly flatten?: readonly (readonly ModuleId[])[]
  readonly platform?: Platform
  readonly limits?: Partial<Limits>
}

export const LIFECYCLE_TOML = `[lifecycle]
version = "0.21.0"
[apis.buildpack]
deprecated = []
supported = ["0.7", "0.8", "0.9", "0.10", "0.11", "0.12"]
[apis.platform]
deprecated = []
supported = ["0.7", "0.8", "0.9", "0.10", "0.11", "0.12", "0.13", "0.14", "0.15"]
`

export const BASE_IMAGE: WorldImage = {
  os: 'linux',
  architecture: 'amd64',
  labels: {},
  env: ['CNB_USER_ID=1000', 'CNB_GROUP_ID=1000'],
}

const RUN_IMAGE: WorldImage = { os: 'linux', architecture: 'amd64', labels: {}, env: [] }
const BINARIES = ['analyzer', 'builder', 'creator', 'detector', 'exporter', 'launcher', 'restorer']

/** What was read of a world for one platform, and what was wrong on the way. */
export interface WorldInput {
  readonly judged: Judged
  readonly diagnostics: readonly Diagnostic[]
}

/** The platforms of `[[targets]]`; none when builder.toml cannot be read. */
export function platformsOf(world: World): Platform[] {
  const { document } = readToml(world.builder)
  const targets = document === undefined ? [] : decodeBuilderConfig(document, () => {}).targets
  return targets.map(({ os, arch, variant }) => ({ os, architecture: arch, variant }))
}

/** Reads everything that `world.builder` names, as the operations do from disk. */
export function readWorld(world: World, flags: WorldFlags = {}): WorldInput {
  const { document, diagnostics, report } = readToml(world.builder, { file: 'builder.toml' })
  const config = document && decodeBuilderConfig(document, report)
  const locate = document && locateInBuilder(document)
  const failed = (rule: string, file: string): undefined =>
    report({ rule, severity: 'error', message: `${file} cannot be read`, place: { file } }) as undefined
  const images = imagesOf(world.images ?? {})
  const platform = flags.platform ?? { os: 'linux', architecture: 'amd64' }

  const base = config && config.buildImage !== '' ? findImage(images, config.buildImage, platform) : undefined
  if (typeof base === 'string') failed(base === 'absent' ? 'image-absent' : 'no-such-platform', 'build image')
  const runImages = config?.runImages.flatMap(({ image, mirrors = [] }, index) => [
    ...foundRunImage(images, image, ['run', 'images', index, 'image'], platform, failed),
    ...mirrors.flatMap((mirror, at) =>
      foundRunImage(images, mirror, ['run', 'images', index, 'mirrors', at], platform, failed),
    ),
  ])
  const entries = (kind: ModuleKind, list: readonly ModuleEntry[] = []): BuilderInput['buildpacks'] =>
    list.map((entry) => readEntry(world, kind, entry, report) ?? failed('module-unreadable', entry.uri))
  return {
    diagnostics,
    judged: {
      config,
      locate,
      buildpacks: entries('buildpack', config?.buildpacks),
      extensions: entries('extension', config?.extensions),
      base: typeof base === 'string' ? undefined : base && imageOf(base),
      runImages,
      lifecycle: config && readLifecycle(world, config, report, failed),
      flatten: flags.flatten ?? [],
      labels: flags.labels ?? new Map(),
      createdBy: { name: 'Pack CLI', version: '0.40.6' },
      buildConfigDir: DEFAULT_BUILD_CONFIG_DIR,
      platform: flags.platform,
      experimental: world.experimental ?? false,
      limits: { ...DEFAULT_LIMITS, ...flags.limits },
    },
  }
}

/** Texts that a package is made of, all in memory. */
export interface PackageWorld {
  /** Text of package.toml. */
  readonly package: string
  readonly modules?: NonNullable<World['modules']>
}

/** What was read of a package for one target, and what was wrong on the way. */
export interface PackageWorldInput {
  readonly judged: Judged<PackageInput>
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads everything that `world.package` names, as the operations do from disk. */
export function readPackageWorld(
  world: PackageWorld,
  flags: Partial<Pick<PackageInput, 'labels' | 'target'>> & { readonly limits?: Partial<Limits> } = {},
): PackageWorldInput {
  const { document, diagnostics, report } = readToml(world.package, { file: 'package.toml' })
  const config = document && decodePackageConfig('buildpack', document, report)
  const uris = config === undefined ? [] : [config.uri, ...config.dependencies.map(({ uri }) => uri)]
  const entries = uris.map((uri) => {
    const module = readModule(world, 'buildpack', uri, report)
    if (module === undefined) {
      report({ rule: 'module-unreadable', severity: 'error', message: `${uri} cannot be read`, place: { file: uri } })
    }
    return module && [module]
  })
  return {
    diagnostics,
    judged: {
      kind: 'buildpack',
      locate: document && locateInPackage('buildpack', document),
      buildpacks: entries,
      extensions: [],
      target: flags.target ?? { os: config?.os ?? 'linux', arch: '', variant: '', distros: [] },
      labels: flags.labels ?? new Map(),
      createdBy: undefined,
      flatten: undefined,
      limits: { ...DEFAULT_LIMITS, ...flags.limits },
    },
  }
}

/** True when everything that a plan needs was found. */
export function isWhole(judged: Judged): judged is BuilderInput {
  const { platform: _, ...parts } = judged
  return Object.values(parts).every((part) => part !== undefined)
}

type Images = ReadonlyMap<string, WorldImage | WorldIndex>
type Failed = (rule: string, file: string) => undefined

function imagesOf({ build = BASE_IMAGE, run = [RUN_IMAGE], other = {} }: WorldImages): Images {
  return new Map([
    ['golden.test/build:1', build],
    ...run.map((image, i) => [i === 0 ? 'golden.test/run:1' : `golden.test/run-${i + 1}:1`, image] as const),
    ...Object.entries(other).map(([name, image]) => [`golden.test/${name}:1`, image] as const),
  ])
}

/** The image for a platform; what is no index is taken as it is. A child without a platform counts as linux/amd64. */
function findImage(images: Images, name: string, wanted: Platform): WorldImage | 'absent' | 'no-such-platform' {
  const found = images.get(name)
  if (found === undefined) return 'absent'
  if (!('index' in found)) return found
  const fits = found.index.find((child) => {
    const platform = child.platform === null ? { os: 'linux', architecture: 'amd64' } : (child.platform ?? child)
    if (platform.os !== wanted.os || platform.architecture !== wanted.architecture) return false
    return (wanted.variant ?? '') === '' || platform.variant === wanted.variant
  })
  return fits ?? 'no-such-platform'
}

function foundRunImage(
  images: Images,
  reference: string,
  path: FoundRunImage['path'],
  platform: Platform,
  failed: Failed,
): FoundRunImage[] {
  if (reference === '') return []
  if (normaliseReference(reference) === undefined) failed('reference-malformed', reference)
  const found = findImage(images, reference, platform)
  return [{ path, reference, found: typeof found === 'string' ? found : imageConfigOf(found) }]
}

function imageConfigOf({ os, architecture, variant, labels = {}, env = [] }: WorldImage): ImageConfig {
  return {
    platform: { os, architecture, variant },
    env,
    labels: new Map(Object.entries(labels)),
    user: '',
    diffIds: [],
    raw: new Map(),
  }
}

/** An image with this config and nothing in it. */
export function imageOf(parts: WorldImage): Image {
  const bytes = new TextEncoder().encode('{}')
  const descriptor = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(bytes), size: 2 }
  return {
    kind: 'image',
    descriptor,
    manifest: { mediaType: 'application/vnd.oci.image.manifest.v1+json', config: descriptor, layers: [] },
    manifestBytes: bytes,
    config: imageConfigOf(parts),
    configBytes: bytes,
    layers: [],
  }
}

function readLifecycle(world: World, config: BuilderConfig, report: Report, failed: Failed): Lifecycle | undefined {
  const { uri, version } = config.lifecycle
  if (uri !== '' && version !== '') return undefined
  const toml = world.lifecycle === undefined ? LIFECYCLE_TOML : world.lifecycle
  if (uri !== 'lifecycle') return failed('lifecycle-download', uri)
  if (toml === null) return failed('lifecycle-unreadable', 'lifecycle.toml')
  const read = readToml(toml, { file: 'lifecycle/lifecycle.toml' })
  const descriptor = read.document && decodeLifecycleDescriptor(read.document, read.report)
  for (const problem of read.diagnostics) report(problem)
  if (read.document === undefined || descriptor === undefined) return undefined
  return {
    descriptor,
    locate: read.document.locate,
    from: 'lifecycle',
    content: { kind: 'directory', path: 'lifecycle' },
    binaries: (world.lifecycleBinaries ?? BINARIES)
      .filter((name) => !name.includes('/'))
      .map((name) => name.replace(/\.exe$/, ''))
      .sort(),
  }
}

function readEntry(world: World, kind: ModuleKind, { uri }: ModuleEntry, report: Report): Module[] | undefined {
  const packageToml = world.packages?.[uri]?.['package.toml']
  if (packageToml !== undefined) return readPackage(world, packageToml, report)
  const module = readModule(world, kind, uri.replace(/^file:\/\//, ''), report)
  return module && [module]
}

function readModule(
  world: Pick<World, 'modules'>,
  kind: ModuleKind,
  folder: string,
  report: Report,
): Module | undefined {
  const parts = world.modules?.[folder]
  const toml = parts?.[`${kind}.toml`]
  if (parts === undefined || typeof toml !== 'string') return undefined
  const read = readToml(toml, { file: `${folder}/${kind}.toml` })
  const descriptor = read.document && decodeModuleDescriptor(kind, read.document, read.report)
  for (const problem of read.diagnostics) report(problem)
  if (read.document === undefined || descriptor === undefined) return undefined
  const files = parts['files'] ?? {}
  return {
    descriptor,
    locate: read.document.locate,
    from: folder,
    content: { kind: 'directory', path: folder },
    hasBuild: {
      linux: Object.hasOwn(Object(files), 'bin/build'),
      windows: ['bin/build.bat', 'bin/build.exe'].some((name) => Object.hasOwn(Object(files), name)),
    },
    packaged: false,
    contentId: createHash('sha256')
      .update(JSON.stringify([toml, files]))
      .digest('hex'),
  }
}

/** A package as `buildpack package` makes it: its main module, then its dependencies by id and version. */
function readPackage(world: World, toml: string, report: Report): Module[] | undefined {
  const [main = '', ...dependencies] = [...toml.matchAll(/uri = "(.*)"/g)].map(([, uri = '']) => uri)
  const modules = [main, ...dependencies.sort()].map((folder) => readModule(world, 'buildpack', folder, report))
  if (modules.some((module) => module === undefined)) return undefined
  return modules.map((module) => packaged(module!))
}

function packaged(module: Module): Module {
  const layer = moduleLayerOf(module.descriptor, parseDiffId(`sha256:${'0'.repeat(64)}`))
  const hasBuild = { linux: false, windows: false }
  return { ...module, descriptor: descriptorOf(module.descriptor.kind, layer), hasBuild, packaged: true }
}
