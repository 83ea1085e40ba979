import { decodeModuleDescriptor } from '../../cnb/decode-module.js'
import type { ModuleLayer } from '../../cnb/layers-label.js'
import { descriptorFile, moduleName, moduleRoot, type ModuleKind } from '../../cnb/module.js'
import { DEFAULT_LIMITS } from '../../limits.js'
import type { TomlDocument } from '../../toml/document.js'
import { parseToml } from '../../toml/parse.js'
import { derived } from '../derived.js'
import type { ImageFiles, LayerFiles } from './image-files.js'
import type { Fail } from './row.js'

/** A module with the layer that its label names; undefined when the image has no such layer. */
export interface PlacedModule {
  readonly kind: ModuleKind
  readonly module: ModuleLayer
  readonly layer: LayerFiles | undefined
}

/** Modules with their layers. */
export function placedModules(
  kind: ModuleKind,
  modules: readonly ModuleLayer[] | undefined,
  files: ImageFiles,
): readonly PlacedModule[] {
  const layers = new Map(files.layers.map((layer) => [layer.diffId, layer]))
  return (modules ?? []).map((module) => ({ kind, module, layer: layers.get(module.diffId) }))
}

/** Names that a message shows of several. */
const SHOWN = 3

/** The folders of modules in a layer, and what else is in it. */
export const rootsOf = derived(({ roots }: LayerFiles) => {
  const modules = [...roots].filter((path) => /^\/cnb\/(?:buildpacks|extensions)\//.test(path))
  const known = new Set(modules)
  return { modules, others: [...roots].filter((path) => path !== '/cnb' && !known.has(path)) }
})

/** Says of each module whose layer does not hold the folder that it is looked for in. */
export function checkFolders(placed: readonly PlacedModule[], fail: Fail): void {
  for (const { kind, module, layer } of placed) {
    const root = moduleRoot(kind, module)
    if (layer === undefined || layer.roots.has(root)) continue
    const there = rootsOf(layer).modules.slice(0, SHOWN)
    fail({
      message: `the layer of ${moduleName(module)} does not hold ${root}${there.length === 0 ? '' : `, but ${there.join(', ')}`}`,
      value: module.diffId,
      fix: 'package the module again: its folder is its id with "_" for each "/", then its version',
    })
  }
}

/** Says of each module whose folder has no descriptor of its id and version. */
export function checkDescriptors(placed: readonly PlacedModule[], fail: Fail): void {
  for (const { kind, module, layer } of placed) {
    const root = moduleRoot(kind, module)
    if (layer?.roots.has(root) !== true) continue
    const path = `${root}/${descriptorFile(kind)}`
    const file = layer.entries.get(path)
    const problem = file?.type === 'file' ? problemOfDescriptor({ kind, module, path }, file.content) : 'is not there'
    if (problem === undefined) continue
    fail({
      message: `${path}, the descriptor of ${moduleName(module)}, ${problem}`,
      value: path,
      fix: 'package the module again from a folder that holds its descriptor',
    })
  }
}

function problemOfDescriptor(
  { kind, module, path }: { readonly kind: ModuleKind; readonly module: ModuleLayer; readonly path: string },
  content: Uint8Array | undefined,
): string | undefined {
  if (content === undefined) return undefined
  const { document, problem } = readToml(content, path)
  if (document === undefined) return `cannot be read: ${problem}`
  const info = decodeModuleDescriptor(kind, document, () => {})?.info
  if (info === undefined) return 'does not say its id and version'
  return moduleName(info) === moduleName(module) ? undefined : `says that it is ${moduleName(info)}`
}

/** A TOML file of an image, or what is wrong with it. */
export function readToml(
  content: Uint8Array,
  file: string,
): { readonly document: TomlDocument | undefined; readonly problem: string } {
  let problem = ''
  const report = ({ message }: { readonly message: string }): void => {
    problem = message
  }
  return { document: parseToml(content, { file, limits: DEFAULT_LIMITS, report }), problem }
}
