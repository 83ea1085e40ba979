import { readBuilderLabel } from '../../cnb/builder-label.js'
import { LABEL, readOrderLabel, readSystemLabel, type LabelSource } from '../../cnb/labels.js'
import { readLayersLabel } from '../../cnb/layers-label.js'
import { readPackageMetadata } from '../../cnb/metadata-label.js'
import { CnbError } from '../../errors.js'
import { derived } from '../derived.js'

/** A label that was read: what it says, or what is wrong with it, or neither when there is none. */
export interface ReadLabel<Value> {
  readonly name: string
  readonly value: Value | undefined
  readonly problem: string | undefined
}

/** The labels that say what is in an artifact. */
export const labelsOf = derived((source: LabelSource) => ({
  builder: read(LABEL.builderMetadata, () => readBuilderLabel(source)),
  package: read(LABEL.packageMetadata, () => readPackageMetadata(source)),
  buildpacks: read(LABEL.buildpackLayers, () => readLayersLabel(source, 'buildpack')),
  extensions: read(LABEL.extensionLayers, () => readLayersLabel(source, 'extension')),
  order: read(LABEL.order, () => readOrderLabel(source, LABEL.order)),
  orderExtensions: read(LABEL.orderExtensions, () => readOrderLabel(source, LABEL.orderExtensions)),
  system: read(LABEL.system, () => (source.labels.has(LABEL.system) ? readSystemLabel(source) : undefined)),
}))

function read<Value>(name: string, from: () => Value | undefined): ReadLabel<Value> {
  try {
    return { name, value: from(), problem: undefined }
  } catch (error) {
    if (!(error instanceof CnbError)) throw error
    return { name, value: undefined, problem: error.message }
  }
}

/** What is wrong with a label that must be there; undefined when it can be read. */
export function problemOf({ name, value, problem }: ReadLabel<unknown>): string | undefined {
  if (problem !== undefined) return problem
  return value === undefined ? `there is no label ${name}` : undefined
}
