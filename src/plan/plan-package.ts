import { moduleName, type Module } from '../cnb/module.js'
import type { Target } from '../cnb/target.js'
import { emptyImage } from '../oci/empty-image.js'
import type { Platform } from '../oci/platform.js'
import { allModules, distinctModules } from './catalog.js'
import { byName, nameOf } from './flatten.js'
import { mergeStacks } from './merge-stacks.js'
import { groupLayer, moduleLayer } from './module-layers.js'
import type { PackageInput } from './package-input.js'
import type { PackagePlan } from './package-plan.js'
import type { PlannedLayer } from './planned-layer.js'

/**
 * A package for one platform, decided: its layers in image order, and what its labels say.
 *
 * What the rules refuse is left as it is, so that rules about the size of a plan can look at one; only a plan that no rule refused
 * is carried out.
 *
 * @throws Error when there is no module of `kind`: who calls this looks first
 */
export function planPackage(input: PackageInput): PackagePlan {
  const { kind, labels, createdBy } = input
  const all = allModules(input[`${kind}s`])
  const modules = distinctModules(all, (module) => isFlattened(input, module))
  const [main] = modules
  if (main === undefined) throw new Error('the module to package is missing without a word')
  const stacks = kind === 'buildpack' ? mergeStacks(all).stacks : undefined
  return {
    kind: 'package',
    base: emptyImage(platformOf(input.target), createdBy && `${createdBy.name}@${createdBy.version}`),
    layers: packageLayers(input, modules),
    metadata: { kind, main, modules, stacks },
    labels,
  }
}

/** What the image of a package is for; the architecture is empty when the target names none, as in pack. */
function platformOf({ os, arch, variant, distros }: Target): Platform {
  return { os, architecture: arch, variant, osVersion: distros[0]?.version }
}

/**
 * One layer a module, sorted by the bytes of `id@version`: pack's order is random. With `--flatten` all modules are in one layer
 * instead, the dependencies in their order and then the module that is packaged; those that are left out of it come behind.
 */
function packageLayers({ kind, flatten }: PackageInput, modules: readonly Module[]): PlannedLayer[] {
  const isIn = (module: Module): boolean => isFlattened({ flatten }, module)
  const [main, ...dependencies] = modules
  const group = main === undefined ? [] : [...dependencies, main].filter(isIn)
  const rest = group.length > 1 ? modules.filter((module) => !isIn(module)) : modules
  return [
    ...(group.length > 1 ? [groupLayer(kind, group)] : []),
    ...rest.toSorted(byName).map((module) => moduleLayer(kind, module)),
  ]
}

/** Whether a module goes into the one layer of those that are flattened. */
function isFlattened({ flatten }: Pick<PackageInput, 'flatten'>, module: Module): boolean {
  return flatten !== undefined && !flatten.exclude.some((excluded) => moduleName(excluded) === nameOf(module))
}
