import type { Stack } from '../cnb/stack.js'
import { isComposite } from '../cnb/module.js'
import { LABEL } from '../cnb/labels.js'
import type { FoundRunImage } from '../plan/builder-input.js'
import type { ModulesInput } from '../plan/modules-input.js'
import { baseOf } from './base-of.js'
import { listedBuildpacks, type ListedModule } from './listed-modules.js'
import { moduleRule, rule, type Rule } from './rule.js'

const STACK = 'https://github.com/buildpacks/spec/blob/platform/v0.11/platform.md#stacks'
const STACKS = 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#stacks-array'
const NOT_ENFORCED = 'the lifecycle does not look at stacks and would run it'

/** The stack that stands for any. */
export const ANY_STACK = '*'

/** The entry of `stacks` that counts on an image with this stack: the first that names it or any. */
export function matchingStack(stacks: readonly Stack[], stackId: string): Stack | undefined {
  return stacks.find(({ id }) => id === stackId || id === ANY_STACK)
}

/** Buildpacks whose stacks matter: components that list some. */
export function withStacks(modules: readonly ListedModule[]): ListedModule[] {
  return modules.filter(({ module: { descriptor } }) => !isComposite(descriptor) && descriptor.stacks.length > 0)
}

/** The stack id of a run image; empty when it has no such label or nothing for the platform; undefined when it was not read. */
export function stackOfRunImage({ found }: FoundRunImage): string | undefined {
  if (found === 'absent' || found === 'unread') return undefined
  return found === 'no-such-platform' ? '' : (found.labels.get(LABEL.stackId) ?? '')
}

/** `stack acme.one`, `no stack`. */
function shown(stackId: string): string {
  return stackId === '' ? 'no stack' : `stack ${stackId}`
}

const mismatchBuildImage = rule({
  id: 'stack-mismatch-build-image',
  severity: 'error',
  summary: 'the build image has another stack than builder.toml says',
  reference: STACK,
  refusedBy: { pack: 'builder create', kpack: 'clusterstack' },
  needs: ['config', 'locate', 'base', 'labels'],
  check(input, report) {
    const { config, locate } = input
    const stackId = baseOf(input)?.stackId ?? ''
    if (config.stackId === '' || config.stackId === stackId) return
    report({
      message: `builder.toml says stack ${config.stackId}, but build image ${config.buildImage} has ${shown(stackId)}`,
      place: locate(['stack', 'id']),
      value: config.stackId,
      fix: 'change stack.id, or choose a build image of that stack',
    })
  },
})

const mismatchRunImage = rule({
  id: 'stack-mismatch-run-image',
  severity: 'error',
  summary: 'a run image has another stack than builder.toml says, or one that buildpacks do not list',
  reference: STACK,
  refusedBy: { pack: 'builder create, where builder.toml names a stack', kpack: 'clusterstack' },
  needs: ['config', 'locate', 'runImages'],
  whole: ['runImages'],
  check({ config, locate, runImages, buildpacks = [] }, report) {
    const listing = withStacks(listedBuildpacks({ buildpacks }))
    for (const runImage of runImages) {
      const stackId = stackOfRunImage(runImage)
      if (stackId === undefined) continue
      if (config.stackId !== '' && config.stackId !== stackId) {
        report({
          message: `builder.toml says stack ${config.stackId}, but run image ${runImage.reference} has ${shown(stackId)}`,
          place: locate(runImage.path),
          value: runImage.reference,
          fix: 'change stack.id, or choose a run image of that stack',
        })
        continue
      }
      const without = listing.filter(({ module }) => matchingStack(module.descriptor.stacks, stackId) === undefined)
      if (stackId === '' || without.length === 0) continue
      report({
        severity: 'warning',
        message: `run image ${runImage.reference} has stack ${stackId}, which is not listed by ${without.map(({ name }) => name).join(', ')}`,
        place: locate(runImage.path),
        value: runImage.reference,
        fix: 'choose a run image of a stack that they list, or ask their authors for targets instead of stacks',
      })
    }
  },
})

const unsupported = rule({
  id: 'stack-unsupported',
  severity: 'error',
  summary: 'a buildpack does not list the stack of the build image',
  reference: STACKS,
  refusedBy: { pack: 'builder create', kpack: 'builder' },
  needs: ['config', 'base', 'labels', 'buildpacks'],
  whole: ['buildpacks'],
  check(input, report) {
    const stackId = baseOf(input)?.stackId ?? ''
    for (const { name, module } of withStacks(listedBuildpacks(input))) {
      const { stacks } = module.descriptor
      if (stackId === '' || matchingStack(stacks, stackId) !== undefined) continue
      report({
        message: `build image ${input.config.buildImage} has stack ${stackId}, but ${name} lists only ${stacks.map(({ id }) => id).join(', ')}`,
        place: module.locate(['stacks']),
        value: stacks.map(({ id }) => id).join(', '),
        notes: [`${name} comes from ${module.from}`, NOT_ENFORCED],
        fix: 'choose a build image of one of these stacks, or a version of the buildpack that lists this one or *',
      })
    }
  },
})

const labelMissing = rule({
  id: 'stack-label-missing',
  severity: 'error',
  summary: 'a buildpack lists stacks, but the build image says no stack',
  reference: STACKS,
  refusedBy: { pack: 'builder create', kpack: 'clusterstack' },
  needs: ['config', 'base', 'labels', 'buildpacks'],
  whole: ['buildpacks'],
  check(input, report) {
    if ((baseOf(input)?.stackId ?? '') !== '') return
    for (const { name, module } of withStacks(listedBuildpacks(input))) {
      const { stacks } = module.descriptor
      if (matchingStack(stacks, '') !== undefined) continue
      report({
        message: `build image ${input.config.buildImage} has no label ${LABEL.stackId}, but ${name} lists only ${stacks.map(({ id }) => id).join(', ')}`,
        place: module.locate(['stacks']),
        value: stacks.map(({ id }) => id).join(', '),
        notes: [`${name} comes from ${module.from}`, NOT_ENFORCED],
        fix: `give the build image that label, for example with --label ${LABEL.stackId}=${stacks[0]?.id ?? ''}`,
      })
    }
  },
})

const wildcardMixins = moduleRule({
  id: 'stack-wildcard-mixins',
  severity: 'warning',
  summary: 'the wildcard stack has mixins, which the specification forbids',
  reference: STACKS,
  refusedBy: { spec: 'the mixins of * are empty' },
  needs: ['buildpacks'],
  whole: ['buildpacks'],
  check(input, report) {
    for (const { name, module } of withStacks(listedBuildpacks(input))) {
      module.descriptor.stacks.forEach(({ id, mixins }, index) => {
        if (id !== ANY_STACK || mixins.length === 0) return
        report({
          message: `${name} asks for mixins with stack *: ${mixins.join(', ')}`,
          place: module.locate(['stacks', index, 'mixins']),
          value: mixins.join(', '),
          fix: 'name the stack that has these mixins, or remove them',
        })
      })
    }
  },
})

/** Stack ids of images and modules. */
export const STACK_RULES: readonly Rule[] = [mismatchBuildImage, mismatchRunImage, unsupported, labelMissing]

/** Stacks of modules, whatever they go into. */
export const MODULE_STACK_RULES: readonly Rule<ModulesInput>[] = [wildcardMixins]
