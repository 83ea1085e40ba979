// Kills `trowel builder create` with SIGKILL right before one of its system calls that change the disk, and looks at what is
// left; then the next one; as many as asked for, evenly spread over all of them. Needs strace.
//
//   npm run build && node test/crash/kill-sweep.mjs [--points N] [--fault ERRNO] [--json]
//
// With --fault the call fails with that error, and the run must say so, or do without, and leave nothing behind.
//
// After every kill: whatever index.json names can be read to the last byte by our strict reader, and is the old image or the old
// and the new; every blob in the cache has the digest that it is called; the next run gives the digest of a run that nobody
// stopped. What may stay are temporary files and directories named .trowel-….
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { DEFAULT_LIMITS as limits } from '#src/limits.js'
import { BlobMemory } from '#src/transports/blob-memory.js'
import { layoutDirectory } from '#src/transports/layout-directory.js'
import { readLayout } from '#src/transports/read-layout.js'
import { verifyLayers } from '#src/transports/verify-layers.js'
import { writeInputs } from '../reproducibility/inputs.mjs'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
const FAULT = option('--fault')
/**
 * Every call that our code changes the disk with. A fault is for those that Node does not make for itself, which would abort, and
 * not for those that remove: what cannot be removed stays.
 */
const CALLS =
  FAULT === undefined
    ? ['mkdir', 'openat', 'write', 'fsync', 'rename', 'link', 'unlink', 'rmdir']
    : ['mkdir', 'fsync', 'rename', 'link']
const OLD = 'old'
const NEW = 'new'
const TEMP = '.trowel-'
/** Sources that changed more recently than this are not remembered in the cache, in milliseconds. */
const STAMP_MS = 2_100

const SCENARIOS = [
  { name: 'nothing there', state: 'empty', jobs: 1 },
  { name: 'an output and a cache', state: 'old', jobs: 2 },
  { name: 'an output', state: 'output', jobs: 2 },
  { name: 'a cache', state: 'cache', jobs: 1 },
]

const root = mkdtempSync(join(tmpdir(), 'trowel-kill-'))
const inputs = join(root, 'inputs')
process.on('exit', () => rmSync(root, { recursive: true, force: true }))

function option(name) {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1]
}

function commandLine(directory, tag, { jobs }) {
  const replaced = ['build', 'run'].flatMap((base) => ['--replace', `registry.example/base/${base}=oci:base:${base}`])
  const places = ['--to', `oci:${join(directory, 'output')}:${tag}`, '--cache-dir', join(directory, 'cache')]
  const create = [
    'builder',
    'create',
    'example/builder',
    '--config',
    'builder.toml',
    '--offline',
    '--quiet',
    '--jobs',
    String(jobs),
  ]
  return [process.execPath, join(PROJECT, 'dist/cli.js'), ...create, ...replaced, ...places]
}

function run([program, ...args]) {
  return spawnSync(program, args, { cwd: inputs, encoding: 'utf8', maxBuffer: 1 << 28 })
}

function create(directory, tag, scenario) {
  const { status, stdout, stderr } = run(commandLine(directory, tag, scenario))
  if (status !== 0) throw new Error(`a run that nobody stopped ended with status ${status}: ${stderr}`)
  return stdout.trim().split('@')[1]
}

/** A copy of a state whose files are the same ones, so that the cache knows them, and a write into one of them would show. */
function copyOf(state, name) {
  const directory = join(root, name)
  rmSync(directory, { recursive: true, force: true })
  execFileSync('cp', ['-al', join(root, state), directory])
  return directory
}

/** Each call of a run that nobody stops, with its number among the calls of that name in its thread. */
function callsOf(scenario) {
  const directory = copyOf(scenario.state, 'traced')
  const trace = join(root, 'trace')
  const { status, stderr } = run(
    ['strace', '-f', '-qq', '-y', '-s', '0', '-o', trace, '-e', `trace=${CALLS.join(',')}`].concat(
      commandLine(directory, NEW, scenario),
    ),
  )
  if (status !== 0) throw new Error(`strace ended with status ${status}: ${stderr}`)
  const counts = new Map()
  const points = new Map()
  for (const line of readFileSync(trace, 'utf8').split('\n')) {
    const [, thread, call] = /^(\d+) +(\w+)\(/.exec(line) ?? []
    if (!CALLS.includes(call)) continue
    const count = (counts.get(`${thread} ${call}`) ?? 0) + 1
    counts.set(`${thread} ${call}`, count)
    const isOurs = line.includes(directory) && (call !== 'openat' || line.includes('O_CREAT'))
    if (isOurs) points.set(`${call} ${count}`, { scenario, call, which: count })
  }
  return [...points.values()]
}

/** `wanted` of them, evenly spread. */
function sample(points, wanted) {
  if (wanted >= points.length) return points
  return Array.from({ length: wanted }, (_, i) => points[Math.floor((i * points.length) / wanted)])
}

/** Whether the run was stopped by what was done to it. It may be over first, since threads share the calls by chance. */
function disturb(directory, { scenario, call, which }) {
  const what = FAULT === undefined ? 'signal=SIGKILL' : `error=${FAULT}`
  const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:${what}:when=${which}`]
  const strace = ['strace', '-f', '-qq', '-o', '/dev/null', ...inject]
  const { status, signal, stderr } = run([...strace, ...commandLine(directory, NEW, scenario)])
  if (status === 0) return false
  if (FAULT === undefined && (signal === 'SIGKILL' || status === 137)) return true
  if (FAULT !== undefined && status === 6 && stderr.includes('E_IO') && stderr.includes(FAULT)) return true
  throw new Error(`it ended with status ${status ?? signal}: ${stderr}`)
}

/** The digest of every image that the layout names, by tag; each was read to the last byte. */
async function imagesIn(directory) {
  const found = new Map()
  if (!existsSync(join(directory, 'index.json'))) return found
  const { manifests } = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8'))
  for (const { digest, annotations } of manifests) {
    const tag = annotations['org.opencontainers.image.ref.name']
    const image = await readLayout(layoutDirectory(directory), tag, { limits, report: () => {} })
    await verifyLayers(image, { limits, memory: new BlobMemory() })
    found.set(tag, digest)
  }
  return found
}

function filesIn(directory) {
  if (!existsSync(directory)) return []
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** How many blobs the cache has. Each is what it is called. */
function soundBlobs(cache) {
  const blobs = filesIn(cache).filter((path) => /\/sha256\/[0-9a-f]{64}$/.test(path))
  for (const path of blobs) {
    const hex = createHash('sha256').update(readFileSync(path)).digest('hex')
    if (!path.endsWith(hex)) throw new Error(`${path} holds ${hex}`)
  }
  for (const path of filesIn(cache)) {
    if (!/\/records\/[a-z]+\/[0-9a-f]{64}$/.test(path)) continue
    const [name, text] = readFileSync(path, 'utf8').split('\n')
    if (!path.endsWith(name)) throw new Error(`${path} is the record of ${name}`)
    JSON.parse(text)
  }
  return blobs.length
}

/** Kills one run and says what became of it. @throws when anything is not as it should be */
async function look(point, expected) {
  const directory = copyOf(point.scenario.state, 'killed')
  const isStopped = disturb(directory, point)
  const images = await imagesIn(join(directory, 'output'))
  const after = expected[point.scenario.state]
  const isNew = images.has(NEW)
  const shouldBe = [...after].filter(([tag]) => isNew || tag !== NEW)
  if (JSON.stringify([...images]) !== JSON.stringify(shouldBe)) {
    throw new Error(`index.json names ${JSON.stringify([...images])}`)
  }
  soundBlobs(join(directory, 'cache'))
  const temps = readdirSync(directory, { recursive: true }).filter((name) =>
    name.split('/').at(-1).startsWith(TEMP),
  ).length
  if (FAULT !== undefined && temps > 0) throw new Error(`${temps} temporary files are left`)
  const next = create(directory, NEW, point.scenario)
  if (next !== after.get(NEW)) throw new Error(`the next run gives ${next}, not ${after.get(NEW)}`)
  await imagesIn(join(directory, 'output'))
  soundBlobs(join(directory, 'cache'))
  return { isStopped, isNew, temps }
}

async function prepare() {
  writeInputs(join(PROJECT, 'builder-configs/quickstart'), inputs)
  await sleep(STAMP_MS)
  for (const state of ['empty', 'old']) mkdirSync(join(root, state))
  const old = create(join(root, 'old'), OLD, { jobs: 1 })
  execFileSync('sh', ['-c', 'echo more >> buildpacks/notes/bin/build; echo more > buildpacks/everything/more'], {
    cwd: inputs,
  })
  await sleep(STAMP_MS)
  const digest = create(copyOf('empty', 'reference'), NEW, { jobs: 1 })
  for (const part of ['output', 'cache']) {
    mkdirSync(join(root, part))
    execFileSync('cp', ['-al', join(root, 'old', part), join(root, part, part)])
  }
  if (digest === old) throw new Error('the new image is the old one')
  const withoutOutput = new Map([[NEW, digest]])
  const withOutput = new Map([
    [OLD, old],
    [NEW, digest],
  ])
  return { empty: withoutOutput, cache: withoutOutput, old: withOutput, output: withOutput }
}

async function main() {
  const wanted = Number(option('--points') ?? Infinity)
  if (spawnSync('strace', ['-V']).status !== 0) return { skipped: 'strace is missing' }
  const expected = await prepare()
  const all = SCENARIOS.flatMap(callsOf)
  const before = soundBlobs(join(root, 'old'))
  const rows = new Map()
  const failures = []
  for (const point of sample(all, wanted)) {
    const key = `${point.scenario.name} | ${point.call}`
    const row = rows.get(key) ?? { points: 0, stopped: 0, oldIndex: 0, newIndex: 0, mostTemps: 0 }
    rows.set(key, row)
    row.points++
    try {
      const { isStopped, isNew, temps } = await look(point, expected)
      if (isStopped) row.stopped++
      row[isNew ? 'newIndex' : 'oldIndex']++
      row.mostTemps = Math.max(row.mostTemps, temps)
    } catch (error) {
      failures.push(`${key} number ${point.which}: ${error.message}`)
    }
  }
  // The states that all runs began with have the files of their copies: nobody may have written into one.
  if (soundBlobs(join(root, 'old')) !== before) failures.push('blobs of the first state are gone')
  return { calls: all.length, rows: Object.fromEntries(rows), failures }
}

function print({ calls, rows, failures }) {
  const table = Object.entries(rows)
  const columns = ['points', 'stopped', 'oldIndex', 'newIndex', 'mostTemps']
  console.log(
    `| began with | ${FAULT ?? 'killed'} at | points | stopped | index.json old | new | temporary files left, at most |`,
  )
  console.log(`| --- | --- | ${columns.map(() => '---:').join(' | ')} |`)
  for (const [key, row] of table) console.log(`| ${key} | ${columns.map((column) => row[column]).join(' | ')} |`)
  const sum = (column) => table.reduce((total, [, row]) => total + row[column], 0)
  console.log(
    `${calls} calls change the disk; ${sum('points')} points, ${sum('stopped')} stopped, ${failures.length} failures`,
  )
  for (const failure of failures) console.log(failure)
}

const result = await main()
if (process.argv.includes('--json')) console.log(JSON.stringify(result))
else if (result.skipped !== undefined) console.log(`skipped: ${result.skipped}`)
else print(result)
process.exitCode = (result.failures ?? []).length > 0 ? 1 : 0
