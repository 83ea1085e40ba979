import type { ModuleId, ModuleKind } from '../cnb/module.js'

/** A group that was tried: what the detector would tell of it in its log, as data. */
export interface Trial {
  /** From 1, in the order in which they are tried. */
  readonly number: number
  /** The group of the order that it stems from, from 1. */
  readonly group: number
  /** Which alternative of each composite, and of the order of extensions, it takes. */
  readonly choices: readonly Choice[]
  readonly members: readonly TrialMember[]
  /** Refs that are not looked at, and why. */
  readonly leftOut: readonly LeftOut[]
  readonly verdict: 'pass' | 'fail' | 'err'
  /** Why it failed, for people; empty when it passed. */
  readonly reason: string
  /** Combinations of build plan alternatives that were tried. */
  readonly tries: number
  /** What was unmet in the first of these tries. */
  readonly unmet: readonly (readonly Unmet[])[]
}

/** An alternative of a composite, or of the order of extensions. */
export interface Choice {
  /** `id@version`, or `extensions`. */
  readonly of: string
  /** From 1; 0 where it is optional and was left out altogether. */
  readonly group: number
}

/** One that takes part in a trial. */
export interface TrialMember extends ModuleId {
  readonly kind: ModuleKind
  readonly optional: boolean
  /** `skip` is an optional member that fails. */
  readonly verdict: 'pass' | 'fail' | 'err' | 'skip'
  /** Why, or why the plan did without it; empty where there is nothing to say. */
  readonly reason: string
}

/** A ref that takes no part. */
export interface LeftOut extends ModuleId {
  readonly kind: ModuleKind
  readonly reason: string
}

/** A name in a build plan that nobody meets. */
export interface Unmet {
  /** `id@version` of the member. */
  readonly member: string
  readonly what: 'requires' | 'provides'
  readonly name: string
  /** False where the try fails for it. */
  readonly dropped: boolean
}

/** Members that are told of over all trials: what a reader will not reach costs memory all the same. */
const TOLD_MEMBERS = 100_000

/** Gathers trials, up to what anybody will read. */
export class Trace {
  readonly #trials: Trial[] = []
  #members = 0

  get trials(): readonly Trial[] {
    return this.#trials
  }

  add(trial: Trial): void {
    this.#members += trial.members.length + trial.leftOut.length + trial.choices.length + trial.unmet.flat().length
    if (this.#members <= TOLD_MEMBERS) this.#trials.push(trial)
  }
}
