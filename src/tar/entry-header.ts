import { decodeUtf8 } from '../bytes.js'
import { CNB_EPOCH_SECONDS, type EntryType, type TarFormat, type TarHeader } from './entry.js'
import { NAME } from './fields.js'
import { hasControl, type RawHeader } from './header.js'
import { asciiOf, canonicalTime } from './pax.js'
import { quoted, type ArchivePosition } from './position.js'

/** What the extended headers before an entry say: PAX records (x), a GNU long name (L) and link (K). */
export interface Extensions {
  readonly first?: string
  readonly x?: ReadonlyMap<string, string>
  readonly L?: Buffer
  readonly K?: Buffer
  /** Never set; a global header does not belong to an entry. */
  readonly g?: never
  /** Formats that each of them allows. */
  readonly formats?: readonly ReadonlySet<TarFormat>[]
}

const TYPES: Readonly<Record<string, EntryType>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
  // A file laid out in one piece, which matters to no file system of today.
  '7': 'file',
}

/** Permission bits with setuid, setgid and sticky. What stands above them repeats the type. */
const MODE_BITS = 0o7777

/**
 * An entry's header, put together from its own block and what the extended headers before it say.
 *
 * @throws CnbError when they contradict each other, or the entry is of a kind that has no place in an archive of ours
 */
export function entryHeader(raw: RawHeader, extensions: Extensions, position: ArchivePosition): TarHeader {
  const records = extensions.x ?? NO_RECORDS
  checkStacking(extensions, position)
  checkRecords(records, position)

  const name = nameOf(raw, extensions, position)
  position.name = name
  const size = sizeOf(raw, records, position)
  const type = typeOf(raw.flag, name, size, position)
  const isLink = type === 'symlink' || type === 'hardlink'
  const format = formatOf(raw, extensions)
  return {
    type,
    name,
    linkname: isLink ? linknameOf(raw, extensions, position) : '',
    mode: raw.mode & MODE_BITS,
    uid: idOf(records.get('uid'), raw.uid, position),
    gid: idOf(records.get('gid'), raw.gid, position),
    uname: ownerOf(records.get('uname'), raw.uname),
    gname: ownerOf(records.get('gname'), raw.gname),
    size,
    mtime: timeOf(records.get('mtime'), raw.mtime),
    format,
    records: format === 'gnu' ? gnuTimes(raw) : extensions.x,
  }
}

const NO_RECORDS: ReadonlyMap<string, string> = new Map()

/** PAX and GNU headers before one entry are accepted only when they say the same. */
function checkStacking({ x, L, K }: Extensions, position: ArchivePosition): void {
  if (x === undefined || (L === undefined && K === undefined)) return
  if (x.has('size')) throw position.error('E_TAR_PAX_ORDER', 'a PAX size could belong to the GNU header beside it')
  for (const [text, key] of [
    [L, 'path'],
    [K, 'linkpath'],
  ] as const) {
    if (text === undefined) continue
    const value = x.get(key)
    if (value === undefined) throw position.error('E_TAR_PAX_ORDER', 'PAX and GNU headers stand before one entry')
    if (value !== decodeUtf8(text)) {
      throw position.error('E_TAR_PAX_CONFLICT', `the PAX ${key} ${quoted(value)} and the GNU one differ`, { value })
    }
  }
}

/** Character sets that are UTF-8, or claim nothing; all text is checked to be UTF-8 anyway. */
const CHARSETS: ReadonlySet<string> = new Set(['', 'BINARY', 'ISO-IR 10646 2000 UTF-8'])

function checkRecords(records: ReadonlyMap<string, string>, position: ArchivePosition): void {
  for (const [key, value] of records) {
    if (key.startsWith('GNU.sparse.') || key === 'SCHILY.realsize') throw sparse(position)
    if (key === 'hdrcharset' && !CHARSETS.has(value)) {
      throw position.error('E_TAR_NAME_ENCODING', `its names are in the character set ${quoted(value)}, not UTF-8`, {
        value,
      })
    }
    if ((key === 'atime' || key === 'ctime') && value !== '' && canonicalTime(value) === undefined) {
      throw position.error('E_TAR_PAX', `its ${key} is no time: ${quoted(value)}`, { value })
    }
  }
}

const sparse = (position: ArchivePosition): Error =>
  position.error('E_TAR_SPARSE', 'it is stored as a sparse file, which readers expand to different contents', {
    hint: 'make the archive without --sparse',
  })

function nameOf(raw: RawHeader, { x, L }: Extensions, position: ArchivePosition): string {
  const path = x?.get('path') ?? ''
  const name = path !== '' ? path : decodeUtf8(L ?? raw.name)
  if (name === undefined) throw notUtf8('name', position)
  if (path !== '' || L !== undefined) checkHiddenName(raw, name, position)
  return name
}

function notUtf8(what: string, position: ArchivePosition): Error {
  return position.error('E_TAR_NAME_ENCODING', `its ${what} is not UTF-8`, {
    hint: 'rename the file, or make the archive where names are UTF-8',
  })
}

/** A reader that knows no extended headers sees the header's own name. It may be cut, but it must not lead elsewhere. */
function checkHiddenName(raw: RawHeader, name: string, position: ArchivePosition): void {
  const hidden = raw.name.toString('latin1').replace(/\/+$/, '')
  // Writers put what they can of a name there. Of one that begins with a foreign letter that is the rest.
  if (hidden === asciiOf(name).slice(0, NAME.length).replace(/\/+$/, '')) return
  const parts = hidden.split('/')
  // The last part of a name that fills its field can be the beginning of a longer one.
  if (raw.nameFills) parts.pop()
  if (parts.includes('..')) {
    throw position.error('E_TAR_PATH_ESCAPE', `its header has another name, ${quoted(hidden)}, which climbs`, {
      value: hidden,
    })
  }
  if (hidden.startsWith('/') && !name.startsWith('/')) {
    throw position.error('E_TAR_ABSOLUTE', `its header has another name, ${quoted(hidden)}, which is absolute`, {
      value: hidden,
    })
  }
}

function linknameOf(raw: RawHeader, { x, K }: Extensions, position: ArchivePosition): string {
  const path = x?.get('linkpath') ?? ''
  const linkname = path !== '' ? path : decodeUtf8(K ?? raw.linkname)
  if (linkname === undefined) throw notUtf8('link target', position)
  return linkname
}

/** A size field filled with sevens: the real size stands in a PAX record. */
const SATURATED = 8 ** 11 - 1

function sizeOf(raw: RawHeader, records: ReadonlyMap<string, string>, position: ArchivePosition): number {
  const record = records.get('size')
  if (record === undefined) return raw.size
  const size = Number(record)
  if (!/^[0-9]+$/.test(record) || !Number.isSafeInteger(size)) {
    throw position.error('E_TAR_SIZE', `its PAX size is no size: ${quoted(record)}`, { value: record })
  }
  if (raw.size !== size && raw.size !== 0 && raw.size !== SATURATED) {
    throw position.error('E_TAR_PAX_CONFLICT', `its size is ${raw.size} in the header and ${size} in its PAX records`, {
      value: record,
    })
  }
  return size
}

function typeOf(flag: string, name: string, size: number, position: ArchivePosition): EntryType {
  if (flag === 'S') throw sparse(position)
  const type = TYPES[flag]
  if (type === undefined) {
    throw position.error('E_TAR_TYPE', `readers disagree on what an entry of type ${quoted(flag)} is`, { value: flag })
  }
  if (type !== 'file' && size !== 0) {
    throw position.error(
      'E_TAR_LINK_DATA',
      `it is a ${type} with ${size} bytes of content, which some readers skip and others do not`,
    )
  }
  if (type !== 'file' || !name.endsWith('/')) return type
  // Before there was a type for directories, this is how they were written.
  if (size !== 0)
    throw position.error('E_TAR_TYPE', `it is a file with ${size} bytes, but its name ends like a directory's`)
  return 'directory'
}

function idOf(record: string | undefined, field: number, position: ArchivePosition): number {
  if (record !== undefined && record !== '' && !/^-?[0-9]+$/.test(record)) {
    throw position.error('E_TAR_PAX', `its owner is no number: ${quoted(record)}`, { value: record })
  }
  const id = record === undefined || record === '' ? field : Number(record)
  return Number.isSafeInteger(id) ? id : 0
}

function ownerOf(record: string | undefined, field: string): string {
  const name = record === undefined || record === '' ? field : record
  return hasControl(name) ? '' : name
}

/** What cannot be a time becomes the one that all layers have; most are normalised to that anyway. */
function timeOf(record: string | undefined, field: number): number {
  const time = record === undefined || record === '' ? field : Number(canonicalTime(record) ?? Number.NaN)
  return Number.isSafeInteger(Math.floor(time)) ? time : CNB_EPOCH_SECONDS
}

/** The one format that everything about the entry keeps to. */
function formatOf(raw: RawHeader, { x, first, formats = [] }: Extensions): TarFormat | undefined {
  const allowed = (format: TarFormat): boolean => raw.formats.has(format) && formats.every((set) => set.has(format))
  if (first === undefined) return raw.formats.has('gnu') ? 'gnu' : raw.formats.has('ustar') ? 'ustar' : undefined
  // A GNU name beside PAX records leaves no format: its own block is GNU's, theirs is not.
  if (x === undefined) return allowed('gnu') ? 'gnu' : undefined
  return allowed('pax') ? 'pax' : undefined
}

/** The times that only GNU headers have fields for. */
function gnuTimes(raw: RawHeader): ReadonlyMap<string, string> | undefined {
  if (raw.atime === undefined && raw.ctime === undefined) return undefined
  const times = new Map<string, string>()
  if (raw.atime !== undefined) times.set('atime', String(raw.atime))
  if (raw.ctime !== undefined) times.set('ctime', String(raw.ctime))
  return times
}
