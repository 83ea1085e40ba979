/** Modules as the labels of an image describe them, and orders of them. */
import fc, { type Arbitrary } from 'fast-check'
import { sha256, tarOf } from './layout.js'
import { list, maybe, randomText } from './random-texts.js'

/** The layer that every module is in. */
export const LAYER = tarOf('module', 'of everything')

/** What a label says of a module beside its id and version. */
export const INFO = fc.record({
  name: maybe(randomText('Acme', 'Acme Web Framework', '')),
  description: maybe(randomText('what it does')),
  homepage: maybe(
    randomText('https://acme.test/x', `https://acme.test/${'deep/'.repeat(20)}`).map((homepage) => homepage.trimEnd()),
  ),
  keywords: maybe(list(randomText('web', 'java'))),
  'exec-env': maybe(list(fc.constantFrom('build', 'test', 'production'))),
  licenses: maybe(
    list(fc.record({ type: maybe(randomText('MIT')), uri: maybe(randomText('https://acme.test/LICENSE')) })),
  ),
})
type Info = typeof INFO extends Arbitrary<infer T> ? T : never

/** A module, and how much its order names of what comes behind it. */
export interface Module {
  readonly id: string
  readonly version: string
  readonly info: Info
  readonly api: string
  readonly stacks: unknown
  readonly targets: unknown
  /** Refs carry its version. */
  readonly isPinned: boolean
  /** How many more each group takes, in turn; a component when there are none. */
  readonly groups: readonly number[]
  readonly namesItself: boolean
}

/** Ids and versions, of which two modules may have one in common. */
export const IDS = ['acme/a', 'acme/b', 'acme/c', 'acme/long-name-of-a-module', 'x', 'übung/模块', 'acme.test/👩‍🚀', 'Z']
export const VERSIONS = ['1.0.0', '0.1.0', '2.0.0-rc.1+build.5', '1', '10.0.0']
/** What a package runs on. */
export const STACKS = list(
  fc.record({
    id: randomText('*', 'io.acme.stack', 'io.acme.other'),
    mixins: maybe(list(randomText('git', 'build:git', 'run:tz', 'curl'))),
  }),
)
const TARGETS = list(
  fc.record({
    os: fc.constantFrom('linux', 'windows'),
    arch: fc.constantFrom('amd64', 'arm64', ''),
    variant: maybe(fc.constantFrom('', 'v8')),
    distros: maybe(list(fc.record({ name: maybe(randomText('ubuntu')), version: maybe(randomText('22.04')) }))),
  }),
)
/** A module. */
export const MODULE: Arbitrary<Module> = fc.record({
  id: fc.constantFrom(...IDS),
  version: fc.constantFrom(...VERSIONS),
  info: INFO,
  api: fc.constantFrom('0.10', '0.2', '1.0', '0.12'),
  stacks: STACKS,
  targets: TARGETS,
  isPinned: fc.boolean(),
  groups: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.nat(3), { maxLength: 3 }) },
  ),
  namesItself: fc.boolean(),
})
/** Up to eight modules, each once. */
export const MODULES = fc.uniqueArray(MODULE, {
  selector: ({ id, version }) => `${id}@${version}`,
  minLength: 1,
  maxLength: 8,
})

/** Orders whose groups open to no id twice, for those pack shows otherwise. */
export class Orders {
  readonly #modules: readonly Module[]
  readonly #seeds: readonly number[]
  #at = 0

  constructor(modules: readonly Module[], seeds: readonly number[]) {
    this.#modules = modules
    this.#seeds = seeds
  }

  /** The order of a module, of those behind it; undefined for a component. */
  of(module: Module): unknown {
    const at = this.#modules.indexOf(module)
    const later = this.#modules.slice(at + 1)
    if (module.groups.length === 0) return undefined
    return module.groups.map((count, i) => {
      const group = this.group(later, count)
      if (module.namesItself && module.isPinned && i === 0) group.push(this.#ref(module))
      return { group }
    })
  }

  /** References to up to `count` of these modules. */
  group(modules: readonly Module[], count: number): unknown[] {
    const open = new Set<string>()
    const group: unknown[] = []
    for (let tries = 0; tries < 6 && group.length < count && modules.length > 0; tries++) {
      const module = modules[this.#next() % modules.length]
      const below = module === undefined ? [] : this.#reach(module)
      if (module === undefined || below.some(({ id }) => open.has(id))) continue
      for (const { id } of below) open.add(id)
      group.push(this.#ref(module))
    }
    return group
  }

  #ref(module: Module): object {
    const { id, version, isPinned } = module
    const optional = [undefined, true, false][this.#next() % 3]
    return { id, ...(isPinned ? { version } : {}), ...(optional === undefined ? {} : { optional }) }
  }

  /** Whatever a module could open to. */
  #reach(module: Module): readonly Module[] {
    return module.groups.length === 0 ? [module] : this.#modules.slice(this.#modules.indexOf(module))
  }

  #next(): number {
    return this.#seeds[this.#at++ % this.#seeds.length] ?? 0
  }
}
/** What `Orders` draws from. */
export const SEEDS = fc.array(fc.nat(1_000), { minLength: 30, maxLength: 30 })

/** The label that says where these modules are. */
export function layersOf(modules: readonly Module[], orders: Orders): Record<string, Record<string, unknown>> {
  const layers: Record<string, Record<string, unknown>> = {}
  for (const module of modules) {
    const { id, version, info, api, stacks, targets } = module
    const { name, homepage } = info
    const layer = { api, stacks, targets, order: orders.of(module), layerDiffID: sha256(LAYER), name, homepage }
    layers[id] = { ...layers[id], [version]: layer }
  }
  return layers
}
