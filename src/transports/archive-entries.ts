import { compareBytes, encodeUtf8 } from '../bytes.js'
import { descriptorJson } from '../oci/descriptor.js'
import { inOrder } from '../oci/go-json.js'
import type { Annotations, Descriptor, Image, ImageIndex, Json, Layer } from '../oci/image.js'
import { printJson } from '../oci/json.js'
import { OCI_INDEX } from '../oci/media-type.js'
import { printReference, type Reference } from '../oci/reference.js'
import { collect } from '../oci/verified.js'
import { blobsOf } from './blobs-of.js'
import { blobPath, CONTAINERD_NAME, LAYOUT_VERSION, REF_NAME } from './read-layout.js'

/** A file of an archive that is to be written: bytes that are at hand, or a layer. */
export interface ArchiveEntry {
  readonly path: string
  readonly content: Uint8Array | Layer
}

/**
 * The files of an archive that holds `root` under these names, in the order of their paths: an OCI layout, and for docker
 * beside it the manifest that engines before 25 read. The same image makes the same archive.
 */
export async function imageArchiveEntries(
  root: Image | ImageIndex,
  { names, format }: { readonly names: readonly Reference[]; readonly format: 'oci' | 'docker' },
  signal?: AbortSignal,
): Promise<readonly ArchiveEntry[]> {
  const documents: (readonly [string, Json])[] = [
    ['index.json', indexJson(root.descriptor, names)],
    ['oci-layout', new Map([['imageLayoutVersion', LAYOUT_VERSION]])],
  ]
  if (format === 'docker' && root.kind === 'image') documents.push(['manifest.json', dockerJson(root, names)])
  const entries = new Map<string, Uint8Array | Layer>()
  for (const [path, json] of documents) entries.set(path, encodeUtf8(printJson(json)))
  for await (const blob of blobsOf(root, signal)) {
    entries.set(blobPath(blob.descriptor.digest), 'diffId' in blob ? blob : await collect(blob.open(signal)))
  }
  return [...entries].map(([path, content]) => ({ path, content })).sort((a, b) => compareBytes(a.path, b.path))
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
function dockerJson(image: Image, names: readonly Reference[]): Json {
  const tags = names.filter(({ selector }) => selector.kind === 'tag').map(printReference)
  return [
    new Map<string, Json>([
      ['Config', blobPath(image.manifest.config.digest)],
      ['RepoTags', tags.length === 0 ? null : tags],
      ['Layers', image.layers.map(({ descriptor }) => blobPath(descriptor.digest))],
    ]),
  ]
}
