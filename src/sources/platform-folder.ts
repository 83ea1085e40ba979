import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { descriptorFile, isComposite, type Module, type ModuleKind } from '../cnb/module.js'
import type { Target } from '../cnb/target.js'
import { attempt } from '../files.js'
import type { SourceContext } from './context.js'
import { holdsModule, isFolder } from './directory.js'
import { shownPath } from './find.js'

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
  if (folder !== root && holdsModule(kind, folder)) {
    const path = join(root, descriptorFile(kind))
    return { ...module, content: { kind: 'directory', path: folder, descriptor: path } }
  }
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
