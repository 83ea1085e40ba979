/** Archives of a tree in the many ways in which programs write them. */
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { parentsOf, type FileNode } from './random-files.js'
import { END, entry, gnuLong, pax, type HeaderFields } from './tar-bytes.js'

const FORMATS = ['ustar', 'gnu', 'pax', 'v7'] as const
type Format = (typeof FORMATS)[number]

/** How a tree is written. */
export interface ArchiveStyle {
  readonly format: Format
  /** In front of every name. */
  readonly prefix: '' | './' | 'top/' | '/'
  /** Whether the name of a folder ends in a slash. */
  readonly slash: boolean
  /** Which folders have entries, and where. */
  readonly folders: 'first' | 'last' | 'none'
  /** Whether there is an entry for the root itself. */
  readonly root: boolean
  readonly order: 'sorted' | 'reversed'
  readonly gzip: 'no' | 'one' | 'two members' | 'empty member' | 'stored' | 'named'
  /** Type of an ordinary file. */
  readonly type: '0' | '\0'
  readonly owner: 'root' | 'somebody' | 'big'
  readonly mtime: 'old' | 'new' | 'fraction'
  /** Further records that every entry has, where the format is PAX. */
  readonly records: Readonly<Record<string, string | Uint8Array>>
  /** One before all entries, as `git archive` writes it. */
  readonly global: boolean
  readonly numbers: 'nul' | 'space' | 'blanks'
  /** Whether modes repeat the type of the file, as `stat` has it. */
  readonly typeBits: boolean
  /** Blocks of zeros behind the end. */
  readonly padding: 0 | 16
  /** Whether the first file comes once more. */
  readonly twice: boolean
  /** What a slash in a name becomes. */
  readonly separator: '/' | '//' | '/./'
}

/** The codes for which we may refuse an archive in this style. */
export function refusedStyle({ prefix, twice, format, records }: ArchiveStyle): string[] {
  const isSecurity = format === 'pax' && Object.keys(records).some((key) => key.includes('security'))
  return [
    ...(prefix === '/' ? ['E_TAR_ABSOLUTE'] : []),
    ...(twice ? ['E_TAR_DUPLICATE'] : []),
    ...(isSecurity ? ['E_TAR_XATTR'] : []),
  ]
}

/** What programs write beside names, and what nobody does. */
const RECORDS: [key: string, value: string | Uint8Array][] = [
  ['atime', '1500000000.25'],
  ['atime', '1500000000'],
  ['ctime', '1500000001'],
  ['comment', 'é'],
  ['comment', ''],
  ['hdrcharset', 'ISO-IR 10646 2000 UTF-8'],
  ['uid', '1000'],
  ['gid', '4294967295'],
  ['uname', 'sömebody'],
  ['gname', ''],
  ['LIBARCHIVE.creationtime', '1500000000'],
  ['LIBARCHIVE.xattr.user.note', 'bg=='],
  ['SCHILY.dev', '2049'],
  ['SCHILY.ino', '7'],
  ['SCHILY.nlink', '1'],
  ['SCHILY.xattr.user.note', 'n'],
  ['SCHILY.acl.access', 'user::rw-'],
  // As tar on a Mac writes it.
  ['LIBARCHIVE.xattr.com.apple.provenance', 'AQIA/w=='],
  ['SCHILY.xattr.com.apple.provenance', Buffer.from('010200ff', 'hex')],
  ['RHT.security.selinux', 'unconfined_u:object_r:user_home_t:s0'],
  ['MSWINDOWS.fileattr', 'archive'],
  ['GOLANG.pkg.x', 'y'],
]

function usually<T>(usual: T, rare: readonly T[], oneIn: number): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: oneIn - 1, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...rare) },
  )
}

/** Most of them are read by everybody. */
export const ARCHIVE_STYLE: fc.Arbitrary<ArchiveStyle> = fc.record({
  format: fc.constantFrom(...FORMATS),
  prefix: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom<ArchiveStyle['prefix']>('', './') },
    { weight: 1, arbitrary: fc.constantFrom<ArchiveStyle['prefix']>('top/', '/') },
  ),
  slash: fc.boolean(),
  folders: usually<ArchiveStyle['folders']>('first', ['last', 'none'], 4),
  root: fc.boolean(),
  order: usually<ArchiveStyle['order']>('sorted', ['reversed'], 4),
  gzip: fc.constantFrom<ArchiveStyle['gzip'][]>('no', 'one', 'one', 'two members', 'empty member', 'stored', 'named'),
  type: usually<ArchiveStyle['type']>('0', ['\0'], 6),
  owner: fc.constantFrom<ArchiveStyle['owner'][]>('root', 'somebody', 'big'),
  mtime: fc.constantFrom<ArchiveStyle['mtime'][]>('old', 'new', 'fraction'),
  records: fc.subarray(RECORDS, { maxLength: 4 }).map((list) => Object.fromEntries(list)),
  global: usually(false, [true], 15),
  numbers: usually<ArchiveStyle['numbers']>('nul', ['space', 'blanks'], 5),
  typeBits: usually(false, [true], 8),
  padding: fc.constantFrom<ArchiveStyle['padding'][]>(0, 16),
  twice: usually(false, [true], 30),
  separator: usually<ArchiveStyle['separator']>('/', ['//', '/./'], 8),
})

/** The bytes of an archive. */
export function archiveOf(nodes: readonly FileNode[], style: ArchiveStyle): Buffer {
  const { root, prefix, gzip, padding, global, twice } = style
  const listed = inOrder(nodes, style)
  const doubled = twice ? listed.find(({ kind }) => kind === 'file') : undefined
  const tar = Buffer.concat([
    ...(global ? [pax({ comment: '0123456789012345678901234567890123456789' }, 'g')] : []),
    ...(root && (prefix === './' || prefix === '') ? [partsOf('./', { type: '5', mode: 0o755 }, '', style)] : []),
    ...listed.map((node) => nodeOf(node, style)),
    ...(doubled === undefined ? [] : [nodeOf(doubled, style)]),
    END,
    Buffer.alloc(padding * 512),
  ])
  return compressed(tar, gzip)
}

/** Behind so many bytes the first member of two ends. */
const FIRST_MEMBER = 700
/** A gzip header without anything optional, and the flag and text of one that says what the file was called. */
const GZIP_HEADER = 10
const FLAGS_AT = 3
const HAS_NAME = 8

function compressed(tar: Buffer, gzip: ArchiveStyle['gzip']): Buffer {
  const halves = [tar.subarray(0, FIRST_MEMBER), tar.subarray(FIRST_MEMBER)]
  switch (gzip) {
    case 'no':
      return tar
    case 'one':
      return gzipSync(tar)
    case 'two members':
      return Buffer.concat(halves.map((half) => gzipSync(half)))
    case 'empty member':
      return Buffer.concat([gzipSync(''), ...halves.flatMap((half) => [gzipSync(half), gzipSync('')])])
    case 'stored':
      return gzipSync(tar, { level: 0 })
    case 'named': {
      const plain = gzipSync(tar)
      const header = Buffer.from(plain.subarray(0, GZIP_HEADER))
      header[FLAGS_AT] = HAS_NAME
      return Buffer.concat([header, Buffer.from('module.tar\0'), plain.subarray(GZIP_HEADER)])
    }
  }
}

/** With the folders that nobody names, and hard links at the end, as what they link to has to be there before them. */
function inOrder(nodes: readonly FileNode[], { folders, order }: ArchiveStyle): FileNode[] {
  const given = new Set(nodes.map(({ path }) => path))
  const implied = [...new Set(nodes.flatMap(({ path }) => parentsOf(path)))].filter((path) => !given.has(path))
  const named: FileNode[] = implied.map((path) => ({ kind: 'directory', path, mode: 0o755 }))
  const sorted = [...nodes, ...named].toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
  if (order === 'reversed') sorted.reverse()
  const of = (...kinds: FileNode['kind'][]): FileNode[] => sorted.filter(({ kind }) => kinds.includes(kind))
  const empty = of('directory').filter(({ path }) => given.has(path))
  if (folders === 'none') return [...of('file', 'symlink'), ...empty, ...of('hardlink')]
  if (folders === 'last') return [...of('file', 'symlink'), ...of('hardlink'), ...of('directory')]
  return [...sorted.filter(({ kind }) => kind !== 'hardlink'), ...of('hardlink')]
}

function nodeOf(node: FileNode, style: ArchiveStyle): Buffer {
  const { prefix, slash, separator, type, typeBits } = style
  const spelled = (path: string): string => `${prefix}${path.replaceAll('/', separator)}`
  const name = spelled(node.path)
  if (node.kind === 'directory') {
    // A header of that age has no type for folders.
    const isOld = style.format === 'v7' && type === '\0'
    return partsOf(
      slash || isOld ? `${name}/` : name,
      { type: isOld ? type : '5', mode: node.mode + (typeBits ? 0o40_000 : 0) },
      '',
      style,
    )
  }
  if (node.kind === 'file')
    return partsOf(name, { type, mode: node.mode + (typeBits ? 0o100_000 : 0) }, node.text, style)
  if (node.kind === 'symlink') return partsOf(name, { type: '2', mode: 0o777, link: node.to }, '', style)
  return partsOf(name, { type: '1', mode: 0o644, link: spelled(node.to) }, '', style)
}

const MAGIC = { ustar: 'ustar\x0000', pax: 'ustar\x0000', gnu: 'ustar  \0', v7: '' } as const
const MTIME = { old: 1_000_000_000, new: 4_102_444_800, fraction: 1_500_000_000 } as const
const FIELD = 100

/** An entry with all that it needs before it. */
function partsOf(name: string, fields: HeaderFields, content: string, style: ArchiveStyle): Buffer {
  const { format } = style
  const link = (fields.link ?? '') as string
  const all: HeaderFields = {
    ...ownerOf(style),
    magic: MAGIC[format],
    mtime: numberOf(MTIME[style.mtime], 12, style),
    ...fields,
  }
  const [isLong, isLongLink] = [Buffer.byteLength(name) > FIELD, Buffer.byteLength(link) > FIELD]
  const short = { name: cut(name), link: cut(link) }
  if (format === 'pax') {
    const records = {
      ...(isLong || !isAscii(name) ? { path: name } : {}),
      ...(isLongLink || !isAscii(link) ? { linkpath: link } : {}),
      ...(style.mtime === 'fraction' ? { mtime: '1500000000.5' } : {}),
      ...style.records,
    }
    const own = entry({ ...all, ...short }, content)
    return Object.keys(records).length === 0 ? own : Buffer.concat([pax(records), own])
  }
  const split = format === 'ustar' && isLong ? splitName(name) : undefined
  if (split !== undefined && !isLongLink) return entry({ ...all, ...split, link: short.link }, content)
  return Buffer.concat([
    ...(isLongLink ? [gnuLong(link, 'K')] : []),
    ...(isLong ? [gnuLong(name)] : []),
    entry({ ...all, ...short }, content),
  ])
}

const isAscii = (text: string): boolean => Buffer.byteLength(text) === text.length
const cut = (text: string): Buffer => Buffer.from(text).subarray(0, FIELD)

/** Prefix and name of a header, split at the last slash where both fit. */
function splitName(name: string): { readonly prefix: string; readonly name: string } | undefined {
  for (let at = name.length - 2; at > 0; at--) {
    if (name[at] !== '/') continue
    const [prefix, rest] = [name.slice(0, at), name.slice(at + 1)]
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(rest) <= FIELD) return { prefix, name: rest }
  }
  return undefined
}

function ownerOf(style: ArchiveStyle): HeaderFields {
  const { owner, format } = style
  if (owner === 'root') return {}
  const names = format === 'v7' ? {} : { uname: 'somebody', gname: 'staff' }
  if (owner === 'somebody' || format !== 'gnu')
    return { uid: numberOf(1000, 8, style), gid: numberOf(1000, 8, style), ...names }
  // Base 256: the first bit says so.
  return { uid: Buffer.from([0x80, 0, 0, 0, 0x3b, 0x9a, 0xca, 0]), ...names }
}

/** Octal digits, and what ends them. */
function numberOf(value: number, length: number, { numbers }: ArchiveStyle): number | string {
  if (numbers === 'nul') return value
  if (numbers === 'blanks') return `${value.toString(8).padStart(length - 2)} `
  return `${value.toString(8).padStart(length - 2, '0')} `
}
