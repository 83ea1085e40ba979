import { moduleName } from '../cnb/module.js'
import type { GroupMember } from './group-member.js'
import type { Sequence } from './sequences.js'

/** What is known of a group from those before it, each named by its position. */
export type GroupVerdict =
  /** It has the same sequences. */
  | { readonly kind: 'duplicate'; readonly of: number }
  /** Whenever it would pass, one of these has passed. */
  | { readonly kind: 'unreachable'; readonly behind: readonly number[] }
  /** These want no more of it than that, but build plans may tell them apart. */
  | { readonly kind: 'maybe-unreachable'; readonly behind: readonly number[] }

/** What is known of every group. */
export interface Reachability {
  /** By group; undefined when nothing speaks against it. */
  readonly verdicts: readonly (GroupVerdict | undefined)[]
  /** False when there were too many sequences to compare each of them with all that it had to be. */
  readonly isWhole: boolean
}

/** Members that are compared before the search for proofs is given up: about a second. */
const MAX_COMPARED = 30_000_000

/**
 * Which groups can never be reached. A sequence that holds all of a later one in the same order, and requires nothing that
 * the later one does not, passes whenever the later one would: what it has beside that is optional. A group is never
 * reached when each of its sequences has such a one in a group before it. That required members are a subset proves
 * nothing, because another member may provide what one of them requires, and so is only a hint.
 */
export function reachability(groups: readonly (readonly Sequence[])[]): Reachability {
  const flat = internSequences(groups)
  const earlier = new EarlierSequences(flat)
  const byKey = new Map<string, number>()
  const verdicts = flat.map((group, index): GroupVerdict | undefined => {
    const { key, sequences, isLimited } = group
    const of = isLimited ? undefined : byKey.get(key)
    if (of === undefined && !isLimited) byKey.set(key, index)
    const verdict = isLimited || sequences.length === 0 ? undefined : earlier.verdictOn(sequences, of)
    if (of === undefined) for (const sequence of sequences) earlier.add(sequence, index)
    return verdict
  })
  return { verdicts, isWhole: !earlier.isExhausted }
}

/** A sequence in numbers, one a module. */
interface NumberedSequence {
  readonly key: string
  readonly members: readonly number[]
  readonly required: readonly number[]
}

interface NumberedGroup {
  readonly key: string
  /** Those that can pass: with a buildpack, and whole. */
  readonly sequences: readonly NumberedSequence[]
  readonly isLimited: boolean
}

function internSequences(groups: readonly (readonly Sequence[])[]): NumberedGroup[] {
  const numbers = new Map<string, number>()
  const numberOf = (member: GroupMember): number => {
    const name = `${member.kind} ${moduleName(member)}`
    const number = numbers.get(name) ?? numbers.size
    numbers.set(name, number)
    return number
  }
  return groups.map((sequences) => {
    const passing = sequences.filter(canPass).map(({ members }): NumberedSequence => {
      const all = members.map(({ member }) => ({ number: numberOf(member), optional: member.optional }))
      return {
        key: all.map(({ number, optional }) => `${number}${optional ? '?' : ''}`).join(' '),
        members: all.map(({ number }) => number),
        required: all.filter(({ optional }) => !optional).map(({ number }) => number),
      }
    })
    const isLimited = sequences.at(-1)?.end.kind === 'limit'
    return { key: passing.map(({ key }) => key).join('|'), sequences: passing, isLimited }
  })
}

function canPass({ members, end }: Sequence): boolean {
  return end.kind === 'whole' && members.some(({ member }) => member.kind === 'buildpack')
}

interface EarlierSequence extends NumberedSequence {
  readonly group: number
}

/** The sequences of the groups so far, found by what they hold. */
class EarlierSequences {
  readonly #known = new Set<string>()
  /** How often a module stands in any sequence: the rarest one of a sequence leads to the fewest others. */
  readonly #frequency = new Map<number, number>()
  readonly #byMember = new Map<number, EarlierSequence[]>()
  /** Each under one that it requires. */
  readonly #byRequired = new Map<number, EarlierSequence[]>()
  /** The first group with a sequence that requires nothing, by what stands in that. */
  readonly #optional = new Map<number, number>()
  #compared = 0

  constructor(groups: readonly NumberedGroup[]) {
    for (const { sequences } of groups) {
      for (const { members } of sequences) {
        for (const member of members) this.#frequency.set(member, (this.#frequency.get(member) ?? 0) + 1)
      }
    }
  }

  get isExhausted(): boolean {
    return this.#compared > MAX_COMPARED
  }

  add(sequence: NumberedSequence, group: number): void {
    if (this.#known.has(sequence.key)) return
    this.#known.add(sequence.key)
    const earlier = { ...sequence, group }
    for (const member of sequence.members) append(this.#byMember, member, earlier)
    const rarest = this.#rarest(sequence.required)
    if (rarest !== undefined) append(this.#byRequired, rarest, earlier)
    else for (const member of sequence.members) if (!this.#optional.has(member)) this.#optional.set(member, group)
  }

  /** About a group with these sequences, of which `of` has the same. */
  verdictOn(sequences: readonly NumberedSequence[], of: number | undefined): GroupVerdict | undefined {
    if (of !== undefined) return { kind: 'duplicate', of }
    const proof = everyGroup(sequences, (sequence) => this.#shadowOf(sequence))
    if (proof !== undefined) return { kind: 'unreachable', behind: proof }
    const hint = everyGroup(sequences, (sequence) => this.#shadowOf(sequence) ?? this.#hintFor(sequence))
    return hint && { kind: 'maybe-unreachable', behind: hint }
  }

  #shadowOf(later: NumberedSequence): number | undefined {
    const rarest = this.#rarest(later.members)
    const required = new Set(later.required)
    const candidates = rarest === undefined ? [] : (this.#byMember.get(rarest) ?? [])
    return this.#find(candidates, (one) => this.#requiresOnly(one, required) && this.#holds(one, later))
  }

  #hintFor(later: NumberedSequence): number | undefined {
    const required = new Set(later.required)
    for (const member of later.required) {
      const found = this.#find(this.#byRequired.get(member) ?? [], (one) => this.#requiresOnly(one, required))
      const group = found ?? this.#optional.get(member)
      if (group !== undefined) return group
    }
    return undefined
  }

  #find(candidates: readonly EarlierSequence[], matches: (one: EarlierSequence) => boolean): number | undefined {
    for (const one of candidates) {
      if (this.isExhausted) return undefined
      this.#compared++
      if (matches(one)) return one.group
    }
    return undefined
  }

  #requiresOnly({ required }: NumberedSequence, those: ReadonlySet<number>): boolean {
    if (required.length > those.size) return false
    return required.every((member) => {
      this.#compared++
      return those.has(member)
    })
  }

  /** True when `later` is what is left of `one` once some members are taken away. */
  #holds(one: NumberedSequence, later: NumberedSequence): boolean {
    let met = 0
    for (const member of one.members) {
      this.#compared++
      if (member === later.members[met]) met++
    }
    return met === later.members.length
  }

  #rarest(members: readonly number[]): number | undefined {
    let rarest: number | undefined
    for (const member of members) {
      if (rarest === undefined || this.#count(member) < this.#count(rarest)) rarest = member
    }
    return rarest
  }

  #count(member: number): number {
    return this.#frequency.get(member) ?? 0
  }
}

function append(lists: Map<number, EarlierSequence[]>, key: number, sequence: EarlierSequence): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [sequence])
  else list.push(sequence)
}

/** The groups that `find` names for the sequences; undefined when it names none for one of them. */
function everyGroup(
  sequences: readonly NumberedSequence[],
  find: (sequence: NumberedSequence) => number | undefined,
): readonly number[] | undefined {
  const groups = new Set<number>()
  for (const sequence of sequences) {
    const group = find(sequence)
    if (group === undefined) return undefined
    groups.add(group)
  }
  return [...groups].sort((a, b) => a - b)
}
