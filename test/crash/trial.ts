import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DEFAULT_LIMITS as limits } from '#src/limits.js'
import { BlobMemory } from '#src/transports/blob-memory.js'
import { layoutDirectory } from '#src/transports/layout-directory.js'
import { readLayout } from '#src/transports/read-layout.js'
import { verifyLayers } from '#src/transports/verify-layers.js'
import { CLI } from '../support/cli.js'
import { goldenInput } from '../support/golden.js'
import type { Exchange } from '../support/registry/exchange.js'
import { pushLayout } from '../support/registry/push-layout.js'
import type { Quirks } from '../support/registry/quirks.js'
import { startRegistry, type Registry } from '../support/registry/registry.js'
import { keptBy, wholeTag } from '../support/traces.js'
import { SOUND_FILES } from '../support/workspace.js'

/** Sources that changed more recently than this are not remembered in the cache, in milliseconds. */
const STAMP_MS = 2_100

/** A command, and what it begins with. */
export interface Scenario {
  readonly name: string
  /** Whether an older image is under every name, and what was made or fetched for it in the cache. */
  readonly from: 'nothing' | 'old' | 'old without cache'
  readonly args: (host: string, directory: string) => readonly string[]
  /** Tags that the command sets, as `repository:tag`. */
  readonly tags: readonly string[]
  /** Layouts that it writes, with the tag in them. */
  readonly layouts: readonly (readonly [string, string])[]
  readonly quirks?: Quirks
}

/** What became of a process. */
export interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** One directory and one registry, as a scenario wants them, for one process to be disturbed in and the next to find. */
export interface Trial {
  readonly directory: string
  readonly registry: Registry
  /** Told of every request before it is answered. */
  watch: (exchange: Exchange) => void
  run(wrapper?: readonly string[], started?: (pid: number) => void): Promise<Ended>
  close(): Promise<void>
}

/** Makes trials. All of them begin with copies of the same files, hard-linked, so that a write into one would show. */
export class Stage {
  readonly #root = mkdtempSync(join(tmpdir(), 'trowel-sweep-'))
  readonly #registries = new Map<string, Registry>()
  readonly digests = { old: '', new: '' }

  static async open(command: Scenario): Promise<Stage> {
    const stage = new Stage()
    await stage.#prepare(command)
    return stage
  }

  async close(): Promise<void> {
    for (const registry of this.#registries.values()) await registry.close()
    rmSync(this.#root, { recursive: true, force: true })
  }

  async begin({ from, args, quirks }: Scenario, name = 'trial'): Promise<Trial> {
    const directory = join(this.#root, name)
    rmSync(directory, { recursive: true, force: true })
    execFileSync('cp', ['-al', join(this.#root, from), directory])
    const trial: Pick<Trial, 'watch'> = { watch: () => undefined }
    const registry = await startRegistry({
      quirks: quirks ?? {},
      intercept: (exchange) => {
        trial.watch(exchange)
        return false
      },
    })
    const source = this.#registries.get(from === 'nothing' ? 'nothing' : 'old')
    if (source !== undefined) await copyAll(source, registry)
    const command = [process.execPath, CLI, ...args(registry.host, directory), '--cache-dir', join(directory, 'cache')]
    return Object.assign(trial, {
      directory,
      registry,
      run: (wrapper: readonly string[] = [], started?: (pid: number) => void) =>
        end([...wrapper, ...command], join(this.#root, 'inputs'), directory, started),
      close: () => registry.close(),
    })
  }

  /** Runs the command for an old state of what it reads, and then changes that. */
  async #prepare(command: Scenario): Promise<void> {
    for (const state of ['nothing', 'old', 'old without cache']) {
      for (const folder of ['cache', 'output', 'tmp']) mkdirSync(join(this.#root, state, folder), { recursive: true })
    }
    const inputs = join(this.#root, 'inputs')
    writeInputs(inputs)
    const empty = await startRegistry()
    for (const name of ['build', 'run']) await pushLayout(empty, goldenInput('bases', name), `base/${name}:1`)
    await pushLayout(empty, goldenInput('packages/one'), 'pkg/one:1')
    await pushLayout(empty, goldenInput('bases/builder'), 'src/app:1')
    this.#registries.set('nothing', empty)
    await sleep(STAMP_MS)
    const first = await this.begin({ ...command, from: 'nothing' })
    this.digests.old = digestIn(await first.run())
    this.#registries.set('old', first.registry)
    execFileSync('cp', [
      '-al',
      join(first.directory, 'cache'),
      join(first.directory, 'output'),
      join(this.#root, 'old/'),
    ])
    execFileSync('cp', ['-al', join(first.directory, 'output'), join(this.#root, 'old without cache/')])
    writeFileSync(join(inputs, 'module/bin/build'), '#!/bin/sh\n# new\n')
    writeFileSync(join(inputs, 'other/more'), noise(200_000, 7))
    for (const registry of this.#registries.values()) {
      await pushLayout(registry, goldenInput('bases/build-variants'), 'src/app:1')
    }
    await sleep(STAMP_MS)
    const second = await this.begin({ ...command, from: 'nothing' })
    this.digests.new = digestIn(await second.run())
    await second.close()
    if (this.digests.new === this.digests.old) throw new Error('the new image is the old one')
  }
}

function digestIn({ status, stdout, stderr }: Ended): string {
  if (status !== 0) throw new Error(`a run that nobody disturbed ended with status ${status}: ${stderr}`)
  return stdout.trim().split('@').at(-1) ?? ''
}

/** The digest that a run says it has made, when nothing disturbed it. @throws when it failed */
export async function undisturbed(trial: Trial): Promise<string> {
  return digestIn(await trial.run())
}

/** All of a registry in another one. */
async function copyAll(from: Registry, to: Registry): Promise<void> {
  for (const line of from.state().split('\n')) {
    const [repository = '', kind, name = '', digest = ''] = line.split(' ')
    const stored = from.manifest(repository, name)
    if (kind === 'blob') await to.putBlob(repository, (await from.blob(repository, name)) ?? Buffer.of())
    else if (stored !== undefined)
      to.putManifest(repository, stored.bytes, stored.mediaType, digest === '' ? undefined : name)
  }
}

function end(
  command: readonly string[],
  cwd: string,
  directory: string,
  started?: (pid: number) => void,
): Promise<Ended> {
  const [program = '', ...args] = command
  const env = { PATH: process.env['PATH'], HOME: directory, TMPDIR: join(directory, 'tmp') }
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  if (child.pid !== undefined) started?.(child.pid)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }))
  })
}

/** A composite of the modules of the builder below. */
const PACKAGE = `
dependencies = [{ uri = "module" }, { uri = "other" }, { uri = "docker://golden.test/pkg/one:1" }]
[buildpack]
uri = "composite"
`
const COMPOSITE = `
api = "0.10"
[buildpack]
id = "acme/composite"
version = "1.0.0"
[[order]]
group = [
  { id = "acme/module", version = "1.0.0" },
  { id = "acme/other", version = "1.0.0" },
  { id = "golden/one", version = "1.0.0" },
]
`

/** A builder of a base and a module in a registry and of two local modules, one of them with a large file; and a package of them. */
function writeInputs(directory: string): void {
  const config = `
[build]
image = "golden.test/base/build:1"
[[run.images]]
image = "golden.test/base/run:1"
[lifecycle]
uri = "lifecycle"
[[buildpacks]]
uri = "module"
[[buildpacks]]
uri = "other"
[[buildpacks]]
uri = "docker://golden.test/pkg/one:1"
[[order]]
[[order.group]]
id = "acme/module"
version = "1.0.0"
`
  const toml = String(SOUND_FILES['module/buildpack.toml'])
  const files: Record<string, string | Buffer> = {
    'builder.toml': config,
    'module/buildpack.toml': toml,
    'module/bin/build': '#!/bin/sh\n',
    'module/bin/detect': '#!/bin/sh\n',
    'other/buildpack.toml': toml.replace('acme/module', 'acme/other'),
    'other/bin/build': '#!/bin/sh\n',
    'other/bin/detect': '#!/bin/sh\n',
    'other/data': noise(700_000, 1),
    'package.toml': PACKAGE,
    'composite/buildpack.toml': COMPOSITE,
  }
  for (const folder of ['module/bin', 'other/bin', 'composite']) mkdirSync(join(directory, folder), { recursive: true })
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(directory, name), content, { mode: name.includes('/bin/') ? 0o755 : 0o644 })
  }
  execFileSync('cp', ['-r', goldenInput('work', 'lifecycle/stub-dir'), join(directory, 'lifecycle')])
}

/** Bytes that do not compress, the same ones every time. */
function noise(length: number, seed: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    createHash('sha256').update(`${seed} ${i}`).digest(),
  )
  return Buffer.concat(blocks).subarray(0, length)
}

/** What a process has left behind. @throws when any of it is neither old nor new, or not whole */
export async function lookAt(trial: Trial, scenario: Scenario, digests: { old: string; new: string }): Promise<Left> {
  const { registry, directory } = trial
  const before = scenario.from === 'nothing' ? undefined : digests.old
  const isNew = []
  for (const name of scenario.tags) {
    const [repository = '', tag = ''] = name.split(':')
    isNew.push(judged(name, wholeTag(registry, repository, tag), before, digests.new))
  }
  for (const [name, tag] of scenario.layouts) {
    isNew.push(judged(`oci:${name}:${tag}`, await imageIn(join(directory, name), tag), before, digests.new))
  }
  await keptBy(registry)
  checkCache(join(directory, 'cache'))
  const all = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  const temps = all.filter((name) => (name.split('/').at(-1) ?? '').startsWith('.trowel-')).length
  return { isNew: isNew.every(Boolean), temps }
}

export interface Left {
  /** Whether every name stands for the new image. */
  readonly isNew: boolean
  /** Temporary files and directories. */
  readonly temps: number
}

function judged(name: string, actual: string | undefined, before: string | undefined, after: string): boolean {
  if (actual !== before && actual !== after) throw new Error(`${name} stands for ${actual}`)
  return actual === after
}

/** The digest of the image or index under a tag of a layout, each of whose layers was read to the last byte. */
async function imageIn(directory: string, tag: string): Promise<string | undefined> {
  if (!existsSync(join(directory, 'index.json'))) return undefined
  const options = { limits, report: () => undefined }
  const root = await readLayout(layoutDirectory(directory), tag, options)
  const images = root.kind === 'image' ? [root] : await Promise.all(root.children.map((child) => child.read()))
  for (const image of images) {
    if (image.kind === 'image') await verifyLayers(image, { limits, memory: new BlobMemory() })
  }
  return root.descriptor.digest
}

/** Every blob is what it is called, and every record what it says. */
function checkCache(directory: string): void {
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const path = join(directory, name)
    const [, hex] = /\/sha256\/([0-9a-f]{64})$/.exec(path) ?? []
    if (hex !== undefined && createHash('sha256').update(readFileSync(path)).digest('hex') !== hex) {
      throw new Error(`${path} is not what it is called`)
    }
    const [, key] = /\/records\/[a-z]+\/([0-9a-f]{64})$/.exec(path) ?? []
    if (key === undefined) continue
    const [first, second = ''] = readFileSync(path, 'utf8').split('\n')
    if (first !== key) throw new Error(`${path} is the record of ${first}`)
    // JSON says so when it is cut short.
    if (second.startsWith('{')) JSON.parse(second)
  }
}

/** Whether system calls can be made to go wrong here. */
export function hasStrace(): boolean {
  return spawnSync('strace', ['-V']).status === 0
}
