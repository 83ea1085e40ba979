import { compareBytes, encodeUtf8 } from '../bytes.js'
import { descriptorJson } from '../oci/descriptor.js'
import { inOrder } from '../oci/go-json.js'
import type { Annotations, Descriptor, Image, ImageIndex, Json, Layer } from '../oci/image.js'
import { printJson } from '../oci/json.js'
import { OCI_INDEX } from '../oci/media-type.js'
import { printReference, type Reference } from '../oci/reference.js'
import { blobsOf } from './blobs-of.js'
import { blobPath, CONTAINERD_NAME, LAYOUT_VERSION, REF_NAME } from './read-layout.js'

/** A file of an archive that is to be written. */
export interface ArchiveEntry {
  readonly path: string
  readonly size: number
  /** The layer in it, when it is one. */
  readonly layer?: Layer | undefined
  open(signal?: AbortSignal): AsyncIterable<Uint8Array>
}

/**
 * The files of an archive that holds `root` under these names, in the order of their paths: an OCI layout, and for docker
 * beside it the manifest that engines before 25 read. The same image makes the same archive.
 */
export async function archiveEntries(
  root: Image | ImageIndex,
  { names, format }: { readonly names: readonly Reference[]; readonly format: 'oci' | 'docker' },
  signal?: AbortSignal,
): Promise<readonly ArchiveEntry[]> {
  const entries = new Map<string, ArchiveEntry>()
  for await (const blob of blobsOf(root, signal)) {
    const path = blobPath(blob.descriptor.digest)
    const layer = 'diffId' in blob ? blob : undefined
    entries.set(path, { path, size: blob.descriptor.size, layer, open: (signal) => blob.open(signal) })
  }
  const documents: readonly (readonly [string, string])[] = [
    ['oci-layout', `{"imageLayoutVersion":"${LAYOUT_VERSION}"}`],
    ['index.json', printJson(indexJson(root.descriptor, names))],
    ...(format === 'docker' && root.kind === 'image'
      ? [['manifest.json', printJson(dockerJson(root, names))] as const]
      : []),
  ]
  for (const [path, text] of documents) {
    const bytes = encodeUtf8(text)
    entries.set(path, { path, size: bytes.length, open: () => once(bytes) })
  }
  return [...entries.values()].sort((a, b) => compareBytes(a.path, b.path))
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** An `index.json` with `root` once a name, as containerd and docker write it: the tag, and beside it the whole name. */
function indexJson(root: Descriptor, names: readonly Reference[]): Json {
  const named = names.map((name) => ({
    ...root,
    annotations: new Map([...(root.annotations ?? []), ...namesOf(name)]),
  }))
  const manifests = (named.length === 0 ? [root] : named).map(descriptorJson)
  return inOrder([
    ['schemaVersion', 2],
    ['mediaType', OCI_INDEX],
    ['manifests', manifests],
  ])
}

function namesOf(name: Reference): Annotations {
  const whole = [CONTAINERD_NAME, printReference(name)] as const
  return new Map(name.selector.kind === 'tag' ? [whole, [REF_NAME, name.selector.tag]] : [whole])
}

/** The `manifest.json` of `docker save`, which names files of the archive and not blobs. */
export function dockerJson(image: Image, names: readonly Reference[]): Json {
  const tags = names.filter(({ selector }) => selector.kind === 'tag').map(printReference)
  return [
    new Map<string, Json>([
      ['Config', blobPath(image.manifest.config.digest)],
      ['RepoTags', tags.length === 0 ? null : tags],
      ['Layers', image.layers.map(({ descriptor }) => blobPath(descriptor.digest))],
    ]),
  ]
}
