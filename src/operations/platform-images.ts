import { CnbError } from '../errors.js'
import { isAttestation } from '../oci/attestation.js'
import type { Artifact, Image, ImageIndex, IndexChild } from '../oci/image.js'

/** A child that is not where its index is: an index may name platforms that were not copied along. */
export interface AbsentImage {
  readonly kind: 'absent'
  readonly child: IndexChild
}

/** Every image of `root` that somebody may run, in the order of its index, and of the indexes in that. @throws CnbError what a child's reader throws */
export async function* platformImages(
  root: Image | ImageIndex,
  signal: AbortSignal | undefined,
): AsyncGenerator<Image | AbsentImage, void, undefined> {
  if (root.kind === 'image') {
    yield root
    return
  }
  for (const child of root.children) {
    if (isAttestation(child.descriptor)) continue
    const read = await readChild(child, signal)
    if (read === undefined) yield { kind: 'absent', child }
    else if (read.kind !== 'artifact') yield* platformImages(read, signal)
  }
}

async function readChild(
  child: IndexChild,
  signal: AbortSignal | undefined,
): Promise<Image | ImageIndex | Artifact | undefined> {
  try {
    return await child.read(signal)
  } catch (error) {
    if (error instanceof CnbError && error.code === 'E_OCI_BLOB_MISSING') return undefined
    throw error
  }
}
