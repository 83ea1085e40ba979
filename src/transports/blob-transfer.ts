import { setMaxListeners } from 'node:events'
import type { Blob } from '../oci/image.js'
import type { Repository } from '../oci/reference.js'
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

/** A blob in a repository that it is brought to, or that has it; others of its registry get it from there. */
interface Copy {
  readonly remote: RepositoryClient
  /** Whether the repository had it before. */
  readonly wasThere: Promise<boolean>
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
  /** By repository and digest. */
  readonly #copies = new Map<string, Copy>()
  /** By registry and digest. */
  readonly #copiesIn = new Map<string, Copy[]>()
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
    const present = this.#copies.get(keyOf(blob, remote))
    if (present !== undefined) return present.done
    const near = this.#near(blob, remote)
    for (const source of [blob.origin, near[0]?.remote.repository]) {
      if (source !== undefined) remote.mayMountFrom(source)
    }
    const wasThere = this.run(() => this.check(() => hasBlob(remote, blob.descriptor, this.signal)))
    const done = this.run(() => this.#bring(blob, remote, { wasThere, near }))
    // Whoever waits for it is told; nobody may be waiting yet.
    done.catch(() => undefined)
    this.#add(blob, { remote, wasThere, done })
    return done
  }

  /** Takes it as known that a repository has a blob, so that others of its registry may get it from there. */
  know(blob: Blob, remote: RepositoryClient): void {
    if (this.#copies.has(keyOf(blob, remote))) return
    this.#add(blob, { remote, wasThere: Promise.resolve(true), done: Promise.resolve() })
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
    await Promise.allSettled([...this.#copies.values()].map(({ done }) => done))
    this.#stopFollowing()
  }

  async #bring(blob: Blob, remote: RepositoryClient, { wasThere, near }: Nearby): Promise<void> {
    const { descriptor } = blob
    if (await wasThere) {
      remote.settled('up', descriptor, 'present')
      return
    }
    const from = await sourceFor(blob, remote, near)
    const mounted =
      from === undefined || from.name === remote.repository.name
        ? undefined
        : await this.check(() => mountBlob(remote, descriptor, from, this.signal))
    if (mounted === 'mounted') remote.settled('up', descriptor, 'mounted')
    else await this.#send(blob, remote, mounted)
  }

  #add(blob: Blob, copy: Copy): void {
    this.#copies.set(keyOf(blob, copy.remote), copy)
    this.#near(blob, copy.remote).push(copy)
  }

  /** The copies in a registry, also those that will be added. */
  #near({ descriptor }: Blob, { repository }: RepositoryClient): Copy[] {
    const key = `${repository.registry}@${descriptor.digest}`
    const near = this.#copiesIn.get(key) ?? []
    this.#copiesIn.set(key, near)
    return near
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

/** What is known of a blob in a registry that it is brought to. */
interface Nearby {
  readonly wasThere: Promise<boolean>
  readonly near: readonly Copy[]
}

function keyOf({ descriptor }: Blob, { name }: RepositoryClient): string {
  return `${name}@${descriptor.digest}`
}

/** Where the registry can take a blob from: a repository that had it, else the first one that it is brought to. */
async function sourceFor(
  { origin }: Blob,
  remote: RepositoryClient,
  near: readonly Copy[],
): Promise<Repository | undefined> {
  const wereThere = await Promise.all(near.map(({ wasThere }) => wasThere))
  const source = near.find((_, i) => wereThere[i] === true) ?? near[0]
  if (source !== undefined && source.remote !== remote) {
    await source.done
    return source.remote.repository
  }
  return origin?.registry === remote.repository.registry ? origin : undefined
}
