import type { Digest } from '../oci/digest.js'
import type { ImageResult, PlatformPlan, Replaced } from './image-result.js'

/** What `createBuilder` made, as data. */
export interface BuilderResult extends ImageResult {
  /** The order with versions filled in, and what stands before and after every group. */
  readonly order: OrdersResult
}

/** One module of a group. */
export interface RefResult {
  readonly id: string
  readonly version: string
  readonly optional: boolean
}

/** Orders with no more than what names a module. */
export interface OrdersResult {
  readonly order: readonly (readonly RefResult[])[]
  readonly orderExtensions: readonly (readonly RefResult[])[]
  readonly system: { readonly pre: readonly RefResult[]; readonly post: readonly RefResult[] }
}

/** What `createBuilder` would make; `--dry-run` prints it. */
export interface BuilderPlanResult {
  readonly name: string
  readonly places: readonly string[]
  readonly platforms: readonly BuilderPlatformPlan[]
  readonly order: OrdersResult
  readonly replaced: readonly Replaced[]
}

/** The builder that would be made for one platform. */
export interface BuilderPlatformPlan extends PlatformPlan {
  readonly base: { readonly reference: string; readonly digest: Digest; readonly layers: number }
}
