import type { Limits } from '../limits.js'
import type { Layer } from '../oci/image.js'
import { compressionMismatch, compressionOf, type Compression } from '../oci/media-type.js'
import { reasonOf, verifiedTar } from '../oci/verified.js'
import { gunzip } from '../tar/gunzip.js'
import { sniff } from '../tar/sniff.js'

/** What checking a layer needs to know. */
export interface LayerCheckOptions {
  readonly limits: Limits
  readonly signal?: AbortSignal | undefined
}

/**
 * Checks everything that is said of a layer: size and digest as stored, the compression that its media type names, the digest
 * of its tar. A zstd layer is checked as stored only, because not every Node can read it.
 *
 * @throws CnbError E_SIZE, E_DIGEST, E_COMPRESSION_MISMATCH, E_GZIP, E_RATIO, E_DIFFID
 */
export async function checkLayer(layer: Layer, options: LayerCheckOptions): Promise<void> {
  try {
    const compression = await checkCompression(layer, options)
    if (compression === 'zstd') await checkStored(layer, options)
    else await checkTar(layer, compression, options)
  } catch (error) {
    throw await reasonOf(error, layer, options.signal)
  }
}

async function checkCompression(layer: Layer, { signal }: LayerCheckOptions): Promise<Compression> {
  const { descriptor, range } = layer
  const { digest, mediaType } = descriptor
  const kind = sniff(await firstPiece(layer.open(signal)))
  const actual = kind === 'gzip' || kind === 'zstd' ? kind : 'none'
  if (actual === compressionOf(mediaType)) return actual
  throw compressionMismatch(`layer ${digest}`, mediaType, actual, range?.file ?? digest)
}

async function firstPiece(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  for await (const piece of pieces) return piece
  return new Uint8Array()
}

async function checkTar(layer: Layer, compression: Compression, { limits, signal }: LayerCheckOptions): Promise<void> {
  const file = layer.range?.file ?? layer.descriptor.digest
  const stored = layer.open(signal)
  const tar = compression === 'gzip' ? gunzip(stored, { file, limits }) : stored
  for await (const _ of verifiedTar(tar, layer.diffId, file));
}

async function checkStored(layer: Layer, { signal }: LayerCheckOptions): Promise<void> {
  for await (const _ of layer.open(signal));
}
