import type { ModuleFiles } from '../cnb/module-files.js'
import { encodeUtf8 } from '../bytes.js'
import { readBuildPlan } from '../detect/build-plan.js'
import { EXTEND_CONFIG, LIFECYCLE_ARGS, readExtendConfig } from '../detect/extend-config.js'
import { BASE_IMAGE_ARG } from '../dockerfile/extension-dockerfile.js'
import { DEFAULT_LIMITS } from '../limits.js'
import type { KeyPath, TomlDocument } from '../toml/document.js'
import { parseToml } from '../toml/parse.js'
import { copiesFromContext } from './dockerfile-habits.js'
import { isGood } from './dockerfile-rule.js'
import { dockerfilesIn, GENERATE, placeIn, STATIC_OUTPUT, textOf } from './extension-files.js'
import { isExtension } from './module-sorts.js'
import { moduleAdvice, type Rule } from './rule.js'
import type { ModuleSubject } from './subjects.js'

const SPEC = 'https://github.com/buildpacks/spec/blob/main/image_extension.md'
const EXTEND_FILE = 'lifecycle 0.21.0, internal/extend/config.go'

/** The build plan of an extension that has no `bin/detect`. */
const PLAN = 'detect/plan.toml'
const CONFIG = `${STATIC_OUTPUT}/${EXTEND_CONFIG}`

/** The build context of both images, and those of one. */
const SHARED_CONTEXT = 'context'
const CONTEXTS = ['context.build', 'context.run']

const planUnreadable = moduleAdvice({
  id: 'extension-plan-unreadable',
  severity: 'error',
  summary: 'detect/plan.toml is not one that the lifecycle reads, and so the extension is passed over',
  reference: SPEC,
  refusedBy: { lifecycle: 'detect' },
  appliesTo: isExtension,
  needs: ['files'],
  check({ files }, report) {
    const text = planOf(files)
    if (text === undefined || requiresIn(text, files).length > 0) return
    const plan = readBuildPlan(text, 'extension')
    if (plan.kind === 'plan') return
    report({
      message: plan.reason,
      place: { file: files.nameOf(PLAN) },
      fix: 'write provides with a name each, and nothing else',
    })
  },
})

const planRequires = moduleAdvice({
  id: 'extension-plan-requires',
  severity: 'error',
  summary: 'detect/plan.toml of an extension has requires, and so the extension is passed over',
  reference: SPEC,
  refusedBy: { lifecycle: 'detect' },
  appliesTo: isExtension,
  needs: ['files'],
  check({ files }, report) {
    const [first] = requiresIn(planOf(files) ?? '', files)
    if (first === undefined) return
    report({
      message: 'an extension can provide, and cannot require',
      place: first.document.locate(first.path),
      fix: 'let a buildpack require it, and the extension provide it',
    })
  },
})

const planVersionKey = moduleAdvice({
  id: 'extension-plan-version-key',
  severity: 'error',
  summary:
    'detect/plan.toml has version beside a name, which belongs into metadata, and so the extension is passed over',
  reference: SPEC,
  refusedBy: { lifecycle: 'detect' },
  appliesTo: isExtension,
  needs: ['files'],
  check({ files }, report) {
    for (const { document, path } of requiresIn(planOf(files) ?? '', files)) {
      if (!document.has([...path, 'version'])) continue
      report({
        message: 'version beside the name of a requirement is no longer read',
        place: document.locate([...path, 'version']),
        fix: 'remove version; a requirement of a buildpack has it in metadata',
      })
    }
  },
})

const configUnreadable = moduleAdvice({
  id: 'extend-config-unreadable',
  severity: 'error',
  summary: 'extend-config.toml is not one that the lifecycle reads',
  reference: EXTEND_FILE,
  refusedBy: { lifecycle: 'detect, exit 92' },
  appliesTo: isExtension,
  needs: ['files'],
  check({ files }, report) {
    const config = configOf(files)
    if (config?.kind !== 'refused') return
    report({
      message: config.reason,
      place: { file: files.nameOf(CONFIG) },
      fix: 'write [[build.args]] and [[run.args]], each with name and value as strings',
    })
  },
})

/** A rule about arguments of certain names. */
function argRule(
  definition: Pick<Rule, 'id' | 'severity' | 'summary' | 'reference' | 'refusedBy'> & {
    readonly names: readonly string[]
    readonly message: string
  },
): Rule<ModuleSubject> {
  const { names, message, ...description } = definition
  return moduleAdvice({
    ...description,
    appliesTo: isExtension,
    needs: ['files'],
    check({ files }, report) {
      const config = configOf(files)
      for (const { name, place } of config?.kind === 'decoded' ? config.value : []) {
        if (!names.includes(name)) continue
        report({ message: `${name} ${message}`, place, value: name, fix: `remove ${name}, or choose another name` })
      }
    },
  })
}

const configReserved = argRule({
  id: 'extend-config-reserved',
  severity: 'error',
  summary: 'extend-config.toml sets an argument that only the lifecycle may set',
  reference: EXTEND_FILE,
  refusedBy: { lifecycle: 'detect, exit 92' },
  names: LIFECYCLE_ARGS,
  message: 'is given by the lifecycle, and no extension may set it',
})

const configBaseImage = argRule({
  id: 'extend-config-base-image',
  severity: 'warning',
  summary: 'extend-config.toml sets base_image, which the lifecycle sets after it',
  reference: EXTEND_FILE,
  names: [BASE_IMAGE_ARG],
  message: 'is set by the lifecycle after this, and so keeps nothing of it',
})

const contextConflict = moduleAdvice({
  id: 'context-conflict',
  severity: 'error',
  summary: 'an extension puts out a context for both images and one for one of them',
  reference: SPEC,
  refusedBy: { lifecycle: 'detect, exit 92' },
  appliesTo: isExtension,
  needs: ['files'],
  check({ files }, report) {
    const specific = contextsIn(files).filter((name) => name !== SHARED_CONTEXT)
    const [first] = specific
    if (first === undefined || !contextsIn(files).includes(SHARED_CONTEXT)) return
    report({
      message: `${SHARED_CONTEXT} and ${specific.join(', ')} exclude each other`,
      place: { file: files.nameOf(`${STATIC_OUTPUT}/${first}`) },
      value: first,
      fix: `keep ${SHARED_CONTEXT}, or ${CONTEXTS.join(' and ')}`,
    })
  },
})

const copyFromApp = moduleAdvice({
  id: 'dockerfile-copy-from-app',
  severity: 'info',
  summary:
    'a Dockerfile of an extension copies from the folder of the app, which is its context unless there is another',
  reference: SPEC,
  appliesTo: isExtension,
  needs: ['files'],
  check({ files }, report) {
    const mayHaveContext = contextsIn(files).length > 0 || textOf(files, GENERATE)?.includes(SHARED_CONTEXT) === true
    if (mayHaveContext) return
    for (const seen of dockerfilesIn(files)) {
      const instruction = isGood(seen) ? copiesFromContext(seen) : undefined
      if (instruction === undefined) continue
      report({
        message: `${instruction.keyword} takes files out of the folder of the app, whatever that is`,
        place: placeIn(seen, instruction),
        fix: `put the files into ${CONTEXTS.join(' or ')} beside the Dockerfile, if they are the extension's own`,
      })
    }
  },
})

/** What is to be said of what lies beside the Dockerfiles of an extension. */
export const EXTENSION_TOML_ADVICE: readonly Rule<ModuleSubject>[] = [
  planUnreadable,
  planRequires,
  planVersionKey,
  configUnreadable,
  configReserved,
  configBaseImage,
  contextConflict,
  copyFromApp,
]

/** The build contexts that an extension brings along. */
export function contextsIn({ entries }: ModuleFiles): readonly string[] {
  return [SHARED_CONTEXT, ...CONTEXTS].filter((name) => entries.get(`${STATIC_OUTPUT}/${name}`)?.kind === 'directory')
}

function planOf(files: ModuleFiles): string | undefined {
  return !files.entries.has('bin/detect') ? textOf(files, PLAN) : undefined
}

function configOf(files: ModuleFiles) {
  const text = textOf(files, CONFIG)
  return text === undefined ? undefined : readExtendConfig(text, files.nameOf(CONFIG))
}

/** The requirements of a build plan, those of its alternatives too. */
function requiresIn(text: string, files: ModuleFiles): readonly { document: TomlDocument; path: KeyPath }[] {
  const document = parseToml(encodeUtf8(text), { file: files.nameOf(PLAN), limits: DEFAULT_LIMITS, report: () => {} })
  if (document === undefined) return []
  const lengthAt = (path: KeyPath): number => {
    const node = document.valueAt(path)
    return node?.kind === 'array' ? node.items.length : 0
  }
  const sections = [[], ...Array.from({ length: lengthAt(['or']) }, (_, index) => ['or', index])]
  return sections.flatMap((section) =>
    Array.from({ length: lengthAt([...section, 'requires']) }, (_, index) => ({
      document,
      path: [...section, 'requires', index],
    })),
  )
}
