import { moduleName, type ModuleId, type ModuleKind } from '../cnb/module.js'
import type { ModuleRef, Order } from '../cnb/order.js'
import { buildpackCatalog, extensionCatalog } from '../plan/plan-builder.js'
import type { Catalog } from '../plan/catalog.js'
import type { KeyPath } from '../toml/document.js'
import { baseOf } from './base-of.js'
import { builderOrder } from './judged-order.js'
import { listedModules, type ListedModule } from './listed-modules.js'
import { builderAdvice, type Rule } from './rule.js'
import type { BuilderSubject } from './subjects.js'

const ORDER_TOML = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#ordertoml-toml'
const DISTRIBUTION = 'https://github.com/buildpacks/spec/blob/main/distribution.md#order-definitions'
const BUILDER_CONFIG = 'https://buildpacks.io/docs/reference/config/builder-config/'

/** A reference of builder.toml, with its place. */
interface PlacedRef {
  readonly kind: ModuleKind
  readonly ref: ModuleRef
  readonly path: KeyPath
}

/** All references of builder.toml: its orders, and then `[system]`. */
function allRefs({ order = [], orderExtensions = [], system }: BuilderSubject['config']): PlacedRef[] {
  return [
    ...refsIn('buildpack', order, 'order'),
    ...refsIn('extension', orderExtensions, 'order-extensions'),
    ...(['pre', 'post'] as const).flatMap((when) =>
      system[when].map((ref, index) => ({
        kind: 'buildpack' as const,
        ref,
        path: ['system', when, 'buildpacks', index],
      })),
    ),
  ]
}

function refsIn(kind: ModuleKind, order: Order, key: string): PlacedRef[] {
  return order.flatMap(({ refs = [] }, group) =>
    refs.map((ref, index) => ({ kind, ref, path: [key, group, 'group', index] })),
  )
}

const unpinned = builderAdvice({
  id: 'order-ref-unpinned',
  severity: 'warning',
  summary: 'an order leaves the version of a module open, so that a second version changes what the order means',
  reference: DISTRIBUTION,
  needs: ['config', 'locate', 'buildpacks', 'extensions'],
  check(input, report) {
    const base = baseOf(input)
    const catalogs = { buildpack: buildpackCatalog(input, base), extension: extensionCatalog(input, base) }
    const open = allRefs(input.config).filter(({ ref }) => ref.version === '' && ref.id !== '')
    const [first, ...others] = open
    if (first === undefined) return
    const version = onlyVersion(catalogs[first.kind], first.ref.id)
    report({
      message: `${open.length === 1 ? `${first.ref.id} has no version` : `${first.ref.id} and ${open.length - 1} more have no version`} in the orders`,
      place: input.locate([...first.path, 'id']),
      also: others.map(({ path }) => input.locate([...path, 'id'])),
      value: first.ref.id,
      notes: ['the only version that is there is filled in; once there are two, no builder can be made'],
      fix: `add the version that is meant${version === undefined ? '' : `, here version = "${version}"`}`,
    })
  },
})

function onlyVersion(catalog: Catalog, id: string): string | undefined {
  const versions = catalog.get(id) ?? []
  return versions.length === 1 ? versions[0] : undefined
}

const extensionsUnused = builderAdvice({
  id: 'order-extensions-unused',
  severity: 'warning',
  summary: 'a builder has extensions and no order of them, so that none is ever run',
  reference: BUILDER_CONFIG,
  needs: ['config', 'locate'],
  check({ config: { extensions, orderExtensions = [] }, locate }, report) {
    if (extensions.length === 0 || orderExtensions.some(({ refs = [] }) => refs.length > 0)) return
    report({
      message: `${extensions.length === 1 ? 'an extension is' : `${extensions.length} extensions are`} on the builder, but nothing is in [[order-extensions]]`,
      place: locate(['extensions', 0]),
      fix: 'add [[order-extensions]] with a group of them, or leave them out',
    })
  },
})

const extensionsOptional = builderAdvice({
  id: 'order-extensions-optional',
  severity: 'info',
  summary: 'an extension says whether it is optional, which every extension is',
  reference: ORDER_TOML,
  needs: ['config', 'document'],
  check({ config: { orderExtensions = [] }, document }, report) {
    for (const { ref, path } of refsIn('extension', orderExtensions, 'order-extensions')) {
      const key = [...path, 'optional']
      if (!document.has(key)) continue
      report({
        message: `extension ${ref.id} is optional whatever is said here`,
        place: document.locate(key),
        value: String(ref.optional),
        fix: 'remove optional',
      })
    }
  },
})

const moduleUnused = builderAdvice({
  id: 'module-unused',
  severity: 'warning',
  summary: 'no order leads to a module of the builder, so that it is never run',
  reference: ORDER_TOML,
  needs: ['config', 'locate', 'buildpacks', 'extensions'],
  check(input, report) {
    // A composite that could not be read may lead to anything.
    if (input.buildpacks.includes(undefined)) return
    const { order = [], orderExtensions = [] } = input.config
    const used = usedModules(input)
    for (const [named, ...others] of byEntry(listedModules(input))) {
      // Without any order there is one finding about that.
      if (named === undefined || (named.kind === 'buildpack' ? order : orderExtensions).length === 0) continue
      // What comes along with a module that is used is there for that.
      if ([named, ...others].some((listed) => used.has(keyOf(listed)))) continue
      report({
        message: `no order leads to ${named.kind} ${named.name}`,
        place: input.locate(named.entry),
        value: named.name,
        fix: `name it in a group of [[${named.kind === 'buildpack' ? 'order' : 'order-extensions'}]], or leave it out`,
      })
    }
  },
})

/** The modules of each entry, the one that it names first. */
function byEntry(modules: readonly ListedModule[]): ListedModule[][] {
  const entries: ListedModule[][] = []
  for (const listed of modules) {
    if (listed.isNamed) entries.push([listed])
    else entries.at(-1)?.push(listed)
  }
  return entries
}

type OrderParts = Parameters<typeof builderOrder>[0]

/** What the orders lead to, through composites. A reference that leaves the version open may mean any. */
function usedModules(input: OrderParts): ReadonlySet<string> {
  const used = new Set<string>()
  const { modules } = builderOrder(input)
  const catalog = buildpackCatalog(input, baseOf(input))
  const extensions = extensionCatalog(input, baseOf(input))
  const left: ModuleId[] = []
  const meet = (kind: ModuleKind, module: ModuleId): void => {
    const key = keyOf({ kind, ...module })
    if (used.has(key)) return
    used.add(key)
    if (kind === 'buildpack') left.push(module)
  }
  for (const { kind, ref } of allRefs(input.config)) {
    const versions = ref.version === '' ? (kind === 'buildpack' ? catalog : extensions).get(ref.id) : [ref.version]
    for (const version of versions ?? []) meet(kind, { id: ref.id, version })
  }
  for (let module = left.pop(); module !== undefined; module = left.pop()) {
    for (const members of modules.groupsOf(module) ?? []) for (const member of members) meet('buildpack', member)
  }
  return used
}

function keyOf({ kind, ...module }: ModuleId & { readonly kind: ModuleKind }): string {
  return `${kind} ${moduleName(module)}`
}

/** What is on a builder against what its orders name. */
export const ORDER_MODULE_ADVICE: readonly Rule<BuilderSubject>[] = [
  unpinned,
  extensionsUnused,
  extensionsOptional,
  moduleUnused,
]
