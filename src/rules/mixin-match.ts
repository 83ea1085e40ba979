import { compareBytes } from '../bytes.js'
import type { Stack } from '../cnb/stack.js'
import { derived } from './derived.js'
import { matchingStack } from './stacks.js'

/** Prefix of a mixin that only the build image needs. */
export const BUILD_STAGE = 'build:'
/** Prefix of a mixin that only the run image needs. */
export const RUN_STAGE = 'run:'

/** Names of mixins, as a descriptor or a label spells them. */
export type Mixins = readonly string[]

/** A label may hold many, and every module is compared with it. */
const setOf = derived((mixins: Mixins): ReadonlySet<string> => new Set(mixins))

/** What the labels of an image say of its stack. */
export interface ImageStack {
  /** Empty when it has none. */
  readonly stackId: string
  readonly mixins: Mixins
}

/** What pack does not find on a build image: it compares letters, and leaves what the run stage needs alone. */
export function missingForPack(stacks: readonly Stack[], { stackId, mixins }: ImageStack): string[] {
  return missing(stacks, stackId, (mixin) => mixin.startsWith(RUN_STAGE) || hasMixin(mixins, mixin))
}

/**
 * What is not on a build image by the specification.
 * @see https://github.com/buildpacks/spec/blob/buildpack/v0.9/buildpack.md#mixin-satisfaction
 */
export function missingOnBuildImage(stacks: readonly Stack[], { stackId, mixins }: ImageStack): string[] {
  return missing(stacks, stackId, (mixin) => isOnBuildImage(mixin, mixins))
}

/** The same for a run image. */
export function missingOnRunImage(stacks: readonly Stack[], { stackId, mixins }: ImageStack): string[] {
  return missing(stacks, stackId, (mixin) => isOnRunImage(mixin, mixins))
}

function missing(stacks: readonly Stack[], stackId: string, isThere: (mixin: string) => boolean): string[] {
  return distinctSorted((matchingStack(stacks, stackId)?.mixins ?? []).filter((mixin) => !isThere(mixin)))
}

/** By the specification: for the build stage a mixin is there under its own name or as `build:` and its name. */
export function isOnBuildImage(needed: string, onBuild: Mixins): boolean {
  const name = bareName(needed)
  return needed.startsWith(RUN_STAGE) || hasMixin(onBuild, name) || hasMixin(onBuild, BUILD_STAGE + name)
}

/** The same for the run stage. */
export function isOnRunImage(needed: string, onRun: Mixins): boolean {
  const name = bareName(needed)
  return needed.startsWith(BUILD_STAGE) || hasMixin(onRun, name) || hasMixin(onRun, RUN_STAGE + name)
}

/** True when an image lists it, to the letter. */
export function hasMixin(mixins: Mixins, mixin: string): boolean {
  return setOf(mixins).has(mixin)
}

/** A mixin's name without the prefix of a stage. */
export function bareName(mixin: string): string {
  const stage = [BUILD_STAGE, RUN_STAGE].find((prefix) => mixin.startsWith(prefix)) ?? ''
  return mixin.slice(stage.length)
}

/** Those that only one stage needs. */
export function ofStage(stage: typeof BUILD_STAGE | typeof RUN_STAGE, mixins: Mixins): string[] {
  return mixins.filter((mixin) => mixin.startsWith(stage))
}

/** Those that a build image lists for both images, and the run image does not list. */
export function notShared(onBuild: Mixins, onRun: Mixins): string[] {
  return onBuild.filter((mixin) => bareName(mixin) === mixin && !hasMixin(onRun, mixin))
}

/** Each once, in byte order. */
export function distinctSorted(mixins: Mixins): string[] {
  return [...new Set(mixins)].sort(compareBytes)
}

/** `mixin git`, for people. */
export function printMixin(mixin: string): string {
  return mixin === '' ? 'a mixin without a name' : `mixin ${mixin}`
}
