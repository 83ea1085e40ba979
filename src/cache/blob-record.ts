import type { FileIdentity } from '../files.js'

/** What a blob of the cache is for; `layer` is one that we made, `index` a buildpack registry as git packs it, and `unknown` one whose record was lost. */
export const BLOB_KINDS = ['layer', 'fetched-layer', 'download', 'manifest', 'config', 'index', 'unknown'] as const

/** What a blob of the cache is for. */
export type BlobKind = (typeof BLOB_KINDS)[number]

/** What is known of a blob. */
export interface BlobRecord {
  readonly kind: BlobKind
  /** By what its file is known again without being read; undefined for one that was not synced, which must be hashed. */
  readonly file: FileIdentity | undefined
}

/** `record` as text. */
export function printBlobRecord({ kind, file }: BlobRecord): string {
  const identity = file === undefined ? null : [file.dev, file.ino, file.size, file.mtimeNs].map(String)
  return JSON.stringify({ kind, file: identity })
}

/** The record in `text`; undefined when there is none, or it is not whole. */
export function decodeBlobRecord(text: string | undefined): BlobRecord | undefined {
  try {
    const { kind, file } = JSON.parse(text ?? '') as { kind: BlobKind; file: readonly string[] | null }
    if (!BLOB_KINDS.includes(kind)) return undefined
    if (file === null) return { kind, file: undefined }
    const [dev, ino, size, mtimeNs] = file.map(BigInt)
    if (dev === undefined || ino === undefined || size === undefined || mtimeNs === undefined) return undefined
    return { kind, file: { dev, ino, size, mtimeNs } }
  } catch {
    return undefined
  }
}
