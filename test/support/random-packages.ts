/** Packages made of variants that meet in ways that nobody has thought of: components, composites and extensions, with what they need. */
import fc from 'fast-check'
import { ARCHIVE_STYLE, refusedStyle, type ArchiveStyle } from './random-archives.js'
import { componentToml, compositeToml, extensionToml, RUNS_ON, TARGETS } from './random-descriptors.js'
import { FLAGS, PACKAGE_TOML, SOUND_TARGETS, TARGET_FLAGS, targetFlags } from './random-package-flags.js'
import { inEach, randomTree, type FileTree } from './random-files.js'
import { mostly, type Named } from './random-modules.js'

/** A module, as text and files. */
export interface RandomModule extends Named {
  readonly kind: 'buildpack' | 'extension'
  readonly toml: string
  readonly tree: FileTree
}

/** How a module is given that nobody packaged. */
export type Given = { readonly as: 'directory' } | { readonly as: 'archive'; readonly style: ArchiveStyle }

/** How it is given in a package that somebody made. */
export interface Packaged {
  readonly as: 'package'
  readonly by: 'pack' | 'trowel'
  /** A `.cnb`, as it is, compressed or unpacked; or an image of the registry. */
  readonly form: 'file' | 'gzip' | 'layout' | 'image'
}

/** One dependency. */
export interface Dependency {
  /** The module; its flags and its own dependencies count when it is given as a package. */
  readonly package: PackageWorld
  readonly given: Given | Packaged
  /** How package.toml says where it is; of an image, `image` is the deprecated way, `dotted` is without scheme, `absolute` with a digest. */
  readonly spelled: 'relative' | 'dotted' | 'absolute' | 'url' | 'image'
}

interface Config {
  readonly toml: string
}

/** What is packaged, and how. */
export interface PackageWorld {
  readonly main: RandomModule
  readonly given: Given
  readonly dependencies: readonly Dependency[]
  /** What package.toml says beside its uris; without one `--path` names the module, or it is where the packager runs. */
  readonly config: Config | 'path' | 'here'
  readonly form: 'image' | 'file'
  readonly flags: readonly string[]
}

const NAMES: readonly Named[] = [
  { id: 'acme/a', version: '1.0.0' },
  { id: 'acme/a', version: '2.0.0' },
  { id: 'acme/b', version: '0.0.1' },
  { id: 'acme/b-c', version: '1.2.3' },
  { id: 'Acme.Deep/er/still', version: '1.2.3-rc.1+build.5' },
  { id: 'x', version: '7' },
  { id: 'acme/long', version: '1.0.0-x.7.z.92.alpha.beta.gamma.delta.epsilon.zeta.eta.theta.iota' },
  { id: `acme/${'long'.repeat(20)}`, version: '1.0.0' },
]
const INNER: Named = { id: 'acme/inner', version: '1.0.0' }
const MAIN: Named = { id: 'acme/main', version: '3.2.1' }
const EXTENSION: Named = { id: 'acme/curl', version: '1.0.0' }
const UNUSED: Named = { id: 'acme/unused', version: '1.0.0' }

function moduleOf(
  kind: RandomModule['kind'],
  named: Named,
  toml: fc.Arbitrary<string>,
  programs: readonly string[],
): fc.Arbitrary<RandomModule> {
  return fc.tuple(toml, randomTree(programs)).map(([toml, tree]) => ({ kind, ...named, toml, tree }))
}

const component = (named: Named, runsOn: string): fc.Arbitrary<RandomModule> =>
  moduleOf('buildpack', named, componentToml(named, runsOn), ['bin/build', 'bin/detect'])
const composite = (named: Named, of: readonly Named[]): fc.Arbitrary<RandomModule> =>
  moduleOf('buildpack', named, compositeToml(named, of), [])
const extension = (targets: string): fc.Arbitrary<RandomModule> =>
  moduleOf('extension', EXTENSION, extensionToml(EXTENSION, targets), ['bin/generate', 'bin/detect'])

const GIVEN: fc.Arbitrary<Given> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ as: 'directory' } as const) },
  { weight: 2, arbitrary: ARCHIVE_STYLE.map((style) => ({ as: 'archive', style }) as const) },
)

const PACKAGED: fc.Arbitrary<Packaged> = fc.record({
  as: fc.constant('package'),
  by: fc.constantFrom('pack', 'trowel'),
  form: fc.constantFrom('file', 'file', 'image', 'image', 'gzip', 'layout'),
})

const CONFIG: fc.Arbitrary<Config> = PACKAGE_TOML.map((toml) => ({ toml }))
const FORM = fc.constantFrom<PackageWorld['form'][]>('image', 'image', 'file')

/** A module alone, in whatever way it is given; an archive is named by package.toml, where pack finds its targets. */
function alone(main: fc.Arbitrary<RandomModule>, flags: fc.Arbitrary<readonly string[]>): fc.Arbitrary<PackageWorld> {
  const config = fc.oneof(CONFIG, fc.constantFrom<PackageWorld['config'][]>('path', 'here'))
  return fc
    .record({ main, given: GIVEN, dependencies: fc.constant([]), config, form: FORM, flags })
    .map((world) => (world.given.as === 'archive' ? { ...world, config: tomlOf(world.config) } : world))
}

const tomlOf = (config: PackageWorld['config']): Config => (typeof config === 'string' ? { toml: '' } : config)

const COMPONENT = fc
  .tuple(fc.constantFrom(...NAMES, MAIN), fc.constantFrom(...RUNS_ON))
  .chain(([named, runsOn]) => alone(component(named, runsOn), FLAGS))

const EXTENSION_PACKAGE = fc
  .constantFrom('', ...Object.values(TARGETS))
  .chain((targets) => alone(extension(targets), TARGET_FLAGS))

const PLATFORM_FOLDERS = [
  ['linux'],
  ['linux/amd64', 'linux/arm64'],
  ['linux/amd64'],
  ['linux/arm/v7', 'linux/amd64', 'linux/arm64'],
  ['linux/amd64/ubuntu@22.04', 'linux/amd64/debian@12'],
  ['linux/amd64/v2/ubuntu@22.04', 'linux/arm64'],
]

/** A module with a folder for each platform. */
const IN_FOLDERS: fc.Arbitrary<PackageWorld> = fc
  .record({
    main: fc.oneof(component(MAIN, ''), component(MAIN, TARGETS.both), extension('')),
    folders: fc.constantFrom(...PLATFORM_FOLDERS),
    form: FORM,
    flags: fc.constantFrom(
      ...SOUND_TARGETS,
      targetFlags('linux/amd64:debian@12'),
      targetFlags('linux/amd64/v2:ubuntu@22.04'),
    ),
  })
  .map(({ main, folders, form, flags }) => {
    const tree = inEach(main.tree, folders)
    return { main: { ...main, tree }, given: { as: 'directory' }, dependencies: [], config: 'path', form, flags }
  })

/** What a dependency is packaged as, when it is: a composite needs all its own. */
function dependencyOf(
  main: fc.Arbitrary<RandomModule>,
  ...own: readonly fc.Arbitrary<Dependency>[]
): fc.Arbitrary<Dependency> {
  const flags = mostly<readonly string[]>([], [...SOUND_TARGETS.slice(0, 4), ['--flatten']], 3)
  const given = fc.constant({ as: 'directory' } as const)
  return fc.record({
    package: fc.record({
      main,
      given,
      dependencies: fc.tuple(...own),
      config: fc.constant({ toml: '' }),
      form: FORM,
      flags,
    }),
    given: fc.oneof({ weight: 2, arbitrary: GIVEN }, { weight: 3, arbitrary: PACKAGED }),
    spelled: fc.constantFrom('relative', 'dotted', 'absolute', 'url', 'image'),
  })
}

/** What may be wrong with a composite: a dependency too few or too many, one of another kind, one that comes twice, a circle. */
type Slip = 'none' | 'missing' | 'unused' | 'extension' | 'twice' | 'differs' | 'cycle'
const SLIPS: readonly Slip[] = ['missing', 'unused', 'extension', 'twice', 'twice', 'differs', 'cycle']

interface Shape {
  readonly runsOn: string
  readonly names: readonly Named[]
  /** What the composite has that is one of the dependencies. */
  readonly inner: readonly Named[]
  readonly hasInner: boolean
  readonly slip: Slip
}

const SHAPE: fc.Arbitrary<Shape> = fc.record({
  runsOn: fc.constantFrom(...RUNS_ON),
  names: fc.subarray([...NAMES], { minLength: 1, maxLength: 4 }),
  inner: fc.subarray([...NAMES], { minLength: 1, maxLength: 2 }),
  hasInner: mostly(false, [true], 3),
  slip: mostly<Slip>('none', SLIPS, 5),
})

/** A composite with what it names, mostly; some of it by way of another composite. */
const COMPOSITE = SHAPE.chain((shape) =>
  fc.tuple(...NAMES.map((named) => component(named, shape.runsOn))).chain((pool) => compositeOf(shape, pool)),
)

function compositeOf(shape: Shape, pool: readonly RandomModule[]): fc.Arbitrary<PackageWorld> {
  const { names, inner, hasInner, slip, runsOn } = shape
  const fromPool = (named: Named): fc.Arbitrary<Dependency> => {
    const found = pool.find((module) => module.id === named.id && module.version === named.version)
    return dependencyOf(found === undefined ? component(named, runsOn) : fc.constant(found))
  }
  const [first = MAIN] = names
  const more: Readonly<Record<Slip, readonly fc.Arbitrary<Dependency>[]>> = {
    none: [],
    missing: [],
    unused: [fromPool(UNUSED)],
    extension: [dependencyOf(extension(''))],
    twice: [fromPool(first)],
    differs: [dependencyOf(component(first, runsOn))],
    cycle: [],
  }
  const innerModule = composite(INNER, slip === 'cycle' ? [...inner, MAIN] : inner)
  const all = [
    ...(slip === 'missing' ? names.slice(1) : names).map(fromPool),
    ...(hasInner ? [dependencyOf(innerModule, ...inner.map(fromPool))] : []),
    ...more[slip],
  ]
  return fc
    .record({
      main: composite(MAIN, [...names, ...(hasInner ? [INNER] : [])]),
      given: GIVEN,
      dependencies: fc.tuple(...all).map(withOwn),
      config: CONFIG,
      form: FORM,
      flags: FLAGS,
    })
    .map(withoutChance)
}

/** A composite that is given as a folder or an archive brings only itself: what it names is listed beside it. */
function withOwn(dependencies: readonly Dependency[]): Dependency[] {
  const own = dependencies.flatMap((one) => (one.given.as === 'package' ? [] : one.package.dependencies))
  const named = new Set(dependencies.map(nameOf))
  return [...dependencies, ...own.filter((one) => !named.has(nameOf(one)))]
}

const nameOf = ({ package: { main } }: Dependency): string => `${main.id}@${main.version}`

/** Beyond this length a path may fit a header before it is below the folder of its module, and not after. */
const SHORT = 40

/** Without `--flatten` where pack leaves the order of modules to chance, or what is in the layer to the length of names. */
function withoutChance(world: PackageWorld): PackageWorld {
  const isChance = world.dependencies.some((one) => one.given.as === 'package' && one.package.dependencies.length > 0)
  const isLong = modulesOf(world).some(
    ({ id, version, tree }) => id.length + version.length > SHORT || tree.nodes.some(({ path }) => path.length > SHORT),
  )
  const at = world.flags.findIndex((flag) => flag.startsWith('--flatten'))
  return (isChance || isLong) && at >= 0 ? { ...world, flags: world.flags.slice(0, at) } : world
}

/** Any package. */
export const RANDOM_PACKAGE: fc.Arbitrary<PackageWorld> = fc.oneof(
  { weight: 8, arbitrary: COMPONENT },
  { weight: 10, arbitrary: COMPOSITE },
  { weight: 2, arbitrary: EXTENSION_PACKAGE },
  { weight: 1, arbitrary: IN_FOLDERS },
)

/** All modules of a package, the one that is packaged first, and the dependencies of dependencies behind these. */
export function modulesOf({ main, dependencies }: PackageWorld): readonly RandomModule[] {
  return [main, ...dependencies.flatMap((one) => modulesOf(one.package))]
}

/** The codes for which we may refuse what a package is made of. */
export function refusedContent({ main, given, dependencies }: PackageWorld): readonly string[] {
  return [
    ...main.tree.refusedFor,
    ...refusedGiven(given),
    ...dependencies.flatMap((one) => [...refusedContent(one.package), ...refusedGiven(one.given)]),
  ]
}

const refusedGiven = (given: Given | Packaged): readonly string[] =>
  given.as === 'archive' ? refusedStyle(given.style) : []

/** The same without what pack fails on by a defect of its own, and so what pack should have made of it. */
export function packable(world: PackageWorld): PackageWorld {
  return {
    ...world,
    given: withoutGlobal(world.given),
    dependencies: world.dependencies.map((one) => ({
      ...one,
      given: one.given.as === 'package' ? one.given : withoutGlobal(one.given),
      // Of a flattened package it makes layers without files.
      package: { ...packable(one.package), flags: one.package.flags.filter((flag) => flag !== '--flatten') },
    })),
  }
}

/** pack fails on what `git archive` writes. */
function withoutGlobal(given: Given): Given {
  return given.as === 'archive' ? { ...given, style: { ...given.style, global: false } } : given
}
