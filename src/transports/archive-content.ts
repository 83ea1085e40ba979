import { CnbError } from '../errors.js'
import { readRange, SeekableRange, wholeFile } from '../file-range.js'
import { reserveTemp, TempFile } from '../files.js'
import type { FileRange } from '../oci/image.js'
import { decompress, type Decompressed } from '../tar/archive.js'
import type { EntryType, TarEntry, TarWarning } from '../tar/entry.js'
import { readTar } from '../tar/reader.js'
import type { ImageReadOptions } from './transport.js'

/** What a tar holds, by path. */
export interface ArchiveFiles {
  /** The archive, for messages. */
  readonly name: string
  readonly files: ReadonlyMap<string, FileRange>
  /** What is neither a file nor a directory. */
  readonly others: ReadonlyMap<string, { readonly type: EntryType; readonly target: string }>
}

/**
 * What the tar in `file` holds. Contents are passed over, not read; a compressed archive is unpacked into the scratch directory
 * first.
 *
 * @throws CnbError E_IO, E_OCI_LAYOUT, and those of the tar reader
 */
export async function archiveFiles(file: string, options: ImageReadOptions): Promise<ArchiveFiles> {
  const { limits, report, signal } = options
  const whole = wholeFile(file)
  const unpacked = await decompress(readRange(whole, signal), { file, limits })
  if (unpacked.compression === 'none') await unpacked.close()
  const tar = unpacked.compression === 'none' ? whole : wholeFile(await unpack(file, unpacked, options))
  const found: Found = { name: file, files: new Map(), others: new Map() }
  const warn = ({ code, message }: TarWarning): void =>
    report({ rule: code, severity: 'warning', message, place: { file } })
  const paths = new Set<string>()
  for await (const entry of readTar(new SeekableRange(tar, signal), { file, limits, warn })) {
    addEntry(found, entry, { tar: tar.file, paths })
  }
  return found
}

/** Writes the tar of a compressed archive to the scratch directory; returns where. */
async function unpack(archive: string, { content, close }: Decompressed, options: ImageReadOptions): Promise<string> {
  if (options.scratch === undefined) {
    await close()
    throw new CnbError('E_COMPRESSION', `${archive} is compressed, and there is no place to unpack it`, {
      place: { file: archive },
      hint: 'decompress it: a .cnb file is a plain tar',
    })
  }
  const temp = new TempFile(reserveTemp(options.scratch()))
  try {
    for await (const piece of content) temp.write(piece)
    await temp.sync()
    return temp.path
  } catch (error) {
    temp.discard()
    throw error
  }
}

/** An `ArchiveFiles` in the making. */
interface Found {
  readonly name: string
  readonly files: Map<string, FileRange>
  readonly others: Map<string, { readonly type: EntryType; readonly target: string }>
}

/** Notes where the content of an entry lies. */
function addEntry(
  { name: archive, files, others }: Found,
  { header, offset }: TarEntry,
  { tar, paths }: { readonly tar: string; readonly paths: Set<string> },
): void {
  const { type, name, size, linkname } = header
  const path = name.replace(/^\.?\//, '').replace(/\/$/, '')
  if (path.split('/').some((part) => part === '..' || (part === '' && path !== '') || part === '.') && path !== '.') {
    throw noLayout(archive, name, 'has a name that readers understand differently')
  }
  if (type === 'directory') return
  if (paths.has(path)) {
    throw new CnbError('E_TAR_DUPLICATE', `${archive} has the file ${path} twice`, {
      place: { file: archive },
      value: name,
    })
  }
  paths.add(path)
  if (type === 'file' && offset !== undefined) files.set(path, { file: tar, offset, length: size })
  else others.set(path, { type, target: linkname })
}

/** The error that an archive is none of images. */
export function noLayout(archive: string, name: string, problem: string): CnbError {
  return new CnbError('E_OCI_LAYOUT', `${archive} is not an OCI image layout: its entry ${name} ${problem}`, {
    place: { file: archive },
    value: name,
  })
}
