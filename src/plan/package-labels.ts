import { LABEL } from '../cnb/labels.js'
import { layersLabel, printLayersLabel } from '../cnb/layers-label.js'
import { printPackageMetadata } from '../cnb/metadata-label.js'
import type { DiffId } from '../oci/digest.js'
import { labelledLayers } from './labels.js'
import type { PackagePlan } from './package-plan.js'
import type { PlannedLayer } from './planned-layer.js'

/** All labels of a package: those of `--label`, then ours. */
export function packageLabels(
  { layers, labels, metadata }: PackagePlan,
  diffIdOf: (layer: PlannedLayer) => DiffId,
): ReadonlyMap<string, string> {
  const { kind, main, modules, stacks } = metadata
  return new Map([
    ...labels,
    [LABEL.packageMetadata, printPackageMetadata({ info: main.descriptor.info, stacks })],
    [layersLabel(kind), printLayersLabel(labelledLayers(kind, modules, layers, diffIdOf))],
  ])
}
