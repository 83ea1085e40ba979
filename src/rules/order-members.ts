import { moduleName } from '../cnb/module.js'
import type { Dropped, Placed } from '../detect/sequences.js'
import { derived } from './derived.js'
import type { JudgedGroup, JudgedOrder, OrderMember } from './judged-order.js'
import { orderAdvice, type OrderAdvice } from './order-advice.js'
import type { Finding, Rule, RuleDescription } from './rule.js'
import type { BuilderSubject, PackageSubject } from './subjects.js'

const DETECTION = 'https://github.com/buildpacks/lifecycle/blob/v0.21.0/phase/detector.go'
const ORDER_RESOLUTION = 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#order-resolution'
const SYSTEM_TOML = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#systemtoml-toml'

/** Two members of one id, of which the second is never run, and the first group in which that happens. */
interface Pair extends Dropped<OrderMember> {
  readonly group: string
  readonly isSystem: boolean
  /** Both are named by the group itself. */
  readonly isDirect: boolean
}

/** Each pair once, however many sequences it is in. */
const pairsIn = derived(({ groups, system }: JudgedOrder): readonly Pair[] => {
  const pairs: Pair[] = []
  const seen = new Map<OrderMember, Set<string>>()
  const ofSystem = new Set([...system.pre, ...system.post])
  for (const { name: group, sequences } of groups) {
    for (const pair of sequences.flatMap(({ dropped }) => dropped)) {
      const { dropped, kept } = pair
      const keptBefore = seen.get(dropped.member) ?? new Set()
      seen.set(dropped.member, keptBefore)
      const name = `${moduleName(kept.member)} ${kept.member.optional}`
      if (keptBefore.has(name)) continue
      keptBefore.add(name)
      const isDirect = dropped.inside === undefined && kept.inside === undefined
      pairs.push({ ...pair, group, isDirect, isSystem: ofSystem.has(kept.member) })
    }
  }
  return pairs
})

/** `acme/java@1.0.0 of acme/meta@2.0.0`. */
function whereIs({ member, inside }: Placed<OrderMember>): string {
  return inside === undefined ? moduleName(member) : `${moduleName(member)} of ${moduleName(inside.member)}`
}

/** A rule about pairs of members with one id. */
interface PairRule extends RuleDescription {
  readonly applies: (pair: Pair) => boolean
  readonly find: (pair: Pair) => Finding
}

function pairAdvice({ applies, find, ...description }: PairRule): OrderAdvice {
  return orderAdvice({
    ...description,
    check(order, report) {
      for (const pair of pairsIn(order)) if (applies(pair)) report(find(pair))
    },
  })
}

function isHidden({ dropped, kept, isSystem }: Pair): boolean {
  return !isSystem && kept.member.optional && !dropped.member.optional
}

function haveOneVersion({ dropped, kept }: Pair): boolean {
  return dropped.member.version === kept.member.version
}

const duplicateTransitive = pairAdvice({
  id: 'order-duplicate-transitive',
  severity: 'warning',
  summary: 'composites bring one buildpack twice into a group, and the second is never run',
  reference: DETECTION,
  applies: (pair) => !pair.isSystem && !pair.isDirect && haveOneVersion(pair) && !isHidden(pair),
  find: ({ dropped, kept, group }) => ({
    message: `${group} has ${whereIs(dropped)} behind ${whereIs(kept)}, so it is run where that stands`,
    place: dropped.member.place(),
    value: moduleName(dropped.member),
    fix: 'name it once, where it is to be run',
  }),
})

const versionConflict = pairAdvice({
  id: 'order-version-conflict',
  severity: 'warning',
  summary: 'a group has two versions of one buildpack, and the second is never run',
  reference: DETECTION,
  applies: (pair) => !pair.isSystem && !haveOneVersion(pair) && !isHidden(pair),
  find: ({ dropped, kept, group }) => ({
    message: `${group} has ${whereIs(dropped)} behind ${whereIs(kept)}, which is run in its place`,
    place: dropped.member.place(),
    value: moduleName(dropped.member),
    notes: ['the lifecycle compares ids, not versions'],
    fix: 'bring both to one version, or leave one of them out',
  }),
})

const optionalHidesRequired = pairAdvice({
  id: 'order-optional-hides-required',
  severity: 'warning',
  summary: 'a required buildpack stands behind an optional one of its id, so that nothing requires it any more',
  reference: DETECTION,
  applies: isHidden,
  find: ({ dropped, kept, group }) => ({
    message: `${group} requires ${whereIs(dropped)}, but has the optional ${whereIs(kept)} before it, so it passes without either`,
    place: dropped.member.place(),
    value: moduleName(dropped.member),
    fix: 'remove the optional one, or require it',
  }),
})

const systemOverrides = pairAdvice({
  id: 'system-overrides-composite-member',
  severity: 'warning',
  summary: 'a system buildpack is run in place of the one that a composite brings',
  reference: SYSTEM_TOML,
  applies: ({ isSystem, dropped }) => isSystem && dropped.inside !== undefined,
  find: ({ dropped, kept, group }) => ({
    message: `system buildpack ${moduleName(kept.member)} is run in ${group} in place of ${whereIs(dropped)}`,
    place: kept.member.place(),
    value: moduleName(kept.member),
    notes: ['only ids that the group itself names keep a system buildpack away'],
    fix: 'name the version that the composite has, or leave the system buildpack out',
  }),
})

const systemDuplicates = orderAdvice({
  id: 'system-duplicates-member',
  severity: 'info',
  summary: 'a group names a system buildpack itself, which keeps that away from it',
  reference: SYSTEM_TOML,
  check({ groups, system }, report) {
    const direct = directById(groups)
    for (const { id, version, place } of [...system.pre, ...system.post]) {
      const [first, ...others] = direct.get(id) ?? []
      if (first === undefined) continue
      report({
        message: `${first.name} names ${moduleName(first.member)}, so the system buildpack ${moduleName({ id, version })} is not added to it`,
        place: first.member.place(),
        also: others.map(({ member }) => member.place()),
        value: id,
        notes: [`the system buildpack stands in line ${place().line ?? 1}`],
        fix: 'leave it out of the group, unless it is to run at this place',
      })
    }
  },
})

function directById(groups: readonly JudgedGroup[]): ReadonlyMap<string, { name: string; member: OrderMember }[]> {
  const byId = new Map<string, { name: string; member: OrderMember }[]>()
  for (const { name, members = [] } of groups) {
    for (const member of members) {
      const named = byId.get(member.id)
      if (named === undefined) byId.set(member.id, [{ name, member }])
      else named.push({ name, member })
    }
  }
  return byId
}

/** Composites in each other that a reader can follow. */
const MAX_NESTING = 4

const deepNesting = orderAdvice({
  id: 'order-deep-nesting',
  severity: 'info',
  summary: `composites stand in each other more than ${MAX_NESTING} deep`,
  reference: ORDER_RESOLUTION,
  check({ groups }, report) {
    const seen = new Set<OrderMember>()
    for (const { name, sequences } of groups) {
      for (const placed of sequences.flatMap(({ members }) => members)) {
        const above = compositesAbove(placed)
        const inner = above[0]
        if (above.length <= MAX_NESTING || inner === undefined || seen.has(inner)) continue
        seen.add(inner)
        const path = above.map(moduleName).toReversed().join(' -> ')
        report({
          message: `${name} leads to ${moduleName(placed.member)} through ${path}`,
          place: placed.member.place(),
          value: moduleName(placed.member),
          fix: 'name its buildpacks in a composite further up',
        })
      }
    }
  },
})

/** From the inside out, as far as it matters. */
function compositesAbove({ inside }: Placed<OrderMember>): OrderMember[] {
  const above: OrderMember[] = []
  for (let at = inside; at !== undefined && above.length <= MAX_NESTING; at = at.inside) above.push(at.member)
  return above
}

const ADVICE = [duplicateTransitive, versionConflict, optionalHidesRequired, deepNesting]

/** Members of a builder's groups against each other, and against the system buildpacks. */
export const ORDER_MEMBER_ADVICE: readonly Rule<BuilderSubject>[] = [
  ...ADVICE.map(({ ofBuilder }) => ofBuilder),
  systemDuplicates.ofBuilder,
  systemOverrides.ofBuilder,
]

/** The same for the order of a composite that is packaged. */
export const PACKAGED_MEMBER_ADVICE: readonly Rule<PackageSubject>[] = ADVICE.map(({ ofPackage }) => ofPackage)
