import { createHash, type Hash } from 'node:crypto'
import { CnbError } from '../errors.js'

/** `algorithm:hex` of stored bytes. Only `parseDigest` and `digestOf` make one. */
export type Digest = string & { readonly __digest: true }

/** sha256 of a layer's tar before compression. */
export type DiffId = Digest & { readonly __diffId: true }

const HEX_LENGTH: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 }

/**
 * `text` as a digest.
 *
 * @throws CnbError E_DIGEST_SYNTAX unless it is `sha256:` or `sha512:` and lower-case hex of the right length
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests
 */
export function parseDigest(text: string): Digest {
  const [algorithm = '', hex = '', ...rest] = text.split(':')
  const length = Object.hasOwn(HEX_LENGTH, algorithm) ? HEX_LENGTH[algorithm] : undefined
  if (length === undefined || rest.length > 0 || hex.length !== length || !/^[0-9a-f]+$/.test(hex)) {
    throw new CnbError('E_DIGEST_SYNTAX', `not a digest: expected sha256: or sha512: and lower-case hex`, {
      value: text,
    })
  }
  return text as Digest
}

/** `text` as the sha256 of a layer's tar. @throws CnbError E_DIGEST_SYNTAX */
export function parseDiffId(text: string): DiffId {
  return parseDigest(text) as DiffId
}

/** The digest of `bytes`: sha256, or what `like` uses. */
export function digestOf(bytes: Uint8Array, like?: Digest): Digest {
  const hasher = new Hasher(like)
  hasher.update(bytes)
  return hasher.digest()
}

/** Computes a digest piece by piece: sha256, or what `like` uses. */
export class Hasher {
  readonly #algorithm: string
  readonly #hash: Hash

  constructor(like?: Digest) {
    this.#algorithm = like === undefined ? 'sha256' : algorithmOf(like)
    this.#hash = createHash(this.#algorithm)
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes)
  }

  /** Ends the computation. */
  digest(): Digest {
    return `${this.#algorithm}:${this.#hash.digest('hex')}` as Digest
  }
}

/** The algorithm that made a digest, as `node:crypto` calls it. */
export function algorithmOf(digest: Digest): 'sha256' | 'sha512' {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256'
}

/** What stands behind the colon of a digest. */
export function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1)
}
