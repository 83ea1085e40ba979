import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { trowel, type Run } from './cli.js'
import { pushLayout } from './registry/push-layout.js'
import { startRegistry, type Registry } from './registry/registry.js'

export const GOLDEN = fileURLToPath(new URL('../../fixtures/golden', import.meta.url))

/** A file or folder of what the cases were made from; `work` is where pack was run. */
export function goldenInput(...parts: readonly string[]): string {
  return join(GOLDEN, 'inputs', ...parts)
}

/** One run of the real pack: what it was asked for and what it made. */
export interface GoldenCase {
  readonly name: string
  readonly title: string
  readonly command: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly exit: number
  readonly quirk?: string
  readonly layerOrder?: string
  readonly randomLayer?: number | string
  /** The folder with what pack made. */
  readonly expected: string
}

export function goldenCases(pattern: RegExp): GoldenCase[] {
  return readdirSync(join(GOLDEN, 'cases'))
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => {
      const folder = join(GOLDEN, 'cases', name)
      const parsed: unknown = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'))
      return { ...(parsed as Omit<GoldenCase, 'expected'>), expected: join(folder, 'expected') }
    })
}

export interface GoldenLayer {
  readonly diffId: string
  /** What it is, in the words of the golden set; `base` for a layer of the base image. */
  readonly what: string
}

/** The layers that pack made, bottom first. */
export function goldenLayers(expected: string): GoldenLayer[] {
  return readFileSync(join(expected, 'layers.tsv'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'))
    .map((columns) => ({ diffId: columns[1] ?? '', what: columns[6] ?? '' }))
}

/** Puts the workspace of the golden cases together in a new directory; the caller removes it. */
export function materialiseGolden(): { readonly path: string; remove(): void } {
  const parent = mkdtempSync(join(tmpdir(), 'trowel-golden-'))
  const path = join(parent, 'workspace')
  execFileSync(process.execPath, [goldenInput('materialise.mjs'), path])
  return { path, remove: () => rmSync(parent, { recursive: true, force: true }) }
}

/** Every image that `golden.test` holds, as `repository:tag` and the layout that it is in. */
function goldenImages(): readonly (readonly [string, string])[] {
  const bases = goldenInput('bases')
  const packages = goldenInput('packages')
  const images: [string, string][] = [
    ...readdirSync(bases).map((name): [string, string] => [`base/${name}:1`, join(bases, name)]),
    ...readdirSync(packages).map((name): [string, string] => [`pkg/${name}:1`, join(packages, name)]),
    ['lifecycle:1', join(bases, 'lifecycle-image')],
    ['lifecycle-relative:1', join(bases, 'lifecycle-relative')],
    ['mirror/a:1', join(bases, 'run')],
    ['mirror/run-stack:1', join(bases, 'run-stack')],
    ['m2/run:x', join(bases, 'run-stack')],
  ]
  for (const [, layout] of images) if (!existsSync(layout)) throw new Error(`no golden layout ${layout}`)
  return images
}

/** `--replace` for every image that `golden.test` holds: a registry that a run without network reads from layouts. */
export function goldenReplacements(): string[] {
  return goldenImages().flatMap(([name, layout]) => ['--replace', `golden.test/${name}=oci:${layout}`])
}

/** A registry that holds what `golden.test` holds; the caller closes it. */
export async function startGoldenRegistry(): Promise<Registry> {
  const registry = await startRegistry()
  for (const [name, layout] of goldenImages()) await pushLayout(registry, layout, name)
  return registry
}

/** The host that the files of some cases call REGISTRY. */
const REGISTRY = '127.0.0.1:5000'

export interface GoldenRun {
  /** The materialised workspace. */
  readonly workspace: string
  /** The layout directory that the image goes to. */
  readonly output: string
  /** A value that the case gives to a flag, both of which are left out. */
  readonly without?: string | undefined
}

/** Runs a case with our command line: pack's flags, but the images come from layouts, and the builder goes to one. */
export function createGolden(golden: GoldenCase, { workspace, output, without }: GoldenRun): Promise<Run> {
  const cwd = join(workspace, golden.cwd)
  const [, , , , ...flags] = golden.command
  nameRegistry(join(cwd, flags[flags.indexOf('--config') + 1] ?? ''), REGISTRY)
  const registry = [
    `${REGISTRY}/lifecycle:1=oci:${goldenInput('bases/lifecycle-image')}`,
    `${REGISTRY}/pkg/one:1=oci:${goldenInput('packages/one')}`,
  ].flatMap((flag) => ['--replace', flag])
  const fixed = ['--to', `oci:${output}`, '--created-by', 'Pack CLI@0.40.6', '--json', '--no-cache', '--offline']
  const args = ['builder', 'create', `golden.test/out/${golden.name}`, ...ours(flags, without)]
  return trowel([...args, ...goldenReplacements(), ...registry, ...fixed], { cwd, env: { ...golden.env } })
}

const WHERE = new Set(['--publish', '--append-image-name-suffix'])

/** pack's flags without those that say where the image goes, and without `refused` and the flag before it. */
function ours(flags: readonly string[], refused: string | undefined): string[] {
  const gone = (i: number): boolean => flags[i] === '--tag' || (refused !== undefined && flags[i + 1] === refused)
  return flags.filter((flag, i) => !WHERE.has(flag) && !gone(i) && !gone(i - 1))
}

/** Writes the name of the registry where a file of a case says REGISTRY. */
function nameRegistry(file: string, host: string): void {
  const text = readFileSync(file, 'utf8')
  if (text.includes('REGISTRY')) writeFileSync(file, text.replaceAll('REGISTRY', host))
}

export interface PublishedRun {
  /** The materialised workspace. */
  readonly workspace: string
  /** Host and port of the registry that stands for `golden.test` too. */
  readonly registry: string
  readonly without?: string | undefined
}

/** Runs a case as pack was run: pack's flags, `--publish` among them, and a mirror for `golden.test`. */
export function publishGolden(golden: GoldenCase, { workspace, registry, without }: PublishedRun): Promise<Run> {
  const cwd = join(workspace, golden.cwd)
  const [, ...words] = golden.command.map((word) => word.replaceAll('REGISTRY', registry))
  const config = words.indexOf('--config')
  if (config !== -1) nameRegistry(join(cwd, words[config + 1] ?? ''), registry)
  const isGone = (i: number): boolean => without !== undefined && (words[i] === without || words[i + 1] === without)
  const args = words.filter((_, i) => !isGone(i))
  const fixed = [
    '--registry-mirror',
    `golden.test=${registry}`,
    // A package would name its author.
    ...(words[0] === 'builder' ? ['--created-by', 'Pack CLI@0.40.6'] : []),
    '--json',
    '--no-cache',
  ]
  return trowel([...args, ...fixed], { cwd, env: { ...golden.env } })
}

export interface PackageRun extends PublishedRun {
  /** A layout directory that the package goes to as well. */
  readonly layout: string
}

/** Runs a case of a package as pack was run, into a file of the workspace or the registry, and beside that into a layout. */
export function packageGolden(golden: GoldenCase, { layout, ...run }: PackageRun): Promise<Run> {
  return publishGolden({ ...golden, command: [...golden.command, '--to', `oci:${layout}`] }, run)
}

export interface EngineRun extends PublishedRun {
  /** Further flags. */
  readonly flags: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** As `publishGolden`, but without `--publish`: the builder goes where pack would put it, into the docker engine. */
export function createInEngine(golden: GoldenCase, { flags, env, ...run }: EngineRun): Promise<Run> {
  const command = golden.command.filter((word) => word !== '--publish')
  return publishGolden({ ...golden, command: [...command, ...flags], env: { ...golden.env, ...env } }, run)
}
