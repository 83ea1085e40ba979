import type { DiffId, Digest } from '../oci/digest.js'
import type { FileRange, Layer } from '../oci/image.js'
import type { ModuleDescriptor } from './module.js'

/** Where the files of a module or of a lifecycle are. */
export type Content<L = Layer> = DirectoryContent | ArchiveContent | LayerContent<L>

/** A directory on this machine. */
export interface DirectoryContent {
  readonly kind: 'directory'
  readonly path: string
  /** A file that stands for the descriptor in the directory. */
  readonly descriptor?: string | undefined
}

/** A tar on this machine, gzipped or not. */
export interface ArchiveContent {
  readonly kind: 'archive'
  readonly file: string
  /** Of a file that was downloaded: what it is called in messages, and the digest by which it is known again. */
  readonly download?: { readonly name: string; readonly digest: Digest } | undefined
}

/** A layer of an image. That of a buildpackage may hold several modules; a lifecycle is the last one of its image. */
export interface LayerContent<L = Layer> {
  readonly kind: 'layer'
  readonly layer: L
  /** The image for people. */
  readonly from: string
  /** Of a module: what the label of the package says of it, which its descriptor is to say too. */
  readonly promised?: ModuleDescriptor | undefined
}

/** What a worker is told of a layer that lies on this machine: plain data, unlike a `Layer`. */
export interface LocalLayer {
  readonly range: FileRange
  /** True when size and digest were checked in this run. */
  readonly isVerified: boolean
  readonly mediaType: string
  readonly digest: Digest
  readonly diffId: DiffId
}
