import { identityOf, isSameFile, type FileIdentity } from '../files.js'
import type { Digest } from '../oci/digest.js'
import type { FileRange, Layer } from '../oci/image.js'

/**
 * What is known of files without reading them again: which of them hold a blob that we made, and which were found to hold
 * the layer that they should. A file counts as long as nothing was written to it.
 */
export class BlobMemory {
  readonly #own = new Map<Digest, FileIdentity>()
  readonly #checked = new Map<string, FileIdentity[]>()

  /**
   * Says that the file is ours and holds this layer, stored and unpacked: it was hashed while it was made. Nobody else writes
   * to such a file, so it may be linked to from elsewhere. A file that is gone says nothing.
   */
  addOwn(digest: Digest, file: FileIdentity | undefined): void {
    if (file !== undefined) this.#own.set(digest, file)
  }

  /** True when `range` is the whole of a file of ours with this digest. @throws CnbError E_IO */
  isOwn(digest: Digest, range: FileRange | undefined): boolean {
    const own = this.#own.get(digest)
    const actual = range && identityOfWhole(range)
    return own !== undefined && actual !== undefined && isSameFile(own, actual)
  }

  /** Says that the layer was read from where it lies now, and is what its descriptor and diffID say. */
  addChecked(layer: Layer): void {
    const actual = layer.range && identityOfWhole(layer.range)
    if (actual === undefined) return
    const files = this.#checked.get(keyOf(layer)) ?? []
    this.#checked.set(keyOf(layer), [...files, actual])
  }

  /** True when the layer need not be read to be trusted. @throws CnbError E_IO */
  isChecked(layer: Layer): boolean {
    const { range, descriptor } = layer
    const actual = range && identityOfWhole(range)
    if (actual === undefined) return false
    const files = [this.#own.get(descriptor.digest), ...(this.#checked.get(keyOf(layer)) ?? [])]
    return files.some((file) => file !== undefined && isSameFile(file, actual))
  }
}

function identityOfWhole({ file, offset, length }: FileRange): FileIdentity | undefined {
  const identity = offset === 0 ? identityOf(file) : undefined
  return identity?.size === BigInt(length) ? identity : undefined
}

/** The media type says how a layer is to be unpacked, so another one is another claim. */
function keyOf({ descriptor, diffId }: Layer): string {
  return `${descriptor.digest} ${diffId} ${descriptor.mediaType}`
}
