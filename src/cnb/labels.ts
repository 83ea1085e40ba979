import { encodeUtf8 } from '../bytes.js'
import { CnbError } from '../errors.js'
import { limitHint, type Limits } from '../limits.js'
import { Fields } from '../oci/fields.js'
import { inOrder, unlessEmpty } from '../oci/go-json.js'
import type { Json } from '../oci/image.js'
import { parseJson, printJson } from '../oci/json.js'
import { orderJson, readOrder, readRefs, refJson } from './module-json.js'
import type { ModuleRef, Order, SystemModules } from './order.js'

/** Names of the labels that builders, buildpackages and applications carry. */
export const LABEL = {
  builderMetadata: 'io.buildpacks.builder.metadata',
  order: 'io.buildpacks.buildpack.order',
  orderExtensions: 'io.buildpacks.buildpack.order-extensions',
  system: 'io.buildpacks.buildpack.system',
  buildpackLayers: 'io.buildpacks.buildpack.layers',
  extensionLayers: 'io.buildpacks.extension.layers',
  packageMetadata: 'io.buildpacks.buildpackage.metadata',
  lifecycleMetadata: 'io.buildpacks.lifecycle.metadata',
  lifecycleVersion: 'io.buildpacks.lifecycle.version',
  lifecycleApis: 'io.buildpacks.lifecycle.apis',
  buildMetadata: 'io.buildpacks.build.metadata',
  rebasable: 'io.buildpacks.rebasable',
  stackId: 'io.buildpacks.stack.id',
  mixins: 'io.buildpacks.stack.mixins',
  distroName: 'io.buildpacks.base.distro.name',
  distroVersion: 'io.buildpacks.base.distro.version',
  released: 'io.buildpacks.base.released',
} as const

/** An image whose labels are read. */
export interface LabelSource {
  readonly labels: ReadonlyMap<string, string>
  /** The image, for messages. */
  readonly from: string
  readonly limits: Pick<Limits, 'labelBytes' | 'jsonDepth'>
}

/**
 * The JSON in a label, or undefined when the image has no such label, or it is empty or says `null`.
 *
 * @throws CnbError E_LABEL when it is too large, E_JSON and the like when it is no JSON
 */
function readLabel({ labels, from, limits }: LabelSource, name: string): Json | undefined {
  const text = labels.get(name) ?? ''
  if (text === '') return undefined
  const file = labelFile(name, from)
  const bytes = encodeUtf8(text)
  if (bytes.length > limits.labelBytes) {
    throw new CnbError('E_LABEL', `${file} has ${bytes.length} bytes, limit ${limits.labelBytes}`, {
      place: { file },
      hint: limitHint('labelBytes'),
    })
  }
  return parseJson(bytes, { file, limits: { ...limits, jsonBytes: limits.labelBytes } }) ?? undefined
}

/** As `readLabel`, for labels that hold an object. @throws CnbError E_LABEL when it holds something else */
export function readLabelFields(source: LabelSource, name: string): Fields | undefined {
  const json = readLabel(source, name)
  return json === undefined ? undefined : Fields.of(json, { file: labelFile(name, source.from), code: 'E_LABEL' })
}

function labelFile(name: string, from: string): string {
  return `label ${name} of ${from}`
}

/** The order as the file has it, versions not filled in; `null` when the file has none. */
export function printOrderLabel(order: Order | undefined): string {
  return printJson(order === undefined ? null : orderJson(order))
}

/** The label of `[system]`, which is set only where there are system buildpacks. */
export function printSystemLabel({ pre, post }: SystemModules): string {
  const refs = (list: readonly ModuleRef[]): Json => inOrder([['buildpacks', unlessEmpty(list.map(refJson))]])
  return printJson(
    inOrder([
      ['pre', refs(pre)],
      ['post', refs(post)],
    ]),
  )
}

/**
 * The order in a label of an image; undefined when it names none.
 *
 * @throws CnbError E_LABEL
 */
export function readOrderLabel(source: LabelSource, name: string): Order | undefined {
  const order = readLabel(source, name)
  if (order === undefined) return undefined
  return readOrder(
    Fields.of(new Map([['order', order]]), { file: labelFile(name, source.from), code: 'E_LABEL' }),
    'order',
  )
}

/** The system buildpacks of a builder; empty when it has no such label. @throws CnbError E_LABEL */
export function readSystemLabel(source: LabelSource): SystemModules {
  const fields = readLabelFields(source, LABEL.system)
  const refs = (key: string): readonly ModuleRef[] => {
    const part = fields?.optionalObject(key)
    return (part && readRefs(part, 'buildpacks')) ?? []
  }
  return { pre: refs('pre'), post: refs('post') }
}

/** Whether an application says that its run image may be exchanged; undefined when it does not say. @throws CnbError E_LABEL */
export function readRebasable(source: LabelSource): boolean | undefined {
  const json = readLabel(source, LABEL.rebasable)
  if (json === undefined || typeof json === 'boolean') return json
  const file = labelFile(LABEL.rebasable, source.from)
  throw new CnbError('E_LABEL', `${file} must be true or false`, { place: { file } })
}

/** The mixins of an image, or undefined when it names none. @throws CnbError E_LABEL unless they are strings */
export function readMixins(source: LabelSource): readonly string[] | undefined {
  const json = readLabel(source, LABEL.mixins)
  if (json === undefined) return undefined
  if (Array.isArray(json) && json.every((item) => typeof item === 'string')) return json
  const file = labelFile(LABEL.mixins, source.from)
  throw new CnbError('E_LABEL', `${file} must be an array of strings`, { place: { file } })
}

/** The mixins label of a builder: those of its build image, or `null`. */
export function printMixins(mixins: readonly string[] | undefined): string {
  return printJson(mixins ?? null)
}
