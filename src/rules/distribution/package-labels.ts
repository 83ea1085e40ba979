import type { ModuleLayer } from '../../cnb/layers-label.js'
import type { PackageMetadata } from '../../cnb/metadata-label.js'
import { moduleName } from '../../cnb/module.js'
import type { Stack } from '../../cnb/stack.js'
import { ANY_STACK } from '../stacks.js'
import { labelsOf } from './labels.js'
import type { Artifact } from './row.js'

/** The modules that a package says it holds. */
export function modulesOf({ labels }: Artifact): readonly ModuleLayer[] {
  const { buildpacks, extensions } = labelsOf(labels)
  return [...(buildpacks.value ?? []), ...(extensions.value ?? [])]
}

/** The metadata of a package, and the module that it is named after; undefined when they cannot be read. */
export function mainOf(artifact: Artifact): { metadata: PackageMetadata; main: ModuleLayer | undefined } | undefined {
  const metadata = labelsOf(artifact.labels).package.value
  if (metadata === undefined) return undefined
  const name = moduleName(metadata.info)
  return { metadata, main: modulesOf(artifact).find((module) => moduleName(module) === name) }
}

/** The stacks that a package names. */
export const stacksOf = (artifact: Artifact): readonly Stack[] => mainOf(artifact)?.metadata.stacks ?? []

/** True of a module that has no order. */
export const isComponent = ({ order }: ModuleLayer): boolean => order.length === 0

/** What a module says of a stack on which it runs; undefined when it does not name it. */
export function stackOf({ stacks }: ModuleLayer, id: string): Stack | undefined {
  return stacks.find((stack) => stack.id === id) ?? stacks.find((stack) => stack.id === ANY_STACK)
}

/** The modules that detection can come to from `main`. */
export function reachable(main: ModuleLayer, modules: readonly ModuleLayer[]): ReadonlySet<string> {
  const byName = new Map(modules.map((module) => [moduleName(module), module]))
  const seen = new Set([moduleName(main)])
  const pending = [main]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const ref of next.order.flatMap(({ refs = [] }) => refs)) {
      const found = byName.get(moduleName(ref))
      if (found === undefined || seen.has(moduleName(ref))) continue
      seen.add(moduleName(ref))
      pending.push(found)
    }
  }
  return seen
}
