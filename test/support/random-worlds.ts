/** Small builders and packages made of variants that meet in ways that nobody has thought of. About half of them are sound. */
import fc from 'fast-check'
import { component, composite, extension, mostly, orderToml, refsToml, RUNS_ON, type Named } from './random-modules.js'
import type { Verdict } from './verdicts.js'
import { LIFECYCLE_TOML, type WorldImage, type WorldModule } from './world.js'

/** A builder with its images, or a package. */
export type RandomWorld = Omit<Verdict, 'id' | 'about' | 'args' | 'pack'> & {
  /** Flags of the command. */
  readonly flags?: readonly string[]
}

const A: Named = { id: 'acme/a', version: '1.0.0' }
const B: Named = { id: 'acme/b', version: '1.0.0' }
const C: Named = { id: 'acme/c', version: '0.1.0' }
const NEWER_A: Named = { id: 'acme/a', version: '2.0.0' }
const META: Named = { id: 'acme/meta', version: '1.0.0' }
const EXTENSION: Named = { id: 'acme/curl', version: '1.0.0' }

/** What the modules of one builder mostly run on. */
const COMMON = fc.constantFrom(
  RUNS_ON.linux,
  RUNS_ON.amd64,
  RUNS_ON.ubuntu,
  RUNS_ON.stack,
  RUNS_ON.mixins,
  RUNS_ON.twoStacks,
)

const entriesToml = (table: string, folders: readonly string[]): string =>
  folders.map((folder) => `[[${table}]]\nuri = "${folder}"\n`).join('')

type Modules = Readonly<Record<string, WorldModule>>

/** Two to six modules by folder. `c` may have the id and version of `a`; `meta` may name itself, and `newer` makes `acme/a` ambiguous. */
const MODULES: fc.Arbitrary<Modules> = COMMON.chain((runsOn) =>
  fc.record({
    a: component(A, runsOn),
    b: component(B, runsOn),
    c: perhaps(
      2,
      mostly(C, [A], 10).chain((named) => component(named, runsOn)),
    ),
    newer: perhaps(4, component(NEWER_A, runsOn)),
    meta: perhaps(
      2,
      mostly([A, B], [[A, B, META]], 15).chain((of) => composite(META, of)),
    ),
    curl: perhaps(3, extension(EXTENSION)),
  }),
).map((all) =>
  Object.fromEntries(Object.entries(all).flatMap(([folder, one]) => (one === undefined ? [] : [[folder, one]]))),
)

/** In one of `oneIn` builders. */
function perhaps(oneIn: number, module: fc.Arbitrary<WorldModule>): fc.Arbitrary<WorldModule | undefined> {
  return fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: module })
}

const NAMES: Readonly<Record<string, Named>> = { a: A, b: B, c: C, newer: NEWER_A, meta: META }

const MIXINS = ['curl', 'git', 'build:git', 'run:tzdata', 'build:make', 'tzdata', 'set=shell-utils']

/** What both images say of a base; the first suits whatever {@link COMMON} has. */
const GOOD_LABELS = {
  'io.buildpacks.stack.id': 'acme.stacks.one',
  'io.buildpacks.base.distro.name': 'ubuntu',
  'io.buildpacks.base.distro.version': '22.04',
}

const LABELS: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'io.buildpacks.stack.id': 'acme.stacks.one' },
  { 'io.buildpacks.stack.id': 'acme.stacks.two' },
  { 'io.buildpacks.stack.id': 'acme.stacks.one', 'io.buildpacks.base.distro.name': 'ubuntu' },
  { ...GOOD_LABELS, 'io.buildpacks.base.distro.name': 'debian', 'io.buildpacks.base.distro.version': '12' },
  { ...GOOD_LABELS, 'io.buildpacks.stack.mixins': 'curl' },
]

const USER = ['CNB_USER_ID=1000', 'CNB_GROUP_ID=1000']
const ENVS = [['CNB_USER_ID=1000'], ['CNB_USER_ID=0', 'CNB_GROUP_ID=0'], ['CNB_USER_ID=me', 'CNB_GROUP_ID=1000'], []]

/** An image with the mixins that a stage needs, or with any. */
function image(needed: readonly string[], env: fc.Arbitrary<readonly string[]>): fc.Arbitrary<WorldImage> {
  const mixins = fc.oneof({ weight: 6, arbitrary: fc.constant(needed) }, { weight: 1, arbitrary: fc.subarray(MIXINS) })
  const more = fc.tuple(fc.constantFrom(...SETTINGS), fc.constantFrom(...ABOUT), fc.constantFrom(...STORED))
  const parts = fc.tuple(mostly(GOOD_LABELS, LABELS, 12), mixins, mostly('amd64', ['arm64'], 50), env, more)
  return parts.map(([labels, list, architecture, variables, [settings, about, stored]]) => ({
    settings,
    about,
    ...stored,
    os: 'linux',
    architecture,
    labels: { 'io.buildpacks.stack.mixins': JSON.stringify(list), ...labels },
    env: variables,
  }))
}

/** What else the config of a base image may have. */
const SETTINGS = [
  {},
  { User: '1000:1000', WorkingDir: '/layers', Cmd: ['/bin/bash'], Entrypoint: ['/x', '<a>&'] },
  { ExposedPorts: { '80/tcp': {} }, Volumes: { '/data': {} }, StopSignal: 'SIGTERM', Shell: ['/bin/sh', '-c'] },
  { OnBuild: ['RUN true'], ArgsEscaped: true, Hostname: 'h', Domainname: 'd', Image: 'sha256:00', Tty: true },
  {
    Healthcheck: { Test: ['CMD', 'true'], Interval: 1_000_000_000, Retries: 3 },
    MacAddress: '02:00',
    NetworkDisabled: true,
  },
  { Unknown: 1, AttachStdin: true, OpenStdin: true, StdinOnce: true },
]
const ABOUT = [
  {},
  { created: '2026-01-02T03:04:05.678901234Z', author: 'somebody', history: [{ created_by: 'x' }] },
  { 'os.version': '1.2', 'os.features': ['a'], docker_version: '20.10', container: 'abc' },
  {
    history: [{ created: '2020-01-01T00:00:00Z', empty_layer: true }, { comment: 'y' }],
    container_config: { Cmd: ['a'] },
  },
  { created: '2026-01-02T03:04:05+02:00', unknown: { a: 1 } },
]

/** How it is kept. */
const STORED: readonly Pick<WorldImage, 'isDocker' | 'annotations'>[] = [
  {},
  {},
  { isDocker: true },
  { annotations: { b: '1', a: 'é <x>' } },
]

const BUILD = image(['curl', 'build:git', 'build:make'], mostly<readonly string[]>(USER, ENVS, 40))
const RUN = image(['curl', 'run:tzdata', 'run:git'], fc.constant([]))

/** The same image for two platforms. */
const forBoth = (one: WorldImage): { index: WorldImage[] } => ({
  index: ['amd64', 'arm64'].map((architecture) => ({ ...one, architecture })),
})

/** lifecycle.toml of other releases, or damaged. */
const LIFECYCLES = [
  LIFECYCLE_TOML.replace('"0.21.0"', '"0.13.0"')
    .replace(', "0.13", "0.14", "0.15"', '')
    .replace(', "0.11", "0.12"', ''),
  LIFECYCLE_TOML.replace('deprecated = []', 'deprecated = ["0.7", "0.8"]'),
  LIFECYCLE_TOML.replace('"0.7", "0.8", "0.9", "0.10", ', ''),
  LIFECYCLE_TOML.replace('version = "0.21.0"\n', ''),
  LIFECYCLE_TOML.replace('"0.21.0"', '"latest"'),
  '[lifecycle]\nversion = "0.9.3"\n[api]\nbuildpack = "0.4"\nplatform = "0.3"\n',
  '[lifecycle\n',
  null,
]

/** Where the images are named, which of them, and what `[stack]` claims. */
const BASES = [
  '[build]\nimage = "golden.test/build:1"\n[[run.images]]\nimage = "golden.test/run:1"\n',
  '[build]\nimage = "golden.test/build:1"\n[[run.images]]\nimage = "golden.test/run:1"\n[[run.images]]\nimage = "golden.test/run-2:1"\n',
  '[build]\nimage = "golden.test/build:1"\n[[run.images]]\nimage = "golden.test/run:1"\nmirrors = ["golden.test/run-2:1"]\n',
  '[stack]\nid = "acme.stacks.one"\nbuild-image = "golden.test/build:1"\nrun-image = "golden.test/run:1"\n',
  '[stack]\nid = "acme.stacks.one"\n[build]\nimage = "golden.test/build:1"\n[[run.images]]\nimage = "golden.test/run:1"\n',
]
const ODD_BASES = [
  '[stack]\nid = "acme.stacks.two"\nbuild-image = "golden.test/build:1"\nrun-image = "golden.test/run:1"\n',
  '[stack]\nid = "acme.stacks.one"\nbuild-image = "golden.test/other:1"\nrun-image = "golden.test/run:1"\n[build]\nimage = "golden.test/build:1"\n',
  '[stack]\nbuild-image = "golden.test/build:1"\nrun-image = "golden.test/run:1"\n',
  '[build]\nimage = "golden.test/build:1"\n[[run.images]]\nimage = "golden.test/gone:1"\n',
  '[build]\nimage = "golden.test/gone:1"\n[[run.images]]\nimage = "golden.test/run:1"\n',
  '[build]\nimage = "golden.test/build:1"\n[[run.images]]\nmirrors = ["golden.test/run:1"]\n',
  '[build]\nimage = "golden.test/build:1"\n',
]

const env = (name: string, rest = ''): string => `[[build.env]]\nname = "${name}"\nvalue = "/bin"\n${rest}`

/** `[[build.env]]` as it may be, and as it must not. */
const BUILD_ENVS = [
  env('PATH', 'suffix = "prepend"\ndelim = ":"\n'),
  env('ONE') + env('ONE', 'suffix = "default"\n'),
  env('ONE', 'suffix = "override"\n') + env('TWO', 'suffix = "append"\ndelim = ""\n'),
  env('ONE', 'suffix = "append"\n'),
  env('ONE', 'suffix = "replace"\n'),
  env('', 'suffix = "default"\n'),
  env('A-B'),
  env('A.B'),
]

/** What is written above the first table, or changes no order. */
const FLAGS = [
  ['--label', 'io.example.a=b'],
  ['--label', 'a=b=c', '--label', 'e='],
  ['--label', 'io.example.x=<&> é'],
  ['--flatten', 'acme/a@1.0.0,acme/b@1.0.0'],
  ['--flatten', 'acme/b@1.0.0,acme/a@1.0.0,acme/meta@1.0.0'],
  ['--flatten', 'acme/a@1.0.0', '--flatten', 'acme/b@1.0.0,acme/c@0.1.0'],
  ['--flatten', 'acme/a@1.0.0,acme/gone@1.0.0'],
  ['--target', 'linux/amd64'],
  ['--target', 'linux/amd64:ubuntu@22.04'],
  ['--target', 'linux/arm64'],
]

const EXTRAS = [
  'description = "<b> & \\u2028 é \\u0001"\n',
  'description = "an example"\n',
  'descripton = "misspelt"\n',
  '',
]

interface Parts {
  readonly modules: Modules
  readonly bases: string
  readonly order: string
  readonly extensions: string
  readonly system: string
  readonly buildEnv: string
  readonly extra: string
  readonly forTwo: boolean
}

function builderToml({ modules, bases, order, extensions, system, buildEnv, extra, forTwo }: Parts): string {
  const folders = Object.keys(modules)
  const targets = ['amd64', 'arm64'].map((arch) => `[[targets]]\nos = "linux"\narch = "${arch}"\n`).join('')
  return [
    extra,
    bases,
    buildEnv,
    '[lifecycle]\nuri = "lifecycle"\n',
    forTwo ? targets : '',
    entriesToml(
      'buildpacks',
      folders.filter((folder) => folder !== 'curl'),
    ),
    entriesToml(
      'extensions',
      folders.filter((folder) => folder === 'curl'),
    ),
    order,
    extensions,
    system,
  ].join('')
}

/** `[[order]]`, `[[order-extensions]]` and `[system]` over the modules that are there. */
function ordersOver(modules: Modules): fc.Arbitrary<Pick<Parts, 'modules' | 'order' | 'extensions' | 'system'>> {
  const buildpacks = Object.keys(modules).flatMap((folder) => NAMES[folder] ?? [])
  const none = fc.constant('')
  const extensions = 'curl' in modules ? orderToml('order-extensions', [EXTENSION]) : none
  const system = (when: string): fc.Arbitrary<string> =>
    fc.oneof(
      { weight: 5, arbitrary: none },
      { weight: 1, arbitrary: refsToml(`system.${when}.buildpacks`, buildpacks) },
    )
  return fc.record({
    modules: fc.constant(modules),
    order: orderToml('order', buildpacks),
    extensions: fc.oneof({ weight: 1, arbitrary: none }, { weight: 4, arbitrary: extensions }),
    system: fc.tuple(system('pre'), system('post')).map((both) => both.join('')),
  })
}

/** A builder. */
export const BUILDER: fc.Arbitrary<RandomWorld> = fc
  .record({
    orders: MODULES.chain(ordersOver),
    bases: fc.oneof(
      { weight: 15, arbitrary: fc.constantFrom(...BASES) },
      { weight: 1, arbitrary: fc.constantFrom(...ODD_BASES) },
    ),
    buildEnv: mostly('', BUILD_ENVS, 6),
    flags: mostly<readonly string[]>([], FLAGS, 3),
    extra: mostly('', EXTRAS, 15),
    forTwo: mostly(false, [true], 8),
    build: BUILD,
    runs: fc.tuple(RUN, RUN),
    lifecycle: mostly<string | null>(LIFECYCLE_TOML, LIFECYCLES, 12),
  })
  .map(({ orders, bases, buildEnv, extra, forTwo, build, runs, lifecycle, flags }) => ({
    flags,
    // `[[build.env]]` stays below `[build]`.
    builder: builderToml({ ...orders, bases, buildEnv, extra, forTwo }),
    modules: orders.modules,
    images: forTwo ? { build: forBoth(build), run: runs.map(forBoth) } : { build, run: runs },
    lifecycle,
  }))

/** A package: mostly a composite with what it names, or with less or more. */
export const PACKAGE: fc.Arbitrary<RandomWorld> = COMMON.chain((runsOn) =>
  fc.record({
    main: fc.oneof(
      { weight: 15, arbitrary: fc.subarray([A, B, C, NEWER_A], { minLength: 1 }).chain((of) => composite(META, of)) },
      { weight: 1, arbitrary: composite(META, [A, META]) },
      { weight: 1, arbitrary: component(META, runsOn) },
    ),
    parts: fc.tuple(component(A, runsOn), component(B, runsOn), component(C, runsOn), component(NEWER_A, runsOn)),
    exactly: mostly(true, [false], 10),
    some: fc.subarray(['a', 'b', 'c', 'newer']),
    extra: mostly('', ['[platform]\nos = "linux"\n', '[[targets]]\nos = "linux"\narch = "arm64"\n', RUNS_ON.both], 4),
  }),
).map(({ main, parts: [a, b, c, newer], exactly, some, extra }) => {
  const modules: Modules = { main, a, b, c, newer }
  const { 'buildpack.toml': toml } = main
  const isNamed = ({ id, version }: Named): boolean =>
    typeof toml === 'string' && toml.includes(`id = "${id}"\nversion = "${version}"`)
  const dependencies = exactly ? ['a', 'b', 'c', 'newer'].filter((folder) => isNamed(NAMES[folder]!)) : some
  return {
    package: `[buildpack]\nuri = "main"\n${entriesToml('dependencies', dependencies)}${extra}`,
    modules: Object.fromEntries(['main', ...dependencies].map((folder) => [folder, modules[folder]!])),
  }
})
