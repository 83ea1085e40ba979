import type { Content } from '../cnb/content.js'
import type { ModuleId, ModuleKind } from '../cnb/module.js'
import type { DiffId } from '../oci/digest.js'
import type { Layer } from '../oci/image.js'
import type { TarHeader } from '../tar/entry.js'

/** What a layer is for. */
export type LayerRole =
  | 'default-dirs'
  | 'lifecycle'
  | 'module'
  | 'flattened'
  | 'whiteout'
  | 'order'
  | 'system'
  | 'stack'
  | 'run'
  | 'build-env'
  | 'platform-env'

/** One layer that is to be made. */
export interface PlannedLayer {
  readonly role: LayerRole
  /** For people: `buildpack acme/java@1.0.0`, `/cnb/order.toml`. */
  readonly title: string
  readonly source: LayerSource
  /** The modules whose layer it is; empty unless the role is module or flattened. */
  readonly modules: readonly (ModuleId & { readonly kind: ModuleKind })[]
  /**
   * On a module's layer and on its whiteout: the layer that the base, itself a builder, has for this id@version. When the
   * new layer turns out to have the same diffID, it and its whiteout are left out.
   */
  readonly existing?: DiffId | undefined
}

/**
 * How the entries of a layer come about. Once the layers in it are on this machine it is plain data, of which a worker can be
 * told.
 */
export type LayerSource<L = Layer> =
  | { readonly kind: 'entries'; readonly entries: readonly InlineEntry[] }
  | { readonly kind: 'lifecycle'; readonly content: Content<L> }
  /** One module, or several flattened into one layer, in this order. */
  | { readonly kind: 'modules'; readonly modules: readonly ModuleSource<L>[] }

/** An entry that the plan spells out. */
export interface InlineEntry {
  readonly header: TarHeader
  readonly content: Uint8Array
}

/** A module that goes into a layer. */
export interface ModuleSource<L = Layer> {
  readonly kind: ModuleKind
  readonly id: ModuleId
  readonly content: Content<L>
}
