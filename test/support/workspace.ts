import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { trowel, type Run, type RunOptions } from './cli.js'
import { temporaryDirectory } from './directories.js'
import { GOLDEN } from './golden.js'
import { snapshot } from './snapshot.js'

const INPUTS = join(GOLDEN, 'inputs')

const SOUND_BUILDER = `
[build]
image = "base.test/build:1"
[[run.images]]
image = "base.test/run:1"
[lifecycle]
uri = "lifecycle"
[[buildpacks]]
uri = "module"
[[order]]
[[order.group]]
id = "acme/module"
version = "1.0.0"
`.trimStart()

const SOUND_MODULE = `
api = "0.10"
[buildpack]
id = "acme/module"
version = "1.0.0"
[[targets]]
os = "linux"
`.trimStart()

/** Files by path: text, or bytes. Scripts below `bin/` become executable. */
export type Files = Readonly<Record<string, string | Uint8Array>>

export const SOUND_FILES: Files = {
  'builder.toml': SOUND_BUILDER,
  'module/buildpack.toml': SOUND_MODULE,
  'module/bin/build': '#!/bin/sh\n',
  'module/bin/detect': '#!/bin/sh\n',
}

/** Puts files into a directory. */
export function writeFiles(directory: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), content, { mode: /(^|\/)bin\//.test(name) ? 0o755 : 0o644 })
  }
}

/** A directory with these files. */
export function directoryOf(files: Files): string {
  const directory = temporaryDirectory()
  writeFiles(directory, files)
  return directory
}

/** Programs of a buildpack that do nothing. */
export const PROGRAMS: Files = { 'bin/build': '#!/bin/sh\n', 'bin/detect': '#!/bin/sh\n' }

/** A buildpack.toml of `ID@1.0.0`; `more` stands at its end. */
export function buildpackToml(id: string, more = ''): string {
  return `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n${more}`
}

/** The files of a component in a folder. */
export function component(folder: string, more = '', id = folder): Files {
  return below(folder, { 'buildpack.toml': buildpackToml(id, more), ...PROGRAMS })
}

/** The same files in a folder. */
export function below(folder: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]))
}

/** A directory from which a builder can be made, beside a home, a cache, an output and a canary that a run must leave alone. */
export interface Workspace {
  readonly root: string
  /** Holds builder.toml, `lifecycle/`, `module/` and the base layouts; the working directory of runs. */
  readonly input: string
  readonly output: string
  readonly cache: string
  write(files: Files): void
  /** `trowel builder create` with the bases replaced and the output set. */
  create(args?: readonly string[], options?: Partial<RunOptions>): Promise<Run>
  /** `trowel ARGS` with the home and the cache of the workspace. */
  trowel(...args: readonly string[]): Promise<Run>
  /** Everything that a refused run must leave as it was; the cache may only grow. */
  snapshot(): string
}

export function soundWorkspace(files: Files = {}): Workspace {
  const root = temporaryDirectory()
  const at = (name: string): string => join(root, name)
  for (const name of ['input', 'output', 'home', 'canary', 'cache']) mkdirSync(at(name))
  writeFileSync(at('canary/file'), 'untouched')
  const input = at('input')
  for (const base of ['build', 'run']) cpSync(join(INPUTS, 'bases', base), join(input, base), { recursive: true })
  const stub = readdirSync(join(INPUTS, 'work', 'lifecycle')).find((name) => name === 'stub-dir')
  if (stub === undefined) throw new Error('the golden inputs have no lifecycle directory')
  cpSync(join(INPUTS, 'work', 'lifecycle', stub), join(input, 'lifecycle'), { recursive: true })
  const workspace: Workspace = {
    root,
    input,
    output: at('output'),
    cache: at('cache'),
    write: (more) => writeFiles(input, more),
    create(args = [], options = {}) {
      const bases = ['build', 'run'].flatMap((base) => ['--replace', `base.test/${base}:1=oci:${join(input, base)}`])
      const to = args.includes('--to') ? [] : ['--to', `oci:${at('output')}/layout`]
      return trowel(
        ['builder', 'create', 'acme/builder', '--config', 'builder.toml', '--offline', ...bases, ...to, ...args],
        {
          cwd: input,
          ...options,
          env: { HOME: at('home'), TROWEL_CACHE_DIR: at('cache'), ...options.env },
        },
      )
    },
    trowel: (...args) => trowel(args, { cwd: input, env: { HOME: at('home'), TROWEL_CACHE_DIR: at('cache') } }),
    snapshot: () => ['input', 'output', 'home', 'canary'].map((name) => snapshot(at(name))).join('\n'),
  }
  workspace.write({ ...SOUND_FILES, ...files })
  return workspace
}

/** A file of so many MiB for the module, compressible by half, so that making its layer takes a moment. */
export function bigModule(mebibytes: number): Files {
  const block = Buffer.alloc(1 << 20)
  let state = 1
  for (let i = 0; i < block.length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    block[i] = i % 2 === 0 ? state >>> 16 : 0
  }
  return { 'module/big': Buffer.concat(Array.from({ length: mebibytes }, () => block)) }
}
