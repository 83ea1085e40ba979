// Makes one builder in every way that must not matter and compares the digest of its manifest. Prints a table; ends with
// status 1 when a digest differs. usage: node test/reproducibility/sweep.mjs [--short] [--json]   (after npm run build)
//
// --short leaves out the other Nodes, which are downloaded, and runs the rest: this is what the test suite does.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { archive, writeInputs } from './inputs.mjs'
import { LINES, debianNode, officialNode } from './nodes.mjs'

const project = resolve(fileURLToPath(new URL('../..', import.meta.url)))
const quickstart = join(project, 'builder-configs/quickstart')
const scratch = mkdtempSync(join(tmpdir(), 'trowel-sweep-'))
const rows = []

process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))

const inputs = join(scratch, 'inputs')
writeInputs(quickstart, inputs)
const cache = join(scratch, 'cache')

row('cold', () => build({ args: ['--cache-dir', cache] }))
row('warm: every layer is there already', () => build({ args: ['--cache-dir', cache] }))
row('without a cache', () => build())
for (const jobs of [1, 2, 8]) row(`--jobs ${jobs}`, () => build({ args: ['--no-cache', '--jobs', String(jobs)] }))
for (const umask of ['000', '077']) row(`umask ${umask}`, () => build({ umask }))
for (const TZ of ['Pacific/Kiritimati', 'America/St_Johns']) row(`TZ=${TZ}`, () => build({ env: { TZ } }))
for (const locale of ['tr_TR.UTF-8', 'C', 'zh_CN.GB18030'])
  row(`LC_ALL=${locale}`, () => build({ env: { LC_ALL: locale, LANG: locale } }))
row('flags in the opposite order', () => build({ isReversed: true }))
row('SOURCE_DATE_EPOCH=1700000000', () => build({ env: { SOURCE_DATE_EPOCH: '1700000000' } }))
row('HOME that does not exist', () => build({ env: { HOME: join(scratch, 'nobody') }, args: [] }))
row('from another working directory', () => build({ cwd: '/' }))
row('every time touched', () => build({ from: touched(copyOf('touched')) }))
row('files made in the opposite order', () => build({ from: copyOf('opposite', (paths) => paths.toReversed()) }))
row('files made in a shuffled order', () => build({ from: copyOf('shuffled', (paths) => paths.toSorted(byHash)) }))
row('files that only their owner reads', () => build({ from: guarded(copyOf('guarded')) }))
if (existsSync('/dev/shm')) row('on a tmpfs, which lists the newest file first', () => build({ from: onTmpfs() }))
else skip('on a tmpfs', 'no /dev/shm')
await rowOf('a module from a tar instead of its directory', () => fromArchive('tar'))
await rowOf('a module from a tgz instead of its directory', () => fromArchive('tgz'))
if (!process.argv.includes('--short')) otherNodes()
control()

const digests = new Set(rows.flatMap(({ digest }) => digest ?? []))
if (process.argv.includes('--json')) console.log(JSON.stringify({ node: process.version, rows }))
else print()
process.exitCode = digests.size === 1 && rows.every(({ error }) => error === undefined) ? 0 : 1

function row(name, make) {
  try {
    rows.push({ name, digest: make() })
  } catch (error) {
    rows.push({ name, error: String(error.message ?? error) })
  }
}

async function rowOf(name, prepare) {
  const from = await prepare()
  row(name, () => build({ from }))
}

/** What does matter must show: else every row above would be worth nothing. */
function control() {
  const from = copyOf('control')
  writeFileSync(join(from, 'buildpacks/everything/tree/file-200.txt'), 'another content\n')
  controlRow('one file differs', build({ from }))
  controlRow('CNB_BUILD_CONFIG_DIR', build({ env: { CNB_BUILD_CONFIG_DIR: '/other/config' } }))
}

function controlRow(what, digest) {
  const same = rows.some((row) => row.digest === digest)
  rows.push({ name: `control: ${what}`, ...(same ? { error: 'the digest is the same' } : { control: digest }) })
}

function skip(name, why) {
  rows.push({ name, skipped: why })
}

/** Runs the command line and returns the digest of the manifest that index.json of the layout then names. */
function build({
  from = inputs,
  cwd = from,
  args = ['--no-cache'],
  env = {},
  umask = '022',
  node = [process.execPath],
  isReversed = false,
} = {}) {
  const out = mkdtempSync(join(scratch, 'out-'))
  const replaced = ['build', 'run'].map((tag) => `registry.example/base/${tag}=oci:${join(from, 'base')}:${tag}`)
  const flags = [
    ['--quiet'],
    ['--offline'],
    ['--config', join(from, 'builder.toml')],
    args,
    ['--to', `oci:${out}:latest`],
    ...replaced.map((value) => ['--replace', value]),
  ]
  const words = ['builder', 'create', 'example/builder', ...(isReversed ? flags.toReversed() : flags).flat()]
  const command = [...node, join(project, 'dist/cli.js'), ...words]
  const run = spawnSync('sh', ['-c', 'umask "$0" && exec "$@"', umask, ...command], {
    cwd,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: join(scratch, 'home'), ...env },
    timeout: 120_000, // milliseconds; a run takes one or two seconds
  })
  if (run.status !== 0) throw new Error(`status ${run.status ?? run.signal}: ${run.stderr.trim()}`)
  const { digest } = JSON.parse(readFileSync(join(out, 'index.json'), 'utf8')).manifests[0]
  rmSync(out, { recursive: true })
  return digest
}

function copyOf(name, order) {
  const dir = join(scratch, name)
  writeInputs(quickstart, dir, order)
  return dir
}

/** Any fixed order that has nothing to do with the names. */
function byHash(a, b) {
  const hash = (text) => [...text].reduce((sum, c) => (sum * 31 + c.codePointAt(0)) % 65_521, 7)
  return hash(a) - hash(b) || (a < b ? -1 : 1)
}

function everything(dir) {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isSymbolicLink())
    .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
}

function touched(dir) {
  everything(dir).forEach(({ path }, at) => utimesSync(path, 1_900_000_000 + at, at * 1000))
  return dir
}

/** Takes every bit from group and others; those of the owner, which say what is a program, stay. */
function guarded(dir) {
  for (const { entry, path } of everything(dir)) {
    chmodSync(path, entry.isDirectory() || /\/bin\/[^/]+$/.test(path) ? 0o700 : 0o600)
  }
  return dir
}

function onTmpfs() {
  const dir = mkdtempSync('/dev/shm/trowel-sweep-')
  process.on('exit', () => rmSync(dir, { recursive: true, force: true }))
  writeInputs(quickstart, dir)
  return dir
}

async function fromArchive(extension) {
  const dir = copyOf(extension)
  const config = join(dir, 'builder.toml')
  const name = `greeting.${extension}`
  writeFileSync(join(dir, name), await archive(join(dir, 'buildpacks/greeting'), { gzipped: extension === 'tgz' }))
  writeFileSync(config, readFileSync(config, 'utf8').replace('"buildpacks/greeting"', `"${name}"`))
  return dir
}

function otherNodes() {
  for (const line of LINES) {
    const node = officialNode(line, scratch)
    if (node === undefined) skip(`Node ${line}`, 'its npm package is out of reach')
    else row(`Node ${node.version}`, () => build({ node: node.command }))
  }
  const node = debianNode(scratch)
  if (node === undefined) skip("Debian's Node, which links another zlib", 'apt-get or unshare cannot give it')
  else row(`Debian's Node ${node.version}`, () => build({ node: node.command }))
}

function print() {
  const width = Math.max(...rows.map(({ name }) => name.length))
  for (const { name, digest, control, error, skipped } of rows) {
    const otherwise = skipped === undefined ? `FAILED ${error}` : `skipped: ${skipped}`
    console.log(`${name.padEnd(width)}  ${digest ?? control ?? otherwise}`)
  }
  const done = rows.filter(({ digest }) => digest !== undefined).length
  console.log(`\n${done} ways, ${digests.size === 1 ? 'one digest' : `${digests.size} digests`}`)
}
