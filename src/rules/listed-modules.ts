import type { Module, ModuleKind } from '../cnb/module.js'
import type { Place } from '../errors.js'
import type { BuilderFacts } from '../plan/builder-input.js'
import { nameOf } from '../plan/flatten.js'
import { derived } from './derived.js'
import type { KeyPath } from '../toml/document.js'

/** A module with the entry of builder.toml that it comes from. */
export interface ListedModule {
  readonly kind: ModuleKind
  readonly module: Module
  /** `id@version`. */
  readonly name: string
  readonly id: string
  readonly version: string
  /** Path of the entry: `['buildpacks', 2]`. */
  readonly entry: KeyPath
  /** True for the module that the entry names, false for its dependencies. */
  readonly isNamed: boolean
}

/** Every module in file order, buildpacks first; repetitions stay. */
export const listedModules = derived(
  (input: Pick<BuilderFacts, 'buildpacks' | 'extensions'>): readonly ListedModule[] => [
    ...listed('buildpack', input.buildpacks),
    ...listed('extension', input.extensions),
  ],
)

/** Every buildpack in file order. */
export const listedBuildpacks = derived((input: Pick<BuilderFacts, 'buildpacks'>): readonly ListedModule[] =>
  listed('buildpack', input.buildpacks),
)

/** `modules` by a key of theirs, both in order of appearance. */
export function modulesBy(
  modules: readonly ListedModule[],
  keyOf: (listed: ListedModule) => string,
): ReadonlyMap<string, readonly ListedModule[]> {
  const groups = new Map<string, ListedModule[]>()
  for (const listed of modules) {
    const group = groups.get(keyOf(listed))
    if (group === undefined) groups.set(keyOf(listed), [listed])
    else group.push(listed)
  }
  return groups
}

/** True for the module that a package is named after. */
export function isPackaged({ entry, isNamed }: ListedModule): boolean {
  return entry[1] === 0 && isNamed
}

/** True when both are known to have different content. Of modules from one place none is known, and they are the same. */
export function isKnownToDiffer(a: Module, b: Module): boolean {
  return a.contentId !== undefined && b.contentId !== undefined && a.contentId !== b.contentId
}

/** Where a key below `[buildpack]` or `[extension]` stands. */
export function infoPlace({ kind, module }: ListedModule, key: string): Place {
  return module.locate([kind, key])
}

function listed(kind: ModuleKind, entries: readonly (readonly Module[] | undefined)[]): ListedModule[] {
  return entries.flatMap((modules, entry) =>
    (modules ?? []).map((module, index) => ({
      kind,
      module,
      name: nameOf(module),
      id: module.descriptor.info.id,
      version: module.descriptor.info.version,
      entry: [`${kind}s`, entry],
      isNamed: index === 0,
    })),
  )
}
