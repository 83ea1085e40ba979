import { LABEL, readMixins, readOrderLabel, type LabelSource } from '../cnb/labels.js'
import { readLayersLabel, type ModuleLayer } from '../cnb/layers-label.js'
import { readBuilderMetadata, type BaseBuilderMetadata } from '../cnb/metadata-label.js'
import { CnbError } from '../errors.js'

/** What the labels of a base say that a builder on top of it keeps. All of it is empty unless the base is a builder. */
export interface BaseBuilder extends BaseBuilderMetadata {
  readonly buildpackLayers: readonly ModuleLayer[]
  readonly extensionLayers: readonly ModuleLayer[]
  /** Empty when there is no such label. */
  readonly stackId: string
  /** undefined without the label, which prints as `null`. */
  readonly mixins: readonly string[] | undefined
}

/** A label of an image that does not hold what it must. */
export interface LabelProblem {
  readonly label: string
  readonly value: string
  readonly message: string
  readonly hint: string | undefined
}

/** The labels that a builder on `base` starts from: those of `--label` replace those of the base. */
export function startingLabels(
  base: ReadonlyMap<string, string>,
  labels: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map([...base, ...labels])
}

const NO_METADATA: BaseBuilderMetadata = { buildpacks: undefined, extensions: undefined, stackRunImage: undefined }

/**
 * What the labels of an image say; a label that cannot be read goes to `onProblem` and counts as absent. An empty label is
 * an absent one, as in pack.
 */
export function readBaseBuilder(
  { labels, from, limits }: LabelSource,
  onProblem: (problem: LabelProblem) => void = () => {},
): BaseBuilder {
  const source = { labels: new Map([...labels].filter(([, text]) => text !== '')), from, limits }
  const read = <Value>(label: string, readFrom: () => Value): Value | undefined => {
    try {
      return readFrom()
    } catch (error) {
      if (!(error instanceof CnbError)) throw error
      onProblem({ label, value: labels.get(label) ?? '', message: error.message, hint: error.hint })
      return undefined
    }
  }
  // Read although new ones replace them: an image whose orders cannot be read is no sound base.
  for (const label of [LABEL.order, LABEL.orderExtensions]) read(label, () => readOrderLabel(source, label))
  return {
    ...(read(LABEL.builderMetadata, () => readBuilderMetadata(source)) ?? NO_METADATA),
    buildpackLayers: read(LABEL.buildpackLayers, () => readLayersLabel(source, 'buildpack')) ?? [],
    extensionLayers: read(LABEL.extensionLayers, () => readLayersLabel(source, 'extension')) ?? [],
    stackId: labels.get(LABEL.stackId) ?? '',
    mixins: read(LABEL.mixins, () => readMixins(source)),
  }
}
