import { compareBytes } from '../bytes.js'
import type { RunImage } from '../cnb/builder-config.js'
import { readBuilderLabel } from '../cnb/builder-label.js'
import { expandOrder, modulesById, type DetectionOrder } from '../cnb/detection-order.js'
import { LABEL, readMixins, readOrderLabel, type LabelSource } from '../cnb/labels.js'
import { readLayersLabel } from '../cnb/layers-label.js'
import { moduleName, type ModuleInfo } from '../cnb/module.js'
import type { Stack } from '../cnb/stack.js'
import { CnbError } from '../errors.js'
import { normaliseReference } from '../oci/reference.js'
import type { InspectedBuilder, InspectedRunImage, Inspection } from './inspected.js'
import { lookUp, type LookedUpImage, type LookUpOptions } from './look-up.js'
import { readSettings } from './settings.js'
import type { Settings } from './settings-file.js'
import type { Surroundings } from './surroundings.js'
import { isTrusted } from './trusted-builders.js'

/** What `inspectBuilder` is asked for. */
export interface InspectBuilderOptions extends Omit<LookUpOptions, 'name'> {
  /** undefined for the default builder of the settings. */
  readonly name: string | undefined
  /** Levels of composites that are opened in the detection order; all of them when negative. */
  readonly depth: number
}

/** What was found of a builder, and what the user's settings say of it. */
export interface BuilderInspection extends Inspection<InspectedBuilder> {
  readonly isTrusted: boolean
  readonly isDefault: boolean
}

/** Finds a builder and reads what it says about itself. @throws CnbError E_IMAGE_MISSING, E_USAGE, what its reader throws */
export async function inspectBuilder(
  options: InspectBuilderOptions,
  surroundings: Surroundings,
): Promise<BuilderInspection> {
  // What is wrong with the settings is told when the builder is looked up.
  const settings = readSettings(surroundings.host, () => {})
  const name = options.name ?? settings.defaultBuilder
  if (name === undefined) throw noBuilder()
  const inspection = await lookUp(
    { ...options, name },
    { kind: 'builder', takesIds: false, read: (found, settings) => builderOf(found, settings, options.depth) },
    surroundings,
  )
  return { ...inspection, isTrusted: isTrusted(settings, name), isDefault: name === settings.defaultBuilder }
}

function noBuilder(): CnbError {
  return new CnbError('E_USAGE', 'no builder was named, and there is no default builder', {
    hint: 'name one, or set one with trowel config default-builder NAME',
  })
}

function builderOf({ facts, labels }: LookedUpImage, settings: Settings, depth: number): InspectedBuilder | undefined {
  const label = readBuilderLabel(labels)
  if (label === undefined) return undefined
  const modules = modulesById(readLayersLabel(labels, 'buildpack') ?? [])
  const order = readOrderLabel(labels, LABEL.order)
  const { description, createdBy, lifecycle, extensions } = label
  return {
    image: facts,
    description,
    createdBy,
    stack: stackOf(labels),
    lifecycle,
    runImages: namesOf(label.runImages, settings),
    buildpacks: label.buildpacks && eachOnce(label.buildpacks),
    extensions,
    order: order && expandOrder(order, modules, { depth, from: facts.place }),
    orderExtensions: orderExtensionsOf(readOrderLabel(labels, LABEL.orderExtensions)),
  }

  function orderExtensionsOf(found: typeof order): DetectionOrder | undefined {
    // No extension has an order of its own.
    return found && expandOrder(found, new Map(), { depth: 0, from: facts.place })
  }
}

/** Mixins of the build image alone come last, as pack has them. */
function stackOf(labels: LabelSource): Stack | undefined {
  const id = labels.labels.get(LABEL.stackId) ?? ''
  const mixins = readMixins(labels) ?? []
  if (id === '' && mixins.length === 0) return undefined
  const isOfBuild = (mixin: string): boolean => mixin.startsWith('build:')
  return { id, mixins: [...mixins.filter((mixin) => !isOfBuild(mixin)), ...mixins.filter(isOfBuild)] }
}

/** By id and version, in byte order. */
function eachOnce(modules: readonly ModuleInfo[]): readonly ModuleInfo[] {
  const byName = new Map<string, ModuleInfo>()
  for (const module of modules) if (!byName.has(moduleName(module))) byName.set(moduleName(module), module)
  return [...byName.values()].sort((a, b) => compareBytes(a.id, b.id) || compareBytes(a.version, b.version))
}

/** Every name of the run images: first what the user has set, which goes first in builds too. */
export function namesOf(runImages: readonly RunImage[], settings: Settings): readonly InspectedRunImage[] {
  const named = (names: readonly string[], isUserConfigured: boolean): InspectedRunImage[] =>
    names.filter((name) => name !== '').map((name) => ({ name, isUserConfigured }))
  return [
    ...settings.runImages.flatMap((entry) =>
      runImages.flatMap(({ image }) => (isSameImage(image, entry.image) ? named(entry.mirrors ?? [], true) : [])),
    ),
    ...runImages.flatMap(({ image, mirrors = [] }) => named([image, ...mirrors], false)),
  ]
}

function isSameImage(a: string, b: string): boolean {
  return (normaliseReference(a) ?? a) === (normaliseReference(b) ?? b)
}
