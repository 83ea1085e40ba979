import { moduleName, type Module, type ModuleId } from '../cnb/module.js'

/** The versions of each id, both in order of appearance and without repetition. */
export type Catalog = ReadonlyMap<string, readonly string[]>

/** What a builder offers to its orders: the modules of the base, when it is itself a builder, and those that are added. */
export function catalogOf(modules: Iterable<ModuleId>): Catalog {
  const catalog = new Map<string, string[]>()
  for (const { id, version } of modules) {
    const versions = catalog.get(id)
    if (versions === undefined) catalog.set(id, [version])
    else if (!versions.includes(version)) versions.push(version)
  }
  return catalog
}

/** True when exactly this version of this id is there. */
export function hasModule(catalog: Catalog, { id, version }: ModuleId): boolean {
  return catalog.get(id)?.includes(version) ?? false
}

/** The modules of all entries in file order; repetitions stay, entries that could not be read are left out. */
export function allModules(entries: readonly (readonly Module[] | undefined)[]): Module[] {
  return entries.flatMap((modules) => modules ?? [])
}

/**
 * Each `id@version` once, in the place where it stands first. Two modules of one name have the same files here: rule
 * module-content-conflict refuses anything else. Where their layers are spelled in two ways the last one counts, and of those that
 * are flattened the first, as in pack.
 */
export function distinctModules(
  modules: readonly Module[],
  isFlattened: (module: Module) => boolean = () => false,
): Module[] {
  const first = new Map<string, Module>()
  const chosen = new Map<string, Module>()
  for (const module of modules) {
    const name = moduleName(module.descriptor.info)
    const before = first.get(name) ?? module
    first.set(name, before)
    chosen.set(name, module.contentDifference === undefined || isFlattened(module) ? before : module)
  }
  return [...chosen.values()]
}
