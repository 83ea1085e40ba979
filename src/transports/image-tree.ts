import type { Artifact, Blob, Descriptor, Image, ImageIndex } from '../oci/image.js'
import { verified } from '../oci/verified.js'

/** A manifest with what it names, in the order in which a place must get it: what is named before what names it. */
export interface ImageTree {
  readonly root: Image | ImageIndex | Artifact
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
  /** Config and layers, each once, the largest first; none of an index. */
  readonly blobs: readonly Blob[]
  /** Of an index; read when they are asked for, and then only once. */
  children(signal?: AbortSignal): Promise<readonly ImageTree[]>
}

/** An image or index as a tree. */
export function treeOf(root: Image | ImageIndex | Artifact): ImageTree {
  if (root.kind !== 'index') {
    const bytes = root.kind === 'image' ? root.manifestBytes : root.bytes
    return { root, descriptor: root.descriptor, bytes, blobs: blobsOf(root), children: () => Promise.resolve([]) }
  }
  let read: Promise<readonly ImageTree[]> | undefined
  const children = (signal?: AbortSignal): Promise<readonly ImageTree[]> => {
    read ??= Promise.all(root.children.map(async (child) => treeOf(await child.read(signal))))
    return read
  }
  return { root, descriptor: root.descriptor, bytes: root.bytes, blobs: [], children }
}

function blobsOf(root: Image | Artifact): readonly Blob[] {
  const blobs = root.kind === 'image' ? [...root.layers, inMemory(root.manifest.config, root.configBytes)] : root.blobs
  const byDigest = new Map(blobs.map((blob) => [blob.descriptor.digest, blob]))
  return [...byDigest.values()].sort((a, b) => b.descriptor.size - a.descriptor.size)
}

/** Bytes as the blob of a descriptor. */
export function inMemory(descriptor: Descriptor, bytes: Uint8Array): Blob {
  return { descriptor, open: () => verified([bytes], descriptor, descriptor.digest) }
}
