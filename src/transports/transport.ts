import type { Report } from '../errors.js'
import type { Limits } from '../limits.js'
import type { Digest } from '../oci/digest.js'
import type { Blob, Descriptor, Image, ImageIndex, Layer } from '../oci/image.js'

/** What every reader of images needs. */
export interface ImageReadOptions {
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
 * Writes one image or index to one place, in two steps, so that several places can be written to as one: `stage` brings
 * everything there, `publish` gives it its names. Blobs come before the manifest that names them, children before their index,
 * names last; when anything fails, whatever the place had before is still there. Writing the same thing twice moves nothing.
 */
export interface ImageSink {
  /** The place for messages. */
  readonly name: string
  /** Looks whether the place can take an image, before any work is done for it. @throws CnbError when it cannot */
  check(signal?: AbortSignal): Promise<void>
  /**
   * Takes a layer that the image is going to have, so that it can be on its way while others are still being made. Returns at
   * once; a failure shows in `stage`.
   */
  offer(layer: Layer, signal?: AbortSignal): void
  /** Brings the image there, still without a name. @throws CnbError, and then nothing is left of it that counts */
  stage(root: Image | ImageIndex, signal?: AbortSignal): Promise<StagedImage>
  /** Ends what `offer` began when it turns out that there will be no image. Does not throw. */
  abandon(): Promise<void>
}

/** An image that is at its place, still without a name. */
export interface StagedImage {
  /** Gives it its names. @throws CnbError, and then every name stands for what it stood for before */
  publish(signal?: AbortSignal): Promise<readonly PublishedName[]>
  /** Takes back what `publish` did, as far as the place lets us; for when another place failed. Does not throw. */
  revert(): Promise<void>
  /** Removes what is not needed any more: what was staged and has no name, what `revert` would have needed. Comes last, always. */
  discard(): Promise<void>
}

/** A name that an image got. */
export interface PublishedName {
  /** Such as `registry.example/acme/builder:1`, `oci:out:1`, `docker:acme/builder:1`. */
  readonly name: string
  /** What it stood for before. */
  readonly before: Digest | undefined
  /** The same as before when there was nothing to do. An engine knows images by the digest of their config. */
  readonly after: Digest
}
