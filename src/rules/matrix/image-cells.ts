import { printTargets } from '../../cnb/target.js'
import type { Module } from '../../cnb/module.js'
import type { Stack } from '../../cnb/stack.js'
import { LABEL } from '../../cnb/labels.js'
import { hasFeature } from '../../cnb/lifecycle-apis.js'
import { missingForPack, missingOnBuildImage, missingOnRunImage } from '../mixin-match.js'
import { matchingStack } from '../stacks.js'
import { isAcceptedByPack, lifecycleVerdict, unsatisfiedFix } from '../target-match.js'
import { TARGET_FIXES } from '../targets.js'
import type { ImageSide, PlatformColumns, RunSide } from './columns.js'
import { judge, undecided, type Comparison, type Judgement, type Silence } from './judgement.js'
import { shortened } from './shortened.js'

const BUILD_SILENCE: Silence = {
  rule: 'target-undeclared',
  reason: 'nobody compares it with the build image',
  pack: 'compares neither targets nor stacks of extensions',
  lifecycle: 'compares run images only',
}

const RUN_SILENCE: Silence = {
  rule: 'target-undeclared',
  reason: 'nobody compares it with a run image: the Platform APIs of the lifecycle end below 0.12',
  pack: 'does not compare run images when it makes a builder',
  lifecycle: 'compares no targets: its Platform APIs end below 0.12',
}

/** A component or an extension against the build image. */
export function judgeBuildImage(module: Module, { build }: PlatformColumns): Judgement {
  const { found } = build
  if (found === undefined) return undecided('target-unsatisfied-build', 'the build image could not be read')
  const isBuildpack = module.descriptor.kind === 'buildpack'
  const comparisons = [
    ...(isBuildpack ? targetsForPack(module, found) : []),
    targetsForLifecycle(module, found, 'target-divergence'),
    ...(isBuildpack ? stacksOnBuildImage(module.descriptor.stacks, found) : []),
  ]
  return judge(comparisons, BUILD_SILENCE)
}

/** The same against a run image, or a mirror of one. */
export function judgeRunImage(module: Module, run: RunSide, { runs, apis }: PlatformColumns): Judgement {
  const { found } = run
  if (found === 'absent') return undecided('run-image-unreachable', 'the run image could not be found')
  if (found === 'unread') return undecided('run-image-unreachable', 'the run image was not read')
  if (found === 'no-such-platform') {
    return undecided('target-multiarch-missing-manifest', 'the run image has nothing for this platform')
  }
  const fitsAnother = runs.some(
    (other) => typeof other.found !== 'string' && lifecycleVerdict(module, other.found.target) !== 'misfit',
  )
  const isBuildpack = module.descriptor.kind === 'buildpack'
  const comparesTargets = apis === undefined || hasFeature(apis.platform, 'targets') !== false
  const rule = fitsAnother ? 'target-run-partial' : 'target-unsatisfied-run'
  return judge(
    [
      ...(comparesTargets ? [targetsForLifecycle(module, found, isBuildpack ? rule : 'target-optional-mismatch')] : []),
      ...(isBuildpack ? stacksOnRunImage(module.descriptor.stacks, found) : []),
    ],
    RUN_SILENCE,
  )
}

/** By the rule of pack, which leaves buildpacks alone that list stacks instead of targets. */
function targetsForPack(module: Module, { reference, target, shown }: ImageSide): Comparison[] {
  const { targets, stacks } = module.descriptor
  if (targets.length === 0 && stacks.length > 0) return []
  const fits = isAcceptedByPack(module, target)
  if (targets.length > 0) {
    const rule = 'target-unsatisfied-build'
    if (fits) return [{ by: 'pack', says: 'fits', rule, text: targetFits(shown) }]
    const text = targetsDiffer(module, `build image ${reference}`, shown)
    const fix = unsatisfiedFix(targets, target)
    return [{ by: 'pack', says: 'fits-not', rule, text, fix, divergence: 'target-divergence' }]
  }
  if (fits) return [{ by: 'pack', says: 'fits', rule: 'target-undeclared', text: UNDECLARED }]
  const rule = 'target-arch-assumed'
  const assumed = module.hasBuild.linux ? 'linux/amd64' : 'windows/amd64'
  const text = `it says no target, so it is taken to be for ${assumed}, but build image ${reference} is ${shown}`
  return [{ by: 'pack', says: 'fits-not', rule, text, fix: TARGET_FIXES[rule] }]
}

/** By the rule of the lifecycle. @param rule for what does not fit */
function targetsForLifecycle(
  module: Module,
  { reference, target, shown }: ImageSide,
  rule: keyof typeof TARGET_FIXES | 'target-optional-mismatch',
): Comparison {
  const stage = rule === 'target-divergence' ? 'build' : 'run'
  const declares = module.descriptor.targets.length > 0
  switch (lifecycleVerdict(module, target)) {
    case 'fits':
      return {
        by: 'lifecycle',
        says: 'fits',
        rule: declares ? `target-unsatisfied-${stage}` : 'target-undeclared',
        text: declares ? targetFits(shown) : UNDECLARED,
      }
    case 'misfit':
      return {
        by: 'lifecycle',
        says: 'fits-not',
        rule,
        text:
          targetsDiffer(module, `${stage} image ${reference}`, shown) +
          (rule === 'target-optional-mismatch' ? '; it is run all the same, because extensions are optional' : ''),
        fix: TARGET_FIXES[rule === 'target-optional-mismatch' ? 'target-unsatisfied-run' : rule],
      }
    case 'unknown':
      return {
        by: 'lifecycle',
        says: 'unknown',
        rule: 'target-distro-label-missing',
        text: `it names distros, and ${stage} image ${reference} has no distro labels: /etc/os-release of the build image decides, which was not read`,
        fix: `set labels ${LABEL.distroName} and ${LABEL.distroVersion} on the image`,
      }
  }
}

/** Stacks and mixins: pack compares letters, the specification knows that a mixin without a prefix is there for both stages. */
function stacksOnBuildImage(stacks: readonly Stack[], { reference, stack }: ImageSide): Comparison[] {
  if (stacks.length === 0) return []
  const { stackId } = stack
  if (matchingStack(stacks, stackId) === undefined) {
    const rule = stackId === '' ? 'stack-label-missing' : 'stack-unsupported'
    return both('fits-not', rule, stackDiffers(stacks, `build image ${reference}`, stackId), STACK_FIX)
  }
  const forPack = missingForPack(stacks, stack)
  const bySpecification = missingOnBuildImage(stacks, stack)
  if (forPack.length + bySpecification.length === 0) return both('fits', 'stack-unsupported', STACK_FITS)
  const rule = 'mixin-missing-build'
  const divergence = bySpecification.length === 0 ? 'mixin-contract-divergence' : undefined
  return [
    { ...mixins('pack', forPack, `build image ${reference}`, rule), divergence },
    mixins('specification', bySpecification, `build image ${reference}`, rule),
  ]
}

/** Nobody but the specification compares the stack of a run image when a builder is made. */
function stacksOnRunImage(stacks: readonly Stack[], { reference, stack }: ImageSide): Comparison[] {
  if (stacks.length === 0) return []
  if (matchingStack(stacks, stack.stackId) === undefined) {
    if (stack.stackId === '') return []
    const text = stackDiffers(stacks, `run image ${reference}`, stack.stackId)
    return [{ by: 'specification', says: 'fits-not', rule: 'stack-mismatch-run-image', text, fix: STACK_FIX }]
  }
  return [mixins('specification', missingOnRunImage(stacks, stack), `run image ${reference}`, 'mixin-missing-run')]
}

const UNDECLARED = 'it declares no target that would keep it from this image'
const STACK_FITS = 'it lists the stack of the image, or any, and the image has all mixins that it asks for'
const STACK_FIX = 'choose an image of a stack that it lists, or ask its author for targets instead of stacks'
const MIXIN_FIX = 'choose an image that lists them, or ask its author whether they are still needed'

function both(says: Comparison['says'], rule: string, text: string, fix?: string): Comparison[] {
  return (['pack', 'specification'] as const).map((by) => ({ by, says, rule, text, fix }))
}

function mixins(by: Comparison['by'], missing: readonly string[], image: string, rule: string): Comparison {
  if (missing.length === 0) return { by, says: 'fits', rule, text: STACK_FITS }
  const text = `it asks for ${shortened(missing.map((mixin) => `mixin ${mixin}`).join(', '))}, which ${image} does not list`
  return { by, says: 'fits-not', rule, text, fix: MIXIN_FIX }
}

function targetFits(shown: string): string {
  return `one of its targets fits ${shown}`
}

function targetsDiffer({ descriptor: { targets } }: Module, image: string, shown: string): string {
  return `it is for ${shortened(printTargets(targets)) || 'another target'}, but ${image} is ${shown}`
}

function stackDiffers(stacks: readonly Stack[], image: string, stackId: string): string {
  const has = stackId === '' ? `no label ${LABEL.stackId}` : `stack ${shortened(stackId)}`
  return `it lists only stack ${shortened(stacks.map(({ id }) => id).join(', '))}, but ${image} has ${has}`
}
