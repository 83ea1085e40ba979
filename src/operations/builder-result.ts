import type { DiffId, Digest } from '../oci/digest.js'
import type { LayerRole } from '../plan/planned-layer.js'

/** What `createBuilder` made, as data; `--json` prints it. Sizes are bytes. docs/json.md describes every field. */
export interface BuilderResult {
  /**
   * Repository of NAME and the digest of what was written: a manifest, or an index when there are several platforms. Where
   * only an engine has it, the image id, which is the digest of the config.
   */
  readonly reference: string
  readonly digest: Digest
  readonly mediaType: string
  /** Where it was written, as `--to` says it. */
  readonly places: readonly string[]
  /** Every name that it got, and what that stood for before; the same digest twice when there was nothing to do. */
  readonly published: readonly PublishedResult[]
  readonly platforms: readonly PlatformResult[]
  /** The order with versions filled in, and what stands before and after every group. */
  readonly order: ResolvedOrders
  readonly replaced: readonly Replaced[]
}

/** A name that an image got. */
export interface PublishedResult {
  readonly name: string
  /** What it stood for before. */
  readonly before: Digest | null
  readonly after: Digest
}

/** The image of one platform. */
export interface PlatformResult {
  /** `os/architecture[/variant]`. */
  readonly platform: string
  readonly digest: Digest
  readonly config: Digest
  /** Base layers first, in image order. */
  readonly layers: readonly LayerResult[]
}

/** One layer of an image. */
export interface LayerResult {
  readonly role: LayerRole | 'base'
  readonly title: string
  readonly diffId: DiffId
  readonly digest: Digest
  /** Stored bytes. */
  readonly size: number
  /** The modules it holds, as `id@version`. */
  readonly modules: readonly string[]
  /** True when the layer was there already and was not made again. */
  readonly reused: boolean
}

/** One module of a group. */
export interface RefResult {
  readonly id: string
  readonly version: string
  readonly optional: boolean
}

/** Orders with no more than what names a module. */
export interface ResolvedOrders {
  readonly order: readonly (readonly RefResult[])[]
  readonly orderExtensions: readonly (readonly RefResult[])[]
  readonly system: { readonly pre: readonly RefResult[]; readonly post: readonly RefResult[] }
}

/** Something that the files name and that was read from elsewhere. */
export interface Replaced {
  readonly reference: string
  readonly place: string
}

/** What `createBuilder` would make; `--dry-run` prints it. No layer was read to decide it, so it has no digests of ours. */
export interface BuilderPlanResult {
  readonly name: string
  readonly places: readonly string[]
  readonly platforms: readonly PlatformPlan[]
  readonly order: ResolvedOrders
  readonly replaced: readonly Replaced[]
}

/** The image that would be made for one platform. */
export interface PlatformPlan {
  readonly platform: string
  readonly base: { readonly reference: string; readonly digest: Digest; readonly layers: number }
  readonly layers: readonly {
    readonly role: LayerRole
    readonly title: string
    readonly modules: readonly string[]
    /** The locators that its content comes from. */
    readonly from: readonly string[]
  }[]
}
