import { descriptorFile, moduleName, moduleRoot, type ModuleDescriptor, type ModuleKind } from '../cnb/module.js'
import { comparePromise } from '../cnb/promised-module.js'
import { CnbError } from '../errors.js'
import type { Layer } from '../oci/image.js'
import { reasonOf } from '../oci/verified.js'
import { descriptorBytes, entriesOfLayer, plainName } from './archive-entries.js'
import type { SourceContext } from './context.js'

/** A module that a label promises, and the layer in which it is. */
export interface PromisedModule {
  readonly descriptor: ModuleDescriptor
  readonly layer: Layer
}

/**
 * Makes sure that the layers of a package hold the modules that its label promises: each with a descriptor of that id,
 * version, API and order. A layer is read as far as the descriptors in it. One that would have to be fetched is not read: its label
 * is believed until the layer is read for the builder, which checks the same.
 *
 * @throws CnbError E_LABEL_LAYER_MISMATCH; those of the archive reader
 */
export async function checkLayers(
  modules: readonly PromisedModule[],
  file: string,
  context: SourceContext,
): Promise<void> {
  for (const layer of new Set(modules.map((module) => module.layer))) {
    if (layer.range === undefined) continue
    const promised = modules.filter((module) => module.layer === layer).map((module) => module.descriptor)
    try {
      await checkLayer(layer, promised, file, context)
    } catch (error) {
      throw await reasonOf(error, layer, context.signal)
    }
  }
}

async function checkLayer(
  layer: Layer,
  promised: readonly ModuleDescriptor[],
  file: string,
  context: SourceContext,
): Promise<void> {
  const missing = new Map(promised.map((descriptor) => [pathOf(descriptor.kind, descriptor), descriptor]))
  const shown = `${file}!${layer.descriptor.digest}`
  for await (const entry of entriesOfLayer(layer, shown, context)) {
    const path = plainName(entry.header.name)
    const descriptor = missing.get(path)
    if (descriptor === undefined) continue
    const bytes = await descriptorBytes(entry, `${shown}!${path}`, context.limits)
    const { broken } = comparePromise(bytes, descriptor, context.limits)
    if (broken !== undefined) throw mismatch(descriptor, `${path} of ${shown} ${broken}`, file)
    missing.delete(path)
    if (missing.size === 0) return
  }
  const [first] = missing.values()
  if (first !== undefined) throw mismatch(first, `${shown} holds no ${pathOf(first.kind, first)}`, file)
}

function pathOf(kind: ModuleKind, { info }: ModuleDescriptor): string {
  return plainName(`${moduleRoot(kind, info)}/${descriptorFile(kind)}`)
}

function mismatch(promised: ModuleDescriptor, problem: string, file: string): CnbError {
  const name = moduleName(promised.info)
  return new CnbError('E_LABEL_LAYER_MISMATCH', `${file} promises ${name} in its label, but ${problem}`, {
    place: { file },
    value: name,
    hint: 'make the package again',
  })
}
