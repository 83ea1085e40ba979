import { realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { decodeModuleDescriptor } from '../cnb/decode-module.js'
import { descriptorFile, isComposite, type Module, type ModuleKind } from '../cnb/module.js'
import type { ModuleFiles } from '../cnb/module-files.js'
import { MODULE_ADVICE } from '../rules/advice.js'
import { MODULE_RULES } from '../rules/rule-sets.js'
import { isApplicable, type Judged, type Rule } from '../rules/rule.js'
import type { ModuleSubject } from '../rules/subjects.js'
import { buildProgramsIn, holdsModule } from '../sources/directory.js'
import { byPlatformFolder } from '../sources/platform-folder.js'
import type { TomlDocument } from '../toml/document.js'
import type { Report } from '../errors.js'
import type { CheckRun } from './check-run.js'
import { filesOf, judgedDescriptor, treeOf } from './module-subject.js'
import type { Problems } from './problems.js'

/** Judges a module by itself: its descriptor, and the files around that where there are any. */
export async function checkModule(document: TomlDocument, kind: ModuleKind, run: CheckRun): Promise<void> {
  const { problems } = run.context
  const { file } = document
  const descriptor = decodeModuleDescriptor(kind, document, reportOf(document, problems))
  if (descriptor === undefined) {
    const known = { kind, document, locate: document.locate, asOf: run.context.asOf }
    run.judge(file, { ...known, descriptor, files: undefined }, MODULE_ADVICE, {})
    return
  }
  await judgeModule({ ...whereabouts(document, kind, run), descriptor, locate: document.locate, document }, run)
}

/** Judges a module that no builder and no package names. */
export async function judgeModule(
  module: Module & { readonly document: TomlDocument },
  run: CheckRun,
  { asTheyAre = false }: { readonly asTheyAre?: boolean } = {},
): Promise<void> {
  const { file } = module.document
  const { kind } = module.descriptor
  const entries = [[module]]
  const modules =
    kind === 'buildpack' ? { buildpacks: entries, extensions: [] } : { buildpacks: [], extensions: entries }
  const input = {
    ...modules,
    locate: () => ({ file }),
    labels: new Map<string, string>(),
    limits: run.context.options.limits,
  }
  run.judge(file, input, MODULE_RULES, {})
  await checkModules(byPlatformFolder(module), run, { namedBy: file, asTheyAre })
}

/** The tool that packages a module may fill its version in, so that a missing one is only warned about. */
function reportOf(document: TomlDocument, { report }: Problems): Report {
  if (!hasMetadata(document, [...MADE_BY_TOOLS, ...PACKED_BY_TOOLS])) return report
  const notes = ['a tool packages this folder, and may fill the version in, as jam does with --version']
  return (found) => report(found.rule === 'version-missing' ? { ...found, severity: 'warning', notes } : found)
}

/** The module is the folder of its descriptor, however that is called. */
function whereabouts(
  { file }: TomlDocument,
  kind: ModuleKind,
  { context }: CheckRun,
): Pick<Module, 'from' | 'content' | 'hasBuild' | 'packaged'> {
  const path = resolve(context.surroundings.host.cwd, file)
  const folder = realpathSync.native(dirname(path))
  const descriptor = basename(path) === descriptorFile(kind) ? undefined : join(folder, basename(path))
  return {
    from: file,
    content: { kind: 'directory', path: folder, descriptor },
    hasBuild: buildProgramsIn(folder),
    packaged: false,
  }
}

/**
 * Judges each module whose files are at hand, once. Of a module out of a package only its labels are known; and unless they
 * go into an image `asTheyAre`, folders from which a tool is yet to make a module are judged by their descriptor.
 */
export async function checkModules(
  modules: readonly Module[],
  run: CheckRun,
  { namedBy, asTheyAre = false }: { readonly namedBy: string; readonly asTheyAre?: boolean },
): Promise<void> {
  for (const module of modules) {
    const { document, locate } = module
    const descriptor = judgedDescriptor(module)
    const { kind, info } = descriptor
    const known = { kind, descriptor, locate, document, asOf: run.context.asOf }
    if (document === undefined) {
      const about = applicable(MODULE_ADVICE, { ...known, files: undefined })
      run.leaveOut(namedBy, 'of modules out of packages only the labels are read', about)
      continue
    }
    const tree = keyOf(module, document)
    if (run.judgedTrees.has(tree)) continue
    run.judgedTrees.add(tree)
    run.judgedModules.add(document.file)
    const unmade = asTheyAre ? undefined : whyNotMade(module, document)
    const files = unmade === undefined ? await moduleFiles(module, run) : undefined
    const subject = { ...known, files }
    run.judge(document.file, subject, MODULE_ADVICE, {
      missing: { files: unmade ?? `the files of ${info.id} are not at hand` },
    })
    if (files?.isPartial() === true) {
      run.leaveOut(
        document.file,
        `not all files of ${info.id} could be looked into: they are too large, or may not be read`,
        applicable(ABOUT_FILES, subject),
      )
    }
  }
}

/** Keys by which a tool knows what it has to run before there is a module: its folder is not one yet. */
const MADE_BY_TOOLS = ['pre-package', 'pre_package']
/** And keys by which it knows what goes into the module. */
const PACKED_BY_TOOLS = ['include-files', 'include_files']

/** Why the folder of a module is not what goes into its layer; undefined when it is. */
function whyNotMade({ content, descriptor }: Module, document: TomlDocument): string | undefined {
  const { id } = descriptor.info
  if (hasMetadata(document, MADE_BY_TOOLS))
    return `a tool makes ${id} of this folder: see pre-package in its descriptor`
  if (content.kind !== 'directory' || holdsModule(descriptor.kind, content.path)) return undefined
  if (!isComposite(descriptor)) return `the folder of ${id} has no bin yet`
  return hasMetadata(document, PACKED_BY_TOOLS) ? `a tool chooses the files of ${id}: see include-files` : undefined
}

function hasMetadata(document: TomlDocument, keys: readonly string[]): boolean {
  return keys.some((key) => document.has(['metadata', key]))
}

/** Rules that may have been shown less than there is. */
const ABOUT_FILES = MODULE_ADVICE.filter(({ needs }) => needs.includes('files'))

function applicable(rules: readonly Rule<ModuleSubject>[], subject: Judged<ModuleSubject>): string[] {
  return rules.filter((rule) => isApplicable(rule, subject)).map(({ id }) => id)
}

/** The files of a module, read once; undefined when they are not at hand. */
export async function moduleFiles(module: Module, run: CheckRun): Promise<ModuleFiles | undefined> {
  const { document } = module
  if (document === undefined) return undefined
  const tree = keyOf(module, document)
  const { options, problems, surroundings } = run.context
  const settings = { limits: options.limits, signal: surroundings.signal }
  const known = run.moduleFiles.get(tree) ?? problems.attempt(() => filesOf(module, document, settings))
  run.moduleFiles.set(tree, known)
  return known
}

/** What is read and judged once: one descriptor may be that of a folder for each platform. */
function keyOf(module: Module, { file }: TomlDocument): string {
  return JSON.stringify([treeOf(module), basename(file)])
}
