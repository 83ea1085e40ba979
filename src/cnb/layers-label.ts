import { Fields } from '../oci/fields.js'
import { type DiffId, parseDiffId } from '../oci/digest.js'
import { inOrder, sortedByKey, unlessBlank, unlessEmpty } from '../oci/go-json.js'
import type { Json } from '../oci/image.js'
import { printJson } from '../oci/json.js'
import { type ApiVersion, parseApiVersion, printApiVersion } from './api-version.js'
import { LABEL, type LabelSource, readLabelFields } from './labels.js'
import { orderJson, readOrder, readStacks, readTargets, stackJson, targetJson } from './module-json.js'
import type { ModuleDescriptor, ModuleId, ModuleKind } from './module.js'
import type { Order } from './order.js'
import type { Stack } from './stack.js'
import type { Target } from './target.js'

/** What a layers label says of one module. */
export interface ModuleLayer extends ModuleId {
  readonly api: ApiVersion
  readonly stacks: readonly Stack[]
  readonly targets: readonly Target[]
  readonly order: Order
  readonly diffId: DiffId
  readonly homepage: string
  readonly name: string
}

/** What a layers label says of the module with this descriptor, whose layer has this diffID. */
export function moduleLayerOf({ info, api, stacks, targets, order }: ModuleDescriptor, diffId: DiffId): ModuleLayer {
  const { id, version, homepage, name } = info
  return { id, version, api, stacks, targets, order, diffId, homepage, name }
}

/**
 * The descriptor of a module out of a package, as far as a layers label carries it; the rest is empty, as in pack, which
 * also leaves out the targets of an extension.
 */
export function descriptorOf(kind: ModuleKind, layer: ModuleLayer): ModuleDescriptor {
  const { id, version, name, homepage, api } = layer
  const isBuildpack = kind === 'buildpack'
  return {
    kind,
    api,
    info: {
      id,
      version,
      name,
      homepage,
      description: '',
      keywords: [],
      execEnv: [],
      licenses: [],
      clearEnv: false,
    },
    stacks: isBuildpack ? layer.stacks : [],
    targets: isBuildpack ? layer.targets : [],
    order: isBuildpack ? layer.order : [],
  }
}

/** The label that says which modules of a kind an image holds, and in which layers. */
export function layersLabel(kind: ModuleKind): string {
  return kind === 'buildpack' ? LABEL.buildpackLayers : LABEL.extensionLayers
}

/** The text of a layers label. Of several entries with one id and version the last one stays. */
export function printLayersLabel(layers: Iterable<ModuleLayer>): string {
  const byId = new Map<string, Map<string, Json>>()
  for (const layer of layers) {
    const versions = byId.get(layer.id) ?? new Map<string, Json>()
    byId.set(layer.id, versions.set(layer.version, layerJson(layer)))
  }
  const sorted = [...byId].map(([id, versions]) => [id, sortedByKey(versions)] as const)
  return printJson(sortedByKey(new Map(sorted)))
}

function layerJson({ api, stacks, targets, order, diffId, homepage, name }: ModuleLayer): Json {
  return inOrder([
    ['api', printApiVersion(api)],
    ['stacks', unlessEmpty(stacks.map(stackJson))],
    ['targets', unlessEmpty(targets.map(targetJson))],
    ['order', unlessEmpty(orderJson(order))],
    ['layerDiffID', diffId],
    ['homepage', unlessBlank(homepage)],
    ['name', unlessBlank(name)],
  ])
}

/**
 * The modules that a package or builder says it holds, in the order of the label; undefined when it has no such label.
 *
 * @throws CnbError E_LABEL, E_DIGEST_SYNTAX
 */
export function readLayersLabel(source: LabelSource, kind: ModuleKind): readonly ModuleLayer[] | undefined {
  const byId = readLabelFields(source, layersLabel(kind))
  return byId?.keys().flatMap((id) => {
    const versions = byId.object(id)
    return versions.keys().map((version) => readLayer(id, version, versions.object(version)))
  })
}

function readLayer(id: string, version: string, fields: Fields): ModuleLayer {
  const api = parseApiVersion(fields.string('api'))
  if (api === undefined) throw fields.error('api', 'is no API version')
  return {
    id,
    version,
    api,
    stacks: readStacks(fields, 'stacks'),
    targets: readTargets(fields, 'targets'),
    order: readOrder(fields, 'order'),
    diffId: parseDiffId(fields.digest('layerDiffID')),
    homepage: fields.optionalString('homepage') ?? '',
    name: fields.optionalString('name') ?? '',
  }
}
