import { compareBytes } from '../bytes.js'
import { moduleName, type Module, type ModuleId } from '../cnb/module.js'

/** The modules of one kind, divided into those that share a layer and those with a layer of their own. */
export interface Flattened {
  /** Groups by their smallest `id@version`; inside a group the modules keep the order of `modules`. */
  readonly groups: readonly (readonly Module[])[]
  readonly rest: readonly Module[]
}

/**
 * Divides `modules` by the groups of `--flatten`. A name that no module has is ignored; a module that several groups name
 * goes to the first of them.
 */
export function flattenModules(modules: readonly Module[], flatten: readonly (readonly ModuleId[])[]): Flattened {
  const groupOf = new Map<string, Module[]>()
  const groups = flatten.map((names) => {
    const group: Module[] = []
    for (const name of names) {
      if (!groupOf.has(moduleName(name))) groupOf.set(moduleName(name), group)
    }
    return group
  })
  const rest: Module[] = []
  for (const module of modules) {
    const group = groupOf.get(nameOf(module))
    if (group === undefined) rest.push(module)
    else group.push(module)
  }
  return { groups: groups.filter((group) => group.length > 0).sort(bySmallestName), rest }
}

/** Orders modules by the bytes of `id@version`. */
export function byName(a: Module, b: Module): number {
  return compareBytes(nameOf(a), nameOf(b))
}

/** `id@version` of a module. */
export function nameOf(module: Module): string {
  return moduleName(module.descriptor.info)
}

function bySmallestName(a: readonly Module[], b: readonly Module[]): number {
  return compareBytes(smallestName(a), smallestName(b))
}

function smallestName(group: readonly Module[]): string {
  return group.map(nameOf).sort(compareBytes)[0] ?? ''
}
