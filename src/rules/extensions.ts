import type { ModuleFiles } from '../cnb/module-files.js'
import { normaliseReference, parseReference } from '../oci/reference.js'
import { goodDockerfileRule } from './dockerfile-rule.js'
import { dockerfilesIn, GENERATE, placeIn, STATIC_OUTPUT, textOf } from './extension-files.js'
import { isExtension } from './module-sorts.js'
import { REFERENCE_FIX, REFERENCES } from './references.js'
import { moduleAdvice, type Rule } from './rule.js'
import type { ModuleSubject } from './subjects.js'

const SPEC = 'https://github.com/buildpacks/spec/blob/main/image_extension.md'
const GENERATOR = 'lifecycle 0.21.0, phase/generator.go'

/** How an SBOM is called, by itself or of an image. */
const SBOM_FILE = /(?:^|[/.])s?bom(?:\.(?:cdx|spdx|syft))?\.(?:json|toml|xml)$/i

/** A script that writes one. */
const SBOM_IN_SCRIPT = /\.sbom\.(?:cdx|spdx|syft)\.json/

const orderOrStacks = moduleAdvice({
  id: 'extension-order-or-stacks',
  severity: 'warning',
  summary: 'an extension.toml has an order or stacks, which only buildpacks have',
  reference: `${SPEC}#extensiontoml-toml`,
  refusedBy: { spec: 'extension.toml' },
  appliesTo: isExtension,
  needs: ['document'],
  check({ document }, report) {
    for (const key of ['order', 'stacks'].filter((one) => document.has([one]))) {
      report({
        message: `extension.toml has ${key}, which nobody reads there`,
        place: document.locate([key]),
        value: key,
        fix:
          key === 'order' ? 'list extensions in order-extensions of builder.toml' : 'write targets instead of stacks',
      })
    }
  },
})

const noOutput = moduleAdvice({
  id: 'extension-no-output',
  severity: 'warning',
  summary: 'an extension has neither bin/generate nor Dockerfiles in generate, and so does nothing',
  reference: SPEC,
  appliesTo: isExtension,
  needs: ['files', 'locate'],
  check({ files, locate }, report) {
    if (files.entries.has(GENERATE) || hasStaticDockerfiles(files)) return
    report({
      message: 'the extension has neither bin/generate nor generate/build.Dockerfile or generate/run.Dockerfile',
      place: locate(['extension']),
      fix: 'add bin/generate, which writes Dockerfiles to $CNB_OUTPUT_DIR',
    })
  },
})

const staticNotApplied = moduleAdvice({
  id: 'extension-static-not-applied',
  severity: 'error',
  summary: 'Dockerfiles in generate are looked at and, from Platform API 0.13 on, never applied',
  reference: GENERATOR,
  appliesTo: isExtension,
  needs: ['files'],
  check({ files }, report) {
    if (files.entries.has(GENERATE)) return
    for (const seen of dockerfilesIn(files)) {
      const [first] = seen.judged.kind === 'accepted' ? seen.judged.instructions : []
      if (first === undefined) continue
      report({
        message: `${STATIC_OUTPUT}/${seen.name} is not brought to the extender, which then does without it and says nothing`,
        place: placeIn(seen, first),
        fix: `add ${GENERATE}, a script with cp -R "$CNB_EXTENSION_DIR/${STATIC_OUTPUT}/." "$CNB_OUTPUT_DIR"`,
      })
    }
  },
})

const sbomOutput = moduleAdvice({
  id: 'extension-sbom-output',
  severity: 'warning',
  summary: 'an extension puts out an SBOM, which extensions must not',
  reference: SPEC,
  refusedBy: { spec: 'generate' },
  appliesTo: isExtension,
  needs: ['files'],
  check({ files }, report) {
    const path = [...files.entries.keys()].find((one) => one.startsWith(`${STATIC_OUTPUT}/`) && SBOM_FILE.test(one))
    const fix = 'leave it out: the lifecycle has no SBOM of extended layers'
    if (path !== undefined) {
      return report({ message: `${path} is an SBOM`, place: { file: files.nameOf(path) }, value: path, fix })
    }
    const found = scriptLine(files, GENERATE, SBOM_IN_SCRIPT)
    if (found) report({ message: `${GENERATE} writes an SBOM`, ...found, fix })
  },
})

const runImageFloating = goodDockerfileRule({
  id: 'extension-run-image-floating',
  severity: 'warning',
  summary: 'an extension switches to a run image without a tag or with latest: what apps run on changes by itself',
  reference: 'advice',
  check(seen, report) {
    const { newBase = '', from } = seen.judged
    const selector = newBase.includes('$') ? undefined : parseReference(newBase)?.selector
    if (selector?.kind !== 'tag' || selector.tag !== 'latest') return
    report({
      message: `run image ${newBase} is not pinned: the tag latest may stand for another image tomorrow`,
      place: placeIn(seen, from, from.source.text.indexOf(newBase)),
      value: newBase,
      fix: 'name a tag that is not moved, or a digest',
    })
  },
})

const runImageMalformed = goodDockerfileRule({
  id: 'extension-run-image-malformed',
  severity: 'error',
  summary: 'an extension switches to a run image by a name that no image can have',
  reference: REFERENCES,
  refusedBy: { lifecycle: 'restore' },
  check(seen, report) {
    const { newBase = '', from } = seen.judged
    if (/["'$]/.test(newBase) || newBase === '' || normaliseReference(newBase) !== undefined) return
    report({
      message: `FROM of ${seen.name} names ${newBase}, which cannot be the name of an image`,
      place: placeIn(seen, from, from.source.text.indexOf(newBase)),
      value: newBase,
      fix: REFERENCE_FIX,
    })
  },
})

const targetsAdvisory = moduleAdvice({
  id: 'extension-targets-advisory',
  severity: 'info',
  summary: 'targets of an extension keep it from nothing: extensions are optional, and are not compared',
  reference: 'lifecycle 0.21.0, phase/detector.go',
  appliesTo: isExtension,
  needs: ['descriptor', 'locate'],
  check({ descriptor, locate }, report) {
    if (descriptor.targets.length === 0) return
    report({
      message: 'the extension runs on other targets too: nobody compares those of extensions',
      place: locate(['targets']),
      fix: 'let bin/detect look at CNB_TARGET_OS, CNB_TARGET_ARCH and CNB_TARGET_DISTRO_NAME',
    })
  },
})

const docsOutputDir = moduleAdvice({
  id: 'extension-docs-output-dir',
  severity: 'warning',
  summary: 'bin/detect of an extension writes to CNB_OUTPUT_DIR, which only bin/generate gets: its build plan is lost',
  reference: 'lifecycle 0.21.0, buildpack/detect.go',
  appliesTo: isExtension,
  needs: ['files'],
  check({ files }, report) {
    const found = scriptLine(files, 'bin/detect', /CNB_OUTPUT_DIR/)
    if (found === undefined) return
    report({
      message: 'bin/detect gets no CNB_OUTPUT_DIR',
      ...found,
      fix: 'write the build plan to $CNB_BUILD_PLAN_PATH',
    })
  },
})

/** What is to be said of an extension by itself. */
export const EXTENSION_ADVICE: readonly Rule<ModuleSubject>[] = [
  orderOrStacks,
  noOutput,
  staticNotApplied,
  sbomOutput,
  runImageFloating,
  runImageMalformed,
  targetsAdvisory,
  docsOutputDir,
]

function hasStaticDockerfiles({ entries }: ModuleFiles): boolean {
  return ['build', 'run'].some((image) => entries.has(`${STATIC_OUTPUT}/${image}.Dockerfile`))
}

/** Where a script has what `pattern` finds, outside of comments. */
function scriptLine(files: ModuleFiles, path: string, pattern: RegExp) {
  const text = textOf(files, path)
  if (text?.startsWith('#!') !== true) return undefined
  for (const [index, line] of text.split('\n').entries()) {
    const match = line.trimStart().startsWith('#') ? null : pattern.exec(line)
    if (match) return { place: { file: files.nameOf(path), line: index + 1, column: match.index + 1 }, value: match[0] }
  }
  return undefined
}
