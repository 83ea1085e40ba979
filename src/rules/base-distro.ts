import { hasFeature } from '../cnb/lifecycle-apis.js'
import { LABEL } from '../cnb/labels.js'
import type { Place } from '../errors.js'
import { startingLabels } from '../plan/base-builder.js'
import { builderAdvice, type Judged, type ReportFinding, type Rule } from './rule.js'
import type { BuilderSubject } from './subjects.js'

const TARGET_DATA = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#target-data'

/** Labels of earlier times and of drafts, that no lifecycle reads. */
const OLD_LABELS = ['io.buildpacks.stack.distro', 'io.buildpacks.distribution', 'io.buildpacks.distro'].flatMap(
  (prefix) => [`${prefix}.name`, `${prefix}.version`],
)

/** A base image that says its distro in no label that is read. */
interface UnlabelledImage {
  readonly reference: string
  readonly place: Place
  /** Old labels that say it. */
  readonly old: readonly string[]
}

type BaseParts = Judged<BuilderSubject> & Pick<BuilderSubject, 'config' | 'locate' | 'base' | 'labels' | 'runImages'>

function unlabelledImages({ config, locate, base, labels, runImages }: BaseParts): UnlabelledImage[] {
  const build = {
    reference: config.buildImage,
    place: locate(['build', 'image']),
    labels: startingLabels(base.config.labels, labels),
  }
  const run = runImages.flatMap(({ found, reference, path }) =>
    typeof found === 'string' ? [] : [{ reference, place: locate(path), labels: found.labels }],
  )
  return [build, ...run]
    .filter(({ labels: has }) => !has.has(LABEL.distroName) && !has.has(LABEL.distroVersion))
    .map((image) => ({ ...image, old: OLD_LABELS.filter((label) => image.labels.has(label)) }))
}

const NEEDS = ['config', 'locate', 'base', 'labels', 'runImages', 'lifecycle'] as const

const labelMissing = builderAdvice({
  id: 'target-distro-label-missing',
  severity: 'warning',
  summary:
    'a base image does not say its distro, so that /etc/os-release of the build image counts for the run image too',
  reference: TARGET_DATA,
  needs: NEEDS,
  whole: ['runImages'],
  check(input, report) {
    if (hasFeature(input.lifecycle.descriptor.apis.platform, 'targets') === false) return
    const images = unlabelledImages(input).filter(({ old }) => old.length === 0)
    reportImages(images, report, {
      what: `has neither ${LABEL.distroName} nor ${LABEL.distroVersion}`,
      notes: [
        'of the build image the detector reads /etc/os-release then, also for what it should know of the run image',
      ],
    })
  },
})

const labelOld = builderAdvice({
  id: 'target-distro-label-old',
  severity: 'warning',
  summary: 'a base image says its distro in labels that no lifecycle reads',
  reference: TARGET_DATA,
  needs: NEEDS,
  whole: ['runImages'],
  check(input, report) {
    const images = unlabelledImages(input).filter(({ old }) => old.length > 0)
    reportImages(images, report, {
      what: `says its distro in ${[...new Set(images.flatMap(({ old }) => old))].join(', ')}, which no lifecycle reads`,
      notes: [],
    })
  },
})

function reportImages(
  [first, ...others]: readonly UnlabelledImage[],
  report: ReportFinding,
  { what, notes }: { readonly what: string; readonly notes: readonly string[] },
): void {
  if (first === undefined) return
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  report({
    message: `${first.reference}${more} ${what}`,
    place: first.place,
    also: others.map(({ place }) => place),
    value: first.reference,
    notes,
    fix: `give the image both labels, ${LABEL.distroName} and ${LABEL.distroVersion}`,
  })
}

/** What base images say of their distro. */
export const BASE_DISTRO_ADVICE: readonly Rule<BuilderSubject>[] = [labelMissing, labelOld]
