import { CnbError } from '../errors.js'
import { Hasher, type DiffId } from './digest.js'
import type { Blob, Descriptor } from './image.js'

/**
 * The pieces of `source` as they come, and an error instead of the end unless size and digest are those of the descriptor.
 *
 * @param name the blob, for messages
 * @throws CnbError E_SIZE, as soon as there is a byte too many, or E_DIGEST
 */
export async function* verified(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { digest, size }: Descriptor,
  name: string,
): AsyncGenerator<Uint8Array, undefined> {
  const hasher = new Hasher(digest)
  let seen = 0
  for await (const piece of source) {
    seen += piece.length
    if (seen > size) throw sizeError(name, `more than ${size}`, size)
    hasher.update(piece)
    yield piece
  }
  if (seen !== size) throw sizeError(name, String(seen), size)
  const actual = hasher.digest()
  if (actual === digest) return
  throw new CnbError('E_DIGEST', `${name} has digest ${actual}, but its descriptor says ${digest}`, {
    place: { file: name },
    value: actual,
  })
}

/**
 * The pieces of a layer's tar as they come, and an error instead of the end unless their digest is `diffId`.
 *
 * @param name the layer, for messages
 * @throws CnbError E_DIFFID
 */
export async function* verifiedTar(
  source: AsyncIterable<Uint8Array>,
  diffId: DiffId,
  name: string,
): AsyncGenerator<Uint8Array, undefined> {
  const hasher = new Hasher(diffId)
  for await (const piece of source) {
    hasher.update(piece)
    yield piece
  }
  const actual = hasher.digest()
  if (actual === diffId) return
  throw new CnbError(
    'E_DIFFID',
    `the tar in ${name} has digest ${actual}, but the config of its image says ${diffId}`,
    {
      place: { file: name },
      value: actual,
    },
  )
}

/**
 * Why a blob could not be understood: that its bytes are not those of its descriptor, where they are not, and else `error`. What looks
 * like bad content is more often a damaged blob.
 */
export async function reasonOf(error: unknown, blob: Blob, signal?: AbortSignal): Promise<unknown> {
  if (!(error instanceof CnbError) || error.kind !== 'refused' || DAMAGED.has(error.code)) return error
  try {
    for await (const _ of blob.open(signal));
    return error
  } catch (damage) {
    return damage
  }
}

/** What says already that the bytes are others. */
const DAMAGED: ReadonlySet<string> = new Set(['E_SIZE', 'E_DIGEST'])

/** The error that a blob is not as long as its descriptor says. */
export function sizeError(name: string, actual: string, size: number): CnbError {
  return new CnbError('E_SIZE', `${name} has ${actual} bytes, but its descriptor says ${size}`, {
    place: { file: name },
    value: actual,
  })
}

/** All pieces as one. */
export async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of source) pieces.push(piece)
  return Buffer.concat(pieces)
}
