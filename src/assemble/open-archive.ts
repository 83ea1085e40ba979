import type { ArchiveContent, LayerContent, LocalLayer } from '../cnb/content.js'
import { readRangeSync, wholeFile } from '../file-range.js'
import { compressionMismatch, compressionOf } from '../oci/media-type.js'
import { reasonOf, verified, verifiedTar } from '../oci/verified.js'
import { decompress, readArchive } from '../tar/archive.js'
import type { Chunks } from '../tar/chunks.js'
import type { TarEntry } from '../tar/entry.js'
import { readTar } from '../tar/reader.js'
import { warnAbout, type EntryContext } from './entry-context.js'

/** The entries of a tar, gzipped or not, whatever its name ends in. @throws CnbError those of `readArchive`; E_IO */
export function archiveEntries(content: ArchiveContent, context: EntryContext): AsyncIterable<TarEntry> {
  const { limits, signal } = context
  const file = archiveName(content)
  return readArchive(readRangeSync(wholeFile(content.file), signal), { file, limits, warn: warnAbout(file, context) })
}

/** What an archive is called in messages. */
export function archiveName({ file, download }: ArchiveContent): string {
  return download?.name ?? file
}

/**
 * The entries of a layer that came in a package. Size, digest and diffID are checked while it is read, unless they were.
 *
 * @throws CnbError E_SIZE, E_DIGEST, E_DIFFID, E_COMPRESSION_MISMATCH; those of `readTar`; E_IO
 */
export async function* packagedEntries(
  content: LayerContent<LocalLayer>,
  context: EntryContext,
): AsyncGenerator<TarEntry, undefined> {
  const { range, isVerified, digest, mediaType } = content.layer
  const file = layerName(content)
  const descriptor = { mediaType, digest, size: range.length }
  const open = (signal?: AbortSignal): AsyncIterable<Uint8Array> =>
    verified(readRangeSync(range, signal), descriptor, file)
  if (isVerified) {
    yield* layerEntries(readRangeSync(range, context.signal), content, context)
    return
  }
  try {
    yield* layerEntries(open(context.signal), content, context)
  } catch (error) {
    throw await reasonOf(error, { descriptor, open }, context.signal)
  }
}

async function* layerEntries(
  stored: Chunks,
  content: LayerContent<LocalLayer>,
  context: EntryContext,
): AsyncGenerator<TarEntry, undefined> {
  const { diffId, mediaType } = content.layer
  const file = layerName(content)
  const { limits, watchTar } = context
  const options = { file, limits, warn: warnAbout(file, context), proven: true, mayBeEmpty: true }
  const { compression, content: tar, close } = await decompress(stored, options)
  if (compression !== compressionOf(mediaType)) {
    await close()
    throw compressionMismatch(file, mediaType, compression)
  }
  const proven = verifiedTar(tar, diffId, file)
  yield* readTar(watchTar === undefined ? proven : watched(proven, watchTar), options)
}

async function* watched(
  pieces: AsyncIterable<Uint8Array>,
  watch: (piece: Uint8Array) => void,
): AsyncGenerator<Uint8Array, undefined> {
  for await (const piece of pieces) {
    watch(piece)
    yield piece
  }
}

/** What a packaged layer is called in messages. */
export function layerName({ from, layer }: LayerContent<LocalLayer>): string {
  return `${from}!${layer.digest}`
}
