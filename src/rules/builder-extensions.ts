import { hasFeature } from '../cnb/lifecycle-apis.js'
import { isComposite, moduleName } from '../cnb/module.js'
import { comparableRunImage } from '../detect/run-image.js'
import { imageTargetOf, printImageTarget } from '../detect/targets.js'
import type { FoundRunImage } from '../plan/builder-input.js'
import { type GoodDockerfile, isGood } from './dockerfile-rule.js'
import { dockerfilesIn, placeIn, STATIC_OUTPUT } from './extension-files.js'
import { contextsIn } from './extension-toml.js'
import { listedBuildpacks } from './listed-modules.js'
import { builderAdvice, type Rule } from './rule.js'
import type { BuilderSubject, ExtensionFiles } from './subjects.js'
import { lifecycleVerdict } from './target-match.js'

const GENERATOR = 'lifecycle 0.21.0, phase/generator.go'

/** A run.Dockerfile that names a run image. */
interface Switch {
  readonly extension: ExtensionFiles['extension']
  readonly seen: GoodDockerfile
  readonly image: string
}

const runImageUnlisted = builderAdvice({
  id: 'extension-run-image-unlisted',
  severity: 'warning',
  summary:
    'an extension switches to a run image that builder.toml does not name: nobody knows its mirrors, and rebasing is for others',
  reference: GENERATOR,
  needs: ['config', 'extensionFiles'],
  check({ config, extensionFiles }, report) {
    const named = config.runImages.flatMap(({ image, mirrors = [] }) => [image, ...mirrors])
    const known = new Set(named.map(comparableRunImage))
    for (const { extension, seen, image } of switchesOf(extensionFiles)) {
      if (known.has(comparableRunImage(image))) continue
      report({
        message: `${moduleName(extension)} switches to run image ${image}, which is not one of run.images`,
        place: placeIn(seen, seen.judged.from, seen.judged.from.source.text.indexOf(image)),
        value: image,
        fix: 'add it to run.images of builder.toml',
      })
    }
  },
})

const runImageTarget = builderAdvice({
  id: 'extension-run-image-target',
  severity: 'error',
  summary:
    'an extension switches to a run image on which buildpacks are not to run, and nobody compares targets after a switch',
  reference: GENERATOR,
  appliesTo: ({ config }) => config === undefined || config.extensions.length > 0,
  needs: ['buildpacks', 'runImages', 'extensionFiles'],
  whole: ['runImages'],
  check(input, report) {
    const components = listedBuildpacks(input).filter(({ module }) => !isComposite(module.descriptor))
    for (const { extension, seen, image } of switchesOf(input.extensionFiles)) {
      const found = configOf(image, input.runImages)
      if (found === undefined) continue
      const target = imageTargetOf(found, found.labels)
      const misfits = components.filter(({ module }) => lifecycleVerdict(module, target) === 'misfit')
      if (misfits.length === 0) continue
      report({
        severity: misfits.length === components.length ? 'error' : 'warning',
        message: `${moduleName(extension)} switches to ${image}, which is ${printImageTarget(target)} and not for ${misfits.map(({ name }) => name).join(', ')}`,
        place: placeIn(seen, seen.judged.from, seen.judged.from.source.text.indexOf(image)),
        value: image,
        fix: 'switch to a run image of the platform and distro for which the buildpacks are',
      })
    }
  },
})

const contextNeedsPlatform = builderAdvice({
  id: 'context-needs-platform-013',
  severity: 'warning',
  summary: 'an extension brings a build context along, and the lifecycle is too old to look at it',
  reference: 'https://github.com/buildpacks/spec/blob/platform/v0.13/platform.md',
  needs: ['lifecycle', 'extensionFiles'],
  check({ lifecycle, extensionFiles }, report) {
    if (hasFeature(lifecycle.descriptor.apis.platform, 'extensions') !== false) return
    for (const { extension, files } of extensionFiles) {
      const [context] = contextsIn(files)
      if (context === undefined) continue
      report({
        message: `${moduleName(extension)} has ${context}, but ${lifecycle.from} has no Platform API 0.13, and takes the folder of the app as the context`,
        place: { file: files.nameOf(`${STATIC_OUTPUT}/${context}`) },
        value: context,
        fix: 'choose a lifecycle with Platform API 0.13 or later, 0.19.0 or newer',
      })
    }
  },
})

/** What is to be said of the extensions of a builder, beside what is said of each. */
export const BUILDER_EXTENSION_ADVICE: readonly Rule<BuilderSubject>[] = [
  runImageUnlisted,
  runImageTarget,
  contextNeedsPlatform,
]

/** The switches that are known without running anything, but for those whose image a variable names. */
function switchesOf(extensionFiles: readonly ExtensionFiles[]): readonly Switch[] {
  return extensionFiles.flatMap(({ extension, files }) =>
    dockerfilesIn(files).flatMap((seen) => {
      const image = isGood(seen) && seen.image === 'run' ? seen.judged.newBase : undefined
      return image === undefined || image.includes('$') || !isGood(seen) ? [] : [{ extension, seen, image }]
    }),
  )
}

function configOf(image: string, runImages: readonly FoundRunImage[]) {
  const wanted = comparableRunImage(image)
  const named = runImages.filter(({ reference }) => comparableRunImage(reference) === wanted)
  return named.map(({ found }) => found).find((found) => typeof found !== 'string')
}
