import { spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, type TestContext } from 'vitest'
import { Engine } from '#src/engine/engine.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { removeDirectory } from '../support/directories.js'
import { endProcess, peer, type PeerName } from './peer.js'

/** Engines that are started here. */
export const ENGINES = ['dockerd', 'podman'] as const

export type EngineName = (typeof ENGINES)[number]

/** Another program's engine, with a store and a socket of its own; it ends with the test file. */
export interface PeerEngine {
  readonly engine: Engine
  /** As `DOCKER_HOST` has it. */
  readonly host: string
  /** Its directory. */
  readonly directory: string
  /** A request as it is, for what no call of ours does. */
  readonly ask: (method: string, path: string) => Promise<{ readonly status: number; readonly body: string }>
  /** Removes all containers and images. */
  readonly clear: () => Promise<void>
  /** Ids and names of all images, as text. */
  readonly state: () => Promise<string>
}

interface Started {
  readonly engine: PeerEngine
  readonly child: ChildProcess
}

const started = new Map<EngineName, Promise<Started>>()

afterAll(async () => {
  for (const one of started.values()) await one.then(stop, () => undefined)
})

/** The engine `name`, started when it is first asked for; skips the test when it cannot be. */
export async function peerEngine(context: TestContext, name: EngineName): Promise<PeerEngine> {
  const program = peer(context, name)
  peer(context, 'runc')
  if (process.getuid?.() !== 0) {
    console.log(`skipped: ${name} without root needs a set-up of its own`)
    return context.skip(`${name} without root needs a set-up of its own`)
  }
  const known = started.get(name) ?? start(name, (args) => program.start(args))
  started.set(name, known)
  return (await known).engine
}

async function start(name: EngineName, run: (args: readonly string[]) => ChildProcess): Promise<Started> {
  // A socket's path has 107 characters at most.
  const directory = mkdtempSync(join(tmpdir(), 'trowel-engine-'))
  const socket = join(directory, 'engine.sock')
  const host = `unix://${socket}`
  const child = run(argumentsOf(name, directory, host))
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)))
  const env = { DOCKER_HOST: host }
  const engine = await waitFor(async () => {
    if (child.exitCode !== null) throw new Error(`${name} ended with status ${child.exitCode}: ${said}`)
    return Engine.open({ env, limits: DEFAULT_LIMITS, report: () => undefined }).catch(() => undefined)
  })
  const ask: PeerEngine['ask'] = (method, path) => askAt(socket, method, path)
  return { child, engine: { engine, host, directory, ask, clear: () => clear(ask), state: () => state(ask) } }
}

function argumentsOf(name: EngineName, directory: string, host: string): readonly string[] {
  const at = (path: string): string => join(directory, path)
  if (name === 'dockerd') {
    const places = ['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('pid')]
    const network = ['--iptables=false', '--ip6tables=false', '--bridge=none']
    return ['-H', host, ...places, ...network, '--storage-driver=vfs', '--log-level=warn']
  }
  const places = ['--root', at('root'), '--runroot', at('run')]
  const ways = ['--storage-driver=vfs', '--cgroup-manager=cgroupfs', '--events-backend=file', '--runtime=runc']
  return [...places, ...ways, 'system', 'service', '--time=0', host]
}

/** Starting takes about a second; a machine with much to do gets five minutes. */
async function waitFor<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 3_000; tries++) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the engine did not begin to answer within five minutes')
}

async function stop({ child, engine }: Started): Promise<void> {
  engine.engine.close()
  await endProcess(child)
  // docker and podman mount their store onto itself, and namespaces below it.
  spawnSync('sh', ['-c', 'grep -o " $0[^ ]*" /proc/mounts | sort -r | xargs -r umount -l', engine.directory])
  // What it has started may still write there.
  await removeDirectory(engine.directory)
}

function askAt(socketPath: string, method: string, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, method, path, agent: false })
    sent.on('error', reject)
    sent.on('response', (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      response.on('error', reject)
    })
    sent.end()
  })
}

interface Listed {
  readonly Id: string
  readonly RepoTags: readonly string[] | null
}

async function listed(ask: PeerEngine['ask']): Promise<readonly Listed[]> {
  return JSON.parse((await ask('GET', '/v1.41/images/json')).body) as Listed[]
}

async function clear(ask: PeerEngine['ask']): Promise<void> {
  for (const { Id } of await listed(ask)) await ask('DELETE', `/v1.41/images/${Id}?force=1`)
}

async function state(ask: PeerEngine['ask']): Promise<string> {
  const lines = (await listed(ask)).map(({ Id, RepoTags }) => [Id, ...(RepoTags ?? [])].join(' '))
  return lines.toSorted().join('\n')
}

/** The client of docker, if it is there, talking to an engine. */
export function dockerClient(context: TestContext, engine: PeerEngine): (args: readonly string[]) => string {
  const name: PeerName = 'docker'
  const client = peer(context, name)
  return (args) => client.run(['--host', engine.host, ...args])
}
