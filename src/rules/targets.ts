import { isComposite } from '../cnb/module.js'
import { printTargets } from '../cnb/target.js'
import { imageTargetOf, printImageTarget, type ImageTarget } from '../detect/targets.js'
import { startingLabels } from '../plan/base-builder.js'
import type { BuilderFacts, FoundRunImage } from '../plan/builder-input.js'
import { LINUX_RELEASES } from '../cnb/known-lifecycles.js'
import { hasFeature } from '../cnb/lifecycle-apis.js'
import { builderOrder } from './judged-order.js'
import { listedBuildpacks, type ListedModule } from './listed-modules.js'
import { rolesIn } from './order-targets.js'
import { builderAdvice, rule, type Judged, type Rule } from './rule.js'
import type { BuilderSubject } from './subjects.js'
import { isAcceptedByPack, lifecycleVerdict, unsatisfiedFix } from './target-match.js'

const TARGETS = 'https://github.com/buildpacks/spec/blob/buildpack/v0.12/buildpack.md#targets-array'
const TARGET_DATA = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#target-data'

/** Buildpacks that targets are compared for: a composite has none of its own. */
function components(input: Pick<BuilderFacts, 'buildpacks'>): ListedModule[] {
  return listedBuildpacks(input).filter(({ module }) => !isComposite(module.descriptor))
}

/** What to do about modules that fit no image, by the rule that says so. */
export const TARGET_FIXES = {
  'target-arch-assumed': 'add [[targets]] with os = "linux" to its descriptor',
  'target-divergence': 'give the image both distro labels, or add a target that fits it',
  'target-unsatisfied-run': 'choose a run image that the buildpack supports, or leave the buildpack out',
  'target-run-partial': 'leave this run image out, or add targets to those buildpacks',
  'target-build-run-mismatch': 'choose images of one platform and distro',
} as const

function buildTarget({ base, labels }: Pick<BuilderFacts, 'base' | 'labels'>): ImageTarget {
  return imageTargetOf(base.config, startingLabels(base.config.labels, labels))
}

interface RunTarget {
  readonly runImage: FoundRunImage
  readonly target: ImageTarget
}

/** The run images that are there, unless the lifecycle is too old to compare targets. */
function runTargets({ runImages = [], lifecycle }: Pick<Judged, 'runImages' | 'lifecycle'>): RunTarget[] {
  if (lifecycle && hasFeature(lifecycle.descriptor.apis.platform, 'targets') === false) return []
  return runImages.flatMap((runImage) => {
    const { found } = runImage
    return typeof found === 'string' ? [] : { runImage, target: imageTargetOf(found, found.labels) }
  })
}

/** A note where the lifecycle in the builder would run what pack refuses. */
function lifecycleNotes({ module }: ListedModule, input: Judged, build: ImageTarget): string[] {
  const targets = runTargets(input).map(({ target }) => target)
  const runs = (targets.length > 0 ? targets : [build]).every((target) => lifecycleVerdict(module, target) === 'fits')
  return runs ? ['the lifecycle would run it (target-divergence): what a target leaves out matches anything there'] : []
}

const unsatisfiedBuild = rule({
  id: 'target-unsatisfied-build',
  severity: 'error',
  summary: 'no target of a buildpack fits the build image, by the rule of pack',
  reference: `${TARGETS}; pack 0.40.6, builder create`,
  refusedBy: { pack: 'builder create' },
  needs: ['config', 'base', 'labels', 'buildpacks'],
  check(input, report) {
    const build = buildTarget(input)
    for (const listed of components(input)) {
      const { name, module } = listed
      const { targets } = module.descriptor
      if (targets.length === 0 || isAcceptedByPack(module, build)) continue
      report({
        message: `${name} is for ${printTargets(targets)}, but build image ${input.config.buildImage} is ${printImageTarget(build)}`,
        place: module.locate(['targets']),
        value: printTargets(targets),
        notes: [`${name} comes from ${module.from}`, ...lifecycleNotes(listed, input, build)],
        fix: unsatisfiedFix(targets, build),
      })
    }
  },
})

const archAssumed = rule({
  id: 'target-arch-assumed',
  severity: 'error',
  summary: 'a buildpack says no target, so pack takes it to be for linux/amd64',
  reference: 'pack 0.40.6, builder create',
  refusedBy: { pack: 'builder create, of a module that is no package' },
  needs: ['config', 'base', 'labels', 'buildpacks'],
  check(input, report) {
    const build = buildTarget(input)
    for (const listed of components(input)) {
      const { name, module } = listed
      if (module.descriptor.targets.length > 0 || isAcceptedByPack(module, build)) continue
      const assumed = module.hasBuild.linux ? 'linux/amd64' : 'windows/amd64'
      report({
        message: `${name} says no target, so it is taken to be for ${assumed}, but build image ${input.config.buildImage} is ${printImageTarget(build)}`,
        place: module.locate(['targets']),
        notes: [`${name} comes from ${module.from}`, ...lifecycleNotes(listed, input, build)],
        fix: TARGET_FIXES['target-arch-assumed'],
      })
    }
  },
})

const divergence = rule({
  id: 'target-divergence',
  severity: 'warning',
  summary: 'pack accepts a buildpack on the build image, but the lifecycle would not run it on such an image',
  reference: TARGETS,
  needs: ['config', 'base', 'labels', 'buildpacks'],
  check(input, report) {
    const build = buildTarget(input)
    for (const { name, module } of components(input)) {
      if (!isAcceptedByPack(module, build) || lifecycleVerdict(module, build) !== 'misfit') continue
      const { targets } = module.descriptor
      report({
        message: `${name} is for ${printTargets(targets) || 'another target'}, which the lifecycle does not take for ${printImageTarget(build)} of build image ${input.config.buildImage}`,
        place: module.locate(['targets']),
        value: printTargets(targets),
        notes: ['pack compares distros only where the image has both name and version'],
        fix: TARGET_FIXES['target-divergence'],
      })
    }
  },
})

const unsatisfiedRun = rule({
  id: 'target-unsatisfied-run',
  severity: 'warning',
  summary: 'a buildpack fits no run image, so its group cannot pass detection where it is required',
  reference: TARGET_DATA,
  refusedBy: { lifecycle: 'detect, exit 21' },
  needs: ['config', 'locate', 'buildpacks', 'extensions', 'runImages', 'lifecycle'],
  whole: ['runImages'],
  check(input, report) {
    const targets = runTargets(input)
    const roles = rolesIn(builderOrder(input))
    for (const { name, module } of misfits(input, targets)) {
      if (roles.get(name) === 'optional') continue
      const shown = targets.map(({ runImage, target }) => `${runImage.reference} is ${printImageTarget(target)}`)
      report({
        message: `${name} is for ${printTargets(module.descriptor.targets) || 'another target'}, but run image ${shown.join(', ')}`,
        place: module.locate(['targets']),
        value: printTargets(module.descriptor.targets),
        notes: ['pack does not compare run images when it makes a builder; the detector of the lifecycle does'],
        fix: TARGET_FIXES['target-unsatisfied-run'],
      })
    }
  },
})

const optionalMismatch = builderAdvice({
  id: 'target-optional-mismatch',
  severity: 'warning',
  summary: 'an optional buildpack fits no run image, and is run all the same',
  reference: TARGET_DATA,
  needs: ['config', 'locate', 'buildpacks', 'extensions', 'runImages', 'lifecycle'],
  whole: ['runImages'],
  check(input, report) {
    const roles = rolesIn(builderOrder(input))
    for (const { name, module } of misfits(input, runTargets(input))) {
      if (roles.get(name) !== 'optional') continue
      report({
        message: `${name} is for ${printTargets(module.descriptor.targets) || 'another target'}, and for no run image, but will be run all the same, because it is optional`,
        place: module.locate(['targets']),
        value: printTargets(module.descriptor.targets),
        notes: ['the detector compares the targets of required buildpacks only'],
        fix: TARGET_FIXES['target-unsatisfied-run'],
      })
    }
  },
})

/** Components that fit none of the run images, when there are any. */
function misfits(input: Pick<BuilderFacts, 'buildpacks'>, targets: readonly RunTarget[]): ListedModule[] {
  if (targets.length === 0) return []
  return components(input).filter(({ module }) =>
    targets.every(({ target }) => lifecycleVerdict(module, target) === 'misfit'),
  )
}

const runPartial = rule({
  id: 'target-run-partial',
  severity: 'warning',
  summary: 'a buildpack fits some run images and not others',
  reference: TARGET_DATA,
  needs: ['locate', 'buildpacks', 'runImages', 'lifecycle'],
  whole: ['runImages'],
  check(input, report) {
    const targets = runTargets(input)
    const modules = components(input).filter(({ module }) =>
      targets.some(({ target }) => lifecycleVerdict(module, target) !== 'misfit'),
    )
    for (const { runImage, target } of targets) {
      const misfits = modules.filter(({ module }) => lifecycleVerdict(module, target) === 'misfit')
      if (misfits.length === 0) continue
      report({
        message: `run image ${runImage.reference} is ${printImageTarget(target)}, for which ${misfits.map(({ name }) => name).join(', ')} is not made`,
        place: input.locate(runImage.path),
        value: runImage.reference,
        fix: TARGET_FIXES['target-run-partial'],
      })
    }
  },
})

const buildRunMismatch = rule({
  id: 'target-build-run-mismatch',
  severity: 'warning',
  summary: 'a run image is for another os, architecture or distro than the build image',
  reference: TARGET_DATA,
  refusedBy: { spec: 'build image and run image MUST have one target' },
  needs: ['config', 'locate', 'base', 'labels', 'runImages'],
  whole: ['runImages'],
  check(input, report) {
    const build = buildTarget(input)
    for (const { runImage, target } of runTargets({ runImages: input.runImages, lifecycle: undefined })) {
      if (isSameTarget(build, target)) continue
      report({
        message: `build image ${input.config.buildImage} is ${printImageTarget(build)}, but run image ${runImage.reference} is ${printImageTarget(target)}`,
        place: input.locate(runImage.path),
        value: runImage.reference,
        fix: TARGET_FIXES['target-build-run-mismatch'],
      })
    }
  },
})

/** Whether two images are for one os, architecture and distro: a distro that one side does not tell is no contradiction. */
export function isSameTarget(a: ImageTarget, b: ImageTarget): boolean {
  if (a.os !== b.os || a.arch !== b.arch) return false
  if (a.distro === undefined || b.distro === undefined) return true
  return a.distro.name === b.distro.name && a.distro.version === b.distro.version
}

const lifecycleArch = builderAdvice({
  id: 'target-lifecycle-arch',
  severity: 'error',
  summary: 'the lifecycle has no release for the processor of the build image',
  reference: 'https://github.com/buildpacks/lifecycle/releases',
  needs: ['config', 'locate', 'base'],
  check({ config, locate, base }, report) {
    const { os, architecture } = base.config.platform
    if (config.lifecycle.uri !== '' || os !== 'linux' || LINUX_RELEASES.has(architecture)) return
    report({
      message: `build image ${config.buildImage} is for linux/${architecture}, for which no lifecycle is released`,
      place: locate(['lifecycle']),
      value: architecture,
      notes: ['pack takes the one for amd64 then, which cannot be run there'],
      fix: `name an archive with a lifecycle for ${architecture} in [lifecycle] uri`,
    })
  },
})

/** Targets of buildpacks against the build image and the run images. */
export const TARGET_RULES: readonly Rule[] = [
  unsatisfiedBuild,
  archAssumed,
  divergence,
  unsatisfiedRun,
  runPartial,
  buildRunMismatch,
]

/** The same, of what `check` says. */
export const TARGET_ADVICE: readonly Rule<BuilderSubject>[] = [optionalMismatch, lifecycleArch]
