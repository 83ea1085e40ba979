import { CnbError, type Report } from '../errors.js'
import { readRange, wholeFile } from '../file-range.js'
import { reserveTemp, TempFile } from '../files.js'
import type { FileRange, Image, ImageIndex } from '../oci/image.js'
import { decompress } from '../tar/archive.js'
import type { TarEntry, TarWarning } from '../tar/entry.js'
import { readTar } from '../tar/reader.js'
import { readLayout, type LayoutFiles } from './read-layout.js'
import type { ReadOptions } from './transport.js'

/**
 * The image or index in a file that holds an OCI layout as a tar, such as a `.cnb`. Its blobs are read from where they lie in
 * the file; a compressed one is unpacked into the scratch directory first.
 *
 * @throws CnbError E_IO, those of the tar reader and of `readLayout`
 */
export async function readArchive(file: string, options: ReadOptions): Promise<Image | ImageIndex> {
  const { limits, report, signal } = options
  const whole = wholeFile(file)
  const { compression, content } = await decompress(readRange(whole, signal), { file, limits })
  const tar = compression === 'none' ? whole.file : await unpack(file, content, options)
  const input = compression === 'none' ? content : readRange(wholeFile(tar), signal)
  const ranges = new Map<string, FileRange>()
  const warn = ({ code, message }: TarWarning): void =>
    report({ rule: code, severity: 'warning', message, place: { file } })
  for await (const entry of readTar(input, { file, limits, warn })) addEntry(ranges, entry, { archive: file, tar })
  reportStrangers(ranges, file, report)
  return readLayout(layoutIn(file, ranges), undefined, options)
}

/** Writes the tar of a compressed archive to the scratch directory; returns where. */
async function unpack(archive: string, content: AsyncIterable<Uint8Array>, options: ReadOptions): Promise<string> {
  if (options.scratch === undefined) {
    for await (const _ of content) break
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

interface Names {
  /** For messages. */
  readonly archive: string
  /** Where the bytes are. */
  readonly tar: string
}

/** Notes where the content of an entry lies. Anything but files and directories is refused: nothing is to be followed. */
function addEntry(ranges: Map<string, FileRange>, { header, offset }: TarEntry, { archive, tar }: Names): void {
  const { type, name, size } = header
  const path = name.replace(/^\.?\//, '').replace(/\/$/, '')
  const refuse = (problem: string): CnbError =>
    new CnbError('E_OCI_LAYOUT', `${archive} is not an OCI image layout: its entry ${name} ${problem}`, {
      place: { file: archive },
      value: name,
    })
  if (path.split('/').some((part) => part === '..' || (part === '' && path !== '') || part === '.') && path !== '.') {
    throw refuse('has a name that readers understand differently')
  }
  if (type === 'directory') return
  if (type !== 'file' || offset === undefined) throw refuse(`is a ${type}`)
  if (ranges.has(path)) {
    throw new CnbError('E_TAR_DUPLICATE', `${archive} has the file ${path} twice`, {
      place: { file: archive },
      value: name,
    })
  }
  ranges.set(path, { file: tar, offset, length: size })
}

const BELONGS = /^(?:oci-layout|index\.json|blobs\/[a-z0-9+._-]+\/[^/]+)$/

function reportStrangers(ranges: ReadonlyMap<string, FileRange>, file: string, report: Report): void {
  const strangers = [...ranges.keys()].filter((path) => !BELONGS.test(path))
  if (strangers.length === 0) return
  report({
    rule: 'layout-strangers',
    severity: 'warning',
    message: `${strangers.length} files in the archive belong to no OCI image layout, such as ${strangers[0]}`,
    place: { file },
    value: strangers[0],
  })
}

function layoutIn(archive: string, ranges: ReadonlyMap<string, FileRange>): LayoutFiles {
  return { name: archive, nameOf: (path) => `${archive}:/${path}`, find: (path) => ranges.get(path) }
}
