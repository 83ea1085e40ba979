import { dirname, join } from 'node:path'
import { readRangeSync } from '../file-range.js'
import {
  commitTemp,
  discardTemp,
  identityOf,
  isSameFile,
  makeDirectory,
  protectFile,
  removeFile,
  reserveTemp,
  syncContent,
  writeUnsynced,
  type FileIdentity,
} from '../files.js'
import { algorithmOf, digestOf, Hasher, hexOf, type Digest } from '../oci/digest.js'
import { decodeBlobRecord, printBlobRecord, type BlobKind, type BlobRecord } from './blob-record.js'
import { findOwnFile, isWritable } from './own-file.js'
import { Records, type RecordKind } from './records.js'

/** What other versions of this program keep in other ways lies beside it, and is left alone. */
const LAYOUT_VERSION = 'v1'

/** Bytes below which hashing a file again costs less than making sure that it is on the disk. */
const WORTH_A_SYNC = 1_000_000n

/** Where the cache of this layout lies in the directory that the user gave. */
export function cacheRoot(directory: string): string {
  return join(directory, LAYOUT_VERSION)
}

/** What a cache needs to know. */
export interface CacheOptions {
  /** Where things outlive the run; undefined for nowhere. */
  readonly directory: string | undefined
  /**
   * A directory for blobs of this run, when there is no cache or none that can be written to; asked for when that is so. The
   * caller removes it.
   */
  readonly scratch: () => string
  /** The id of the user that we are; undefined on systems without. */
  readonly user: number | undefined
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** What a blob is that is put into the cache. */
export interface NewBlob {
  readonly digest: Digest
  readonly kind: BlobKind
  /** True when the file will survive a power cut; one that might not is hashed before anybody relies on it in a later run. */
  readonly isSynced: boolean
}

/**
 * Blobs by their digest, and small records of what is known. Any number of processes may use one cache at a time, without
 * locks: files appear whole under their names, and nothing is believed that others could have written or that changed since it
 * was written. One that cannot be written to is read, and one that cannot be used is done without.
 */
export class Cache {
  readonly #options: CacheOptions
  readonly #root: string | undefined
  readonly #records: Records | undefined
  /** What this run knows to hold its digest, synced or not. */
  readonly #known = new Map<string, FileIdentity>()
  #home: string | undefined

  constructor(options: CacheOptions) {
    const { directory, user, now } = options
    this.#options = options
    this.#root = directory === undefined ? undefined : cacheRoot(directory)
    this.#records = this.#root === undefined ? undefined : new Records({ directory: recordsIn(this.#root), user, now })
  }

  /** The file that holds the blob. It is hashed now unless nothing was written to it since that was done. */
  find(digest: Digest): string | undefined {
    const roots = [this.#root, this.#home].filter((root) => root !== undefined)
    return [...new Set(roots)].map((root) => blobFile(root, digest)).find((file) => this.#holds(file, digest))
  }

  /** Keeps a small blob. @returns its file @throws CnbError E_IO */
  put(bytes: Uint8Array, kind: BlobKind): string {
    const digest = digestOf(bytes)
    const found = this.find(digest)
    if (found !== undefined) return found
    const file = blobFile(this.#writable(), digest)
    makeDirectory(dirname(file))
    writeUnsynced(file, bytes)
    this.#note(file, { digest, kind, isSynced: false })
    return file
  }

  /** A path for a blob in the making, which `keep` or `discard` ends. @throws CnbError E_IO */
  reserve(): string {
    return reserveTemp(blobsIn(this.#writable()))
  }

  discard(temp: string): void {
    discardTemp(temp)
  }

  /**
   * Gives the file at a reserved path, whose digest the caller knows, its name. When the blob is here already, that file stays.
   *
   * @returns where the blob is now
   * @throws CnbError E_IO
   */
  keep(temp: string, blob: NewBlob): string {
    const found = this.find(blob.digest)
    if (found !== undefined) {
      discardTemp(temp)
      return found
    }
    const file = blobFile(this.#writable(), blob.digest)
    makeDirectory(dirname(file))
    protectFile(temp)
    commitTemp(temp, file)
    this.#note(file, blob)
    return file
  }

  /** What was remembered under a key; as good as nothing when it is not of the form that the caller expects. */
  record(kind: RecordKind, key: string): string | undefined {
    return this.#records?.read(kind, key)
  }

  /** Lets later runs know. What cannot be written is forgotten. */
  remember(kind: RecordKind, key: string, text: string): void {
    if (this.#root !== undefined && this.#writable() === this.#root) this.#records?.write(kind, key, text)
  }

  #holds(file: string, digest: Digest): boolean {
    const { user } = this.#options
    const now = findOwnFile(file, user)
    if (now === undefined) return false
    const known = this.#known.get(file)
    if (known !== undefined && isSameFile(known, now)) return true
    const record = decodeBlobRecord(this.record('blob', digest))
    if (record?.file !== undefined && isSameFile(record.file, now)) return true
    return this.#holdsAfterAll(file, digest, record)
  }

  #holdsAfterAll(file: string, digest: Digest, record: BlobRecord | undefined): boolean {
    try {
      if (hashFile(file, digest) !== digest) {
        removeFile(file)
        return false
      }
      const isSynced = (identityOf(file)?.size ?? 0n) >= WORTH_A_SYNC
      // It was written long ago, so this costs little, and from now on its record can be relied on.
      if (isSynced) syncContent(file)
      this.#note(file, { digest, kind: record?.kind ?? 'unknown', isSynced })
      return true
    } catch {
      return false
    }
  }

  #note(file: string, { digest, kind, isSynced }: NewBlob): void {
    const identity = identityOf(file)
    if (identity === undefined) return
    this.#known.set(file, identity)
    this.remember('blob', digest, printBlobRecord({ kind, file: isSynced ? identity : undefined }))
  }

  /** Where blobs can be written: the cache, or else the scratch directory. */
  #writable(): string {
    this.#home ??= this.#chooseHome()
    return this.#home
  }

  #chooseHome(): string {
    const root = this.#root
    try {
      if (root !== undefined) {
        makeDirectory(blobsIn(root))
        if (isWritable(blobsIn(root))) return root
      }
    } catch {
      // Done without.
    }
    const scratch = this.#options.scratch()
    makeDirectory(blobsIn(scratch))
    return scratch
  }
}

/** Where blobs are, in a folder for each algorithm; those in the making lie beside these. */
export function blobsIn(root: string): string {
  return join(root, 'blobs')
}

/** Where records are, in a folder for each kind. */
export function recordsIn(root: string): string {
  return join(root, 'records')
}

function blobFile(root: string, digest: Digest): string {
  return join(blobsIn(root), algorithmOf(digest), hexOf(digest))
}

/** The digest of a file: sha256, or what `like` uses. @throws CnbError E_IO */
export function hashFile(file: string, like?: Digest): Digest {
  const hasher = new Hasher(like)
  const size = identityOf(file)?.size ?? 0n
  for (const piece of readRangeSync({ file, offset: 0, length: Number(size) })) hasher.update(piece)
  return hasher.digest()
}
