import type { Limits } from '../limits.js'
import type { Digest } from '../oci/digest.js'
import type { Layer } from '../oci/image.js'
import { describeManifest } from '../registry/manifests.js'
import { putManifest } from '../registry/put-manifest.js'
import type { RepositoryClient } from '../registry/registry-client.js'
import type { BlobMemory } from './blob-memory.js'
import type { BlobTransfer } from './blob-transfer.js'
import { checkLayer } from './check-layer.js'
import type { ImageTree } from './image-tree.js'

/** What bringing images to repositories needs. */
export interface StagingOptions {
  readonly memory: BlobMemory
  readonly limits: Limits
}

/** Brings an image or index to repositories, still without a name: what is named before what names it. */
export class RegistryStaging {
  readonly #transfer: BlobTransfer
  readonly #options: StagingOptions
  readonly #checks = new Map<ImageTree, Promise<void>>()

  constructor(transfer: BlobTransfer, options: StagingOptions) {
    this.#transfer = transfer
    this.#options = options
  }

  /**
   * Makes sure that repositories have it; one that has the manifest has what it names, and others of its registry get it from
   * there.
   *
   * @param having those that have it for certain
   */
  async put(
    tree: ImageTree,
    remotes: readonly RepositoryClient[],
    having: readonly RepositoryClient[] = [],
  ): Promise<void> {
    const present = await Promise.all(remotes.map((remote) => this.#isThere(tree, remote)))
    const lacking = remotes.filter((_, i) => present[i] === false)
    if (lacking.length === 0) return
    const sources = [...having, ...remotes.filter((remote) => !lacking.includes(remote))]
    for (const blob of tree.blobs) for (const remote of sources) this.#transfer.know(blob, remote)
    const children = await tree.children(this.#transfer.signal)
    const named = Promise.all([...children.map((child) => this.put(child, lacking, sources)), this.#checkLayers(tree)])
    await Promise.all([named, ...lacking.map((remote) => this.#bring(tree, remote, named))])
  }

  async #isThere({ descriptor }: ImageTree, remote: RepositoryClient): Promise<boolean> {
    const selector = { kind: 'digest', digest: descriptor.digest } as const
    const present = await this.#transfer.check(() => describeManifest(remote, selector, this.#transfer.signal))
    return present !== undefined
  }

  /** @param named ends when everything else is right that must be before the manifest */
  async #bring(tree: ImageTree, remote: RepositoryClient, named: Promise<unknown>): Promise<void> {
    const { signal } = this.#transfer
    const selector = { kind: 'digest', digest: tree.descriptor.digest } as const
    await Promise.all([named, ...tree.blobs.map((blob) => this.#transfer.put(blob, remote))])
    await putManifest(remote, selector, tree, { signal, sendAgain: (digest) => this.#putAgain(digest, tree, remote) })
  }

  /** Brings what a registry has lost that it had taken; false when `tree` does not name it. */
  async #putAgain(digest: Digest, tree: ImageTree, remote: RepositoryClient): Promise<boolean> {
    const { signal } = this.#transfer
    const blob = tree.blobs.find(({ descriptor }) => descriptor.digest === digest)
    if (blob !== undefined) {
      await this.#transfer.putAgain(blob, remote)
      return true
    }
    const child = (await tree.children(signal)).find(({ descriptor }) => descriptor.digest === digest)
    if (child === undefined) return false
    await putManifest(remote, { kind: 'digest', digest }, child, { signal })
    return true
  }

  /** Checks the layers of an image once, however many repositories get it. */
  #checkLayers(tree: ImageTree): Promise<void> {
    const { root } = tree
    const present = this.#checks.get(tree)
    if (present !== undefined || root.kind !== 'image') return present ?? Promise.resolve()
    const checking = this.#checkAll(root.layers)
    this.#checks.set(tree, checking)
    return checking
  }

  /** What lies on this machine is unpacked; what a registry serves under its digest is taken as that registry took it. */
  async #checkAll(layers: readonly Layer[]): Promise<void> {
    const { memory, limits } = this.#options
    const { signal } = this.#transfer
    for (const layer of layers) {
      if (layer.range === undefined || memory.isChecked(layer)) continue
      await checkLayer(layer, { limits, signal })
      memory.addChecked(layer)
    }
  }
}
