/** Modules made of variants, most of them sound, and the references of orders to them. */
import fc from 'fast-check'
import type { WorldModule } from './world.js'

/** `usual`, but once in about `oneIn` draws one of `rare`. */
export function mostly<T>(usual: T, rare: readonly T[], oneIn: number): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: oneIn - 1, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...rare) },
  )
}

/** From one to `maxLength` of them. */
function some<T>(of: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> {
  return fc.array(of, { minLength: 1, maxLength, size: 'max' })
}

/** What a module is called. */
export interface Named {
  readonly id: string
  readonly version: string
}

/** What a component may run on: tables of targets and stacks that fit all, some or none of the bases of `random-worlds.ts`. */
export const RUNS_ON = {
  linux: '[[targets]]\nos = "linux"\n',
  amd64: '[[targets]]\nos = "linux"\narch = "amd64"\n',
  arm64: '[[targets]]\nos = "linux"\narch = "arm64"\n',
  both: '[[targets]]\nos = "linux"\narch = "arm64"\n[[targets]]\nos = "linux"\narch = "amd64"\n',
  variant: '[[targets]]\nos = "linux"\narch = "amd64"\nvariant = "v2"\n',
  ubuntu: '[[targets]]\nos = "linux"\narch = "amd64"\n[[targets.distros]]\nname = "ubuntu"\nversion = "22.04"\n',
  debian: '[[targets]]\nos = "linux"\narch = "amd64"\n[[targets.distros]]\nname = "debian"\nversion = "12"\n',
  unversioned: '[[targets]]\nos = "linux"\narch = "amd64"\n[[targets.distros]]\nname = "ubuntu"\n',
  osLess: '[[targets]]\narch = "amd64"\n',
  windows: '[[targets]]\nos = "windows"\narch = "amd64"\n',
  stack: '[[stacks]]\nid = "acme.stacks.one"\n',
  mixins: '[[stacks]]\nid = "acme.stacks.one"\nmixins = ["curl", "build:git", "run:tzdata"]\n',
  buildMixin: '[[stacks]]\nid = "acme.stacks.one"\nmixins = ["build:make"]\n',
  runMixin: '[[stacks]]\nid = "acme.stacks.one"\nmixins = ["run:git"]\n',
  otherStack: '[[stacks]]\nid = "acme.stacks.two"\n',
  anyStack: '[[stacks]]\nid = "*"\n',
  anyWithMixin: '[[stacks]]\nid = "*"\nmixins = ["curl"]\n',
  twoStacks: '[[stacks]]\nid = "acme.stacks.one"\n[[stacks]]\nid = "acme.stacks.two"\nmixins = ["curl"]\n',
  stackAndTarget: '[[stacks]]\nid = "acme.stacks.one"\n[[targets]]\nos = "linux"\narch = "amd64"\n',
  nothing: '',
} as const

/** Buildpack APIs that the lifecycles of `random-worlds.ts` know, or do not. */
const APIS = ['0.2', '0.7', '0.8', '0.9', '0.11', '0.12', '0.13', '1.0']

const ABSENT: Named = { id: 'acme/gone', version: '1.0.0' }

/** A reference of an order. */
interface Ref extends Named {
  readonly optional: boolean
}

/** References to these modules: some without a version, some optional, a few to what is not there, or in another version. */
function refs(to: readonly Named[], open: number): fc.Arbitrary<Ref> {
  const named = mostly(to, [[ABSENT]], 100).chain((modules) => fc.constantFrom(...modules))
  const version = fc.oneof(
    { weight: 100, arbitrary: fc.constant('its own') },
    { weight: open, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constant('9.9.9') },
  )
  return fc.tuple(named, version, mostly(false, [true], 4)).map(([{ id, version: own }, asked, optional]) => ({
    id,
    version: asked === 'its own' ? own : asked,
    optional,
  }))
}

/** One reference as TOML. */
function refToml(table: string, { id, version, optional }: Ref): string {
  const lines = [`[[${table}]]`, `id = "${id}"`]
  if (version !== '') lines.push(`version = "${version}"`)
  if (optional) lines.push('optional = true')
  return `${lines.join('\n')}\n`
}

/** A few references as tables. */
export function refsToml(table: string, to: readonly Named[]): fc.Arbitrary<string> {
  return some(refs(to, OFTEN), 2).map((list) => list.map((ref) => refToml(table, ref)).join(''))
}

/** A few groups as tables; `open` is the weight of references without a version, where 100 are those with one. */
export function orderToml(table: string, to: readonly Named[], open = OFTEN): fc.Arbitrary<string> {
  const group = some(refs(to, open), 3).map((list) => list.map((ref) => refToml(`${table}.group`, ref)).join(''))
  return some(group, 3).map((groups) => groups.map((text) => `[[${table}]]\n${text}`).join(''))
}

/** In builder.toml a version is often left out; a composite has to pin what it names. */
const OFTEN = 30
const SELDOM = 1

function descriptor(kind: 'buildpack' | 'extension', { id, version }: Named, api: string, rest: string): string {
  return `api = "${api}"\n[${kind}]\nid = "${id}"\nversion = "${version}"\n${rest}`
}

const files = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, '755']))

/** What else a descriptor says of its module. */
const INFOS = [
  'name = "An example"\n',
  'name = "<b> & \\u2028 \\" é"\nhomepage = "https://acme.example/?a=1&b=2"\n',
  'description = "an example"\nkeywords = ["a", "b"]\n',
  'clear-env = true\nsbom-formats = ["application/spdx+json"]\n',
  '[[buildpack.licenses]]\ntype = "MIT"\nuri = "https://acme.example"\n',
  '[metadata]\nanything = [1, 2.5, 1979-05-27]\n',
]

/** Names and modes of further files. */
const FILES: readonly (readonly [string, string])[] = [
  ['README.md', '644'],
  ['bin/main', '4755'],
  ['lib/a b/é.sh', '600'],
  ['lib/.hidden', '444'],
  ['.git/HEAD', '644'],
  ['node_modules/x/index.js', '666'],
  [`deep/${'long-'.repeat(24)}/${'name-'.repeat(24)}.txt`, '640'],
  ['empty/.keep', '777'],
]

/** A component that mostly runs on what the others run on. */
export function component(named: Named, runsOn: string): fc.Arbitrary<WorldModule> {
  const parts = fc.tuple(
    mostly('0.10', APIS, 20),
    mostly(runsOn, Object.values(RUNS_ON), 12),
    mostly(true, [false], 20),
    mostly('', INFOS, 3),
    fc.subarray([...FILES], { maxLength: 3 }),
  )
  return parts.map(([api, on, builds, info, more]) => ({
    'buildpack.toml': descriptor('buildpack', named, api, info + on),
    files: { ...files(...(builds ? ['bin/build', 'bin/detect'] : ['bin/detect'])), ...Object.fromEntries(more) },
  }))
}

/** A composite of these, now and then with what a composite must not have. */
export function composite(named: Named, of: readonly Named[]): fc.Arbitrary<WorldModule> {
  const more = mostly('', [RUNS_ON.linux, RUNS_ON.stack], 15)
  return fc.tuple(mostly('0.10', APIS, 20), orderToml('order', of, SELDOM), more).map(([api, order, rest]) => ({
    'buildpack.toml': descriptor('buildpack', named, api, order + rest),
  }))
}

/** An extension; extensions came with API 0.9. */
export function extension(named: Named): fc.Arbitrary<WorldModule> {
  return mostly('0.10', ['0.8', '0.9', '0.11', '0.13'], 8).map((api) => ({
    'extension.toml': descriptor('extension', named, api, ''),
    files: files('bin/generate', 'bin/detect'),
  }))
}
