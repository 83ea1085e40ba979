import type { ModuleRef, Order, SystemModules } from '../cnb/order.js'
import type { KeyPath } from '../toml/document.js'
import type { Catalog } from './catalog.js'

/** Why a reference stands for no version. */
export interface RefProblem {
  readonly kind: 'unknown-id' | 'unknown-version' | 'ambiguous'
  /** Where the reference stands in builder.toml. */
  readonly path: KeyPath
  readonly ref: ModuleRef
  /** The versions of its id that are there, in order of appearance. */
  readonly available: readonly string[]
}

/**
 * The version that each reference in `order` stands for, in the same shape: the one it names, else the only one there is.
 *
 * Each problem goes to `onProblem` and its reference is left out, so that one call shows all of them. `path` is where the
 * order stands, such as `['order']`.
 *
 * @see spec distribution, "Order Definitions"; pack 0.40.6 fills in versions the same way
 */
export function resolveOrder(
  order: Order,
  catalog: Catalog,
  path: KeyPath,
  onProblem: (problem: RefProblem) => void,
): Order {
  return order.map(({ refs }, group) => ({
    refs: refs && resolveRefs(refs, catalog, [...path, group, 'group'], onProblem),
  }))
}

/** The same for the buildpacks of `[system]`. */
export function resolveSystem(
  system: SystemModules,
  catalog: Catalog,
  onProblem: (problem: RefProblem) => void,
): SystemModules {
  return {
    pre: resolveRefs(system.pre, catalog, ['system', 'pre', 'buildpacks'], onProblem),
    post: resolveRefs(system.post, catalog, ['system', 'post', 'buildpacks'], onProblem),
  }
}

function resolveRefs(
  refs: readonly ModuleRef[],
  catalog: Catalog,
  path: KeyPath,
  onProblem: (problem: RefProblem) => void,
): ModuleRef[] {
  return refs.flatMap((ref, index) => {
    const available = catalog.get(ref.id) ?? []
    const kind = problemOf(ref.version, available)
    if (kind !== undefined) {
      onProblem({ kind, path: [...path, index], ref, available })
      return []
    }
    return { ...ref, version: ref.version || (available[0] ?? '') }
  })
}

function problemOf(version: string, available: readonly string[]): RefProblem['kind'] | undefined {
  if (available.length === 0) return 'unknown-id'
  if (version === '') return available.length > 1 ? 'ambiguous' : undefined
  return available.includes(version) ? undefined : 'unknown-version'
}
