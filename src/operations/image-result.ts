import type { DiffId, Digest } from '../oci/digest.js'
import type { LayerRole } from '../plan/planned-layer.js'

/** What every verb that makes images made, as data; `--json` prints it. Sizes are bytes. docs/json.md describes every field. */
export interface ImageResult {
  /**
   * Repository of NAME and the digest of what was written: a manifest, or an index when there are several platforms. Where
   * only an engine has it, the image id, which is the digest of the config; where only files have it, the digest alone.
   */
  readonly reference: string
  readonly digest: Digest
  readonly mediaType: string
  /** Where it was written, as `--to` says it. */
  readonly places: readonly string[]
  /** Every name that it got, and what that stood for before; the same digest twice when there was nothing to do. */
  readonly published: readonly PublishedResult[]
  readonly platforms: readonly PlatformResult[]
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

/** Something that the files name and that was read from elsewhere. */
export interface Replaced {
  readonly reference: string
  readonly place: string
}

/** The image that would be made for one platform. No layer was read to decide it, so it has no digests of ours. */
export interface PlatformPlan {
  readonly platform: string
  readonly layers: readonly {
    readonly role: LayerRole
    readonly title: string
    readonly modules: readonly string[]
    /** The locators that its content comes from. */
    readonly from: readonly string[]
  }[]
}
