import { isComposite, moduleName, type ModuleId, type ModuleKind } from '../cnb/module.js'
import type { ModuleRef, Order } from '../cnb/order.js'
import { hasFeature } from '../cnb/lifecycle-apis.js'
import type { Target } from '../cnb/target.js'
import { withSystem, type GroupMember, type MemberGroup, type SystemMembers } from '../detect/group-member.js'
import { reachability, type Reachability } from '../detect/reachability.js'
import { flattenOrder, sequenceBudget, type Sequence, type SequenceOptions } from '../detect/sequences.js'
import { effectiveTargets, type TargetSource } from '../detect/targets.js'
import type { Place } from '../errors.js'
import { allModules } from '../plan/catalog.js'
import type { PackageInput } from '../plan/package-input.js'
import { buildpackCatalog } from '../plan/plan-builder.js'
import { resolveOrder, resolveSystem, type RefProblem } from '../plan/resolve-order.js'
import type { KeyPath, Locate } from '../toml/document.js'
import { baseOf } from './base-of.js'
import { derived } from './derived.js'
import type { Judged } from './rule.js'
import type { BuilderSubject } from './subjects.js'

/** A member of an order, with the place where it is named. */
export interface OrderMember extends GroupMember {
  readonly place: () => Place
}

/** A way through an order that a lifecycle tries. */
export type OrderSequence = Sequence<OrderMember>

/** One alternative of an order. */
export interface JudgedGroup {
  /** `group 2 of order`, `group 1 of acme/java@1.0.0`. */
  readonly name: string
  readonly place: Place
  /** Undefined when one of them stands for no module, which is said elsewhere. */
  readonly members: MemberGroup<OrderMember> | undefined
  /** Empty then. */
  readonly sequences: readonly OrderSequence[]
}

/** What becomes of the order of a builder, or of a package whose module is a composite. */
export interface JudgedOrder {
  readonly groups: readonly JudgedGroup[]
  readonly reachability: Reachability
  /** False when there is more than was looked at. */
  readonly isWhole: boolean
  readonly hasExtensions: boolean
  readonly system: SystemMembers<OrderMember>
  readonly modules: OrderModules
}

/** What is known of a buildpack that orders can name. */
export interface OrderModule extends ModuleId {
  readonly order: Order
  readonly targets: readonly Target[]
  /** Undefined for a module of the base. */
  readonly locate: Locate | undefined
}

/** Buildpacks by `id@version`, with the groups of composites. */
export class OrderModules {
  readonly #byName: ReadonlyMap<string, OrderModule>
  readonly #groups = new Map<string, readonly MemberGroup<OrderMember>[]>()

  constructor(modules: readonly OrderModule[]) {
    this.#byName = new Map(modules.map((module) => [moduleName(module), module]))
  }

  get all(): Iterable<OrderModule> {
    return this.#byName.values()
  }

  find(module: ModuleId): OrderModule | undefined {
    return this.#byName.get(moduleName(module))
  }

  /** As flattening wants it: none for a component, undefined for what is not there. */
  readonly groupsOf = (member: ModuleId): readonly MemberGroup<OrderMember>[] | undefined => {
    const module = this.find(member)
    if (module === undefined) return undefined
    const name = moduleName(member)
    const groups = this.#groups.get(name) ?? membersOf('buildpack', module.order, ['order'], module.locate ?? nowhere)
    this.#groups.set(name, groups)
    return groups
  }

  flattening(): SequenceOptions<OrderMember> {
    return { groupsOf: this.groupsOf, budget: sequenceBudget() }
  }
}

/** Of what stands in a label nobody can say where. */
const nowhere: Locate = () => ({ file: 'build image' })

function membersOf(kind: ModuleKind, order: Order, path: KeyPath, locate: Locate): readonly MemberGroup<OrderMember>[] {
  return order.map(({ refs = [] }, group) => memberList(kind, refs, [...path, group, 'group'], locate))
}

function memberList(
  kind: ModuleKind,
  refs: readonly ModuleRef[],
  path: KeyPath,
  locate: Locate,
): MemberGroup<OrderMember> {
  return refs.map(({ id, version, optional }, index) => ({
    kind,
    id,
    version,
    optional,
    place: () => locate([...path, index, 'id']),
  }))
}

function required(ref: ModuleRef): ModuleRef {
  return { ...ref, optional: false }
}

type BuilderOrderParts = Judged & Pick<BuilderSubject, 'config' | 'locate' | 'buildpacks' | 'extensions'>

/** The order of a builder as its lifecycle takes it; without system buildpacks where that does not know them. */
export const builderOrder = derived((input: BuilderOrderParts): JudgedOrder => {
  const { config, locate, lifecycle } = input
  const { order = [], orderExtensions = [] } = config
  const base = baseOf(input)
  const catalog = buildpackCatalog(input, base)
  const problems: RefProblem[] = []
  const resolved = resolveOrder(order, catalog, ['order'], (problem) => problems.push(problem))
  const broken = new Set(problems.map(({ path }) => path[1]))
  const withoutSystem = lifecycle !== undefined && hasFeature(lifecycle.descriptor.apis.platform, 'system') === false
  const { pre, post } = resolveSystem(config.system, catalog, () => {})
  const inSystem = (refs: readonly ModuleRef[], when: 'pre' | 'post'): MemberGroup<OrderMember> =>
    withoutSystem ? [] : memberList('buildpack', refs.map(required), ['system', when, 'buildpacks'], locate)
  const groups = membersOf('buildpack', resolved, ['order'], locate).map((members, index) => ({
    name: `group ${index + 1} of order`,
    place: locate(['order', index]),
    members: broken.has(index) ? undefined : members,
  }))
  return judge({
    groups,
    system: { pre: inSystem(pre, 'pre'), post: inSystem(post, 'post') },
    hasExtensions: orderExtensions.some(({ refs = [] }) => refs.length > 0),
    modules: new OrderModules([
      ...(base?.buildpackLayers ?? []).map((layer) => ({
        ...layer,
        targets: effectiveTargets({ ...layer, hasBuild: false }),
        locate: undefined,
      })),
      ...orderModules(input),
    ]),
  })
})

/** The order of the composite that is packaged, as if it were used by itself; without groups for anything else. */
export const packageOrder = derived((input: Pick<PackageInput, 'buildpacks'>): JudgedOrder => {
  const main = input.buildpacks[0]?.[0]
  const { info, order = [] } = main?.descriptor ?? {}
  const locate = main?.locate ?? nowhere
  return judge({
    groups: membersOf('buildpack', order, ['order'], locate).map((members, index) => ({
      name: `group ${index + 1} of ${info === undefined ? 'order' : moduleName(info)}`,
      place: locate(['order', index]),
      members,
    })),
    system: { pre: [], post: [] },
    hasExtensions: false,
    modules: new OrderModules(orderModules(input)),
  })
})

function orderModules(input: Pick<PackageInput, 'buildpacks'>): OrderModule[] {
  return allModules(input.buildpacks).map(({ descriptor, hasBuild, locate }) => {
    const { info, order } = descriptor
    const source: TargetSource = { ...descriptor, hasBuild: hasBuild.linux }
    const targets = isComposite(descriptor) ? [] : effectiveTargets(source)
    return { id: info.id, version: info.version, order, targets, locate }
  })
}

type Unflattened = Pick<JudgedOrder, 'system' | 'hasExtensions' | 'modules'> & {
  readonly groups: readonly Omit<JudgedGroup, 'sequences'>[]
}

function judge({ groups, ...rest }: Unflattened): JudgedOrder {
  const whole = groups.map(({ members }) => (members === undefined ? [] : withSystem(members, rest.system)))
  const flat = flattenOrder(whole, rest.modules.flattening())
  const judged = groups.map((group, index) => ({
    ...group,
    sequences: group.members === undefined ? [] : (flat.groups[index] ?? []),
  }))
  const found = reachability(judged.map(({ sequences }) => sequences))
  return { ...rest, groups: judged, reachability: found, isWhole: flat.isWhole && found.isWhole }
}
