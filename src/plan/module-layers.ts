import { escapedId, moduleName, type Module, type ModuleId, type ModuleKind } from '../cnb/module.js'
import type { ModuleLayer } from '../cnb/layers-label.js'
import type { PlannedLayer } from './planned-layer.js'
import { distinctModules } from './catalog.js'
import { byName, flattenModules, nameOf } from './flatten.js'
import { whiteoutEntry } from './inline-entries.js'

/**
 * The layers of all buildpacks or of all extensions: flattened groups, then what hides the modules of the base that are
 * replaced, then the modules sorted by the bytes of `id@version`.
 *
 * @param modules in file order, repetitions and all
 * @param existing the layers that the base, itself a builder, has
 */
export function moduleLayers(
  kind: ModuleKind,
  modules: readonly Module[],
  flatten: readonly (readonly ModuleId[])[],
  existing: readonly ModuleLayer[],
): PlannedLayer[] {
  const flattened = new Set(flatten.flat().map(moduleName))
  const distinct = distinctModules(modules, (module) => flattened.has(nameOf(module)))
  const { groups, rest } = flattenModules(distinct, flatten)
  const own = kind === 'buildpack' ? rest : distinct
  const layerOf = (module: Module): PlannedLayer => {
    const group = groups.find((members) => members.includes(module))
    const replaced = existingLayer(existing, module)
    return group === undefined ? moduleLayer(kind, module, replaced) : groupLayer(kind, group)
  }
  return [
    ...(kind === 'buildpack' ? groups.map((group) => groupLayer(kind, group)) : []),
    ...own.flatMap((module) => whiteoutLayer(kind, module, existingLayer(existing, module))),
    // Pack appends the layer of a group of extensions once for each of them, so we do: the diffIDs are to be the same.
    ...own.toSorted(byName).map(layerOf),
  ]
}

function existingLayer(existing: readonly ModuleLayer[], module: Module): PlannedLayer['existing'] {
  const { id, version } = module.descriptor.info
  return existing.find((layer) => layer.id === id && layer.version === version)?.diffId
}

/** The layer of one module. */
export function moduleLayer(kind: ModuleKind, module: Module, existing?: PlannedLayer['existing']): PlannedLayer {
  return {
    role: 'module',
    title: `${kind} ${nameOf(module)}`,
    source: { kind: 'modules', modules: [sourceOf(kind, module)] },
    modules: [idOf(kind, module)],
    existing,
  }
}

/** One layer with several modules in it, in this order. */
export function groupLayer(kind: ModuleKind, group: readonly Module[]): PlannedLayer {
  return {
    role: 'flattened',
    title: `${kind}s ${group.map(nameOf).join(', ')}`,
    source: { kind: 'modules', modules: group.map((module) => sourceOf(kind, module)) },
    modules: group.map((module) => idOf(kind, module)),
  }
}

/** Below `/cnb/buildpacks` for extensions too, as pack writes it: the diffIDs are to be the same. */
function whiteoutLayer(kind: ModuleKind, module: Module, existing: PlannedLayer['existing']): PlannedLayer[] {
  if (existing === undefined) return []
  const { id, version } = module.descriptor.info
  return [
    {
      role: 'whiteout',
      title: `whiteout of ${kind} ${nameOf(module)}`,
      source: { kind: 'entries', entries: [whiteoutEntry(`/cnb/buildpacks/${escapedId(id)}`, version)] },
      modules: [],
      existing,
    },
  ]
}

function sourceOf(kind: ModuleKind, module: Module) {
  const { id, version } = module.descriptor.info
  return { kind, id: { id, version }, content: module.content }
}

function idOf(kind: ModuleKind, module: Module) {
  const { id, version } = module.descriptor.info
  return { kind, id, version }
}
