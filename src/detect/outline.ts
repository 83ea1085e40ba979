import { moduleName } from '../cnb/module.js'
import { type GroupMember, type MemberGroup, withSystem } from './group-member.js'
import type { OrderFacts } from './input.js'
import { ModuleStore } from './module-store.js'

/** A member of a group as a reader sees it, with what is below it. */
export interface OutlineEntry extends GroupMember {
  /** A system buildpack, which no group names. */
  readonly isSystem: boolean
  readonly state: EntryState
  /** Of a composite that is opened here. */
  readonly groups: Outline
}

/** What a member turns out to be. */
export type EntryState =
  | 'component'
  | 'composite'
  /** A composite that is opened further up. */
  | 'above'
  /** A composite that stands in itself. */
  | 'circle'
  /** A composite too far down to be opened. */
  | 'closed'
  | 'absent'
  | 'unreadable'

/** Groups with their composites opened. */
export type Outline = readonly (readonly OutlineEntry[])[]

/** Composites in composites that are opened. Nobody nests more than a few. */
const MAX_DEPTH = 32

/**
 * An order as a lifecycle has it, system buildpacks around every group if it reads those. Every composite is opened where it
 * stands first, so that what is shown never grows beyond what was written.
 */
export function outlineOrder(facts: OrderFacts, readsSystem: boolean): { order: Outline; orderExtensions: Outline } {
  const outliner = new Outliner(new ModuleStore(facts.modules))
  const system = readsSystem ? facts.system : { pre: [], post: [] }
  return {
    order: facts.order.map((group) =>
      outliner.group(withSystem(group, system), [], (member) => !group.includes(member)),
    ),
    orderExtensions: facts.orderExtensions.map((group) => outliner.group(group, [], () => false)),
  }
}

class Outliner {
  readonly #store: ModuleStore
  readonly #opened = new Set<string>()

  constructor(store: ModuleStore) {
    this.#store = store
  }

  group(
    members: MemberGroup,
    above: readonly string[],
    isSystem: (member: GroupMember) => boolean,
  ): readonly OutlineEntry[] {
    return members.map((member) => ({ ...member, isSystem: isSystem(member), ...this.#below(member, above) }))
  }

  #below(member: GroupMember, above: readonly string[]): Pick<OutlineEntry, 'state' | 'groups'> {
    const module = this.#store.find(member)
    if (module?.state !== 'read') return { state: module === undefined ? 'absent' : 'unreadable', groups: [] }
    const { order } = module.descriptor
    if (order.length === 0) return { state: 'component', groups: [] }
    const name = moduleName(member)
    if (above.includes(name)) return { state: 'circle', groups: [] }
    if (this.#opened.has(name)) return { state: 'above', groups: [] }
    if (above.length === MAX_DEPTH) return { state: 'closed', groups: [] }
    this.#opened.add(name)
    return { state: 'composite', groups: order.map((group) => this.group(group, [...above, name], () => false)) }
  }
}
