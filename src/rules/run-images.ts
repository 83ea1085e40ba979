import { parseReference, printRepository } from '../oci/reference.js'
import type { KeyPath } from '../toml/document.js'
import { HOW_TO_PIN, isLatest } from './entry-sources.js'
import { builderAdvice, type Rule } from './rule.js'
import type { BuilderSubject } from './subjects.js'

const RUN_TOML = 'https://github.com/buildpacks/spec/blob/platform/v0.15/platform.md#runtoml-toml'
const PINNING = 'https://buildpacks.io/docs/reference/config/builder-config/#build-required'

interface NamedImage {
  readonly text: string
  readonly path: KeyPath
}

/** Every run image, each with its mirrors. */
function runImagesOf({ config }: Pick<BuilderSubject, 'config'>): (readonly [NamedImage, ...NamedImage[]])[] {
  return config.runImages.map(({ image, mirrors = [] }, index) => {
    const path = ['run', 'images', index]
    return [
      { text: image, path: [...path, 'image'] },
      ...mirrors.map((text, at) => ({ text, path: [...path, 'mirrors', at] })),
    ]
  })
}

const byDigest = builderAdvice({
  id: 'run-image-by-digest',
  severity: 'warning',
  summary: 'a run image is named by a digest, so that no application built with it ever finds a newer one',
  reference: RUN_TOML,
  needs: ['config', 'locate', 'document'],
  check(input, report) {
    for (const { text, path } of runImagesOf(input).flat()) {
      if (parseReference(text)?.selector.kind !== 'digest') continue
      report({
        message: `run image ${text} is named by its digest, so rebase will never find a newer one`,
        place: input.locate(path),
        value: text,
        fix: 'name it by a tag',
      })
    }
  },
})

const floating = builderAdvice({
  id: 'run-image-floating',
  severity: 'info',
  summary: 'a run image is named by no tag or by latest',
  reference: RUN_TOML,
  needs: ['config', 'locate', 'document'],
  check(input, report) {
    for (const { text, path } of runImagesOf(input).flat()) {
      const reference = parseReference(text)
      if (reference === undefined || !isLatest(reference)) continue
      report({
        message: `run image ${text} is whatever is called latest when an application is built`,
        place: input.locate(path),
        value: text,
        fix: 'name a tag that stays with one line of releases',
      })
    }
  },
})

const sameRegistry = builderAdvice({
  id: 'run-mirror-same-registry',
  severity: 'warning',
  summary: 'a mirror is in the same registry as its image or as another mirror, and so is never chosen',
  reference: RUN_TOML,
  needs: ['config', 'locate'],
  check(input, report) {
    for (const images of runImagesOf(input)) {
      const first = new Map<string, string>()
      for (const { text, path } of images) {
        const reference = parseReference(text)
        if (reference === undefined) continue
        const { registry } = reference.repository
        const other = first.get(registry)
        // The same name again is another rule's.
        if (other !== undefined && nameOf(other) !== nameOf(text)) {
          report({
            message: `${text} is in the registry ${registry}, as ${other} is: platforms choose by registry, and take the first`,
            place: input.locate(path),
            value: text,
            fix: 'leave it out, or name a mirror in another registry',
          })
        }
        if (other === undefined) first.set(registry, text)
      }
    }
  },
})

function nameOf(text: string): string {
  const reference = parseReference(text)
  return reference === undefined
    ? text
    : `${printRepository(reference.repository)} ${JSON.stringify(reference.selector)}`
}

const duplicate = builderAdvice({
  id: 'run-mirror-duplicate',
  severity: 'warning',
  summary: 'a run image or mirror is named twice',
  reference: RUN_TOML,
  needs: ['config', 'locate', 'document'],
  check(input, report) {
    const seen = new Map<string, string>()
    for (const { text, path } of runImagesOf(input).flat()) {
      const other = seen.get(nameOf(text))
      seen.set(nameOf(text), other ?? text)
      if (text === '' || other === undefined) continue
      report({
        message: `${text} is named twice${other === text ? '' : `: it is ${other}`}`,
        place: input.locate(path),
        value: text,
        fix: 'remove one of the two',
      })
    }
  },
})

const mirrorDiffers = builderAdvice({
  id: 'run-mirror-differs',
  severity: 'error',
  summary: 'a mirror holds another image than what it mirrors',
  reference: RUN_TOML,
  needs: ['locate', 'runImages'],
  whole: ['runImages'],
  check({ locate, runImages }, report) {
    for (const image of runImages) {
      // The image stands before its mirrors.
      const primary = runImages.find(({ path }) => path[2] === image.path[2])
      if (primary === undefined || primary === image) continue
      const { found, reference, path } = image
      if (typeof found === 'string' || typeof primary.found === 'string') continue
      if (found.diffIds.join() === primary.found.diffIds.join()) continue
      report({
        message: `mirror ${reference} holds other layers than ${primary.reference}`,
        place: locate(path),
        value: reference,
        notes: ['an application rebased onto one of them changes when the other is chosen'],
        fix: `copy the image: trowel copy ${primary.reference} ${reference}`,
      })
    }
  },
})

const unused = builderAdvice({
  id: 'run-image-unused',
  severity: 'info',
  summary: 'the second run image is never chosen, because no extension switches to it',
  reference: RUN_TOML,
  needs: ['config', 'locate', 'document'],
  check({ config, locate }, report) {
    const [, second] = config.runImages
    if (second === undefined || config.extensions.length > 0) return
    report({
      message: `run image ${second.image} is chosen only by --run-image: the first one is the default, and no extension switches`,
      place: locate(['run', 'images', 1, 'image']),
      value: second.image,
      fix: 'leave it out unless users are told of it',
    })
  },
})

const buildImageByTag = builderAdvice({
  id: 'builder-build-image-by-tag',
  severity: 'warning',
  summary: 'the build image is named by a tag, so that the same builder.toml makes another builder when it moves',
  reference: PINNING,
  needs: ['config', 'locate', 'document'],
  check({ config, locate, pinned }, report) {
    const { buildImage } = config
    const reference = parseReference(buildImage)
    if (reference === undefined || reference.selector.kind === 'digest') return
    const now = pinned?.(buildImage)
    report({
      message: `build image ${buildImage} is named by a tag, which may mean another image tomorrow`,
      place: locate(['build', 'image']),
      value: buildImage,
      fix: now === undefined ? HOW_TO_PIN : `write ${now}, which it is now`,
    })
  },
})

/** The images of builder.toml, as it names them. */
export const NAMED_IMAGE_ADVICE: readonly Rule<BuilderSubject>[] = [
  buildImageByTag,
  byDigest,
  floating,
  sameRegistry,
  duplicate,
  mirrorDiffers,
  unused,
]
