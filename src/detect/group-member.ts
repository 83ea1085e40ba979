import type { ModuleId, ModuleKind } from '../cnb/module.js'

/** One entry of a group, as a lifecycle reads it from order.toml or from the order of a composite. */
export interface GroupMember extends ModuleId {
  readonly kind: ModuleKind
  readonly optional: boolean
}

/** Modules that detect together, in this order. */
export type MemberGroup<Member extends GroupMember = GroupMember> = readonly Member[]

/** The buildpacks that go around every group. */
export interface SystemMembers<Member extends GroupMember = GroupMember> {
  readonly pre: MemberGroup<Member>
  readonly post: MemberGroup<Member>
}

/**
 * A group with the system buildpacks around it, as a lifecycle of Platform API 0.15 reads them: without those whose id the
 * group itself names, in whatever version. They are required, whatever system.toml says: the lifecycle does not read that.
 *
 * @see https://github.com/buildpacks/lifecycle/blob/v0.21.0/phase/hermetic_factory.go
 */
export function withSystem<Member extends GroupMember>(
  group: MemberGroup<Member>,
  { pre, post }: SystemMembers<Member>,
): MemberGroup<Member> {
  const direct = new Set(group.map(({ id }) => id))
  const added = (members: MemberGroup<Member>): Member[] =>
    members
      .filter(({ id }) => !direct.has(id))
      .map((member) => (member.optional ? { ...member, optional: false } : member))
  return [...added(pre), ...group, ...added(post)]
}
