import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, vi, type TestContext } from 'vitest'
import { trowel } from '../support/cli.js'
import { temporaryDirectory } from '../support/directories.js'
import { startNpmRegistry } from '../support/npm-registry.js'
import { PROJECT, type Made } from '../support/quickstart.js'
import { startDockerd } from './dockerd.js'
import { peer, type Peer } from './peer.js'
import { startPeerRegistry } from './registries.js'

const FAMILY = join(PROJECT, 'builder-configs/debian-node')
const RECIPE = fileURLToPath(new URL('debian-node.sh', import.meta.url))
const RELEASES = 'https://github.com/buildpacks/lifecycle/releases/download'
/** Making bases and lifecycle for the first time takes minutes. */
export const FIRST_TIME = 15 * 60_000
/** How a release of the lifecycle says its CPU. */
const LIFECYCLE_CPU = { amd64: 'x86-64', arm64: 'arm64' } as const

/** The CPUs that builder-configs/debian-node is for. */
export const CPUS = ['amd64', 'arm64'] as const
export type Cpu = (typeof CPUS)[number]

/** A copy of builder-configs/debian-node, and a registry with its base images, which its files name. */
export interface Family {
  /** The copy. */
  readonly folder: string
  /** The registry. */
  readonly host: string
  /** Where test/peers/debian-node.sh put what takes long to make. */
  readonly parts: string
}

/** Opens the family for a test, or skips the test and says what is missing. */
export async function openFamily(context: TestContext): Promise<Family> {
  const [skopeo, dockerRegistry] = [peer(context, 'skopeo'), peer(context, 'docker-registry')]
  const parts = partsOf(context)
  const { host } = await startPeerRegistry(dockerRegistry)
  for (const tag of ['build', 'run']) {
    const to = `docker://${host}/debian-node/base:${tag}`
    skopeo.run(['copy', '--quiet', '--all', '--dest-tls-verify=false', `oci:${join(parts, 'base')}:${tag}`, to])
  }
  const folder = join(temporaryDirectory(), 'debian-node')
  cpSync(FAMILY, folder, { recursive: true, filter: (path) => path !== join(FAMILY, 'out') })
  const config = join(folder, 'builder.toml')
  // As a user would change it.
  writeFileSync(config, readFileSync(config, 'utf8').replaceAll('registry.example', host))
  return { folder, host, parts }
}

/** Where the recipe put what takes long to make; skips the test when it could not be made. */
function partsOf(context: TestContext): string {
  if (process.getuid!() !== 0) return context.skip('debootstrap and dockerd want root')
  const run = spawnSync('bash', [RECIPE], { encoding: 'utf8', timeout: FIRST_TIME })
  if (run.status === 0) return run.stdout.trim()
  const reason = `test/peers/debian-node.sh could not make its parts: ${run.stderr.trim().split('\n').at(-1)}`
  console.log(`skipped: ${reason}`)
  return context.skip(reason)
}

/** Publishes what a command of ours makes, for both CPUs in one run. */
export async function publish({ folder }: Family, args: readonly string[]): Promise<Made> {
  const made = await trowel([...args, '--publish', '--no-cache', '--json'], { cwd: folder })
  expect(made).toMatchObject({ status: 0 })
  const result = JSON.parse(made.stdout) as Made
  expect(result.platforms.map(({ platform }) => platform)).toEqual(CPUS.map((cpu) => `linux/${cpu}`))
  return result
}

/** Publishes the builder of a file of the family; the lifecycle comes from where the recipe put it. */
export function publishBuilder(family: Family, name: string, config: string): Promise<Made> {
  const replaced = CPUS.map((cpu) => `--replace=${releaseFor(family, cpu)}=${lifecycleFor(family, cpu)}`)
  return publish(family, ['builder', 'create', name, '--config', config, ...replaced])
}

/** The lifecycle for a CPU, as its releases are packed. */
export function lifecycleFor({ parts }: Family, cpu: Cpu): string {
  const folder = join(parts, 'lifecycle')
  return join(
    folder,
    readdirSync(folder).find((file) => file.endsWith(`linux.${LIFECYCLE_CPU[cpu]}.tgz`))!,
  )
}

/** The address of that release. */
function releaseFor(family: Family, cpu: Cpu): string {
  const file = lifecycleFor(family, cpu).split('/').at(-1)!
  return `${RELEASES}/${/^lifecycle-(v[^+]+)/.exec(file)![1]}/${file}`
}

/** pack with an engine, and the sample application to build. */
export interface AppBuilder {
  /** Builds the application's image and publishes it; what was said. */
  build(): Promise<string>
  /** What the process of the image answers to a request. */
  answer(): Promise<string>
}

/** Starts what it takes to build the sample application with a builder that was published. */
export async function openAppBuilder(context: TestContext, family: Family, builder: string): Promise<AppBuilder> {
  const [pack, docker, dockerd] = [peer(context, 'pack'), peer(context, 'docker'), peer(context, 'dockerd')]
  const env = { DOCKER_HOST: await startDockerd(dockerd), PACK_HOME: temporaryDirectory() }
  const registry = await startNpmRegistry(join(family.parts, 'npm'))
  const image = `${family.host}/sample-app`
  const build = ['build', image, '--builder', builder, '--path', join(FAMILY, 'sample-app'), '--publish']
  build.push('--trust-builder', '--pull-policy', 'always', '--network', 'host', '--no-color')
  build.push('--env', `NPM_CONFIG_REGISTRY=${registry}`)
  return {
    build: () => pack.runBeside(build, env),
    answer() {
      docker.run(['pull', '--quiet', image], env)
      return answerOf(docker, image, env)
    },
  }
}

/** Runs an image in the network of this machine; returns what its process answers. */
async function answerOf(docker: Peer, image: string, env: Readonly<Record<string, string>>): Promise<string> {
  const settings = ['--env', 'PORT=0', '--env', 'HOST=127.0.0.1', '--network', 'host']
  const id = docker.run(['run', '--detach', ...settings, image], env).trim()
  try {
    const port = await vi.waitFor(() => /listening on port (\d+)/.exec(docker.run(['logs', id], env))![1], 300_000)
    return await (await fetch(`http://127.0.0.1:${port}/`)).text()
  } finally {
    docker.run(['rm', '--force', id], env)
  }
}
