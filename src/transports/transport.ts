import type { Report } from '../errors.js'
import type { Limits } from '../limits.js'
import type { Blob, Descriptor, Image, ImageIndex } from '../oci/image.js'

/** What every reader of images needs. */
export interface ReadOptions {
  readonly limits: Limits
  /** Takes warnings; what must be refused is thrown. */
  readonly report: Report
  readonly signal?: AbortSignal | undefined
  /** A directory for what must be unpacked before it can be read; asked for when that is so. The caller removes it. */
  readonly scratch?: (() => string) | undefined
}

/** Blobs by digest: a layout directory, a file that holds one, a registry. */
export interface BlobSource {
  /** For messages. */
  readonly name: string
  /** The blob, named for messages. @throws CnbError E_OCI_BLOB_MISSING, or E_SIZE when its size shows without reading it */
  blob(descriptor: Descriptor, signal?: AbortSignal): Promise<NamedBlob>
}

/** A blob with a name for messages. */
export interface NamedBlob extends Blob {
  readonly name: string
}

/**
 * Writes one image or index to one place. Blobs come before the manifest that names them, children before their index, what
 * points to it all last; when anything fails, whatever the place had before is still there. Writing the same thing twice moves
 * nothing.
 */
export interface ImageSink {
  write(root: Image | ImageIndex, signal?: AbortSignal): Promise<Descriptor>
}
