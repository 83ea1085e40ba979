import type { FileRange, Layer } from '../oci/image.js'

/** Where the files of a module or of a lifecycle are. Plain data, so that a worker can be told of it. */
export type Content =
  | { readonly kind: 'directory'; readonly path: string }
  /** A tar, gzipped or not. */
  | { readonly kind: 'archive'; readonly file: string }
  /** A layer of an image. That of a buildpackage may hold several modules; a lifecycle is the last one of its image. */
  | { readonly kind: 'layer'; readonly layer: PackagedLayer }

/** What a worker needs to know of a layer that was read from a package. */
export interface PackagedLayer {
  readonly range: FileRange
  readonly mediaType: string
  readonly digest: Layer['descriptor']['digest']
  readonly diffId: Layer['diffId']
}
