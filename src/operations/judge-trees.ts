import { statSync } from 'node:fs'
import type { ArchiveContent } from '../cnb/content.js'
import { CnbError, type Diagnostic } from '../errors.js'
import type { Limits } from '../limits.js'
import type { Module, ModuleKind } from '../cnb/module.js'
import { isTelling, type ModuleFiles } from '../cnb/module-files.js'
import { allModules } from '../plan/catalog.js'
import type { ModulesInput } from '../plan/modules-input.js'
import type { Profile } from '../rules/profile.js'
import type { Judged } from '../rules/rule.js'
import { judge } from '../rules/run-rules.js'
import type { ModuleSubject } from '../rules/subjects.js'
import { TREE_RULES } from '../rules/tree-rules.js'
import { filesOf, judgedDescriptor, treeOf } from './module-subject.js'
import { refusingModuleRules } from './profile-advice.js'

/** Modules that go into an image, as far as they were found; `kind` is that of the module a package is named after. */
export type FoundModules = Pick<Judged<ModulesInput>, 'buildpacks' | 'extensions'> & {
  readonly kind?: ModuleKind | undefined
}

/** Bytes of an archive up to which nobody notices that it is read once more: its layer is made in a second reading. */
const READ_TWICE_BYTES = 32 * 1024 * 1024

/**
 * Folders that are looked into whoever decides: those of programs, for all platforms and for one. To look everywhere takes longer than
 * to find that nothing has changed; `check` does it, and so does a profile.
 */
const NEAR = /^(?:bin|(?:linux|windows)(?:\/[^/]+){0,2}(?:\/bin)?)$/

/** Of these files: enough to tell what a program is, and whether a file with the name of a secret holds one. */
const FEW_BYTES = 8 * 1024

/** What judging trees needs to know. */
interface TreeOptions {
  readonly profile: Profile
  readonly limits: Limits
  readonly signal?: AbortSignal | undefined
}

/**
 * What there is to say of the files of modules that go into images, before a layer is made of them: of each tree once, for
 * whatever number of platforms. Nothing of it is an error by itself, as pack makes images of all of it.
 *
 * @throws the signal's reason
 */
export async function judgeTrees(inputs: readonly FoundModules[], options: TreeOptions): Promise<Diagnostic[]> {
  const more = await refusingModuleRules(options.profile)
  const rules = [...TREE_RULES, ...more.filter((rule) => !TREE_RULES.includes(rule))]
  const findings: Diagnostic[] = []
  for (const module of treesOf(inputs, options)) {
    const found = judge(await subjectOf(module, options), rules).findings
    findings.push(...found.map((one) => (one.severity === 'error' ? { ...one, severity: 'warning' as const } : one)))
  }
  return findings
}

/** Of archives only the one that is packaged is read by itself, unless a profile asks for more. */
function treesOf(inputs: readonly FoundModules[], { profile }: TreeOptions): Iterable<Module> {
  const trees = new Map<string, Module>()
  for (const input of inputs) {
    const { kind, buildpacks = [], extensions = [] } = input
    const [main] = (kind === undefined ? undefined : (kind === 'buildpack' ? buildpacks : extensions)[0]) ?? []
    for (const module of allModules([...buildpacks, ...extensions])) {
      const { content } = module
      const isRead = content.kind !== 'archive' || profile.name !== 'pack' || (module === main && isSmall(content))
      const tree = treeOf(module)
      if (tree !== undefined && isRead) trees.set(tree, module)
    }
  }
  return trees.values()
}

function isSmall({ file }: ArchiveContent): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= READ_TWICE_BYTES
}

async function subjectOf(module: Module, options: TreeOptions): Promise<Judged<ModuleSubject>> {
  const { document, locate } = module
  const descriptor = judgedDescriptor(module)
  const files = await filesIfReadable(module, options)
  return { kind: descriptor.kind, descriptor, locate, document, files, asOf: undefined }
}

/** What cannot be read ends the run when its layer is made, and there all is said of it. */
async function filesIfReadable(module: Module, options: TreeOptions): Promise<ModuleFiles | undefined> {
  try {
    if (module.document === undefined) return undefined
    if (options.profile.name !== 'pack') return await filesOf(module, module.document, options)
    const files = await filesOf(module, module.document, {
      ...options,
      enters: (folder) => NEAR.test(folder),
      headBytes: FEW_BYTES,
    })
    return files && { ...files, head: (path) => (isTelling(path) ? files.head(path) : undefined) }
  } catch (error) {
    if (error instanceof CnbError) return undefined
    throw error
  }
}
