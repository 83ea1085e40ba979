import { identityOf, isSameFile, type FileIdentity } from '../files.js'
import type { Digest } from '../oci/digest.js'
import type { FileRange, Layer } from '../oci/image.js'

/** Files that are remembered from run to run, at most: those of some hundred builders. */
const REMEMBERED_FILES = 20_000

/**
 * What is known of files without reading them again: which of them hold a blob that we made, and which were found to hold
 * the layer that they should. A file counts as long as nothing was written to it.
 */
export class BlobMemory {
  readonly #own = new Map<Digest, FileIdentity>()
  /** By layer and inode, so that a layer may lie in several places. */
  readonly #checked: Map<string, FileIdentity>
  #isChanged = false

  /** @param remembered what `print` gave in an earlier run; anything else is as good as nothing */
  constructor(remembered = '') {
    this.#checked = parseChecked(remembered)
  }

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
    const file = layer.range && identityOfWhole(layer.range)
    if (file === undefined) return
    this.#checked.set(keyOf(layer, file), file)
    this.#isChanged = true
  }

  /** True when the layer need not be read to be trusted. @throws CnbError E_IO */
  isChecked(layer: Layer): boolean {
    const { range, descriptor } = layer
    const file = range && identityOfWhole(range)
    if (file === undefined) return false
    const known = [this.#own.get(descriptor.digest), this.#checked.get(keyOf(layer, file))]
    return known.some((one) => one !== undefined && isSameFile(one, file))
  }

  /** What a later run should know; undefined when it knows that already. Files of our own have records elsewhere. */
  print(): string | undefined {
    if (!this.#isChanged) return undefined
    const newest = [...this.#checked].slice(-REMEMBERED_FILES)
    return JSON.stringify(
      newest.map(([key, { dev, ino, size, mtimeNs }]) => [key, ...[dev, ino, size, mtimeNs].map(String)]),
    )
  }
}

function parseChecked(text: string): Map<string, FileIdentity> {
  try {
    const entries = JSON.parse(text) as readonly (readonly [string, string, string, string, string])[]
    return new Map(
      entries.map(([key, dev, ino, size, mtimeNs]) => [
        key,
        { dev: BigInt(dev), ino: BigInt(ino), size: BigInt(size), mtimeNs: BigInt(mtimeNs) },
      ]),
    )
  } catch {
    // A memory that is lost costs time and nothing else.
    return new Map()
  }
}

function identityOfWhole({ file, offset, length }: FileRange): FileIdentity | undefined {
  const identity = offset === 0 ? identityOf(file) : undefined
  return identity?.size === BigInt(length) ? identity : undefined
}

/** The media type says how a layer is to be unpacked, so another one is another claim. */
function keyOf({ descriptor, diffId }: Layer, { dev, ino }: FileIdentity): string {
  return `${descriptor.digest} ${diffId} ${descriptor.mediaType} ${dev}:${ino}`
}
