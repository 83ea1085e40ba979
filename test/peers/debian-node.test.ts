import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test, vi, type TestContext } from 'vitest'
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
const FIRST_TIME = 15 * 60_000

test(
  'pack builds an application that runs, with the builder of builder-configs/debian-node',
  { timeout: FIRST_TIME },
  async (context) => {
    const [pack, docker, dockerd] = [peer(context, 'pack'), peer(context, 'docker'), peer(context, 'dockerd')]
    const [skopeo, dockerRegistry] = [peer(context, 'skopeo'), peer(context, 'docker-registry')]
    const parts = partsOf(context)
    const { host } = await startPeerRegistry(dockerRegistry)
    const builder = await publishBuilder(skopeo, host, parts)
    const DOCKER_HOST = await startDockerd(dockerd)
    const image = `${host}/sample-app`
    const env = { DOCKER_HOST, PACK_HOME: temporaryDirectory() }
    const registry = await startNpmRegistry(join(parts, 'npm'))
    const build = ['build', image, '--builder', builder, '--path', join(FAMILY, 'sample-app'), '--publish']
    build.push('--trust-builder', '--pull-policy', 'always', '--network', 'host', '--no-color')
    build.push('--env', `NPM_CONFIG_REGISTRY=${registry}`)

    const first = await pack.runBeside(build, env)
    expect(first).toContain('npm-install: npm ci')
    const version = /node: node-linux-\w+ (\S+)/.exec(first)?.[1]
    docker.run(['pull', '--quiet', image], env)
    expect(await answerOf(docker, image, env)).toMatch(
      new RegExp(String.raw`^hello from Node v${version} on linux/\w+: a day has 86400000 milliseconds\n$`),
    )

    const second = await pack.runBeside(build, env)
    expect(second).toMatch(/node: node-linux-\w+ \S+ is kept from the last build/)
    expect(second).toContain('npm-install: the packages are kept from the last build')
    const digest = /Images \((sha256:\w+)\)/
    expect(digest.exec(second)?.[1]).toBe(digest.exec(first)![1])
  },
)

/** Publishes the base images and the builder for both CPUs, the names in the files changed as a user would change them. */
async function publishBuilder(skopeo: Peer, host: string, parts: string): Promise<string> {
  for (const tag of ['build', 'run']) {
    const to = `docker://${host}/debian-node/base:${tag}`
    skopeo.run(['copy', '--quiet', '--all', '--dest-tls-verify=false', `oci:${join(parts, 'base')}:${tag}`, to])
  }
  const family = join(temporaryDirectory(), 'debian-node')
  cpSync(FAMILY, family, { recursive: true, filter: (path) => path !== join(FAMILY, 'out') })
  const config = join(family, 'builder.toml')
  writeFileSync(config, readFileSync(config, 'utf8').replaceAll('registry.example', host))

  const name = `${host}/debian-node/builder`
  const releases = readdirSync(join(parts, 'lifecycle')).filter((file) => file.endsWith('.tgz'))
  const replaced = releases.map((file) => `--replace=${releaseOf(file)}=${join(parts, 'lifecycle', file)}`)
  const args = ['builder', 'create', name, '--config', config, '--publish', '--no-cache', '--json', ...replaced]
  const made = await trowel(args, { cwd: family })
  expect(made).toMatchObject({ status: 0 })
  const { platforms } = JSON.parse(made.stdout) as Made
  expect(platforms.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
  return name
}

/** The address of a release of the lifecycle, by the name of its file. */
function releaseOf(file: string): string {
  return `${RELEASES}/${/^lifecycle-(v[^+]+)/.exec(file)![1]}/${file}`
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

/** Runs the application's image in the network of this machine; returns what its process answers. */
async function answerOf(docker: Peer, image: string, env: Readonly<Record<string, string>>): Promise<string> {
  const settings = ['--env', 'PORT=0', '--env', 'HOST=127.0.0.1', '--network', 'host']
  const id = docker.run(['run', '--detach', ...settings, image], env).trim()
  try {
    const port = await vi.waitFor(() => /listening on port (\d+)/.exec(docker.run(['logs', id], env))![1], 20_000)
    return await (await fetch(`http://127.0.0.1:${port}/`)).text()
  } finally {
    docker.run(['rm', '--force', id], env)
  }
}
