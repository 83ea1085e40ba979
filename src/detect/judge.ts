import { moduleName } from '../cnb/module.js'
import type { Budget } from './budget.js'
import { type PlanMember, type ResolvedPlan, resolvePlan, type UnmetName } from './resolve-plan.js'
import type { Run, Runs } from './runs.js'
import type { Trial, TrialMember, Unmet } from './trace.js'
import type { Member, TriedGroup } from './walk.js'

/** What a group comes to, and what there is to tell of it. */
export interface GroupJudgement {
  readonly trial: Omit<Trial, 'number'>
  /** What was selected, where it passes. */
  readonly settled: Extract<ResolvedPlan, { readonly kind: 'settled' }> | undefined
}

/**
 * Whether a group passes: by what its members ended with, then by their build plans.
 *
 * @throws LimitReached
 * @see https://github.com/buildpacks/lifecycle/blob/v0.21.0/phase/detector.go (Resolve)
 */
export function judgeGroup(group: TriedGroup, runs: Runs, budget: Budget): GroupJudgement {
  const ran = group.members.map((member) => ({ ...member, run: runs.of(member.ref) }))
  const blocking = ran.find(({ ref, run }) => !ref.optional && run.kind !== 'pass')
  if (blocking !== undefined) {
    // An error counts for the group wherever it stands, once a required member keeps it from passing.
    const verdict = ran.some(({ run }) => run.kind === 'err') ? 'err' : 'fail'
    const how =
      blocking.run.kind === 'err' ? blocking.run.reason : 'its bin/detect says that it is not for this application'
    return failed(group, ran, { verdict, reason: `${moduleName(blocking.ref)} is required: ${how}` })
  }
  if (!ran.some(({ ref, run }) => ref.kind === 'buildpack' && run.kind === 'pass')) {
    return failed(group, ran, { verdict: 'fail', reason: 'no buildpack of it passed' })
  }
  const plan = resolvePlan(ran.flatMap(planMember), budget)
  if (plan.kind === 'unresolved') return failed(group, ran, { verdict: 'fail', reason: reasonOf(plan), plan })
  const dropped = new Map(plan.dropped.map((unmet) => [keyOf(unmet.member), unmet]))
  const members = ran.map((member): TrialMember => {
    const unmet = dropped.get(keyOf(member.ref))
    return { ...told(member), ...(unmet && { reason: `left out: ${sentenceOf(unmet)}` }) }
  })
  return {
    trial: { ...partsOf(group), members, verdict: 'pass', reason: '', tries: plan.tries, unmet: [] },
    settled: plan,
  }
}

type Ran = Member & { readonly run: Run }

function planMember({ ref, run }: Ran): PlanMember[] {
  return run.kind === 'pass' ? [{ ...ref, alternatives: run.alternatives }] : []
}

interface Failure {
  readonly verdict: 'fail' | 'err'
  readonly reason: string
  readonly plan?: Extract<ResolvedPlan, { readonly kind: 'unresolved' }>
}

function failed(group: TriedGroup, ran: readonly Ran[], { verdict, reason, plan }: Failure): GroupJudgement {
  const unmet = plan?.problems.map((problems) => problems.map(unmetOf)) ?? []
  return {
    trial: { ...partsOf(group), members: ran.map(told), verdict, reason, tries: plan?.tries ?? 0, unmet },
    settled: undefined,
  }
}

function partsOf({ choices, leftOut }: TriedGroup): Pick<Trial, 'group' | 'choices' | 'leftOut'> {
  return { group: choices[0]?.group ?? 0, choices: choices.slice(1), leftOut }
}

function told({ ref: { kind, id, version, optional }, run }: Ran): TrialMember {
  const member = { kind, id, version, optional }
  if (run.kind === 'fail') return { ...member, verdict: optional ? 'skip' : 'fail', reason: '' }
  return { ...member, verdict: run.kind, reason: run.kind === 'err' ? run.reason : '' }
}

/** The first try stands for all: what comes after it has other alternatives, and fails as well. */
function reasonOf({ problems, tries }: Extract<ResolvedPlan, { readonly kind: 'unresolved' }>): string {
  const first = problems[0] ?? []
  const blocking = first.filter(({ isDropped }) => !isDropped)
  const what = blocking.length === 0 ? 'the build plan leaves nobody' : blocking.map(sentenceOf).join('; ')
  return tries === 1 ? what : `none of ${tries} combinations of build plans settles; the first: ${what}`
}

function sentenceOf({ member, what, name }: UnmetName): string {
  const who = moduleName(member)
  return what === 'requires'
    ? `${who} requires ${name}, which nobody up to it provides`
    : `${who} provides ${name}, which nobody from it on requires`
}

function unmetOf({ member, what, name, isDropped }: UnmetName): Unmet {
  return { member: moduleName(member), what, name, dropped: isDropped }
}

function keyOf({ kind, id }: Pick<PlanMember, 'kind' | 'id'>): string {
  return `${kind} ${id}`
}
