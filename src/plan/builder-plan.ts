import type { CreatedBy } from '../cnb/created-by.js'
import type { LifecycleDescriptor } from '../cnb/lifecycle.js'
import type { Module } from '../cnb/module.js'
import type { Order, SystemModules } from '../cnb/order.js'
import type { RunImage } from '../cnb/builder-config.js'
import type { Image } from '../oci/image.js'
import type { BaseBuilder } from './base-builder.js'
import type { PlannedLayer } from './planned-layer.js'

/** A builder, decided: everything `assemble` needs to know for one platform. */
export interface BuilderPlan {
  readonly kind: 'builder'
  readonly base: Image
  /** What a builder keeps of the base. */
  readonly inherited: BaseBuilder
  /** Layers on top of the base, in image order. */
  readonly layers: readonly PlannedLayer[]
  /** What the labels say, but for the digests, which are known when the layers are made. */
  readonly metadata: BuilderMetadata
  /** The orders with every version filled in, as order.toml and system.toml have them. */
  readonly resolved: ResolvedOrders
  /** Labels of `--label`, set before ours. */
  readonly labels: ReadonlyMap<string, string>
  readonly createdBy: CreatedBy
}

/** What the labels of a builder are made of. */
export interface BuilderMetadata {
  readonly description: string
  /** In file order: each named module, then its sorted dependencies; repetitions stay. */
  readonly buildpacks: readonly Module[]
  readonly extensions: readonly Module[]
  /** As the file writes them, versions not filled in; undefined when the file has no such key. */
  readonly order: Order | undefined
  readonly orderExtensions: Order | undefined
  readonly system: SystemModules
  readonly stackId: string
  readonly runImages: readonly RunImage[]
  readonly lifecycle: LifecycleDescriptor
}

/** Orders and system buildpacks in which every reference has its version. */
export interface ResolvedOrders {
  readonly order: Order | undefined
  readonly orderExtensions: Order | undefined
  readonly system: SystemModules
}
