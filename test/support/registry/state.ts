import { createHash, randomUUID, type Hash } from 'node:crypto'
import type { Exchange } from './exchange.js'
import type { Quirks } from './quirks.js'
import { newContent, type Content } from './storage.js'

/** A manifest as it was pushed. */
export interface StoredManifest {
  readonly mediaType: string
  readonly bytes: Buffer
  /** GETs and HEADs that do not see it yet. */
  late: number
}

export interface StoredBlob {
  readonly content: Content
  /** Manifest PUTs that do not see it yet. */
  late: number
}

export interface StoredRepository {
  readonly blobs: Set<string>
  /** By digest, in the order in which they came. */
  readonly manifests: Map<string, StoredManifest>
  /** Tag to digest. */
  readonly tags: Map<string, string>
}

/** An upload under way. */
export interface Session {
  readonly id: string
  readonly repository: string
  readonly content: Content
  readonly hash: Hash
  chunks: number
  /** Bytes of the newest chunk. */
  lastChunk: number
  /** The newest one; a Location with another is not known any more. */
  state: number
}

/** What a registry has. */
export class RegistryState {
  readonly blobs = new Map<string, StoredBlob>()
  readonly repositories = new Map<string, StoredRepository>()
  readonly sessions = new Map<string, Session>()
  readonly quirks: Quirks
  readonly #directory: string | undefined

  constructor(quirks: Quirks, directory: string | undefined) {
    this.quirks = quirks
    this.#directory = directory
  }

  /** The repository `name`, new when there was none. */
  repository(name: string): StoredRepository {
    let found = this.repositories.get(name)
    if (found === undefined) {
      found = { blobs: new Set(), manifests: new Map(), tags: new Map() }
      this.repositories.set(name, found)
    }
    return found
  }

  blob(name: string, digest: string): StoredBlob | undefined {
    const isHere = this.quirks.sharedBlobs === true || this.repositories.get(name)?.blobs.has(digest) === true
    return isHere ? this.blobs.get(digest) : undefined
  }

  /** The manifest under a tag or a digest, with its digest. */
  manifest(name: string, selector: string): (StoredManifest & { readonly digest: string }) | undefined {
    const repository = this.repositories.get(name)
    const digest = repository?.tags.get(selector) ?? selector
    const stored = repository?.manifests.get(digest)
    return stored === undefined ? undefined : Object.assign(stored, { digest })
  }

  openSession(repository: string): Session {
    const session: Session = {
      id: randomUUID(),
      repository,
      content: newContent(this.#directory),
      hash: createHash('sha256'),
      chunks: 0,
      lastChunk: 0,
      state: 0,
    }
    this.sessions.set(session.id, session)
    return session
  }

  /** Makes what a session holds a blob of its repository. */
  commit(session: Session, digest: string): void {
    this.sessions.delete(session.id)
    this.addBlob(session.repository, digest, session.content)
  }

  addBlob(name: string, digest: string, content: Content): void {
    const known = this.blobs.get(digest)
    if (known === undefined) this.blobs.set(digest, { content, late: this.quirks.blobsLate ?? 0 })
    else if (known.content !== content) content.remove()
    this.repository(name).blobs.add(digest)
  }

  /** How a `Location` names a path that stays where it is. */
  locationOf(path: string, exchange: Exchange): string {
    return this.quirks.location === 'relative' ? path : `${exchange.origin}${path}`
  }

  /** How a `Location` names a session. */
  sessionLocation(session: Session, exchange: Exchange): string | undefined {
    const { location = 'absolute' } = this.quirks
    const path = `/v2/${session.repository}/blobs/uploads/${session.id}?_state=${session.state}`
    if (typeof location === 'function') return location(path)
    switch (location) {
      case 'absolute':
        return `${exchange.origin}${path}`
      case 'relative':
        return path
      case 'scheme-relative':
        return `//${exchange.header('host')}${path}`
      case 'empty':
        return ''
      case 'missing':
        return undefined
    }
  }

  /** A new, empty content of this registry. */
  newContent(): Content {
    return newContent(this.#directory)
  }
}

/** The digest of `bytes` in the algorithm of `like`, such as `sha512:...`; sha256 when it names none. */
export function digestLike(like: string, bytes: Uint8Array): string {
  const algorithm = like.startsWith('sha512:') ? 'sha512' : 'sha256'
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

/** Whether `text` is a digest that this registry can check. */
export function isDigest(text: string): boolean {
  return /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(text)
}
