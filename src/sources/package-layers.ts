import { printApiVersion } from '../cnb/api-version.js'
import { moduleName, moduleRoot, type ModuleDescriptor, type ModuleKind } from '../cnb/module.js'
import { CnbError } from '../errors.js'
import type { Layer } from '../oci/image.js'
import { descriptorBytes, entriesOfLayer, plainName } from './archive-entries.js'
import type { SourceContext } from './context.js'
import { descriptorFile, readDescriptor } from './descriptor.js'

/** A module that a label promises, and the layer in which it is. */
export interface PromisedModule {
  readonly descriptor: ModuleDescriptor
  readonly layer: Layer
}

/**
 * Makes sure that the layers of a package hold the modules that its label promises: each with a descriptor of that id,
 * version and API. A layer is read as far as the descriptors in it.
 *
 * @throws CnbError E_LABEL_LAYER_MISMATCH; those of the archive reader
 */
export async function checkLayers(
  modules: readonly PromisedModule[],
  file: string,
  context: SourceContext,
): Promise<void> {
  for (const layer of new Set(modules.map((module) => module.layer))) {
    const promised = modules.filter((module) => module.layer === layer).map((module) => module.descriptor)
    await checkLayer(layer, promised, file, context)
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
    const found = quietlyRead(bytes, descriptor.kind, context)
    if (found === undefined) throw mismatch(descriptor, `${path} of ${shown} is no descriptor`, file)
    const difference = differenceOf(descriptor, found)
    if (difference !== undefined) throw mismatch(descriptor, `${path} of ${shown} says ${difference}`, file)
    missing.delete(path)
    if (missing.size === 0) return
  }
  const [first] = missing.values()
  if (first !== undefined) throw mismatch(first, `${shown} holds no ${pathOf(first.kind, first)}`, file)
}

function pathOf(kind: ModuleKind, { info }: ModuleDescriptor): string {
  return plainName(`${moduleRoot(kind, info)}/${descriptorFile(kind)}`)
}

/** What a packaged descriptor has to be warned about was for its packager to hear. */
function quietlyRead(bytes: Uint8Array, kind: ModuleKind, context: SourceContext): ModuleDescriptor | undefined {
  return readDescriptor(bytes, { kind, file: '' }, { ...context, report: () => {} })?.descriptor
}

function differenceOf(promised: ModuleDescriptor, found: ModuleDescriptor): string | undefined {
  const [name, other] = [moduleName(promised.info), moduleName(found.info)]
  if (name !== other) return other
  const [api, otherApi] = [printApiVersion(promised.api), printApiVersion(found.api)]
  return api === otherApi ? undefined : `api ${otherApi} instead of ${api}`
}

function mismatch(promised: ModuleDescriptor, problem: string, file: string): CnbError {
  const name = moduleName(promised.info)
  return new CnbError('E_LABEL_LAYER_MISMATCH', `${file} promises ${name} in its label, but ${problem}`, {
    place: { file },
    value: name,
    hint: 'make the package again',
  })
}
