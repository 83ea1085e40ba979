// trowel beside real pack: into a registry and into an engine, of directories and of published packages; and a large layer
// beside skopeo. In one run, tools in turn, medians; a table for docs/benchmarks.md at the end.
//
//   npm run build && test/peers/build.sh pack && node bench/publish.mjs [--only create,engine,packages,composite,published,many,large]
//     [--rounds 3] [--set synthetic-50] [--packages 30] [--components 20] [--many synthetic-1000] [--layer 5120] [--tools pack,skopeo,trowel]
//     [--dir DIR] [--json FILE]
//
//   create     into an empty registry (cold), again (unchanged), with one module changed
//   engine     into a docker engine that has the base images, again. dockerd wants root
//   packages   of packages in the same registry: nothing kept from before (first), again, under a name that is new
//   composite  a buildpack and the 20 that it names, out of folders: into an empty registry (cold), again (unchanged), as a file
//   published  the same of packages in the registry: nothing kept from before (first), again, under a name that is new
//   many       1000 modules, ten to a layer, once
//   large      a layer of `--layer` MiB from one registry to another, beside skopeo
//
// Needs docker-registry and skopeo, and dockerd for `engine`. Requests and bytes are counted in a run of their own, through a
// proxy in this process, so that it takes nothing from the runs that are timed.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { cpus, release, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { noise } from './content.mjs'
import { startCountingProxy } from './counting-proxy.mjs'
import { makeLargeImage } from './large-image.mjs'
import { measure } from './measure.mjs'
import { printReport } from './report.mjs'
import { find, startDockerd, startRegistry, stopServers } from './servers.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const cli = resolve(here, '../dist/cli.js')
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: 'create,engine,packages,composite,published,many,large' },
    tools: { type: 'string', default: 'pack,skopeo,trowel' },
    rounds: { type: 'string', default: '3' },
    set: { type: 'string', default: 'synthetic-50' },
    packages: { type: 'string', default: '30' },
    components: { type: 'string', default: '20' },
    many: { type: 'string', default: 'synthetic-1000' },
    layer: { type: 'string', default: '5120' },
    dir: { type: 'string', default: join(tmpdir(), 'trowel-bench') },
    json: { type: 'string' },
  },
})
const rounds = Number(options.rounds)
const work = join(options.dir, 'publish')
/** What a tool keeps from run to run, and where it puts what it does not keep. */
const kept = { pack: join(work, 'pack-home'), trowel: join(work, 'cache') }
const env = { HOME: work, TMPDIR: join(work, 'tmp'), PACK_HOME: kept.pack, TROWEL_CACHE_DIR: kept.trowel }

const trowel = [process.execPath, cli, '--quiet']
const skopeo = ['skopeo', 'copy', '--quiet', '--src-tls-verify=false', '--dest-tls-verify=false']
const COMMANDS = {
  pack: {
    create: (name, config, flags) => [find('pack'), 'builder', 'create', name, '--config', config, ...flags],
    package: (name, config, flags) => [find('pack'), 'buildpack', 'package', name, '--config', config, ...flags],
  },
  trowel: {
    create: (name, config, flags) => [...trowel, 'builder', 'create', name, '--config', config, ...flags],
    package: (name, config, flags) => [...trowel, 'buildpack', 'package', name, '--config', config, ...flags],
    copy: (from, to) => [...trowel, 'copy', `docker://${from}`, `docker://${to}`],
  },
  skopeo: { copy: (from, to) => [...skopeo, `docker://${from}`, `docker://${to}`] },
}

const GROUPS = { create, engine, packages, composite, published, many, large }
const results = {}
rmSync(work, { recursive: true, force: true })
mkdirSync(env.TMPDIR, { recursive: true })
try {
  for (const group of options.only.split(',')) results[group] = await GROUPS[group]()
} finally {
  await stopServers()
  rmSync(work, { recursive: true, force: true })
}
const machine = { cpus: cpus().length, model: cpus()[0].model, kernel: release(), node: process.version }
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ machine, results }, undefined, 2)}\n`)
printReport(machine, results)

async function create() {
  const set = await makeSet(options.dir, options.set)
  return inTurns('create', rounds, async ({ commands, counted, add }) => {
    const registry = await startRegistry(join(work, 'registry'))
    const { host, run, stop } = await reach(registry, counted)
    await pushBases(set, registry.host)
    const command = commands.create(`${host}/bench/builder`, configOf(set, host), ['--publish'])
    add('cold', await run(command))
    add('unchanged', await run(command))
    changeModule(set)
    add('one module changed', await run(command))
    stop()
    await registry.stop()
  })
}

async function engine() {
  const set = await makeSet(options.dir, options.set)
  const dockerd = await startDockerd(join(work, 'dockerd'))
  const registry = await startRegistry(join(work, 'registry'))
  await pushBases(set, registry.host)
  const docker = (...args) => measure(['docker', ...args], { env: { DOCKER_HOST: dockerd.host } })
  for (const image of ['build', 'run']) await docker('pull', '--quiet', `${registry.host}/base/${image}`)
  const config = configOf(set, registry.host)
  const runs = await inTurns('create', rounds, async ({ commands, counted, add }) => {
    // What goes to an engine goes over its socket.
    if (counted) return
    const command = commands.create('bench/builder', config, ['--pull-policy', 'if-not-present'])
    const run = () => measure(command, { env: { ...env, DOCKER_HOST: dockerd.host } })
    add('cold', await run())
    add('unchanged', await run())
    await docker('image', 'rm', '--force', 'bench/builder')
  })
  await registry.stop()
  await dockerd.stop()
  return runs
}

async function packages() {
  const set = await makeSet(options.dir, options.set)
  const registry = await startRegistry(join(work, 'registry'))
  await pushBases(set, registry.host)
  const modules = await publishPackages(set, registry.host, Number(options.packages))
  const runs = await inTurns('create', rounds, async ({ commands, counted, add }) => {
    const { host, run, stop } = await reach(registry, counted)
    const config = configOf(set, host, modules)
    const command = (name) => commands.create(`${host}/bench/${name}`, config, ['--publish'])
    for (const name of ['builder', 'other']) registry.forget(`bench/${name}`)
    add('first', await run(command('builder')))
    add('again', await run(command('builder')))
    add('new name', await run(command('other')))
    stop()
  })
  await registry.stop()
  return runs
}

async function composite() {
  const set = await makeSet(options.dir, options.set)
  const modules = refsOf(set).slice(0, Number(options.components))
  const config = compositeOf(modules, ({ id }) => join(set, 'buildpacks', id))
  return inTurns('package', rounds, async ({ commands, counted, add }) => {
    const registry = await startRegistry(join(work, 'registry'))
    const { host, run, stop } = await reach(registry, counted)
    const publish = commands.package(`${host}/bench/composite`, config, ['--publish'])
    add('cold', await run(publish))
    add('unchanged', await run(publish))
    const file = join(work, 'composite.cnb')
    const write = commands.package(file, config, ['--format', 'file'])
    add('file, after the registry', await run(write))
    rmSync(file)
    forgetAll()
    add('file, cold', await run(write))
    rmSync(file)
    stop()
    await registry.stop()
  })
}

async function published() {
  const set = await makeSet(options.dir, options.set)
  const registry = await startRegistry(join(work, 'registry'))
  const modules = await publishPackages(set, registry.host, Number(options.packages))
  const runs = await inTurns('package', rounds, async ({ commands, counted, add }) => {
    const { host, run, stop } = await reach(registry, counted)
    const config = compositeOf(modules, ({ id }) => `${host}/packages/${id}`)
    const command = (name) => commands.package(`${host}/bench/${name}`, config, ['--publish'])
    for (const name of ['composite', 'other']) registry.forget(`bench/${name}`)
    add('first', await run(command('composite')))
    add('again', await run(command('composite')))
    add('new name', await run(command('other')))
    stop()
  })
  await registry.stop()
  return runs
}

async function many() {
  const set = await makeSet(join(options.dir, 'growth'), options.many, ['--scale', '0.35'])
  const flatten = groupsOf(set, 10)
  return inTurns('create', 1, async ({ commands, counted, add }) => {
    if (counted) return
    const registry = await startRegistry(join(work, 'registry'))
    await pushBases(set, registry.host)
    const config = configOf(set, registry.host)
    const command = commands.create(`${registry.host}/bench/builder`, config, ['--publish', ...flatten])
    add('cold', await measure(command, { env }))
    add('unchanged', await measure(command, { env }))
    await registry.stop()
  })
}

async function large() {
  const layout = join(options.dir, `large-${options.layer}`)
  if (!existsSync(join(layout, 'index.json'))) makeLargeImage(layout, Number(options.layer))
  const from = await startRegistry(join(work, 'from'))
  await skopeoCopy(`oci:${layout}:large`, `${from.host}/bench/large`)
  const runs = await inTurns('copy', rounds, async ({ commands, counted, add }) => {
    const to = await startRegistry(join(work, 'to'))
    const { host, run, stop } = await reach(to, counted)
    add('copy', await run(commands.copy(`${from.host}/bench/large`, `${host}/bench/large`)))
    stop()
    await to.stop()
  })
  await from.stop()
  return runs
}

/**
 * Lets every tool that has the verb act, with nothing kept from before: once to count, then `rounds` times in turn to time.
 * Returns by case and tool what was counted and the timed runs.
 */
async function inTurns(verb, rounds, act) {
  const runs = {}
  const tools = options.tools.split(',').filter((tool) => COMMANDS[tool][verb] !== undefined)
  for (let round = 0; round <= rounds; round++) {
    const counted = round === 0
    for (const tool of tools) {
      forgetAll()
      const add = (name, { wall, cpu, rss, written, others, traffic }) => {
        const entry = ((runs[name] ??= {})[tool] ??= { timed: [] })
        if (counted) entry.counted = traffic
        else entry.timed.push({ wall, cpu, rss, written, others })
        console.error(`${tool}, ${name}: ${counted ? JSON.stringify(traffic) : `${wall.toFixed(2)} s`}`)
      }
      await act({ commands: COMMANDS[tool], counted, add })
    }
  }
  return runs
}

/** Takes away what tools keep from run to run. */
function forgetAll() {
  for (const directory of Object.values(kept)) rmSync(directory, { recursive: true, force: true })
}

/** How a registry is reached: as it is, or through a proxy that counts what every run sends. */
async function reach(registry, counted) {
  const proxy = counted ? await startCountingProxy(registry.host) : undefined
  const run = async (command) => ({ ...(await measure(command, { env })), traffic: proxy?.take() })
  return { host: proxy?.host ?? registry.host, run, stop: () => proxy?.stop() }
}

async function makeSet(directory, name, flags = []) {
  const set = join(directory, name)
  if (!existsSync(join(set, 'builder.toml'))) {
    await measure([process.execPath, join(here, 'make-set.mjs'), directory, name, ...flags])
  }
  return set
}

async function pushBases(set, host) {
  for (const image of ['build', 'run']) await skopeoCopy(`oci:${join(set, 'base')}:${image}`, `${host}/base/${image}`)
}

function skopeoCopy(from, to) {
  return measure(['skopeo', 'copy', '--quiet', '--dest-tls-verify=false', from, `docker://${to}`])
}

/** The set's builder.toml with its base images in the registry and, when they are given, packages instead of directories. */
function configOf(set, host, modules) {
  let text = readFileSync(join(set, 'builder.toml'), 'utf8').replaceAll('registry.example', host)
  if (modules !== undefined) {
    const [ids, refs] = [
      modules.map(({ id }) => id),
      refsOf(set).filter(({ id }) => modules.some((one) => one.id === id)),
    ]
    text = [
      ...ids.map((id) => `[[buildpacks]]\nuri = "${host}/packages/${id}"\n`),
      ...refs.map(
        ({ id, version }) => `[[order]]\n\n  [[order.group]]\n  id = "bench/${id}"\n  version = "${version}"\n`,
      ),
      text.slice(text.indexOf('[lifecycle]')),
    ].join('\n')
  }
  const file = join(set, 'publish.toml')
  writeFileSync(file, text)
  return file
}

/** The package.toml of a buildpack whose order names `modules`, which are where `uriOf` says. */
function compositeOf(modules, uriOf) {
  const folder = join(work, 'composite')
  mkdirSync(folder, { recursive: true })
  const order = modules.map(({ id, version }) => `  [[order.group]]\n  id = "bench/${id}"\n  version = "${version}"\n`)
  const head = 'api = "0.10"\n\n[buildpack]\nid = "bench/composite"\nversion = "1.0.0"\n\n[[order]]\n\n'
  const text = `${head}${order.join('\n')}`
  const descriptor = join(folder, 'buildpack.toml')
  // What changed in the last two seconds is made anew, because a time stamp could hide a further change.
  if (!existsSync(descriptor) || readFileSync(descriptor, 'utf8') !== text) writeFileSync(descriptor, text)
  const dependencies = modules.map((module) => `[[dependencies]]\nuri = "${uriOf(module)}"\n`)
  const file = join(work, 'composite.toml')
  writeFileSync(file, `[buildpack]\nuri = "composite"\n\n${dependencies.join('\n')}\n[platform]\nos = "linux"\n`)
  return file
}

/** Publishes the first `count` modules as packages of one module each, by pack. */
async function publishPackages(set, host, count) {
  const modules = refsOf(set).slice(0, count)
  for (const { id } of modules) {
    const config = join(work, 'package.toml')
    writeFileSync(config, `[buildpack]\nuri = "${join(set, 'buildpacks', id)}"\n\n[platform]\nos = "linux"\n`)
    const publish = ['buildpack', 'package', `${host}/packages/${id}`, '--config', config, '--publish']
    await measure([find('pack'), ...publish], { env })
  }
  return modules
}

function refsOf(set) {
  const refs = readFileSync(join(set, 'builder.toml'), 'utf8').matchAll(/id = "bench\/(.+)"\n +version = "(.+)"/g)
  return [...refs].map(([, id, version]) => ({ id, version }))
}

/** `--flatten` flags that put every `size` modules of the set into one layer. */
function groupsOf(set, size) {
  const ids = refsOf(set).map(({ id, version }) => `bench/${id}@${version}`)
  const groups = Array.from({ length: Math.ceil(ids.length / size) }, (_, i) => ids.slice(i * size, (i + 1) * size))
  return groups.flatMap((group) => ['--flatten', group.join(',')])
}

/** Writes other bytes into the middle of the first module, a program of some 10 MB; not the ones of an earlier run. */
function changeModule(set) {
  const file = openSync(join(set, 'buildpacks/m0001/bin/main'), 'r+')
  writeSync(file, noise(`${process.pid} ${performance.now()}`, 64), 0, 64, 1 << 20)
  closeSync(file)
}
