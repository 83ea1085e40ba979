import type { PackagedLayer } from '../cnb/content.js'
import { CnbError } from '../errors.js'
import { readRangeSync, wholeFile } from '../file-range.js'
import { compressionOf } from '../oci/media-type.js'
import { verified, verifiedTar } from '../oci/verified.js'
import { decompress, readArchive } from '../tar/archive.js'
import type { TarEntry } from '../tar/entry.js'
import { readTar } from '../tar/reader.js'
import { warnAbout, type EntryContext } from './entry-context.js'

/** The entries of a tar, gzipped or not, whatever its name ends in. @throws CnbError those of `readArchive`; E_IO */
export function archiveEntries(file: string, context: EntryContext): AsyncIterable<TarEntry> {
  const { limits, signal } = context
  return readArchive(readRangeSync(wholeFile(file), signal), { file, limits, warn: warnAbout(file, context) })
}

/**
 * The entries of a layer that came in a package. Size, digest and diffID are checked while it is read.
 *
 * @throws CnbError E_SIZE, E_DIGEST, E_DIFFID, E_COMPRESSION_MISMATCH; those of `readTar`; E_IO
 */
export async function* packagedEntries(
  layer: PackagedLayer,
  context: EntryContext,
): AsyncGenerator<TarEntry, undefined> {
  const { range, digest, diffId, mediaType } = layer
  const file = nameOf(layer)
  const { limits, signal } = context
  const options = { file, limits, warn: warnAbout(file, context), proven: true, mayBeEmpty: true }
  const blob = verified(readRangeSync(range, signal), { mediaType, digest, size: range.length }, file)
  const { compression, content } = await decompress(blob, options)
  if (compression !== compressionOf(mediaType)) {
    throw new CnbError(
      'E_COMPRESSION_MISMATCH',
      `${file} has the type ${mediaType}, but its compression is ${compression}`,
      {
        place: { file },
        value: mediaType,
      },
    )
  }
  yield* readTar(verifiedTar(content, diffId, file), options)
}

/** What a packaged layer is called in messages. */
export function nameOf({ range, digest }: PackagedLayer): string {
  return `${range.file}!${digest}`
}
