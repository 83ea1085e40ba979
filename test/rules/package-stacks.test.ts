import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Module } from '#src/cnb/module.js'
import type { Stack } from '#src/cnb/stack.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { mergeStacks } from '#src/plan/merge-stacks.js'
import { PACKAGE_STACK_ADVICE, PACKAGE_STACK_RULES } from '#src/rules/package-stacks.js'
import { judge } from '#src/rules/run-rules.js'
import type { PackageSubject } from '#src/rules/subjects.js'
import type { Judged } from '#src/rules/rule.js'
import { aModule } from '../support/modules.js'

const stack = fc.record({
  id: fc.constantFrom('one', 'two', 'three', '*'),
  mixins: fc.subarray(['a', 'build:a', 'b']),
})
const lists = fc.array(fc.uniqueArray(stack, { maxLength: 3, selector: ({ id }) => id }), {
  minLength: 1,
  maxLength: 5,
})

function modulesOf(all: readonly (readonly Stack[])[]): Module[] {
  return all.map((stacks, index) => aModule({ id: `acme/${index}`, stacks }))
}

function rulesFor(modules: readonly Module[]): string[] {
  const input: Judged<PackageSubject> = {
    kind: 'buildpack',
    locate: () => ({ file: 'package.toml' }),
    buildpacks: modules.map((module) => [module]),
    extensions: [],
    target: undefined,
    labels: new Map(),
    createdBy: undefined,
    flatten: undefined,
    limits: DEFAULT_LIMITS,
    config: undefined,
    document: undefined,
    asOf: undefined,
  }
  const found = [...judge(input, PACKAGE_STACK_RULES).findings, ...judge(input, PACKAGE_STACK_ADVICE).findings]
  return found.map(({ rule }) => rule)
}

/** As pack folds lists: one that is empty, for whatever reason, is replaced by the next. */
function foldedByPack(all: readonly (readonly Stack[])[]): readonly Stack[] {
  let folded: readonly Stack[] = []
  for (const stacks of all) {
    folded = folded.length === 0 ? stacks : mergeStacks(modulesOf([folded, stacks])).stacks
  }
  return folded
}

/** A component without stacks runs on any. */
function written(all: readonly (readonly Stack[])[]): (readonly Stack[])[] {
  return all.map((stacks) => (stacks.length === 0 ? [{ id: '*', mixins: [] }] : stacks))
}

test('where no stack is shared, either pack refuses the package too, or it is said that pack promises one', () => {
  fc.assert(
    fc.property(lists, (all) => {
      const hasShared = mergeStacks(modulesOf(all)).stacks.length > 0
      const expected = hasShared
        ? []
        : [foldedByPack(written(all)).length === 0 ? 'stack-no-intersection' : 'stack-intersection-masked']
      expect(rulesFor(modulesOf(all)).filter((rule) => rule !== 'stack-merge-loses-entry')).toEqual(expected)
    }),
  )
})

/** Whether every module runs on a stack, and the mixins that all of them together need there. */
function neededOn(id: string, all: readonly (readonly Stack[])[]): Set<string> | undefined {
  if (!all.every((stacks) => stacks.some((one) => one.id === id || one.id === '*'))) return undefined
  return new Set(all.flatMap((stacks) => stacks.filter((one) => one.id === id).flatMap(({ mixins }) => mixins)))
}

test('a loss is told exactly where the merged list lacks a mixin of a stack that all run on', () => {
  fc.assert(
    fc.property(lists, (all) => {
      const { stacks } = mergeStacks(modulesOf(all))
      const isLost = ['one', 'two', 'three'].some((id) => {
        const said = stacks.find((one) => one.id === id)?.mixins ?? []
        return [...(neededOn(id, written(all)) ?? [])].some((mixin) => !said.includes(mixin))
      })
      expect(rulesFor(modulesOf(all)).includes('stack-merge-loses-entry')).toBe(stacks.length > 0 && isLost)
    }),
  )
})

test('ten thousand and one modules of which no two agree are judged', () => {
  const modules = Array.from({ length: 10_001 }, (_, index) =>
    aModule({ id: `acme/${index}`, stacks: [{ id: `stack-${index}`, mixins: [] }] }),
  )
  expect(rulesFor(modules)).toEqual(['stack-intersection-masked'])
})
