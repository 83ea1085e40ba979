import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { CnbError } from '../errors.js'
import type { Limits } from '../limits.js'
import { Hasher } from '../oci/digest.js'
import type { Layer } from '../oci/image.js'
import { compressionOf, type Compression } from '../oci/media-type.js'

export interface CheckOptions {
  readonly limits: Pick<Limits, 'ratio' | 'ratioFloor'>
  readonly signal?: AbortSignal | undefined
}

/** Inflating with larger pieces than zlib's 16 KiB is two to three times as fast. */
const INFLATE_BYTES = 1024 * 1024

const LOOKS_DAMAGED: ReadonlySet<string> = new Set(['E_GZIP', 'E_COMPRESSION_MISMATCH'])

const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
]

/**
 * Reads a layer once and checks everything that is said of it: size and digest as stored, the compression that its media type
 * names, the digest of its tar. A zstd layer is checked as stored only, because not every Node can read it.
 *
 * @throws CnbError E_SIZE, E_DIGEST, E_COMPRESSION_MISMATCH, E_GZIP, E_RATIO, E_DIFFID
 */
export async function checkLayer(layer: Layer, options: CheckOptions): Promise<void> {
  try {
    await checkTar(layer, options)
  } catch (error) {
    // What looks like bad gzip is more often a damaged blob, and then that is the better thing to say.
    if (error instanceof CnbError && LOOKS_DAMAGED.has(error.code))
      await consume(layer.open(options.signal), () => undefined)
    throw error
  }
}

async function checkTar(layer: Layer, { limits, signal }: CheckOptions): Promise<void> {
  const { digest, mediaType } = layer.descriptor
  const compression = compressionOf(mediaType)
  const stored = withCompressionChecked(layer, compression, signal)
  if (compression === 'zstd') return consume(stored, () => undefined)
  const hasher = new Hasher(layer.diffId)
  const ratio = new RatioGuard(layer.descriptor.size, limits)
  await consume(compression === 'gzip' ? inflated(stored, digest) : stored, (piece) => {
    ratio.add(piece.length, digest)
    hasher.update(piece)
  })
  const actual = hasher.digest()
  if (actual === layer.diffId) return
  throw new CnbError(
    'E_DIFFID',
    `the tar in layer ${digest} has digest ${actual}, but the config says ${layer.diffId}`,
    {
      place: { file: layer.range?.file ?? digest },
      value: layer.diffId,
    },
  )
}

async function* withCompressionChecked(
  layer: Layer,
  declared: Compression | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let isChecked = false
  for await (const piece of layer.open(signal)) {
    if (!isChecked && magicOf(piece) !== declared) throw mismatch(layer, magicOf(piece))
    isChecked = true
    yield piece
  }
}

function magicOf(start: Uint8Array): Compression {
  return MAGIC.find(([, bytes]) => bytes.every((byte, index) => start[index] === byte))?.[0] ?? 'none'
}

function mismatch({ descriptor, range }: Layer, actual: Compression): CnbError {
  const { digest, mediaType } = descriptor
  return new CnbError(
    'E_COMPRESSION_MISMATCH',
    `layer ${digest} is of type ${mediaType}, but its compression is ${actual}`,
    {
      place: { file: range?.file ?? digest },
      value: mediaType,
    },
  )
}

async function* inflated(stored: AsyncIterable<Uint8Array>, digest: string): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: INFLATE_BYTES })
  let storedError: unknown
  pipeline(stored, gunzip, (error) => {
    storedError = error
  })
  try {
    for await (const piece of gunzip) yield piece as Uint8Array
  } catch (cause) {
    if (cause instanceof CnbError || storedError instanceof CnbError || !isZlibError(cause)) throw cause
    throw new CnbError('E_GZIP', `layer ${digest} is not sound gzip: ${cause.message}`, { cause, value: digest })
  }
}

function isZlibError(cause: unknown): cause is Error {
  return cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_')
}

/** Stops a small blob that grows without end. */
class RatioGuard {
  readonly #most: number
  #out = 0

  constructor(stored: number, { ratio, ratioFloor }: CheckOptions['limits']) {
    this.#most = Math.max(ratioFloor, stored * ratio)
  }

  add(length: number, digest: string): void {
    this.#out += length
    if (this.#out <= this.#most) return
    throw new CnbError('E_RATIO', `layer ${digest} unpacks to more than ${this.#most} bytes`, {
      value: digest,
      hint: 'lift the limit with --limit ratio=NUMBER',
    })
  }
}

async function consume(pieces: AsyncIterable<Uint8Array>, take: (piece: Uint8Array) => void): Promise<void> {
  for await (const piece of pieces) take(piece)
}
