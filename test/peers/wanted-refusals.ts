import { isDeepStrictEqual } from 'node:util'
import { parse } from 'smol-toml'
import type { RandomWorld } from '../support/random-worlds.js'
import type { WorldModule } from '../support/world.js'

/** What we refuse and pack accepts. */
interface Wanted {
  readonly why: string
  readonly holds: (world: RandomWorld) => boolean
}

/** By rule, in which random worlds our verdict may not be that of pack. The documentation has these differences at length. */
export const WANTED: Readonly<Record<string, Wanted>> = {
  'module-content-conflict': {
    why: 'pack takes the last one, whatever the order meant',
    holds: ({ modules = {} }) =>
      Object.values(modules).some((one, i, all) =>
        all.slice(i + 1).some((other) => nameOf(one) === nameOf(other) && !isDeepStrictEqual(one, other)),
      ),
  },
  'order-composite-self': {
    why: 'the detector of the lifecycle crashes on it',
    holds: ({ modules = {} }) =>
      Object.values(modules).some((module) => {
        const { order = [] } = readModule(module)
        return order.some(({ group }) => group.some((ref) => printRef(ref) === nameOf(module)))
      }),
  },
  'build-env-name': {
    why: 'it is the name of a file',
    holds: ({ builder = '' }) => {
      const { build } = parse(builder) as { build?: { env?: readonly { name: string }[] } }
      return build?.env?.some(({ name }) => /[^A-Za-z0-9_.]/.test(name)) === true
    },
  },
  'base-cnb-env-missing': {
    why: 'builds would run as root',
    holds: ({ images }) => JSON.stringify(images?.build).includes('"CNB_USER_ID=0"'),
  },
  'package-targets-vs-components': {
    why: 'the package would say that it is for what a component is not for',
    holds: ({ package: toml = '', modules = {} }) => {
      const { targets = [{ os: 'linux' }] } = parse(toml) as { targets?: readonly Target[] }
      const all = Object.values(modules).map((module) => readModule(module).targets ?? [])
      return targets.some((target) => all.some((own) => own.length > 0 && !own.some((one) => fits(one, target))))
    },
  },
  'stack-intersection-masked': {
    why: 'the package would promise stacks on which only some of its modules run',
    holds: (world) => {
      const all = Object.values(world.modules ?? {}).flatMap((module) => readModule(module).stacks ?? [])
      return world.package !== undefined && new Set(all.map(({ id }) => id)).size > 1
    },
  },
}

interface Ref {
  readonly id: string
  readonly version?: string
}

interface Target {
  readonly os?: string
  readonly arch?: string
}

/** What one side leaves out fits everything. */
const fits = (one: Target, other: Target): boolean =>
  (['os', 'arch'] as const).every(
    (part) => one[part] === undefined || other[part] === undefined || one[part] === other[part],
  )

interface Descriptor {
  readonly targets?: readonly Target[]
  readonly stacks?: readonly { readonly id: string }[]
  readonly buildpack?: Ref
  readonly extension?: Ref
  readonly order?: readonly { readonly group: readonly Ref[] }[]
}

/** The text of a file, not what lies in a folder of that name. */
function textOf(module: WorldModule, file: string): string | undefined {
  const text = module[file]
  return typeof text === 'string' ? text : undefined
}

function readModule(module: WorldModule): Descriptor {
  return parse(textOf(module, 'buildpack.toml') ?? textOf(module, 'extension.toml') ?? '')
}

const printRef = ({ id, version = '' }: Ref): string => `${id}@${version}`

function nameOf(module: WorldModule): string {
  const { buildpack, extension } = readModule(module)
  return printRef((buildpack ?? extension)!)
}
