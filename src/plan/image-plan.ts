import type { DiffId } from '../oci/digest.js'
import type { BuilderPlan } from './builder-plan.js'
import { builderLabels } from './labels.js'
import { packageLabels } from './package-labels.js'
import type { PackagePlan } from './package-plan.js'
import type { PlannedLayer } from './planned-layer.js'

/** An image, decided. */
export type ImagePlan = BuilderPlan | PackagePlan

/** The lifecycle expects to run here. */
const BUILDER_WORKING_DIR = '/layers'

/** All labels of the image; `diffIdOf` tells the diffID of a planned layer. */
export function imageLabels(plan: ImagePlan, diffIdOf: (layer: PlannedLayer) => DiffId): ReadonlyMap<string, string> {
  return plan.kind === 'builder' ? builderLabels(plan, diffIdOf) : packageLabels(plan, diffIdOf)
}

/** Where programs start in the image; undefined where the base decides. */
export function workingDirOf({ kind }: ImagePlan): string | undefined {
  return kind === 'builder' ? BUILDER_WORKING_DIR : undefined
}
