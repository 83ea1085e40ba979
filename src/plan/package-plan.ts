import type { Module, ModuleKind } from '../cnb/module.js'
import type { Stack } from '../cnb/stack.js'
import type { Image } from '../oci/image.js'
import type { PlannedLayer } from './planned-layer.js'

/** A buildpackage or an extension package, decided: everything `assemble` needs to know for one platform. */
export interface PackagePlan {
  readonly kind: 'package'
  /** An image of the platform without layers. */
  readonly base: Image
  readonly layers: readonly PlannedLayer[]
  /** What the labels say, but for the digests, which are known when the layers are made. */
  readonly metadata: PackageContent
  /** Labels of `--label`, set before ours. */
  readonly labels: ReadonlyMap<string, string>
}

/** What the labels of a package are made of. */
export interface PackageContent {
  readonly kind: ModuleKind
  /** The module that it is named after. */
  readonly main: Module
  /** Each once, the main module among them. */
  readonly modules: readonly Module[]
  /** What all of them run on; undefined for an extension. */
  readonly stacks: readonly Stack[] | undefined
}
