import { printPlatform } from '../../oci/platform.js'
import { BUILD_STAGE, distinctSorted, notShared, ofStage, RUN_STAGE } from '../mixin-match.js'
import { isForPlatform } from '../builder.js'
import { isSameTarget, TARGET_FIXES } from '../targets.js'
import { FEATURES, judgeFeature } from './api-cells.js'
import type { ImageSide, PlatformColumns, RunSide } from './columns.js'
import type { MatrixInput } from './input.js'
import { judge, NOTHING_COMPARED, undecided, type Comparison, type Judgement, type Silence } from './judgement.js'
import { shortened } from './shortened.js'

/** What a builder is apart from its modules, by name: its cells on one platform, one a column. */
export function builderRows(input: MatrixInput, columns: PlatformColumns): ReadonlyMap<string, readonly Judgement[]> {
  const { runs, build } = columns
  const images = [buildImage(input, build.found), ...runs.map((run) => runImage(input, run, build.found))]
  const nothing = [...images, NOTHING].map(() => NOTHING)
  return new Map([
    ['images', [...images, NOTHING, NOTHING]],
    ['run images', [...nothing, judgeFeature(FEATURES.runImages, columns)]],
    ...((input.config?.buildEnv ?? []).length > 0
      ? [['build environment', [...nothing, judgeFeature(FEATURES.buildEnv, columns)]] as const]
      : []),
  ])
}

const NOTHING = judge([], NOTHING_COMPARED)

const IMAGE_SILENCE: Silence = {
  rule: 'stack-mismatch-build-image',
  reason: 'no stack is named that it would have to have',
  pack: 'compares stacks where builder.toml names one',
  lifecycle: 'compares no image with another',
}

/** The build image against what builder.toml says of it. */
function buildImage({ config, platform, base }: MatrixInput, side: ImageSide | undefined): Judgement {
  if (side === undefined) return undecided('stack-mismatch-build-image', 'the build image could not be read')
  const found = base?.config.platform
  const isOther = platform !== undefined && found !== undefined && !isForPlatform(found, platform)
  return judge(
    [
      ...(isOther
        ? [
            no('specification', 'base-platform-mismatch', {
              text: `the builder is to be for ${printPlatform(platform)}, but its build image is for ${printPlatform(found)}`,
              fix: 'choose a build image that has this platform, or ask for the one it has',
            }),
          ]
        : []),
      ...declaredStack(config?.stackId ?? '', side, 'stack-mismatch-build-image'),
      ...wrongMixins(ofStage(RUN_STAGE, side.stack.mixins), 'mixin-run-on-build-image', 'lists mixins for run images'),
    ],
    IMAGE_SILENCE,
  )
}

/** A run image against the build image: apps are built on one and run on the other. */
function runImage({ config }: MatrixInput, { found, reference }: RunSide, build: ImageSide | undefined): Judgement {
  if (found === 'absent') return undecided('run-image-unreachable', 'the run image could not be found')
  if (found === 'unread') return undecided('run-image-unreachable', 'the run image was not read')
  if (found === 'no-such-platform') {
    const text = 'the run image has nothing for this platform'
    const fix = 'publish the run image for this platform too'
    const rule = 'target-multiarch-missing-manifest'
    return judge([no('lifecycle', rule, { text, fix })], { ...IMAGE_SILENCE, pack: 'warns, and goes on' })
  }
  if (build === undefined) return undecided('target-build-run-mismatch', 'the build image could not be read')
  const rule = 'target-build-run-mismatch'
  const isSame = isSameTarget(build.target, found.target)
  const text = isSame
    ? 'the images are for one os, architecture and distro, as far as they say'
    : `build image ${build.reference} is ${build.shown}, but run image ${reference} is ${found.shown}`
  const { mixins } = found.stack
  return judge(
    [
      isSame
        ? { by: 'specification', says: 'fits', rule, text }
        : no('specification', rule, { text, fix: TARGET_FIXES[rule] }),
      ...declaredStack(config?.stackId ?? '', found, 'stack-mismatch-run-image'),
      ...wrongMixins(ofStage(BUILD_STAGE, mixins), 'mixin-build-on-run-image', 'lists mixins for build images'),
      ...wrongMixins(
        notShared(build.stack.mixins, mixins),
        'mixin-not-shared',
        'lacks what the build image lists for both',
      ),
    ],
    IMAGE_SILENCE,
  )
}

/** pack refuses images of another stack than builder.toml names. */
function declaredStack(declared: string, { stack: { stackId }, reference }: ImageSide, rule: string): Comparison[] {
  if (declared === '') return []
  if (declared === stackId)
    return [{ by: 'pack', says: 'fits', rule, text: `it has stack ${shortened(stackId)}, as builder.toml says` }]
  const has = stackId === '' ? 'no stack' : `stack ${shortened(stackId)}`
  const text = `builder.toml says stack ${shortened(declared)}, but ${reference} has ${has}`
  return [no('pack', rule, { text, fix: 'change stack.id, or choose an image of that stack' })]
}

function wrongMixins(mixins: readonly string[], rule: string, wrong: string): Comparison[] {
  if (mixins.length === 0) return []
  const text = `it ${wrong}: ${shortened(distinctSorted(mixins).join(', '))}`
  return [no('specification', rule, { text, fix: 'correct the label io.buildpacks.stack.mixins of the image' })]
}

function no(
  by: Comparison['by'],
  rule: string,
  { text, fix }: { readonly text: string; readonly fix: string },
): Comparison {
  return { by, says: 'fits-not', rule, text, fix }
}
