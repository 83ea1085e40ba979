import type { GroupMember, MemberGroup } from './group-member.js'

/** A member where it stands: below the composite that names it, unless the group itself does. */
export interface Placed<Member extends GroupMember = GroupMember> {
  readonly member: Member
  readonly inside: Placed<Member> | undefined
}

/** A member that a lifecycle passes over, because a module with its id, in whatever version, goes before it. */
export interface Dropped<Member extends GroupMember = GroupMember> {
  readonly dropped: Placed<Member>
  readonly kept: Placed<Member>
}

/** How the walk through a group ended: at a sequence that can be tried, or where the lifecycle fails. */
export type SequenceEnd<Member extends GroupMember = GroupMember> =
  | { readonly kind: 'whole' }
  /** The module is not there: detection ends with exit status 22. */
  | { readonly kind: 'absent'; readonly at: Placed<Member> }
  /** The composite stands inside of itself: the detector runs out of stack. */
  | { readonly kind: 'circle'; readonly at: Placed<Member> }
  /** There was more, but no budget left to look at it. */
  | { readonly kind: 'limit' }

/** One way to flatten a group: components and extensions, in the order in which they detect. */
export interface Sequence<Member extends GroupMember = GroupMember> {
  readonly members: readonly Placed<Member>[]
  readonly dropped: readonly Dropped<Member>[]
  readonly end: SequenceEnd<Member>
}

/** How much there may be to look at; what is left goes down as the walk goes on. */
export interface SequenceBudget {
  sequences: number
  /** Members that are met, and that sequences hold. */
  steps: number
}

/** What a walk through a group needs to know. */
export interface SequenceOptions<Member extends GroupMember> {
  /** The groups of a composite, none for a component; undefined for a module that is not there. */
  readonly groupsOf: (member: Member) => readonly MemberGroup<Member>[] | undefined
  readonly budget: SequenceBudget
}

/** Sequences of one order that are looked at. A lifecycle needs 0.2 ms for each, and has no limit. */
const MAX_SEQUENCES = 10_000
/** Members in all of them together, those counted too that are dropped: what a second is enough for. */
const MAX_STEPS = 4_000_000

/** What is enough for every order that somebody wrote by hand. */
export function sequenceBudget(): SequenceBudget {
  return { sequences: MAX_SEQUENCES, steps: MAX_STEPS }
}

/**
 * The sequences that a lifecycle tries for `group`, one after the other, as if none passed: every composite is replaced by
 * one of its groups, an optional one in the end by none, and of one kind and id only the first stays.
 *
 * This lists what an order could come to, and runs nothing. `walk.ts` goes the same way as detection does: it runs modules as it
 * meets them, ends at the first group that passes, and gives up where a lifecycle would. One walk for both would have a switch at
 * every step.
 *
 * @see https://github.com/buildpacks/lifecycle/blob/v0.21.0/phase/detector.go (detectOrder, detectGroup)
 */
function* sequencesOf<Member extends GroupMember>(
  group: MemberGroup<Member>,
  options: SequenceOptions<Member>,
): Generator<Sequence<Member>, void, undefined> {
  const flattener = new Flattener(group, options)
  let end: SequenceEnd<Member> | undefined = flattener.first()
  for (; end !== undefined && options.budget.sequences-- > 0; end = flattener.next()) {
    yield flattener.sequence(end)
    if (end.kind === 'limit') return
  }
  if (end !== undefined) yield flattener.sequence({ kind: 'limit' })
}

/** What is still to be met. A list of which several share the tail. */
interface Pending<Member extends GroupMember> {
  readonly placed: Placed<Member>
  readonly rest: Pending<Member> | undefined
}

/** A composite of which one group is taken at a time, with what there was when it was met. */
interface Choice<Member extends GroupMember> {
  readonly composite: Placed<Member>
  readonly groups: readonly MemberGroup<Member>[]
  readonly rest: Pending<Member> | undefined
  /** How many were taken, and how many dropped, before it. */
  readonly members: number
  readonly dropped: number
  /** How many of the groups were taken so far; in the end one more for none of them, where the composite is optional. */
  taken: number
}

/** Depth first, without recursion: composites may nest as deep as a hostile file likes. */
class Flattener<Member extends GroupMember> {
  readonly #options: SequenceOptions<Member>
  readonly #group: MemberGroup<Member>
  readonly #members: Placed<Member>[] = []
  readonly #dropped: Dropped<Member>[] = []
  /** `#members` by kind and id. */
  readonly #done = new Map<string, Placed<Member>>()
  readonly #choices: Choice<Member>[] = []

  constructor(group: MemberGroup<Member>, options: SequenceOptions<Member>) {
    this.#group = group
    this.#options = options
  }

  first(): SequenceEnd<Member> {
    return this.#meet(this.#pending(this.#group, undefined, undefined))
  }

  /** The end of the next sequence; undefined when there is none. */
  next(): SequenceEnd<Member> | undefined {
    for (let choice = this.#choices.at(-1); choice !== undefined; choice = this.#choices.at(-1)) {
      const { composite, groups, taken } = choice
      if (taken < groups.length + (composite.member.optional ? 1 : 0)) return this.#meet(this.#take(choice))
      this.#choices.pop()
    }
    return undefined
  }

  sequence(end: SequenceEnd<Member>): Sequence<Member> {
    this.#spend(this.#members.length + this.#dropped.length + this.#choices.length)
    return { members: [...this.#members], dropped: [...this.#dropped], end }
  }

  #meet(pending: Pending<Member> | undefined): SequenceEnd<Member> {
    for (let at = pending; at !== undefined;) {
      if (this.#spend(1) <= 0) return { kind: 'limit' }
      const { placed, rest } = at
      const { member } = placed
      at = rest
      const kept = this.#done.get(keyOf(member))
      if (kept !== undefined) {
        this.#dropped.push({ dropped: placed, kept })
        continue
      }
      const groups = this.#options.groupsOf(member)
      if (groups === undefined) return { kind: 'absent', at: placed }
      if (groups.length > 0) {
        if (this.#standsInItself(placed)) return { kind: 'circle', at: placed }
        at = this.#choose(placed, groups, rest)
      } else {
        this.#done.set(keyOf(member), placed)
        this.#members.push(placed)
      }
    }
    return { kind: 'whole' }
  }

  /** Takes the first of `groups`, and remembers the others. */
  #choose(
    composite: Placed<Member>,
    groups: readonly MemberGroup<Member>[],
    rest: Pending<Member> | undefined,
  ): Pending<Member> | undefined {
    const choice = {
      composite,
      groups,
      rest,
      members: this.#members.length,
      dropped: this.#dropped.length,
      taken: 0,
    }
    this.#choices.push(choice)
    return this.#take(choice)
  }

  /** Goes back to where `choice` was met, and takes its next group. */
  #take(choice: Choice<Member>): Pending<Member> | undefined {
    for (const { member } of this.#members.splice(choice.members)) this.#done.delete(keyOf(member))
    this.#dropped.length = choice.dropped
    const group = choice.groups[choice.taken++] ?? []
    return this.#pending(group, choice.composite, choice.rest)
  }

  #pending(
    group: MemberGroup<Member>,
    inside: Placed<Member> | undefined,
    rest: Pending<Member> | undefined,
  ): Pending<Member> | undefined {
    this.#spend(group.length)
    return group.reduceRight<Pending<Member> | undefined>(
      (after, member) => ({ placed: { member, inside }, rest: after }),
      rest,
    )
  }

  /** A composite stands in itself by name: the lifecycle looks it up by id and version. */
  #standsInItself({ member: { id, version }, inside }: Placed<Member>): boolean {
    for (let above = inside; above !== undefined; above = above.inside) {
      this.#spend(1)
      if (above.member.id === id && above.member.version === version) return true
    }
    return false
  }

  #spend(steps: number): number {
    this.#options.budget.steps -= steps
    return this.#options.budget.steps
  }
}

function keyOf({ kind, id }: GroupMember): string {
  return `${kind} ${id}`
}

/** An order of which every group is flattened. */
export interface FlatOrder<Member extends GroupMember = GroupMember> {
  /** By group: its sequences, in the order in which they are tried. */
  readonly groups: readonly (readonly Sequence<Member>[])[]
  /** False when the budget ended before the order did. */
  readonly isWhole: boolean
}

/** Every sequence of every group, as far as the budget goes. */
export function flattenOrder<Member extends GroupMember>(
  groups: readonly MemberGroup<Member>[],
  options: SequenceOptions<Member>,
): FlatOrder<Member> {
  const flat = groups.map((group) => [...sequencesOf(group, options)])
  return { groups: flat, isWhole: flat.every((sequences) => sequences.at(-1)?.end.kind !== 'limit') }
}
