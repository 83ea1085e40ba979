import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'

/** Milliseconds after which a tool hangs: none takes a minute, on a quiet machine. */
const PATIENCE = 600_000

/** Where `test/peers/build.sh` puts what it builds. */
const BUILT = fileURLToPath(new URL('bin', import.meta.url))

/** How each tool is asked for its version. */
const VERSION = {
  bash: '--version',
  chromium: '--version',
  crane: 'version',
  distribution: '--version',
  docker: '--version',
  'docker-registry': '--version',
  dockerd: '--version',
  fish: '--version',
  pack: 'version',
  podman: '--version',
  python3: '--version',
  runc: '--version',
  skopeo: '--version',
  tar: '--version',
  umoci: '--version',
  zsh: '--version',
  // Cannot be asked: their go.mod pins them.
  conformance: undefined,
  lifecycle: undefined,
} as const

export type PeerName = keyof typeof VERSION

export interface StartOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Further pipes that it gets, as descriptors 3 and up. */
  readonly pipes?: number
}

/** A tool of other people, found on this machine. */
export interface Peer {
  readonly path: string
  /** Runs it and returns what it wrote to stdout. @throws Error with its stderr unless it ends with status 0 */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): string
  /** As `run`, while this process goes on: for a tool that talks to a server of the test. It runs in `cwd`, or where we do. */
  runBeside(args: readonly string[], env?: Readonly<Record<string, string>>, cwd?: string): Promise<string>
  /** Starts it in `cwd` with its stdout and stderr as pipes; the caller ends it. */
  start(args: readonly string[], options?: StartOptions): ChildProcess
}

/** The tool `name`; skips the test, and says which tool is missing, when it is not there. Prints the version in use. */
export function peer(context: TestContext, name: PeerName): Peer {
  const path = find(name)
  const version = path === undefined ? undefined : versionOf(path, VERSION[name])
  if (path === undefined || version === undefined) {
    console.log(`skipped: ${name} is not installed`)
    return context.skip(`${name} is not installed`)
  }
  console.log(`with ${name}: ${version.trim().split('\n')[0]}`)
  return {
    path,
    run(args, env = {}) {
      const run = spawnSync(path, args, { encoding: 'utf8', env: { ...process.env, ...env }, timeout: PATIENCE })
      if (run.status === 0) return run.stdout
      throw new Error(
        `${name} ${args.join(' ')} ended with status ${run.status ?? run.signal}: ${run.stderr}${run.error ?? ''}`,
      )
    },
    async runBeside(args, env = {}, cwd) {
      const child = spawn(path, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
      const [stdout, stderr, [status, signal]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit') as Promise<[number | null, string | null]>,
      ])
      if (status === 0) return stdout
      throw new Error(`${name} ${args.join(' ')} ended with status ${status ?? signal}: ${stderr}${stdout}`)
    },
    start(args, { cwd, env = {}, pipes = 0 } = {}) {
      const stdio = ['ignore', ...Array.from({ length: 2 + pipes }, () => 'pipe' as const)] as const
      const child = spawn(path, args, { cwd, env: { ...process.env, ...env }, stdio: [...stdio] })
      // What nobody reads would stop it in the end.
      child.stdout?.resume()
      return child
    },
  }
}

function versionOf(path: string, question: string | undefined): string {
  if (question === undefined) return 'the version that test/peers pins'
  return spawnSync(path, [question], { encoding: 'utf8' }).stdout
}

function find(name: string): string | undefined {
  const folders = [BUILT, ...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.map((folder) => join(folder, name)).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Ends what was started, and is back when it is gone: nothing of it writes any more. */
export async function endProcess(child: ChildProcess): Promise<void> {
  const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
  child.kill()
  await ended
}

export interface Registry {
  /** `127.0.0.1:PORT`, plain http. */
  readonly host: string
  stop(): Promise<void>
}

/** A registry of crane's on a free port of the loopback, empty, in memory. */
export async function startRegistry(crane: Peer): Promise<Registry> {
  const server = crane.start(['registry', 'serve', '--address', '127.0.0.1:0'])
  const port = await new Promise<string>((resolve, reject) => {
    let said = ''
    server.once('error', reject)
    server.once('exit', () => reject(new Error(`the registry ended: ${said}`)))
    server.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const match = /serving on port (\d+)/.exec(said)
      if (match?.[1] !== undefined) resolve(match[1])
    })
  })
  return { host: `127.0.0.1:${port}`, stop: () => endProcess(server) }
}
