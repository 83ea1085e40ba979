import type { DiffId, Digest } from './digest.js'
import type { Platform } from './platform.js'
import type { Repository } from './reference.js'

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  /** Bytes. */
  readonly size: number
  /** The bytes themselves in base64, when the descriptor carries them; they were checked against `digest` and `size`. */
  readonly data?: string | undefined
  /** Where else the bytes are. Never followed. */
  readonly urls?: readonly string[] | undefined
  readonly annotations?: Annotations | undefined
  readonly platform?: Platform | undefined
  readonly artifactType?: string | undefined
}

/** A Map, so that no key reaches a prototype. */
export type Annotations = ReadonlyMap<string, string>

/** A stretch of a file: a blob of a layout, or a member of an archive. Plain data, so that a worker can be told of it. */
export interface FileRange {
  readonly file: string
  readonly offset: number
  readonly length: number
}

/** Bytes behind a descriptor. */
export interface Blob {
  readonly descriptor: Descriptor
  /** The stored bytes; ends with an error unless size and digest are those of the descriptor. May be called many times. */
  open(signal?: AbortSignal): AsyncIterable<Uint8Array>
  /** Where the bytes lie, when they are on this machine. */
  readonly range?: FileRange | undefined
  /** The repository that has the blob: a registry can put it into others of its own without moving a byte. */
  readonly origin?: Repository | undefined
}

/** A blob that is a layer: its tar, compressed or not. */
export interface Layer extends Blob {
  readonly diffId: DiffId
}

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md */
export interface Manifest {
  readonly mediaType: string
  readonly config: Descriptor
  readonly layers: readonly Descriptor[]
  readonly annotations?: Annotations | undefined
  readonly artifactType?: string | undefined
}

/**
 * An image config as far as we read it, beside the parsed JSON it came from.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md
 */
export interface ImageConfig {
  readonly platform: Platform
  readonly env: readonly string[]
  readonly labels: ReadonlyMap<string, string>
  readonly user: string
  readonly diffIds: readonly DiffId[]
  /** The whole config as parsed. */
  readonly raw: JsonObject
}

/** A JSON value as our parser gives it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject

/** Keys in the order of the text. A Map, so that no key reaches a prototype. */
export type JsonObject = ReadonlyMap<string, Json>

/** One image. Raw bytes are the truth: its digest is the digest of `manifestBytes`. */
export interface Image {
  readonly kind: 'image'
  readonly descriptor: Descriptor
  readonly manifest: Manifest
  readonly manifestBytes: Uint8Array
  readonly config: ImageConfig
  readonly configBytes: Uint8Array
  readonly layers: readonly Layer[]
}

/** An image index: children in the order of the text. */
export interface ImageIndex {
  readonly kind: 'index'
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
  readonly children: readonly IndexChild[]
}

/** What an index names. It is read only when it is wanted: an index may name platforms that are not there, and artifacts. */
export interface IndexChild {
  readonly descriptor: Descriptor
  /** Checked against the descriptor: size, digest, media type, platform. */
  read(signal?: AbortSignal): Promise<Image | ImageIndex | Artifact>
}

/** What stands in an index beside images: an attestation, a signature. It is passed on, and not looked into. */
export interface Artifact {
  readonly kind: 'artifact'
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
  /** What its manifest names. */
  readonly blobs: readonly Blob[]
}
