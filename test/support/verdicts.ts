import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { DIFFERENCES, LATER } from '../rules/verdict-differences.js'
import { DOCKER, OCI, sha256, tarOf, TestLayout, type TestDescriptor } from './layout.js'
import type { World, WorldImage } from './world.js'

/** What pack accepts and refuses: of a builder.toml, or of a package.toml. */
export interface Verdict extends Omit<World, 'builder'> {
  readonly builder?: string
  readonly id: string
  readonly about: string
  readonly package?: string
  readonly args: readonly string[]
  readonly pack: {
    readonly exit: number
    readonly reason?: string
    readonly platform?: string
    readonly index?: readonly { readonly image: string }[]
    readonly resolvedOrder?: string
    readonly resolvedSystem?: string
    readonly runToml?: string
    readonly stackToml?: string
    readonly buildEnv?: Readonly<Record<string, string>>
    readonly labels?: Readonly<Record<string, string>>
    /** Of a package: what all of its modules run on, and what it holds. */
    readonly stacks?: readonly { readonly id: string; readonly mixins?: readonly string[] }[]
    readonly modules?: readonly string[]
  }
}

export const VERDICTS = readFileSync('fixtures/golden/verdicts/open.jsonl', 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Verdict)

export const PACKAGES = VERDICTS.flatMap((verdict) =>
  verdict.package === undefined ? [] : [{ ...verdict, package: verdict.package }],
)
export const BUILDERS = VERDICTS.flatMap((verdict) =>
  verdict.builder === undefined || LATER.has(verdict.id) ? [] : [{ ...verdict, builder: verdict.builder }],
)

/** Whether we are to accept what a case has. */
export function isAccepted({ id, pack }: Verdict): boolean {
  const difference = DIFFERENCES.find(({ cases }) => cases.includes(id))
  return difference === undefined ? pack.exit === 0 && !REFUSED_HERE.has(id) : difference.trowel === 'accepts'
}

/** What only shows when files are found: catalogue row C-19, and a row in docs/differences-from-pack.md. */
const REFUSED_HERE = new Map([['keys-57', 'a file: URL that names a host']])

/** Writes a file, and the folders that it needs. */
export function write(path: string, text: string, mode = 0o644): void {
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
  const mediaType = image.index.some(({ isDocker }) => isDocker === true) ? DOCKER.index : OCI.index
  layout.setEntries([layout.putJson(mediaType, { schemaVersion: 2, mediaType, manifests })])
}

function putImage(layout: TestLayout, image: WorldImage): TestDescriptor {
  const { os, architecture, variant, labels, env, about, settings, isDocker = false, annotations } = image
  const types = isDocker ? DOCKER : OCI
  // Not an empty one: pack cannot publish over a base whose empty layer is not stored as its own is.
  const tar = tarOf('etc/base', '')
  const layer = isDocker ? layout.put(types.gzip, gzipSync(tar)) : layout.put(OCI.tar, tar)
  const config = layout.putJson(types.config, {
    ...about,
    architecture,
    os,
    ...(variant === undefined ? {} : { variant }),
    config: { ...settings, Env: env, Labels: labels },
    rootfs: { type: 'layers', diff_ids: [sha256(tar)] },
  })
  const more = annotations === undefined ? {} : { annotations }
  const manifest = { schemaVersion: 2, mediaType: types.manifest, config, layers: [layer], ...more }
  return layout.putJson(types.manifest, manifest)
}

/** Writes all that the case names, and returns the `--replace` values for its images. */
export function materialise(
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

/** The values of a flag that a case gives. */
export function valuesOf(args: readonly string[], ...names: readonly string[]): string[] {
  return args.flatMap((arg, i) => (names.includes(arg) ? [args[i + 1] ?? ''] : []))
}
