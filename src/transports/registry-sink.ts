import { CnbError, type Report } from '../errors.js'
import type { Limits } from '../limits.js'
import type { Image, ImageIndex, Layer } from '../oci/image.js'
import { printReference, type Reference } from '../oci/reference.js'
import type { RegistryClient, RepositoryClient } from '../registry/registry-client.js'
import type { BlobMemory } from './blob-memory.js'
import { BlobTransfer } from './blob-transfer.js'
import { treeOf, type ImageTree } from './image-tree.js'
import { RegistryStaging } from './registry-staging.js'
import { TagMoves, type TagMove } from './registry-tags.js'
import type { ImageSink, StagedImage } from './transport.js'

/** Which names an image gets, and how. */
export interface RegistrySinkOptions {
  readonly client: RegistryClient
  /** At least one, each by tag; in any repositories of any registries. */
  readonly references: readonly Reference[]
  /** One more for each image of an index, in their order, each by tag, in repositories of `references`. */
  readonly platformNames?: readonly Reference[] | undefined
  /** Whether a tag that somebody else moves at the same time is an error instead of a warning. */
  readonly mustVerify?: boolean | undefined
  /** What is known of layers on this machine is not read again. */
  readonly memory: BlobMemory
  readonly limits: Limits
  /** Takes warnings. */
  readonly report: Report
}

/**
 * Writes to repositories of registries, under one or several names. Blobs go to every repository first, then manifests by digest,
 * children before their index; names come last, and are put back when one of them cannot be given.
 */
export function registrySink(options: RegistrySinkOptions): ImageSink {
  const sink = new RegistrySink(options)
  return {
    name: options.references.map(printReference).join(', '),
    check: (signal) => sink.check(signal),
    offer: (layer, signal) => sink.offer(layer, signal),
    stage: (root, signal) => sink.stage(root, signal),
    abandon: () => sink.abandon(),
  }
}

class RegistrySink {
  readonly #options: RegistrySinkOptions
  #remotes: readonly RepositoryClient[] | undefined
  /** Of the image that is being brought. */
  #transfer = new BlobTransfer()

  constructor(options: RegistrySinkOptions) {
    this.#options = options
  }

  async check(signal: AbortSignal | undefined): Promise<void> {
    for (const reference of this.#options.references) this.#checkName(reference)
    await Promise.all(this.#repositories().map((remote) => remote.checkAccess(signal)))
  }

  offer(layer: Layer, signal: AbortSignal | undefined): void {
    this.#transfer.follow(signal)
    for (const remote of this.#repositories()) void this.#transfer.put(layer, remote)
  }

  async stage(root: Image | ImageIndex, signal: AbortSignal | undefined): Promise<StagedImage> {
    const transfer = this.#take()
    transfer.follow(signal)
    try {
      const tree = treeOf(root)
      const moves = await this.#tagMoves(tree, transfer.signal)
      const staging = new RegistryStaging(transfer, this.#options)
      await transfer.run(() => staging.put(tree, this.#repositories()))
      await transfer.close()
      return this.#staged(moves)
    } catch (error) {
      await transfer.end(error)
      throw error
    }
  }

  async abandon(): Promise<void> {
    await this.#take().end(new Error('there will be no image'))
  }

  #staged(moves: readonly TagMove[]): StagedImage {
    const tags = new TagMoves(this.#options.report, this.#options.mustVerify === true)
    return {
      publish: (signal) => tags.move(moves, signal),
      revert: () => tags.putBack(),
      // What has no name is removed by the registry's own housekeeping.
      discard: () => Promise.resolve(),
    }
  }

  /** Which tags are to be given: those of the images of an index first, because its own tags are what people look at. */
  async #tagMoves(tree: ImageTree, signal: AbortSignal): Promise<readonly TagMove[]> {
    const { references, platformNames = [] } = this.#options
    const children = platformNames.length === 0 ? [] : await tree.children(signal)
    const named = [
      ...children.map((child, i) => ({ reference: platformNames[i], to: child })),
      ...references.map((reference) => ({ reference, to: tree })),
    ]
    return named.flatMap(({ reference, to }) => this.#tagMove(reference, to) ?? [])
  }

  #tagMove(reference: Reference | undefined, to: ImageTree): TagMove | undefined {
    if (reference?.selector.kind !== 'tag') return undefined
    const remote = this.#options.client.repository(reference.repository, 'pull,push')
    return { remote, tag: reference.selector.tag, to }
  }

  #take(): BlobTransfer {
    const transfer = this.#transfer
    this.#transfer = new BlobTransfer()
    return transfer
  }

  /** One for each repository. */
  #repositories(): readonly RepositoryClient[] {
    this.#remotes ??= [
      ...new Map(
        this.#options.references.map(({ repository }) => {
          const remote = this.#options.client.repository(repository, 'pull,push')
          return [remote.name, remote]
        }),
      ).values(),
    ]
    return this.#remotes
  }

  #checkName(reference: Reference): void {
    if (reference.selector.kind === 'tag') return
    const name = printReference(reference)
    throw new CnbError('E_USAGE', `${name} is the name of one image for ever, and cannot be given to another`, {
      value: name,
      hint: 'publish under a tag',
    })
  }
}
