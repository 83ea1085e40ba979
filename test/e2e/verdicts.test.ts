import { hostIn } from '../support/host.js'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { CnbError } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { createBuilder, type CreateBuilderOutcome } from '#src/operations/create-builder.js'
import type { ImageOptions } from '#src/operations/image-options.js'
import { packageModule, type PackageOutcome } from '#src/operations/package-module.js'
import type { PackageOptions } from '#src/operations/package-options.js'
import type { Surroundings } from '#src/operations/surroundings.js'
import { DIFFERENCES, LATER } from '../rules/verdict-differences.js'
import { OCI, TestLayout, type TestDescriptor } from '../support/layout.js'
import type { World, WorldImage } from '../support/world.js'

/** What pack accepts and refuses, decided from real files: `test/rules/verdicts.test.ts` judges the same cases in memory. */
interface Verdict extends Omit<World, 'builder'> {
  readonly builder?: string
  readonly id: string
  readonly about: string
  readonly package?: string
  readonly args: readonly string[]
  readonly pack: {
    readonly exit: number
    readonly index?: readonly unknown[]
    readonly resolvedOrder?: string
    readonly modules?: readonly string[]
  }
}

const VERDICTS = readFileSync('fixtures/golden/verdicts/open.jsonl', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Verdict)

const PACKAGES = VERDICTS.filter(({ package: toml }) => toml !== undefined)
const BUILDERS = VERDICTS.filter(({ id, package: toml }) => toml === undefined && !LATER.has(id))

/** Whether we are to accept what a case has. */
function isAccepted({ id, pack }: Verdict): boolean {
  const difference = DIFFERENCES.find(({ cases }) => cases.includes(id))
  return difference === undefined ? pack.exit === 0 && !REFUSED_HERE.has(id) : difference.trowel === 'accepts'
}

/** What only shows when files are found: catalogue row C-19, and a row in docs/differences-from-pack.md. */
const REFUSED_HERE = new Map([['keys-57', 'a file: URL that names a host']])

const root = mkdtempSync(join(tmpdir(), 'trowel-verdicts-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  chmodSync(path, mode)
}

function writeImage(directory: string, image: WorldImage | { readonly index: readonly WorldImage[] }): void {
  const layout = new TestLayout(directory)
  if (!('index' in image)) {
    layout.setEntries([putImage(layout, image)])
    return
  }
  const manifests = image.index.map((child) => {
    const { os, architecture, variant, platform } = child
    const own = { os, architecture, ...(variant === undefined ? {} : { variant }) }
    return { ...putImage(layout, child), ...(platform === null ? {} : { platform: platform ?? own }) }
  })
  layout.setEntries([layout.putJson(OCI.index, { schemaVersion: 2, mediaType: OCI.index, manifests })])
}

function putImage(layout: TestLayout, { os, architecture, variant, labels, env }: WorldImage): TestDescriptor {
  const tar = Buffer.alloc(1024)
  const layer = layout.put(OCI.tar, tar)
  const config = layout.putJson(OCI.config, {
    architecture,
    os,
    ...(variant === undefined ? {} : { variant }),
    config: { Env: env, Labels: labels },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  })
  return layout.putJson(OCI.manifest, { schemaVersion: 2, mediaType: OCI.manifest, config, layers: [layer] })
}

/** Writes all that the case names, and returns the `--replace` values for its images. */
function materialise(
  directory: string,
  { builder = '', images = {}, lifecycle, lifecycleBinaries, modules = {} }: Verdict,
): string[] {
  write(join(directory, 'builder.toml'), builder)
  if (lifecycle !== null && lifecycle !== undefined) write(join(directory, 'lifecycle/lifecycle.toml'), lifecycle)
  const binaries = ['analyzer', 'builder', 'creator', 'detector', 'exporter', 'launcher', 'restorer']
  for (const name of lifecycleBinaries ?? binaries)
    write(join(directory, 'lifecycle/lifecycle', name), '#!/bin/sh\n', 0o755)
  for (const [folder, files] of Object.entries(modules)) {
    mkdirSync(join(directory, folder), { recursive: true })
    for (const [name, content] of Object.entries(files)) {
      if (typeof content === 'string') write(join(directory, folder, name), content)
      else
        for (const [path, mode] of Object.entries(content))
          write(join(directory, folder, path), '#!/bin/sh\n', parseInt(mode, 8))
    }
  }
  const named = [
    ...(images.build === undefined ? [] : [['build', images.build] as const]),
    ...(images.run ?? []).map((image, i) => [i === 0 ? 'run' : `run-${i + 1}`, image] as const),
    ...Object.entries(images.other ?? {}),
  ]
  return named.map(([name, image]) => {
    writeImage(join(directory, 'images', name), image)
    return `golden.test/${name}:1=oci:${join(directory, 'images', name)}`
  })
}

const OPTIONS: ImageOptions = {
  name: 'registry.test/out:1',
  to: [],
  publish: false,
  tags: [],
  appendImageNameSuffix: false,
  verifyTag: false,
  offline: true,
  pullPolicy: undefined,
  insecureRegistries: [],
  registryMirrors: [],
  ca: undefined,
  allowInsecureDownload: false,
  buildpackRegistry: undefined,
  indexSchemes: [],
  replace: [],
  labels: [],
  targets: [],
  dryRun: true,
  jobs: 1,
  cacheDirectory: undefined,
  limits: DEFAULT_LIMITS,
  allowAbsoluteSymlinks: false,
  profile: undefined,
}

const surroundingsIn = (directory: string): Surroundings => ({
  host: hostIn(directory),
  version: '0.0.0',
  report: () => {},
})

function valuesOf(args: readonly string[], ...names: readonly string[]): string[] {
  return args.flatMap((arg, i) => (names.includes(arg) ? [args[i + 1] ?? ''] : []))
}

/** What we decide of a builder, after its packages were made. */
async function decide(verdict: Verdict): Promise<CreateBuilderOutcome> {
  const directory = join(root, verdict.id)
  const replace = materialise(directory, verdict)
  for (const [name, { 'package.toml': toml, args = [] }] of Object.entries(verdict.packages ?? {})) {
    write(join(directory, `${name}.toml`), toml)
    await packageIn(directory, name, { config: `${name}.toml`, targets: valuesOf(args, '--target'), dryRun: false })
  }
  return createBuilder(
    {
      ...OPTIONS,
      name: 'registry.test/out:1',
      config: 'builder.toml',
      to: [`oci:${join(directory, 'out')}`],
      replace,
      labels: valuesOf(verdict.args, '--label', '-l'),
      flatten: valuesOf(verdict.args, '--flatten'),
      targets: valuesOf(verdict.args, '--target', '-t'),
      createdBy: 'Pack CLI@0.40.6',
      experimental: verdict.experimental === true,
    },
    surroundingsIn(directory),
  )
}

function packageIn(directory: string, name: string, options: Partial<PackageOptions>): Promise<PackageOutcome> {
  const asked: PackageOptions = {
    ...OPTIONS,
    kind: 'buildpack',
    name,
    format: 'file',
    config: undefined,
    path: undefined,
    createdBy: undefined,
    flatten: false,
    flattenExclude: [],
    ...options,
  }
  return packageModule(asked, surroundingsIn(directory))
}

/** Groups of `id@version`, with `?` behind what is optional, out of order.toml. */
function groupsOf(orderToml: string): string[][] {
  const [order = ''] = orderToml.split('[[order-extensions]]')
  return order
    .split('[[order]]')
    .slice(1)
    .map((group) =>
      group
        .split('[[order.group]]')
        .slice(1)
        .map((ref) => {
          const value = (key: string): string => new RegExp(`^ *${key} = "(.*)"$`, 'm').exec(ref)?.[1] ?? ''
          return `${value('id')}@${value('version')}${/^ *optional = true$/m.test(ref) ? '?' : ''}`
        }),
    )
}

describe('go or no-go over real files', () => {
  test.each(PACKAGES)('$id: $about', async (verdict) => {
    const directory = join(root, verdict.id)
    materialise(directory, verdict)
    write(join(directory, 'package.toml'), verdict.package ?? '')
    const outcome = await packageIn(directory, 'out.cnb', { config: 'package.toml' }).catch((error: unknown) => error)
    if (!isAccepted(verdict)) {
      expect(outcome).toBeInstanceOf(CnbError)
      return
    }
    if (outcome instanceof Error) throw outcome
    const { plan } = outcome as Extract<PackageOutcome, { kind: 'planned' }>
    expect(plan.platforms[0]?.layers.flatMap(({ modules }) => modules).toSorted()).toEqual(verdict.pack.modules)
  })

  test.each(BUILDERS)('$id: $about', async (verdict) => {
    const outcome = await decide(verdict).catch((error: unknown) => error)
    if (!isAccepted(verdict)) {
      expect(outcome).toBeInstanceOf(CnbError)
      return
    }
    if (outcome instanceof Error) throw outcome
    const { plan } = outcome as Extract<CreateBuilderOutcome, { kind: 'planned' }>
    // One platform twice is one image: docs/differences-from-pack.md.
    const children = new Set(verdict.pack.index?.map((child) => JSON.stringify(child)) ?? ['the only one'])
    expect(plan.platforms.length).toBe(children.size)
    if (verdict.pack.resolvedOrder === undefined) return
    const order = plan.order.order.map((group) =>
      group.map((ref) => `${ref.id}@${ref.version}${ref.optional ? '?' : ''}`),
    )
    expect(order).toEqual(groupsOf(verdict.pack.resolvedOrder))
  })
})
