import { LABEL } from '../cnb/labels.js'
import { readBaseBuilder } from '../plan/base-builder.js'
import type { Limits } from '../limits.js'
import type { FoundRunImage } from '../plan/builder-input.js'
import { baseOf } from './base-of.js'
import { listedBuildpacks } from './listed-modules.js'
import {
  BUILD_STAGE,
  distinctSorted,
  isOnBuildImage,
  isOnRunImage,
  missingForPack,
  missingOnRunImage,
  notShared,
  ofStage,
  printMixin,
  RUN_STAGE,
  type Mixins,
} from './mixin-match.js'
import { rule, type Judged, type Rule } from './rule.js'
import { stackOfRunImage, withStacks } from './stacks.js'

const MIXINS = 'https://github.com/buildpacks/spec/blob/platform/v0.11/platform.md#mixins'
const SATISFACTION = 'https://github.com/buildpacks/spec/blob/buildpack/v0.9/buildpack.md#mixin-satisfaction'

/** The mixins of a run image; undefined when it is not there. */
export function mixinsOfRunImage({ found, reference }: FoundRunImage, limits: Limits): Mixins | undefined {
  if (typeof found === 'string') return undefined
  return readBaseBuilder({ labels: found.labels, from: reference, limits }).mixins ?? []
}

const missingBuild = rule({
  id: 'mixin-missing-build',
  severity: 'error',
  summary: 'the build image lacks a mixin that a buildpack asks for, compared to the letter',
  reference: 'pack 0.40.6, builder create; the specification is more lenient: ' + SATISFACTION,
  refusedBy: { pack: 'builder create' },
  needs: ['config', 'base', 'labels', 'buildpacks'],
  whole: ['buildpacks'],
  check(input, report) {
    const { stackId = '', mixins = [] } = baseOf(input) ?? {}
    for (const listed of withStacks(listedBuildpacks(input))) {
      const missing = missingForPack(listed.module.descriptor.stacks, { stackId, mixins })
      if (missing.length === 0) continue
      const { name, module } = listed
      report({
        message: `${name} asks for ${missing.map(printMixin).join(', ')}, which build image ${input.config.buildImage} does not list`,
        place: module.locate(['stacks']),
        value: missing.join(', '),
        notes: [`${name} comes from ${module.from}`, ...specNotes(missing, mixins, input), LIFECYCLE_NOTE],
        fix: 'choose a build image that lists them to the letter, or add them to its label io.buildpacks.stack.mixins',
      })
    }
  },
})

const LIFECYCLE_NOTE = 'the lifecycle does not look at mixins and would run it'

/** The mixins that are there by the specification, though not to the letter. */
function specNotes(missing: Mixins, onBuild: Mixins, { runImages = [], limits }: Judged): string[] {
  const onRun = runImages.map((image) => mixinsOfRunImage(image, limits)).filter((mixins) => mixins !== undefined)
  const satisfied = missing.filter(
    (mixin) => isOnBuildImage(mixin, onBuild) && onRun.every((mixins) => isOnRunImage(mixin, mixins)),
  )
  return satisfied.map(
    (mixin) => `by the specification ${mixin} is there (mixin-contract-divergence); pack compares letters`,
  )
}

const missingRun = rule({
  id: 'mixin-missing-run',
  severity: 'warning',
  summary: 'a run image lacks a mixin that a buildpack asks for, by the rules of the specification',
  reference: SATISFACTION,
  refusedBy: { kpack: 'builder', spec: 'mixin satisfaction' },
  needs: ['config', 'locate', 'buildpacks', 'runImages'],
  whole: ['buildpacks', 'runImages'],
  check(input, report) {
    for (const runImage of input.runImages) {
      const mixins = mixinsOfRunImage(runImage, input.limits)
      if (mixins === undefined) continue
      const stackId = stackOfRunImage(runImage) ?? ''
      for (const listed of withStacks(listedBuildpacks(input))) {
        const missing = missingOnRunImage(listed.module.descriptor.stacks, { stackId, mixins })
        if (missing.length === 0) continue
        report({
          message: `${listed.name} asks for ${missing.map(printMixin).join(', ')}, which run image ${runImage.reference} does not list`,
          place: listed.module.locate(['stacks']),
          value: missing.join(', '),
          notes: ['pack does not compare run images when it makes a builder'],
          fix: 'choose a run image that lists them, or ask the author whether they are still needed',
        })
      }
    }
  },
})

/** A rule about the mixins of one image, that pack does not look at. */
function imageRule(id: string, summary: string, wrong: (input: Judged) => readonly ImageMixins[]): Rule {
  return rule({
    id,
    severity: 'warning',
    summary,
    reference: MIXINS,
    refusedBy: { pack: 'build below Platform API 0.12', spec: 'what the images of a stack list' },
    needs: ['locate', 'base', 'labels', 'runImages', 'config'],
    whole: ['runImages'],
    check(input, report) {
      for (const { message, mixins, path } of wrong(input)) {
        if (mixins.length === 0) continue
        report({
          message: `${message}: ${distinctSorted(mixins).join(', ')}`,
          place: input.locate(path),
          value: distinctSorted(mixins).join(', '),
          fix: 'correct the label io.buildpacks.stack.mixins of the image',
        })
      }
    },
  })
}

interface ImageMixins {
  readonly message: string
  readonly mixins: Mixins
  readonly path: FoundRunImage['path']
}

const BUILD_IMAGE_PATH = ['build', 'image'] as const

const runOnBuildImage = imageRule(
  'mixin-run-on-build-image',
  'the build image lists mixins of the run stage',
  (input) => [
    {
      message: `build image ${input.config?.buildImage} lists mixins for the run image`,
      mixins: ofStage(RUN_STAGE, baseOf(input)?.mixins ?? []),
      path: BUILD_IMAGE_PATH,
    },
  ],
)

const buildOnRunImage = imageRule(
  'mixin-build-on-run-image',
  'a run image lists mixins of the build stage',
  ({ runImages = [], limits }) =>
    runImages.map((runImage) => ({
      message: `run image ${runImage.reference} lists mixins for the build image`,
      mixins: ofStage(BUILD_STAGE, mixinsOfRunImage(runImage, limits) ?? []),
      path: runImage.path,
    })),
)

const shared = imageRule(
  'mixin-not-shared',
  'the build image lists a mixin for both images that a run image does not list',
  (input) =>
    (input.runImages ?? []).flatMap((runImage) => {
      const onRun = mixinsOfRunImage(runImage, input.limits)
      if (onRun === undefined) return []
      return {
        message: `run image ${runImage.reference} lacks mixins that the build image lists for both`,
        mixins: notShared(baseOf(input)?.mixins ?? [], onRun),
        path: runImage.path,
      }
    }),
)

const labelInvalid = rule({
  id: 'mixin-label-invalid',
  severity: 'warning',
  summary: 'the mixins label of a run image is no JSON array of strings',
  reference: MIXINS,
  refusedBy: { spec: 'the label is an array of strings' },
  needs: ['locate', 'runImages'],
  whole: ['runImages'],
  check({ locate, runImages, limits }, report) {
    for (const { found, path, reference } of runImages) {
      if (typeof found === 'string') continue
      readBaseBuilder({ labels: found.labels, from: reference, limits }, ({ label, value, message, hint }) => {
        if (label !== LABEL.mixins) return
        report({
          message,
          place: locate(path),
          value,
          fix: hint ?? 'correct the label of the image',
        })
      })
    }
  },
})

/** Mixins: what buildpacks ask for, and what images list. */
export const MIXIN_RULES: readonly Rule[] = [
  missingBuild,
  missingRun,
  runOnBuildImage,
  buildOnRunImage,
  shared,
  labelInvalid,
]
