import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DirectoryContent } from '../cnb/content.js'
import { descriptorFile, isComposite, type Module, type ModuleKind } from '../cnb/module.js'
import { architecturesOf, type Target } from '../cnb/target.js'
import { attempt } from '../files.js'
import type { SourceContext } from './context.js'
import { holdsModule, isFolder } from './directory.js'
import { shownPath } from './paths.js'

/**
 * The module for `target`, where its directory has a folder for each platform (`linux/arm64/v8/ubuntu@24.04`, as deep as it
 * goes): what is in that folder, with the descriptor of the whole. A folder counts when a module has its parts in it, so that a
 * plain one called `linux` does not. undefined when there are such folders but none for this target, which was reported.
 *
 * @throws CnbError E_IO
 */
export function inPlatformFolder(module: Module, target: Target, context: SourceContext): Module | undefined {
  const { content, descriptor } = module
  if (content.kind !== 'directory' || isComposite(descriptor)) return module
  const root = content.path
  const folder = deepestFolder(root, partsOf(target))
  const { kind } = descriptor
  if (folder !== root && holdsModule(kind, folder)) return { ...module, content: inFolder(content, kind, folder) }
  const others = holdsModule(kind, root) ? [] : platformFolders(kind, root)
  if (others.length === 0) return module
  const wanted = partsOf(target).join('/')
  context.report({
    rule: 'platform-folder-missing',
    severity: 'error',
    message: `${shownPath(root, context)} has ${others.join(' and ')}, but no folder for ${wanted}`,
    place: module.locate([]),
    value: wanted,
    fix: 'add the folder, or name another platform with --target',
  })
  return undefined
}

/**
 * The module as images for whatever platform have it: once for each folder that is for one, and as a whole where that can be
 * taken too.
 *
 * @throws CnbError E_IO
 */
export function byPlatformFolder(module: Module): readonly Module[] {
  const { content, descriptor } = module
  if (content.kind !== 'directory' || isComposite(descriptor)) return [module]
  const { kind } = descriptor
  const root = content.path
  const folders = platformFolders(kind, root)
    .filter(isOfPlatform)
    .map((folder) => ({ ...module, content: inFolder(content, kind, join(root, folder)) }))
  return folders.length === 0 || holdsModule(kind, root) ? [module, ...folders] : folders
}

/** The targets that a folder such as `linux/arm64` is for: those of the module, or else what its name says. */
export function targetsOfFolder(folder: string, targets: readonly Target[]): readonly Target[] {
  const parts = folder.split('/')
  const own = targets.filter((target) => parts.every((part, index) => partsOf(target)[index] === part))
  const [os = '', arch = '', variant = ''] = parts
  return own.length > 0 ? own : [{ os, arch, variant, distros: [] }]
}

function inFolder({ path, descriptor }: DirectoryContent, kind: ModuleKind, folder: string): DirectoryContent {
  return { kind: 'directory', path: folder, descriptor: descriptor ?? join(path, descriptorFile(kind)) }
}

function isOfPlatform(folder: string): boolean {
  const [os = '', arch] = folder.split('/')
  const architectures = architecturesOf(os)
  return architectures !== undefined && (arch === undefined || architectures.includes(arch))
}

function partsOf({ os, arch, variant, distros }: Target): string[] {
  const names = distros.map(({ name, version }) => `${name}@${version}`)
  return [os, arch, variant, ...names].filter((part) => part !== '')
}

function deepestFolder(root: string, parts: readonly string[]): string {
  let folder = root
  for (const part of parts) {
    const next = join(folder, part)
    if (!isFolder(next)) break
    folder = next
  }
  return folder
}

/** Operating system, architecture, variant and distro. */
const DEPTH = 4

/** The folders below `root` that hold a module, as deep as folders for platforms are; none of what is in these. */
function platformFolders(kind: ModuleKind, root: string, depth = DEPTH): string[] {
  if (depth === 0) return []
  const folders = namesIn(root).filter((name) => isFolder(join(root, name)))
  return folders.flatMap((name) => {
    const folder = join(root, name)
    if (holdsModule(kind, folder)) return [name]
    return platformFolders(kind, folder, depth - 1).map((below) => `${name}/${below}`)
  })
}

function namesIn(path: string): string[] {
  return attempt('reading the directory', path, () => readdirSync(path).sort())
}
