import { setMaxListeners } from 'node:events'
import type { Blob } from '../oci/image.js'
import { hasBlob } from '../registry/blobs.js'
import type { RepositoryClient } from '../registry/registry-client.js'
import { mountBlob, sendBlob } from '../registry/upload.js'
import type { UploadSession } from '../registry/upload-session.js'
import { Slots } from './slots.js'

const MIB = 1024 * 1024
/** Small questions at once. */
const CHECKS = 8
/** Uploads to one registry at once. */
const UPLOADS_PER_REGISTRY = 4
/** Uploads of blobs from `LARGE_BYTES` on at once: each may keep a part in memory. */
const LARGE_UPLOADS = 2
const LARGE_BYTES = 64 * MIB

/** The first repository of a registry that a blob is brought to; others get it from there. */
interface FirstCopy {
  readonly remote: RepositoryClient
  readonly done: Promise<void>
}

/**
 * Brings blobs to repositories: each to each repository once, and its bytes to each registry once at most. The first failure
 * ends everything that is under way.
 */
export class BlobTransfer {
  readonly #controller = new AbortController()
  readonly #checks = new Slots(CHECKS)
  readonly #large = new Slots(LARGE_UPLOADS)
  readonly #uploads = new Map<string, Slots>()
  readonly #copies = new Map<string, Promise<void>>()
  readonly #first = new Map<string, FirstCopy>()
  #stopFollowing = (): void => undefined

  constructor() {
    // Every blob that is under way listens.
    setMaxListeners(0, this.#controller.signal)
  }

  /** Ends when the transfer is ended, or one of the signals it follows. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Ends when `signal` does. */
  follow(signal: AbortSignal | undefined): void {
    this.#stopFollowing()
    if (signal === undefined) return
    const end = (): void => this.#controller.abort(signal.reason)
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
    this.#stopFollowing = () => signal.removeEventListener('abort', end)
  }

  /** Makes sure that a repository has a blob. */
  put(blob: Blob, remote: RepositoryClient): Promise<void> {
    const { digest } = blob.descriptor
    const key = `${remote.name}@${digest}`
    const present = this.#copies.get(key)
    if (present !== undefined) return present
    const inRegistry = `${remote.repository.registry}@${digest}`
    const first = this.#first.get(inRegistry)
    for (const source of [blob.origin, first?.remote.repository]) if (source !== undefined) remote.mayMountFrom(source)
    const copy = this.run(() => this.#bring(blob, remote, first))
    // Whoever waits for it is told; nobody may be waiting yet.
    copy.catch(() => undefined)
    if (first === undefined) this.#first.set(inRegistry, { remote, done: copy })
    this.#copies.set(key, copy)
    return copy
  }

  /** Brings a blob again that the registry says it does not have. */
  putAgain(blob: Blob, remote: RepositoryClient): Promise<void> {
    return this.#send(blob, remote, undefined)
  }

  /** Runs a small task of this transfer, a few at once. */
  check<T>(task: () => Promise<T>): Promise<T> {
    return this.#checks.run(() => {
      this.signal.throwIfAborted()
      return task()
    })
  }

  /** Runs a task with which the transfer stands or falls. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task()
    } catch (error) {
      this.#controller.abort(error)
      throw this.signal.reason
    }
  }

  /** Ends what is under way, and waits until it has ended. Does not throw. */
  async end(reason: unknown): Promise<void> {
    this.#controller.abort(reason)
    await this.close()
  }

  /** Waits for everything that is under way. Does not throw. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#copies.values())
    this.#stopFollowing()
  }

  async #bring(blob: Blob, remote: RepositoryClient, first: FirstCopy | undefined): Promise<void> {
    const { descriptor, origin } = blob
    if (await this.check(() => hasBlob(remote, descriptor, this.signal))) {
      remote.settled('up', descriptor, 'present')
      return
    }
    await first?.done
    const near = origin?.registry === remote.repository.registry ? origin : undefined
    const from = first?.remote.repository ?? near
    const mounted =
      from === undefined || from.name === remote.repository.name
        ? undefined
        : await this.check(() => mountBlob(remote, descriptor, from, this.signal))
    if (mounted === 'mounted') remote.settled('up', descriptor, 'mounted')
    else await this.#send(blob, remote, mounted)
  }

  #send(blob: Blob, remote: RepositoryClient, session: UploadSession | undefined): Promise<void> {
    const { descriptor } = blob
    const upload = async (): Promise<void> => {
      await this.#uploadsTo(remote).run(() => sendBlob(remote, blob, session, this.signal))
      remote.settled('up', descriptor, 'moved')
    }
    return descriptor.size < LARGE_BYTES ? upload() : this.#large.run(upload)
  }

  #uploadsTo({ repository }: RepositoryClient): Slots {
    const { registry } = repository
    const slots = this.#uploads.get(registry) ?? new Slots(UPLOADS_PER_REGISTRY)
    this.#uploads.set(registry, slots)
    return slots
  }
}
