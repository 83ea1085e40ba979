import type { GroupMember, MemberGroup } from '#src/detect/group-member.js'
import { flattenOrder, sequenceBudget, type Sequence } from '#src/detect/sequences.js'

/** Composites by name, each with its groups; whatever has no entry is a component. */
export type Composites = Readonly<Record<string, readonly string[]>>

/** The members in `text`, such as `A@1 B@2? M`: version 1 unless it says otherwise, `+` before an extension. */
export function members(text: string): readonly GroupMember[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [, plus, id = '', version = '1', mark] = /^(\+?)([^@?]+)(?:@([^?]+))?(\??)$/u.exec(word) ?? []
      return { kind: plus === '+' ? 'extension' : 'buildpack', id, version, optional: mark === '?' }
    })
}

/** `A B?`: what `members` reads, without versions 1. */
export function printMembers(sequence: readonly GroupMember[]): string {
  return sequence
    .map(({ kind, id, version, optional }) => {
      const name = version === '1' ? id : `${id}@${version}`
      return `${kind === 'extension' ? '+' : ''}${name}${optional ? '?' : ''}`
    })
    .join(' ')
}

/** The groups of a composite, and none for anything else; what is called `NOPE` is not there. */
export function groupsIn(composites: Composites): (member: GroupMember) => readonly MemberGroup[] | undefined {
  const groups = new Map(Object.entries(composites).map(([id, order]) => [id, order.map(members)]))
  return ({ id }) => (id === 'NOPE' ? undefined : (groups.get(id) ?? []))
}

/** The sequences of every group of an order. */
export function flat(groups: readonly string[], composites: Composites = {}): readonly (readonly Sequence[])[] {
  return flattenOrder(groups.map(members), { groupsOf: groupsIn(composites), budget: sequenceBudget() }).groups
}
