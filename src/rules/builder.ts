import { moduleName } from '../cnb/module.js'
import { printPlatform, type Platform } from '../oci/platform.js'
import { normaliseReference } from '../oci/reference.js'
import { listedModules } from './listed-modules.js'
import { REFERENCE_FIX, REFERENCES } from './references.js'
import { rule, type Rule } from './rule.js'

const CONFIG = 'https://buildpacks.io/docs/reference/config/builder-config/'
const ONE_A_LAYER = 'https://github.com/buildpacks/spec/blob/main/distribution.md#buildpackage'

/** What findings about a flag name as their file. */
const FLATTEN = { file: '--flatten' }

const buildImageMissing = rule({
  id: 'builder-build-image-missing',
  severity: 'error',
  summary: 'builder.toml names no build image',
  reference: CONFIG,
  refusedBy: { pack: 'builder create' },
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    if (config.buildImage !== '') return
    report({
      message: 'build.image is required: builder.toml names no build image',
      place: locate(['build', 'image']),
      fix: 'write [build] with image = "…"',
    })
  },
})

const runImagesMissing = rule({
  id: 'builder-run-images-missing',
  severity: 'error',
  summary: 'builder.toml names no run image',
  reference: CONFIG,
  refusedBy: { pack: 'builder create' },
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    if (config.runImages.length > 0) return
    report({
      message: 'run.images is required: builder.toml names no run image',
      place: locate(['run', 'images']),
      fix: 'write [[run.images]] with image = "…"',
    })
  },
})

const runImageEmpty = rule({
  id: 'builder-run-image-empty',
  severity: 'error',
  summary: 'an entry of run.images, or a mirror, names no image',
  reference: CONFIG,
  refusedBy: { pack: 'builder create' },
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    config.runImages.forEach(({ image, mirrors = [] }, index) => {
      const path = ['run', 'images', index]
      const empty = [
        ...(image === '' ? [[...path, 'image']] : []),
        ...mirrors.flatMap((mirror, at) => (mirror === '' ? [[...path, 'mirrors', at]] : [])),
      ]
      for (const place of empty) {
        report({
          message: `run image ${index + 1} ${place.includes('mirrors') ? 'has a mirror without a name' : 'has no image'}`,
          place: locate(place),
          value: '',
          fix: 'name the image, or remove the entry',
        })
      }
    })
  },
})

const referenceMalformed = rule({
  id: 'reference-malformed',
  severity: 'error',
  summary: 'a build image, a run image or a mirror has a name that no image can have',
  reference: REFERENCES,
  refusedBy: { pack: 'builder create' },
  needs: ['config', 'locate'],
  check({ config, locate }, report) {
    const named = [
      { text: config.buildImage, path: ['build', 'image'] },
      ...config.runImages.flatMap(({ image, mirrors = [] }, index) => [
        { text: image, path: ['run', 'images', index, 'image'] },
        ...mirrors.map((text, at) => ({ text, path: ['run', 'images', index, 'mirrors', at] })),
      ]),
    ]
    for (const { text, path } of named) {
      if (text === '' || normaliseReference(text) !== undefined) continue
      report({
        message: `${text} cannot be the name of an image`,
        place: locate(path),
        value: text,
        fix: REFERENCE_FIX,
      })
    }
  },
})

const runImageUnreachable = rule({
  id: 'run-image-unreachable',
  severity: 'warning',
  summary: 'a run image or a mirror could not be found',
  reference: 'pack 0.40.6, builder create',
  needs: ['locate', 'runImages'],
  whole: ['runImages'],
  check({ locate, runImages }, report) {
    for (const { found, reference, path } of runImages) {
      if (found !== 'absent' && found !== 'unread') continue
      const isUnread = found === 'unread'
      report({
        message: `run image ${reference} ${isUnread ? 'was not looked for' : 'could not be found'}, so nothing was compared with it`,
        place: locate(path),
        value: reference,
        fix: isUnread
          ? `run it without --offline, or say where it is: --replace ${reference}=PLACE`
          : 'publish it before the builder is used, or correct its name',
      })
    }
  },
})

const runImageWithoutPlatform = rule({
  id: 'target-multiarch-missing-manifest',
  severity: 'warning',
  summary: 'a run image has nothing for the platform of the builder',
  reference: 'https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md',
  needs: ['locate', 'runImages', 'base'],
  whole: ['runImages'],
  check({ locate, runImages, base }, report) {
    for (const { found, reference, path } of runImages) {
      if (found !== 'no-such-platform') continue
      report({
        message: `run image ${reference} has nothing for ${printPlatform(base.config.platform)}`,
        place: locate(path),
        value: reference,
        fix: 'publish the run image for this platform too',
      })
    }
  },
})

/** Whether an image for `found` is one for the platform that was asked for, which may leave the architecture open. */
export function isForPlatform(found: Platform, wanted: Platform): boolean {
  return found.os === wanted.os && ['', found.architecture].includes(wanted.architecture)
}

const basePlatform = rule({
  id: 'base-platform-mismatch',
  severity: 'warning',
  summary: 'the build image is no index, and is for another platform than was asked for',
  reference: 'pack 0.40.6, builder create',
  needs: ['config', 'locate', 'base', 'platform'],
  check({ config, locate, base, platform: wanted }, report) {
    if (wanted === undefined) return
    const { platform } = base.config
    if (isForPlatform(platform, wanted)) return
    report({
      message: `build image ${config.buildImage} is for ${printPlatform(platform)}, but ${printPlatform(wanted)} was asked for; the builder is for ${printPlatform(platform)}`,
      place: locate(['build', 'image']),
      value: config.buildImage,
      fix: 'choose a build image that has this platform, or ask for the one it has',
    })
  },
})

const flattened = rule({
  id: 'builder-flattened',
  severity: 'warning',
  summary: '--flatten puts several modules into one layer, and the specification wants one layer each',
  reference: ONE_A_LAYER,
  needs: ['flatten'],
  check({ flatten }, report) {
    for (const group of flatten.filter(({ length }) => length > 1)) {
      const [first] = group
      report({
        message: `--flatten puts ${group.length} modules into one layer`,
        place: FLATTEN,
        value: first && `${moduleName(first)}, …`,
        fix: 'flatten only as many as it takes to stay below the number of layers that container engines take',
      })
    }
  },
})

const flattenUnknown = rule({
  id: 'flatten-ref-unknown',
  severity: 'warning',
  summary: '--flatten names a module that the builder does not get',
  reference: 'pack 0.40.6, builder create: ignored without a word',
  needs: ['flatten', 'buildpacks', 'extensions'],
  check(input, report) {
    const there = new Set(listedModules(input).map(({ name }) => name))
    for (const name of input.flatten.flat().map(moduleName)) {
      if (there.has(name)) continue
      report({
        message: `--flatten names ${name}, but no entry brings it`,
        place: FLATTEN,
        value: name,
        fix: 'correct the name or the version, or leave it out',
      })
    }
  },
})

/** builder.toml as a whole: its images, and what the flags say about its modules. */
export const BUILDER_RULES: readonly Rule[] = [
  buildImageMissing,
  runImagesMissing,
  runImageEmpty,
  referenceMalformed,
  runImageUnreachable,
  runImageWithoutPlatform,
  basePlatform,
  flattened,
  flattenUnknown,
]
