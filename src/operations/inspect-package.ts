import { printApiVersion } from '../cnb/api-version.js'
import { expandOrder, moduleOfRef, modulesById, type DetectionOrder, type ModulesById } from '../cnb/detection-order.js'
import { descriptorOf, layersLabel, readLayersLabel, type ModuleLayer } from '../cnb/layers-label.js'
import { readPackageMetadata } from '../cnb/metadata-label.js'
import { moduleName, type ModuleInfo, type ModuleKind } from '../cnb/module.js'
import { compareBytes } from '../bytes.js'
import { CnbError } from '../errors.js'
import type { InspectedPackage, Inspection, ModuleInPackage } from './inspected.js'
import { lookUp, type LookedUpImage, type LookUpOptions } from './look-up.js'
import type { Surroundings } from './surroundings.js'
import { printTarget } from './targets.js'

/** What `inspectPackage` is asked for. */
export interface InspectPackageOptions extends LookUpOptions {
  readonly kind: ModuleKind
  /** Levels of the tree that are shown: 0 for none, 1 for the main module; all of them when negative. */
  readonly depth: number
}

/**
 * Finds a buildpackage or an extension package and reads what it says about itself.
 *
 * @throws CnbError E_IMAGE_MISSING; E_LABEL when its labels contradict each other; what its reader throws
 */
export async function inspectPackage(
  options: InspectPackageOptions,
  surroundings: Surroundings,
): Promise<Inspection<InspectedPackage>> {
  const { kind, depth } = options
  const wanted = {
    kind,
    takesIds: kind === 'buildpack',
    read: (found: LookedUpImage) => packageOf(found, kind, depth),
  }
  return lookUp(options, wanted, surroundings)
}

function packageOf({ facts, labels }: LookedUpImage, kind: ModuleKind, depth: number): InspectedPackage | undefined {
  const metadata = readPackageMetadata(labels)
  const modules = readLayersLabel(labels, kind)
  const [first] = modules ?? []
  // pack looks at no other label of an extension, so nobody else need have made one.
  const main = metadata?.info ?? (kind === 'extension' ? first && descriptorOf(kind, first).info : undefined)
  if (main === undefined || modules === undefined) return undefined
  const { place } = facts
  if (!modules.some((module) => moduleName(module) === moduleName(main))) {
    throw labelError(place, `is about ${moduleName(main)}, which label ${layersLabel(kind)} does not have`)
  }
  if (kind === 'extension' && modules.length > 1) {
    throw labelError(place, `has ${modules.length} extensions, and a package has one`)
  }
  const sorted = modules.toSorted((a, b) => compareBytes(a.id, b.id) || compareBytes(a.version, b.version))
  return {
    image: facts,
    main,
    stacks: metadata?.stacks ?? [],
    modules: sorted.map(packagedModule),
    order: kind === 'buildpack' ? orderOf(main, modulesById(modules), depth, place) : [],
  }
}

function orderOf(main: ModuleInfo, modules: ModulesById, depth: number, place: string): DetectionOrder {
  if (depth === 0) return []
  const order = [{ refs: [{ ...main, optional: false }] }]
  const opened = expandOrder(order, modules, { depth: depth < 0 ? depth : depth - 1, from: place })
  checkPresent(opened, modules, place)
  return opened
}

/** A package carries every module that its own order names. */
function checkPresent(order: DetectionOrder, modules: ModulesById, place: string): void {
  for (const entry of order.flat()) {
    if (moduleOfRef(entry, modules) === undefined) {
      throw labelError(place, `names ${moduleName(entry)} in an order, but does not have it`)
    }
    checkPresent(entry.groups, modules, place)
  }
}

function packagedModule({ id, version, name, homepage, api, targets, diffId }: ModuleLayer): ModuleInPackage {
  return { id, version, name, homepage, api: printApiVersion(api), targets: targets.map(printTarget), diffId }
}

function labelError(place: string, problem: string): CnbError {
  return new CnbError('E_LABEL', `the package ${place} ${problem}`, {
    place: { file: place },
    hint: 'make the package again',
  })
}
