/** Where uploads are divided; bytes. */
export interface UploadSizes {
  /** Up to here, an upload is tried as one request without a session, where the registry takes that. */
  readonly single: number
  /** From here on, what would have to be fetched again when a request fails is sent in parts. */
  readonly whole: number
  /** A part: what is kept in memory until it is acknowledged, and sent again at most. */
  readonly part: number
  /** A registry, or what stands before it, that takes no part of this size takes none. */
  readonly smallestPart: number
}

const KIB = 1024
const MIB = 1024 * KIB

/** What real registries take. */
export const UPLOAD_SIZES: UploadSizes = {
  single: 64 * KIB,
  whole: 64 * MIB,
  part: 16 * MIB,
  smallestPart: 64 * KIB,
}
