// trowel against the least work there is, and against itself, in one process tree, interleaved, medians.
//
//   npm run build && node bench/run.mjs [--set synthetic-50] [--rounds 5] [--growth] [--dir DIR] [--json FILE]
//
//   floor        one thread, every byte read, hashed, deflated, hashed, written (bench/floor.mjs), and the same with stored blocks
//   cold         `trowel builder create`, nothing kept from before
//   into new     again, the cache kept, into a layout that does not exist
//   unchanged    again, over the layout that is there
//   renamed      again, every module with another version, the cache kept
//   --growth     100 against 1000 modules of the same sizes, ten to a layer, once each, and what was on disk at the peak
//   PACK, CRANE  paths of the two: real pack beside, publishing to crane's registry on the loopback (test/peers/build.sh)
import { spawn } from 'node:child_process'
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, release, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { measure, mediansOf } from './measure.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const cli = resolve(here, '../dist/cli.js')
const { values: options } = parseArgs({
  options: {
    set: { type: 'string', default: 'synthetic-50' },
    rounds: { type: 'string', default: '5' },
    growth: { type: 'boolean', default: false },
    dir: { type: 'string', default: join(tmpdir(), 'trowel-bench') },
    json: { type: 'string' },
  },
})
const work = join(options.dir, 'work')
const [layout, cache] = [join(work, 'layout'), join(work, 'cache')]

const report = {
  machine: { cpus: cpus().length, model: cpus()[0].model, kernel: release(), node: process.version },
  ...(options.growth ? await growth() : await speed(await makeSet(options.dir, options.set))),
}
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, undefined, 2)}\n`)
rmSync(work, { recursive: true, force: true })

async function speed(set) {
  const renamed = await makeRenamed(set)
  const pack = await packBeside(set)
  const runs = {}
  const add = async (name, made) => void (runs[name] ??= []).push(await made)
  for (let round = 0; round < Number(options.rounds); round++) {
    clean(work)
    await add('floor', measure([process.execPath, join(here, 'floor.mjs'), set, join(work, 'floor')]))
    await add(
      'floor, stored blocks',
      measure([process.execPath, join(here, 'floor.mjs'), set, join(work, 'floor'), '--probe']),
    )
    clean(work)
    await add('cold', create(set))
    await add('unchanged', create(set))
    clean(layout)
    await add('unchanged, into new', create(set))
    clean(layout)
    await add('renamed', create(renamed))
    if (pack !== undefined) {
      await pack.forget()
      await add('pack, cold', pack.create())
      await add('pack, unchanged', pack.create())
    }
  }
  pack?.stop()
  rmSync(renamed, { recursive: true, force: true })
  const medians = Object.fromEntries(Object.entries(runs).map(([name, all]) => [name, mediansOf(all)]))
  const { floor, 'floor, stored blocks': stored, cold } = medians
  print(`${options.set}, medians of ${options.rounds}, quiet runs where there are 3`, medians, {
    'of floor': floor,
    'of floor, stored': stored,
    'of cold': cold,
  })
  return { set: options.set, rounds: Number(options.rounds), medians }
}

async function growth() {
  const scale = ['--scale', '0.35']
  const counts = [100, 1000]
  const medians = {}
  const disk = {}
  for (const count of counts) {
    const set = await makeSet(join(options.dir, 'growth'), `synthetic-${count}`, scale)
    const flatten = groupsOf(set, 10)
    const runs = { cold: [], unchanged: [] }
    for (let round = 0; round < Math.min(3, Number(options.rounds)); round++) {
      clean(work)
      runs.cold.push(await create(set, flatten))
      runs.unchanged.push(await create(set, flatten))
    }
    for (const [name, all] of Object.entries(runs)) medians[`${count} modules, ${name}`] = mediansOf(all)
    disk[count] = await peakOnDisk(set, flatten)
  }
  print('growth', medians, {
    'of 100 cold': medians['100 modules, cold'],
    'of 100 unchanged': medians['100 modules, unchanged'],
  })
  console.table(disk)
  return { growth: medians, disk }
}

/** `trowel builder create`, its cache and temporary files inside the work directory. */
function create(set, flags = []) {
  const args = [
    'builder',
    'create',
    '--offline',
    'bench/builder',
    '--config',
    join(set, 'builder.toml'),
    '--to',
    `oci:${layout}:latest`,
    '--json',
    '--quiet',
  ]
  for (const image of ['build', 'run'])
    args.push('--replace', `registry.example/base/${image}=oci:${join(set, 'base')}:${image}`)
  return measure([process.execPath, cli, ...args, ...flags], {
    env: { HOME: work, XDG_CACHE_HOME: cache, TROWEL_CACHE_DIR: cache, TMPDIR: join(work, 'tmp') },
  })
}

/** The most that the work directory held while a cold run ran, against what is there afterwards; a hard link counts once. */
async function peakOnDisk(set, flags) {
  clean(work)
  let peak = 0
  const sampler = setInterval(() => (peak = Math.max(peak, sizeOf(work))), 100)
  await create(set, flags).finally(() => clearInterval(sampler))
  const [layoutBytes, afterwards] = [sizeOf(layout), sizeOf(work)]
  return { peak: Math.max(peak, afterwards), afterwards, layout: layoutBytes }
}

function sizeOf(root) {
  const inodes = new Map()
  for (const entry of readdirSync(root, { withFileTypes: true, recursive: true })) {
    const stat = entry.isFile()
      ? lstatSync(join(entry.parentPath ?? entry.path, entry.name), { throwIfNoEntry: false })
      : undefined
    if (stat !== undefined) inodes.set(stat.ino, stat.size)
  }
  return [...inodes.values()].reduce((sum, size) => sum + size, 0)
}

async function makeSet(directory, name, flags = []) {
  const set = join(directory, name)
  if (!existsSync(join(set, 'builder.toml'))) {
    await measure([process.execPath, join(here, 'make-set.mjs'), directory, name, ...flags])
  }
  return set
}

/** `--flatten` flags that put every `size` modules of the set into one layer. */
function groupsOf(set, size) {
  const ids = refsOf(set)
  const groups = Array.from({ length: Math.ceil(ids.length / size) }, (_, i) => ids.slice(i * size, (i + 1) * size))
  return groups.flatMap((group) => ['--flatten', group.join(',')])
}

function refsOf(set) {
  const refs = readFileSync(join(set, 'builder.toml'), 'utf8').matchAll(/id = "(.+)"\n +version = "(.+)"/g)
  return [...refs].map(([, id, version]) => `${id}@${version}`)
}

/** The set with the next version of every module: the same files, other paths in every layer, all files new to `stat`. */
async function makeRenamed(set) {
  const copy = `${set}-renamed`
  rmSync(copy, { recursive: true, force: true })
  cpSync(set, copy, { recursive: true, verbatimSymlinks: true })
  const files = readdirSync(join(copy, 'buildpacks')).map((id) => join(copy, 'buildpacks', id, 'buildpack.toml'))
  for (const file of [join(copy, 'builder.toml'), ...files]) {
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/version = "1\./g, 'version = "2.'))
  }
  return copy
}

/** Real pack, when there is one: it publishes to a registry in memory, which is what it does without a daemon. */
async function packBeside(set) {
  const { PACK, CRANE } = process.env
  if (PACK === undefined || CRANE === undefined) {
    console.log('pack: not measured, PACK and CRANE are not both set')
    return undefined
  }
  const home = join(options.dir, 'pack-home')
  let registry
  const forget = async () => {
    registry?.server.kill()
    registry = await startRegistry(CRANE)
    clean(home)
    writeFileSync(join(home, 'config.toml'), `[registry-mirrors]\n"*" = "${registry.host}"\n`)
    for (const image of ['build', 'run']) {
      await measure([
        'skopeo',
        'copy',
        '--quiet',
        '--dest-tls-verify=false',
        `oci:${join(set, 'base')}:${image}`,
        `docker://${registry.host}/base/${image}:latest`,
      ])
    }
  }
  const create = () =>
    measure(
      [PACK, 'builder', 'create', `${registry.host}/bench/builder`, '--config', join(set, 'builder.toml'), '--publish'],
      { env: { PACK_HOME: home } },
    )
  return { forget, create, stop: () => registry?.server.kill() }
}

async function startRegistry(crane) {
  const server = spawn(crane, ['registry', 'serve', '--address', '127.0.0.1:0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const port = await new Promise((resolve, reject) => {
    server.once('exit', () => reject(new Error('the registry ended')))
    server.stderr.on('data', (chunk) => {
      const found = /serving on port (\d+)/.exec(String(chunk))
      if (found !== null) resolve(found[1])
    })
  })
  return { server, host: `127.0.0.1:${port}` }
}

function clean(directory) {
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory === work ? join(work, 'tmp') : directory, { recursive: true })
}

function print(title, medians, bases) {
  console.log(`\n${title}`)
  const ratio = (value, base) => (value / base).toFixed(3)
  console.table(
    Object.fromEntries(
      Object.entries(medians).map(([name, { wall, cpu, rss, runs, quiet, others }]) => [
        name,
        {
          'wall s': wall.toFixed(2),
          'CPU s': cpu.toFixed(2),
          'RSS MiB': Math.round(rss),
          quiet: `${quiet}/${runs}`,
          others: `${Math.round(others * 100)} %`,
          ...Object.fromEntries(
            Object.entries(bases).map(([of, base]) => [
              `wall, CPU ${of}`,
              `${ratio(wall, base.wall)} ${ratio(cpu, base.cpu)}`,
            ]),
          ),
        },
      ]),
    ),
  )
}
