import { moduleName } from '../cnb/module.js'
import { type GroupMember, type MemberGroup, withSystem } from './group-member.js'
import type { OrderFacts } from './input.js'
import { ModuleStore } from './module-store.js'
import { type GroupVerdict, reachability } from './reachability.js'
import { flattenOrder, sequenceBudget, type Sequence } from './sequences.js'

/** Something about an order that its author may not have meant. */
export interface Observation {
  readonly kind:
    | 'unreachable'
    | 'maybe-unreachable'
    | 'duplicate'
    | 'shadowed-member'
    | 'optional-without-effect'
    | 'unused-module'
    | 'limit'
  /** The group of the order, from 1; undefined for what is about no single one. */
  readonly group?: number
  /** `id@version` */
  readonly module?: string
  /** For people. */
  readonly message: string
}

/** What can be said of an order without running anything. */
export function observe(facts: OrderFacts, readsSystem: boolean): readonly Observation[] {
  const store = new ModuleStore(facts.modules)
  const system = readsSystem ? facts.system : { pre: [], post: [] }
  const groups = facts.order.map((group) => withSystem(group, system))
  const flat = flattenOrder(groups, { groupsOf: store.groupsOf, budget: sequenceBudget() })
  const reach = reachability(flat.groups)
  const isWhole = flat.isWhole && reach.isWhole
  return [
    ...reach.verdicts.flatMap((verdict, index) => (verdict === undefined ? [] : [ofVerdict(verdict, index + 1)])),
    ...flat.groups.flatMap((sequences, index) => shadowedMembers(sequences, index + 1)),
    ...idleOptions(groups, system),
    ...idleComposites(facts, store),
    ...unusedModules(facts, store),
    ...(isWhole ? [] : [{ kind: 'limit', message: TOO_MANY } as const]),
  ]
}

const TOO_MANY = 'there are more ways through this order than were looked at: some of its groups were not compared'

function ofVerdict(verdict: GroupVerdict, group: number): Observation {
  if (verdict.kind === 'duplicate') {
    return { kind: 'duplicate', group, message: `group ${group} is the same as group ${verdict.of + 1}` }
  }
  const earlier = verdict.behind.map((index) => `group ${index + 1}`).join(' or ')
  const message =
    verdict.kind === 'unreachable'
      ? `group ${group} is never reached: whenever it would pass, ${earlier} has passed`
      : `group ${group} is reached only where build plans keep ${earlier} from passing, which requires no more than it does`
  return { kind: verdict.kind, group, message }
}

/** Members that no way through a group ever takes, because another version or mention of them comes first. */
function shadowedMembers(sequences: readonly Sequence[], group: number): Observation[] {
  const taken = new Set(sequences.flatMap(({ members }) => members.map(({ member }) => member)))
  const shadowed = new Map<GroupMember, GroupMember>()
  for (const { dropped } of sequences) {
    for (const { dropped: late, kept } of dropped) if (!taken.has(late.member)) shadowed.set(late.member, kept.member)
  }
  return [...shadowed].map(([late, kept]) => ({
    kind: 'shadowed-member',
    group,
    module: moduleName(late),
    message: `group ${group} passes over ${moduleName(late)}: ${moduleName(kept)}, which comes before it, has its id${
      kept.optional && !late.optional ? ', and is optional where this one is required' : ''
    }`,
  }))
}

/** Where `optional` changes nothing. */
function idleOptions(groups: readonly MemberGroup[], { pre, post }: OrderFacts['system']): Observation[] {
  const idle = (member: GroupMember, why: string): Observation => ({
    kind: 'optional-without-effect',
    module: moduleName(member),
    message: `optional has no effect on ${moduleName(member)}: ${why}`,
  })
  const ofSystem = [...pre, ...post].filter(({ optional }) => optional)
  return [
    ...ofSystem.map((member) => idle(member, 'the lifecycle requires every system buildpack')),
    ...groups.flatMap((group, index) => {
      const [only] = group
      if (only?.optional !== true || group.length > 1) return []
      return [{ ...idle(only, `group ${index + 1} has nothing else that could pass`), group: index + 1 }]
    }),
  ]
}

/** Composites that cannot keep anything from passing: whether they are optional makes no difference. */
function idleComposites({ order }: OrderFacts, store: ModuleStore): Observation[] {
  const told = new Set<string>()
  const idle = new IdleComposites(store)
  return order.flatMap((group, index) =>
    group.flatMap((member): Observation[] => {
      const name = moduleName(member)
      if (group.length === 1 || told.has(name) || !idle.has(member)) return []
      told.add(name)
      const is = member.optional ? 'optional has no effect on' : 'nothing requires'
      const message = `${is} ${name}: one of its own groups requires nothing, so it cannot keep a group from passing`
      return [{ kind: 'optional-without-effect', group: index + 1, module: name, message }]
    }),
  )
}

/** Composites in composites that are looked through for members that are required. */
const MAX_DEPTH = 32

/** Composites of which one group holds nothing that is required. */
class IdleComposites {
  readonly #store: ModuleStore
  /** A composite within itself holds nothing more by that. */
  readonly #known = new Map<string, boolean>()

  constructor(store: ModuleStore) {
    this.#store = store
  }

  has(member: GroupMember, depth = 0): boolean {
    const name = moduleName(member)
    const known = this.#known.get(name)
    if (known !== undefined || depth > MAX_DEPTH) return known ?? false
    this.#known.set(name, false)
    const groups = this.#store.groupsOf(member) ?? []
    const isIdle = groups.some((group) => group.every((below) => below.optional || this.has(below, depth + 1)))
    this.#known.set(name, isIdle)
    return isIdle
  }
}

/** Modules that no order leads to, each once: a module may come from several places. */
function unusedModules({ order, orderExtensions, system, modules }: OrderFacts, store: ModuleStore): Observation[] {
  const used = new Set<string>()
  const open: MemberGroup[] = [...order, ...orderExtensions, system.pre, system.post]
  for (let group = open.pop(); group !== undefined; group = open.pop()) {
    for (const member of group) {
      const name = kindAndName(member)
      if (store.find(member) === undefined || used.has(name)) continue
      used.add(name)
      open.push(...(store.groupsOf(member) ?? []))
    }
  }
  const unused = modules.filter((module) => !used.has(kindAndName(module)))
  return [...new Map(unused.map((module) => [kindAndName(module), module])).values()].map((module) => ({
    kind: 'unused-module',
    module: moduleName(module),
    message: `no order leads to ${kindAndName(module)}`,
  }))
}

function kindAndName(module: Pick<GroupMember, 'kind' | 'id' | 'version'>): string {
  return `${module.kind} ${moduleName(module)}`
}
