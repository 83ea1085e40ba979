import { isSpecId } from '../cnb/module.js'
import { LABEL } from '../cnb/labels.js'
import { BASE_NEEDS, baseImages, nameOfBase, reportTogether, type BaseImage } from './base-images.js'
import { DISTRO_LIVES, DISTROS_AS_OF } from './data/distros.js'
import { builderAdvice, type Rule } from './rule.js'
import type { BuilderSubject } from './subjects.js'

const LABELS = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#run-image'

/** What a base image is to say of itself. */
export const DESCRIPTIVE_LABELS = ['maintainer', 'homepage', 'released', 'description'].map(
  (name) => `io.buildpacks.base.${name}`,
)
/** Under which id a run image is known to extensions and Dockerfiles. */
export const BASE_ID = 'io.buildpacks.base.id'
const RELEASED = 'io.buildpacks.base.released'
/** Where Paketo puts the digest of a layer that lists the packages of the image. */
export const SBOM = 'io.buildpacks.base.sbom'
/** Days. Security fixes of a distro come every week; who has not released for this long has stopped. */
const STALE_DAYS = 180
const DAY = 24 * 60 * 60 * 1000

const labelsMissing = builderAdvice({
  id: 'base-labels-missing',
  severity: 'info',
  summary: 'a base image does not say who made it, when, and what it is',
  reference: LABELS,
  needs: BASE_NEEDS,
  whole: ['runImages'],
  check(input, report) {
    const images = baseImages(input).filter(({ config }) =>
      DESCRIPTIVE_LABELS.some((label) => !config.labels.has(label)),
    )
    const missing = DESCRIPTIVE_LABELS.filter((label) => images.some(({ config }) => !config.labels.has(label)))
    reportTogether(images, report, { what: `lacks ${missing.join(', ')}`, fix: 'add these labels to the image' })
  },
})

const idInvalid = builderAdvice({
  id: 'base-id-invalid',
  severity: 'warning',
  summary: 'the id of a base image has characters that no id may have',
  reference: LABELS,
  needs: BASE_NEEDS,
  whole: ['runImages'],
  check(input, report) {
    for (const image of baseImages(input)) {
      const id = image.config.labels.get(BASE_ID)
      if (id === undefined || isSpecId(id)) continue
      report({
        message: `${nameOfBase(image)} calls itself ${id}, and an id has letters, digits, ".", "/" and "-" only`,
        place: image.place,
        value: id,
        fix: `correct the label ${BASE_ID} of the image`,
      })
    }
  },
})

const rebasableMissing = builderAdvice({
  id: 'base-rebasable-missing',
  severity: 'info',
  summary: 'a run image does not say whether applications may be moved to a newer one',
  reference: LABELS,
  needs: BASE_NEEDS,
  whole: ['runImages'],
  check(input, report) {
    const images = baseImages(input).filter(
      ({ role, config }) => role === 'run image' && !config.labels.has(LABEL.rebasable),
    )
    reportTogether(images, report, {
      what: `has no label ${LABEL.rebasable}`,
      fix: 'add it to the image, as true when its releases keep their interfaces',
    })
  },
})

/** When an image was released, or else made. */
function dateOf({ config }: BaseImage): number {
  const { raw, labels } = config
  const created = raw.get('created')
  const said = [labels.get(RELEASED), typeof created === 'string' ? created : undefined]
  // What makes images reproducible gives them the day on which time began, or one of the eighties.
  const dates = said.map((text) => Date.parse(text ?? '')).filter((date) => date > Date.parse('2000-01-01'))
  return dates[0] ?? Number.NaN
}

const stale = builderAdvice({
  id: 'base-stale',
  severity: 'warning',
  summary: `a base image was not released anew for ${STALE_DAYS} days`,
  reference: LABELS,
  needs: [...BASE_NEEDS, 'asOf'],
  whole: ['runImages'],
  check(input, report) {
    for (const image of baseImages(input)) {
      const days = Math.floor((Date.parse(input.asOf) - dateOf(image)) / DAY)
      if (!(days > STALE_DAYS)) continue
      const day = new Date(dateOf(image)).toISOString().slice(0, 'YYYY-MM-DD'.length)
      report({
        message: `${nameOfBase(image)} is from ${day}, ${days} days ago: the security fixes since then are not in it`,
        place: image.place,
        value: day,
        fix: 'take a newer release of the image',
      })
    }
  },
})

const distroEol = builderAdvice({
  id: 'base-distro-eol',
  severity: 'warning',
  summary: 'the distro of a base image gets no updates any more',
  reference: 'https://endoflife.date',
  needs: [...BASE_NEEDS, 'asOf'],
  whole: ['runImages'],
  check(input, report) {
    for (const image of baseImages(input)) {
      const { labels } = image.config
      const life = DISTRO_LIVES.get(`${labels.get(LABEL.distroName)} ${labels.get(LABEL.distroVersion)}`)
      if (life === undefined || life.end >= input.asOf) continue
      report({
        message: `${nameOfBase(image)} is ${life.name}, which gets no updates since ${life.end}`,
        place: image.place,
        value: life.name,
        notes: [`${life.source}, as of ${DISTROS_AS_OF}`],
        fix: 'move to a base image of a newer release',
      })
    }
  },
})

const sbomMissing = builderAdvice({
  id: 'base-sbom-missing',
  severity: 'info',
  summary: 'a base image has no label that leads to a list of its packages',
  reference: 'https://github.com/paketo-buildpacks/stacks',
  needs: BASE_NEEDS,
  whole: ['runImages'],
  check(input, report) {
    const images = baseImages(input).filter(({ config }) => !config.labels.has(SBOM))
    reportTogether(images, report, {
      what: `has no label ${SBOM}, so nobody can ask a builder which packages it brings`,
      fix: 'publish a bill of materials with the image, and name its layer in the label',
    })
  },
})

/** What base images say of themselves in labels. */
export const BASE_LABEL_ADVICE: readonly Rule<BuilderSubject>[] = [
  labelsMissing,
  idInvalid,
  rebasableMissing,
  stale,
  distroEol,
  sbomMissing,
]
