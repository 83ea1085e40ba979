import type { ModuleId, ModuleKind } from '../cnb/module.js'
import type { Budget } from './budget.js'
import type { PlanRequire, PlanSections } from './build-plan.js'

/** A member of a group whose `bin/detect` passed. */
export interface PlanMember extends ModuleId {
  readonly kind: ModuleKind
  readonly optional: boolean
  /** At least one. */
  readonly alternatives: readonly PlanSections[]
}

/** A name that keeps a member from taking part. */
export interface UnmetName {
  readonly member: PlanMember
  /** Wanted, and nobody before it or itself offers it; or offered, and nobody after it or itself wants it. */
  readonly what: 'requires' | 'provides'
  readonly name: string
  /** Whether the group goes on without the member. */
  readonly isDropped: boolean
}

/** One entry of plan.toml: what is wanted under a name, and who offers it. */
export interface PlanEntry {
  readonly providers: readonly PlanProvider[]
  readonly requires: readonly PlanRequire[]
}

/** A module that offers a name. `extension` is there, and true, for an extension only. */
export interface PlanProvider extends ModuleId {
  readonly extension?: true
}

/** What the build plans of a group come to. */
export type ResolvedPlan =
  | {
      readonly kind: 'settled'
      readonly members: readonly PlanMember[]
      readonly entries: readonly PlanEntry[]
      /** Optional members that the plan did without, and why. */
      readonly dropped: readonly UnmetName[]
      readonly tries: number
    }
  | {
      readonly kind: 'unresolved'
      /** Of the first tries, what was unmet. Empty for one after which nobody was left. */
      readonly problems: readonly (readonly UnmetName[])[]
      readonly tries: number
    }

/** Tries that are told one by one, of each group: a reader of sixteen has understood. */
const TOLD_TRIES = 16

/** A member with the one alternative that a try takes. */
interface Option {
  readonly member: PlanMember
  readonly sections: PlanSections
  /** An optional member is so in its last alternative only. */
  readonly optional: boolean
}

/**
 * Takes the alternatives of all members' build plans in turn, those of the last member first, until a combination settles.
 *
 * @throws LimitReached
 * @see https://github.com/buildpacks/lifecycle/blob/v0.21.0/phase/detector.go (runTrials)
 */
export function resolvePlan(members: readonly PlanMember[], budget: Budget): ResolvedPlan {
  const problems: (readonly UnmetName[])[] = []
  const choice = members.map(() => 0)
  let tries = 0
  do {
    budget.spend('tries')
    tries++
    const tried = settle(
      members.map((member, i) => optionOf(member, choice[i] ?? 0)),
      budget,
    )
    if (tried.kind === 'settled') return { ...tried, tries }
    if (problems.length < TOLD_TRIES) problems.push(tried.unmet)
  } while (nextChoice(choice, members))
  return { kind: 'unresolved', problems, tries }
}

function optionOf(member: PlanMember, index: number): Option {
  const { alternatives } = member
  const sections = alternatives[index]
  if (sections === undefined) throw new Error('there is no such alternative')
  return { member, sections, optional: member.optional && index === alternatives.length - 1 }
}

/** Counts on, the last place fastest. False when all combinations were there. */
function nextChoice(choice: number[], members: readonly PlanMember[]): boolean {
  for (let i = members.length - 1; i >= 0; i--) {
    const next = (choice[i] ?? 0) + 1
    if (next < (members[i]?.alternatives.length ?? 0)) {
      choice[i] = next
      return true
    }
    choice[i] = 0
  }
  return false
}

type Tried =
  | {
      readonly kind: 'settled'
      readonly members: PlanMember[]
      readonly entries: PlanEntry[]
      readonly dropped: UnmetName[]
    }
  | { readonly kind: 'unmet'; readonly unmet: readonly UnmetName[] }

/** Drops optional members with an unmet name, which may leave others unmet, until nobody has one. */
function settle(options: readonly Option[], budget: Budget): Tried {
  const dropped: UnmetName[] = []
  for (let left = options; ;) {
    const offers = offersOf(left, budget)
    const unmet = unmetNames(offers)
    if (unmet.some(({ isDropped }) => !isDropped)) return { kind: 'unmet', unmet }
    dropped.push(...unmet)
    if (unmet.length === 0) {
      if (left.length === 0) return { kind: 'unmet', unmet: [] }
      return { kind: 'settled', members: left.map(({ member }) => member), entries: entriesOf(offers), dropped }
    }
    const gone = new Set(unmet.map(({ member }) => member))
    left = left.filter(({ member }) => !gone.has(member))
  }
}

/** What is known of a name, after members up to some point. */
interface Offer {
  /** Those that somebody after them, or they themselves, made use of. */
  providers: Option[]
  /** Those that nobody has made use of yet. */
  unused: Option[]
  /** Those that wanted it when nobody had offered it. */
  readonly early: Option[]
  readonly requires: PlanRequire[]
}

function offersOf(options: readonly Option[], budget: Budget): ReadonlyMap<string, Offer> {
  const offers = new Map<string, Offer>()
  const offerOf = (name: string): Offer => {
    const known = offers.get(name)
    if (known !== undefined) return known
    const offer: Offer = { providers: [], unused: [], early: [], requires: [] }
    offers.set(name, offer)
    return offer
  }
  for (const option of options) {
    const { provides, requires } = option.sections
    budget.spend('steps', 1 + provides.length + requires.length)
    for (const name of provides) offerOf(name).unused.push(option)
    for (const require of requires) {
      const offer = offerOf(require.name)
      if (offer.unused.length > 0) offer.providers = offer.providers.concat(offer.unused)
      offer.unused = []
      if (offer.providers.length === 0) offer.early.push(option)
      else offer.requires.push(require)
    }
  }
  return offers
}

function unmetNames(offers: ReadonlyMap<string, Offer>): UnmetName[] {
  const unmet: UnmetName[] = []
  for (const [name, { early, unused }] of offers) {
    const told = (what: UnmetName['what'], { member, optional }: Option): UnmetName => ({
      member,
      what,
      name,
      isDropped: optional,
    })
    for (const option of early) unmet.push(told('requires', option))
    for (const option of unused) unmet.push(told('provides', option))
  }
  return unmet
}

function entriesOf(offers: ReadonlyMap<string, Offer>): PlanEntry[] {
  return [...offers.values()].map(({ providers, requires }) => ({
    providers: providers.map(({ member: { id, version, kind } }) =>
      kind === 'extension' ? { id, version, extension: true } : { id, version },
    ),
    requires,
  }))
}
