import { dirname, relative } from 'node:path'
import { readModuleFiles, type ModuleFilesOptions } from '../assemble/module-files.js'
import type { Module, ModuleDescriptor } from '../cnb/module.js'
import type { ModuleFiles } from '../cnb/module-files.js'
import { targetsOfFolder } from '../sources/platform-folder.js'
import type { TomlDocument } from '../toml/document.js'

/** The folder or archive of a module, as one text; undefined of what is in a layer. */
export function treeOf({ content }: Module): string | undefined {
  switch (content.kind) {
    case 'directory':
      return content.path
    case 'archive':
      return content.file
    case 'layer':
      return undefined
  }
}

/**
 * The files of a module, for its rules; undefined for what is in a layer.
 *
 * @throws CnbError those of `readModuleFiles`
 */
export async function filesOf(
  module: Module,
  document: TomlDocument,
  options: Omit<ModuleFilesOptions, 'shown'>,
): Promise<ModuleFiles | undefined> {
  const { content } = module
  return content.kind === 'layer'
    ? undefined
    : readModuleFiles(content, { ...options, shown: shownTree(module, document) })
}

/** What people call the folder or archive in which the files are. */
function shownTree(module: Module, { file }: TomlDocument): string {
  if (module.content.kind === 'archive') return file.slice(0, file.lastIndexOf('!'))
  const folder = dirname(file)
  const below = platformFolder(module)
  return below === '' ? folder : folder === '.' ? below : `${folder}/${below}`
}

/** What the files of a module are judged by: those in a folder for a platform are for the targets of that alone. */
export function judgedDescriptor(module: Module): ModuleDescriptor {
  const { descriptor } = module
  const folder = platformFolder(module)
  return folder === '' ? descriptor : { ...descriptor, targets: targetsOfFolder(folder, descriptor.targets) }
}

/** From the descriptor to the files, `linux/arm64`; empty where they lie beside it. */
function platformFolder({ content }: Module): string {
  if (content.kind !== 'directory' || content.descriptor === undefined) return ''
  return relative(dirname(content.descriptor), content.path)
}
