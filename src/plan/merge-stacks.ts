import { compareBytes } from '../bytes.js'
import { isComposite, type Module } from '../cnb/module.js'
import type { Stack } from '../cnb/stack.js'

/** The stack that stands for any. */
const ANY: Stack = { id: '*', mixins: [] }

/** What the stacks of several modules come to. */
export interface MergedStacks {
  /** Those that every module runs on; none when there is no such stack, or no module that says anything. */
  readonly stacks: readonly Stack[]
  /** The first module that runs on nothing that all before it run on. */
  readonly misfit: Module | undefined
}

/**
 * The stacks that all of `modules` run on. A composite says nothing of stacks; a component without any runs on all of them.
 *
 * @see spec distribution, "Buildpackage" (stacks); pack 0.40.6 merges in the same way, but starts anew when nothing is left
 */
export function mergeStacks(modules: readonly Module[]): MergedStacks {
  let merged: readonly Stack[] | undefined
  for (const module of modules) {
    const stacks = stacksOf(module)
    if (stacks === undefined) continue
    merged = merged === undefined ? stacks : inBoth(merged, stacks)
    if (merged.length === 0) return { stacks: [], misfit: module }
  }
  return { stacks: merged ?? [], misfit: undefined }
}

function stacksOf({ descriptor }: Module): readonly Stack[] | undefined {
  if (descriptor.stacks.length > 0) return descriptor.stacks
  return isComposite(descriptor) ? undefined : [ANY]
}

/** In the order of `b`, each with the mixins of both. */
function inBoth(a: readonly Stack[], b: readonly Stack[]): readonly Stack[] {
  const [isAnyA, isAnyB] = [a, b].map((stacks) => stacks.some(({ id }) => id === ANY.id))
  if (isAnyA && isAnyB) return [ANY]
  if (isAnyA) return b
  if (isAnyB) return a
  const mixinsOf = new Map(a.map(({ id, mixins }) => [id, mixins]))
  return b.flatMap(({ id, mixins }): Stack[] => {
    const others = mixinsOf.get(id)
    return others === undefined ? [] : [{ id, mixins: union(mixins, others) }]
  })
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])].sort(compareBytes)
}
