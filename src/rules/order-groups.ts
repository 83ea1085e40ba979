import { moduleName } from '../cnb/module.js'
import type { GroupVerdict } from '../detect/reachability.js'
import { flattenOrder } from '../detect/sequences.js'
import type { JudgedGroup, JudgedOrder, OrderSequence } from './judged-order.js'
import { orderAdvice } from './order-advice.js'
import type { Rule } from './rule.js'
import type { BuilderSubject, PackageSubject } from './subjects.js'

const ORDER_RESOLUTION = 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#order-resolution'
const DETECTION = 'https://github.com/buildpacks/lifecycle/blob/v0.21.0/phase/detector.go'

interface Judgement<Kind extends GroupVerdict['kind']> {
  readonly group: JudgedGroup
  readonly verdict: Extract<GroupVerdict, { readonly kind: Kind }>
}

/** Groups that have a verdict of one kind. */
function groupsWith<Kind extends GroupVerdict['kind']>(
  { groups, reachability }: JudgedOrder,
  kind: Kind,
): Judgement<Kind>[] {
  const isOfKind = (verdict: GroupVerdict | undefined): verdict is Judgement<Kind>['verdict'] => verdict?.kind === kind
  return groups.flatMap((group, index) => {
    const verdict = reachability.verdicts[index]
    return isOfKind(verdict) ? [{ group, verdict }] : []
  })
}

/** Names of groups that a reader can look at: of many the first ones. */
function namesOf({ groups }: JudgedOrder, indices: readonly number[]): string {
  const names = indices.slice(0, MAX_NAMES).map((index) => groups[index]?.name ?? '')
  return indices.length > MAX_NAMES ? `${names.join(', ')} and others` : names.join(', ')
}

const MAX_NAMES = 5

const duplicate = orderAdvice({
  id: 'order-group-duplicate',
  severity: 'warning',
  summary: 'a group is the same as an earlier one, once composites are unfolded',
  reference: ORDER_RESOLUTION,
  check(order, report) {
    const byFirst = new Map<number, JudgedGroup[]>()
    for (const { group, verdict } of groupsWith(order, 'duplicate')) {
      const twins = byFirst.get(verdict.of)
      if (twins === undefined) byFirst.set(verdict.of, [group])
      else twins.push(group)
    }
    for (const [first, [group, ...others]] of byFirst) {
      if (group === undefined) continue
      report({
        message: `${group.name} has what ${namesOf(order, [first])} has, so it is tried in vain`,
        place: group.place,
        also: others.map(({ place }) => place),
        fix: 'remove it',
      })
    }
  },
})

const unreachable = orderAdvice({
  id: 'order-group-unreachable',
  severity: 'warning',
  summary: 'a group can never be the first that passes: whenever it would, an earlier one has passed',
  reference: ORDER_RESOLUTION,
  check(order, report) {
    for (const { group, verdict } of groupsWith(order, 'unreachable')) {
      report({
        message: `${group.name} is never reached: ${namesOf(order, verdict.behind)} passes whenever it would`,
        place: group.place,
        notes: [
          'what comes earlier has all of its members in the same order, requires no others, and is optional beyond',
        ],
        fix: 'move it before those, or remove it',
      })
    }
  },
})

const maybeUnreachable = orderAdvice({
  id: 'order-group-maybe-unreachable',
  severity: 'info',
  summary:
    'a group requires all that an earlier one requires, so that only build plans can keep that from passing first',
  reference: ORDER_RESOLUTION,
  check(order, report) {
    const [first, ...others] = groupsWith(order, 'maybe-unreachable')
    if (first === undefined) return
    report({
      message: `${first.group.name} requires all that ${namesOf(order, first.verdict.behind)} requires, so it is reached only where build plans keep that from passing`,
      place: first.group.place,
      also: others.map(({ group }) => group.place),
      fix: 'put the group that requires more first',
    })
  },
})

const expansionLimit = orderAdvice({
  id: 'order-expansion-limit',
  severity: 'warning',
  summary: 'composites multiply to more groups than anybody can look at',
  reference: DETECTION,
  check({ groups, isWhole }, report) {
    if (isWhole) return
    const cut = groups.find(({ sequences }) => sequences.at(-1)?.end.kind === 'limit') ?? groups[0]
    if (cut === undefined) return
    report({
      message: `${cut.name} and what comes with it unfold to more groups than were looked at; of the rest nothing is said`,
      place: cut.place,
      notes: ['a lifecycle tries all of them, one after the other, and has no limit'],
      fix: 'give composites fewer alternatives, or order them in groups of their own',
    })
  },
})

/** Sequences that can pass. */
function passing(sequences: readonly OrderSequence[]): readonly OrderSequence[] {
  return sequences.filter(({ members, end }) => end.kind === 'whole' && members.length > 0)
}

function isAllOptional({ members }: OrderSequence): boolean {
  return members.every(({ member }) => member.optional)
}

const allOptional = orderAdvice({
  id: 'order-all-optional',
  severity: 'warning',
  summary: 'a group requires nothing, so that any one of its members makes it pass',
  reference: ORDER_RESOLUTION,
  check({ groups }, report) {
    for (const { name, place, sequences } of groups) {
      const possible = passing(sequences)
      if (possible.length === 0 || !possible.every(isAllOptional)) continue
      report({
        message: `every member of ${name} is optional, so any one of them makes it pass`,
        place,
        fix: 'require the member without which the group makes no sense',
      })
    }
  },
})

const optionalComposite = orderAdvice({
  id: 'order-optional-composite-noop',
  severity: 'info',
  summary: 'a composite is required, but all of its members are optional, so that it never keeps a group from passing',
  reference: ORDER_RESOLUTION,
  check({ groups, modules }, report) {
    const seen = new Set<string>()
    const flattening = modules.flattening()
    for (const member of groups.flatMap(({ members = [] }) => members)) {
      const name = moduleName(member)
      if (member.optional || seen.has(name) || (modules.groupsOf(member) ?? []).length === 0) continue
      seen.add(name)
      const [sequences = []] = flattenOrder([[member]], flattening).groups
      const isLimited = sequences.at(-1)?.end.kind === 'limit'
      const possible = passing(sequences)
      if (isLimited || possible.length === 0 || !possible.every(isAllOptional)) continue
      report({
        message: `${name} is required, but all of its members are optional, so it never keeps a group from passing`,
        place: member.place(),
        value: name,
        fix: 'require a member of the composite, or say optional = true here to show what happens',
      })
    }
  },
})

const extensionOnly = orderAdvice({
  id: 'order-extension-only-group',
  severity: 'warning',
  summary: 'every buildpack of a group can drop out, so that a build can consist of extensions alone',
  reference: DETECTION,
  check({ groups, hasExtensions }, report) {
    if (!hasExtensions) return
    const [first, ...others] = groups.filter(({ sequences }) => passing(sequences).some(isAllOptional))
    if (first === undefined) return
    report({
      message: `${first.name} requires no buildpack, so it passes with an extension alone when the build plan drops the others`,
      place: first.place,
      also: others.map(({ place }) => place),
      fix: 'require the buildpack without which the group makes no sense',
    })
  },
})

const ADVICE = [duplicate, unreachable, maybeUnreachable, expansionLimit, allOptional, optionalComposite]

/** The groups of a builder against each other. */
export const ORDER_GROUP_ADVICE: readonly Rule<BuilderSubject>[] = [
  ...ADVICE.map(({ ofBuilder }) => ofBuilder),
  extensionOnly.ofBuilder,
]

/** The same for the order of a composite that is packaged. */
export const PACKAGED_GROUP_ADVICE: readonly Rule<PackageSubject>[] = ADVICE.map(({ ofPackage }) => ofPackage)
