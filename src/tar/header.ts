import { decodeUtf8 } from '../bytes.js'
import type { TarFormat } from './entry.js'
import * as at from './fields.js'
import { BLOCK_BYTES, GNU_MAGIC, USTAR_MAGIC, checksumOf, type Field } from './fields.js'
import { escaped, type ArchivePosition } from './position.js'

/** One header block as it stands there, before extended headers say otherwise. */
export interface RawHeader {
  /** The type flag, one character. */
  readonly flag: string
  /** Prefix included. Bytes, because what overrides it may be all that is readable. */
  readonly name: Buffer
  readonly linkname: Buffer
  /** True when the name fills its field, so that it may have been cut. */
  readonly nameFills: boolean
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  readonly mtime: number
  readonly uname: string
  readonly gname: string
  /** GNU only. */
  readonly atime: number | undefined
  readonly ctime: number | undefined
  /** Formats that a writer may have meant: a USTAR block is a PAX one as well. */
  readonly formats: ReadonlySet<TarFormat>
}

const USTAR: ReadonlySet<TarFormat> = new Set<TarFormat>(['ustar', 'pax'])
const GNU: ReadonlySet<TarFormat> = new Set<TarFormat>(['gnu'])
/** Blocks that no one format describes; they may be written in any. */
const NO_FORMAT: ReadonlySet<TarFormat> = new Set<TarFormat>()

const V7_MAGIC = '\0'.repeat(at.MAGIC.length)
const STAR = 'tar\0'
/** Where the prefix of Schilling's variant ends; other readers take more. */
const STAR_PREFIX_END = 475

/** True for the block that, twice, ends an archive. */
export function isZero(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0) return false
  return true
}

/** True when the checksum is right. Old writers summed signed bytes. */
export function hasChecksum(block: Uint8Array): boolean {
  const stated = numberAt(block, at.CHECKSUM)
  const sum = checksumOf(block)
  if (stated === sum) return true
  let high = 0
  for (let i = 0; i < BLOCK_BYTES; i++) if ((block[i] ?? 0) >= 0x80) high++
  return high > 0 && stated === sum - 256 * high
}

/** True when the block says that it is a tar header, whatever else is wrong with it. */
export function hasMagic(block: Uint8Array): boolean {
  return bytesAt(block, at.MAGIC).toString('latin1').startsWith('ustar')
}

/**
 * The fields of a block whose checksum is right.
 *
 * @throws CnbError when a field is not what all readers would take it for
 */
export function decodeHeader(block: Uint8Array, position: ArchivePosition): RawHeader {
  const magic = bytesAt(block, at.MAGIC).toString('latin1')
  const kind = kindOf(block, magic)
  const name = textAt(block, at.NAME)
  position.name = name
  if (kind === undefined) throw position.error('E_TAR_HEADER', `no known tar format has the magic ${escaped(magic)}`)

  const number = (field: Field, what: string): number => {
    const value = numberAt(block, field)
    if (value === undefined) throw position.error('E_TAR_HEADER', `its ${what} is no number: ${shown(block, field)}`)
    return value ?? 0
  }
  const known = kind !== 'v7'
  const prefix = kind === 'ustar' || kind === 'star' ? textAt(block, at.PREFIX) : NO_TEXT
  if (kind === 'star' && prefix.length > STAR_PREFIX_END - at.PREFIX.at) {
    throw position.error(
      'E_TAR_HEADER',
      'the name prefix of this variant of tar is read differently by different tools',
    )
  }
  if (known) {
    number(at.DEV_MAJOR, 'device number')
    number(at.DEV_MINOR, 'device number')
  }
  const time = (field: Field): number | undefined =>
    kind === 'gnu' && block[field.at] !== 0 ? number(field, 'time') : undefined
  const header: RawHeader = {
    flag: String.fromCharCode(block[at.TYPE.at] ?? 0),
    name: prefix.length === 0 ? name : Buffer.concat([prefix, SLASH, name]),
    linkname: textAt(block, at.LINKNAME),
    nameFills: name.length === at.NAME.length,
    mode: number(at.MODE, 'mode'),
    uid: number(at.UID, 'owner'),
    gid: number(at.GID, 'group'),
    size: sizeAt(block, position),
    mtime: number(at.MTIME, 'time'),
    uname: known ? ownerName(textAt(block, at.UNAME)) : '',
    gname: known ? ownerName(textAt(block, at.GNAME)) : '',
    atime: time(at.GNU_ATIME),
    ctime: time(at.GNU_CTIME),
    formats: kind === 'gnu' ? GNU : kind === 'ustar' && isStrictUstar(block) ? USTAR : NO_FORMAT,
  }
  if (header.mode < 0) throw position.error('E_TAR_HEADER', `its mode is negative: ${shown(block, at.MODE)}`)
  position.name = header.name
  return header
}

type Kind = 'ustar' | 'gnu' | 'star' | 'v7'

function kindOf(block: Uint8Array, magic: string): Kind | undefined {
  if (magic === GNU_MAGIC) return 'gnu'
  if (magic === V7_MAGIC) return 'v7'
  // Some writers of USTAR leave the version out; no reader minds.
  if (!magic.startsWith(USTAR_MAGIC.slice(0, 6))) return undefined
  return bytesAt(block, at.STAR_TRAILER).toString('latin1') === STAR ? 'star' : 'ustar'
}

/** Fields that USTAR wants to end in NUL. */
const NUL_ENDED = [at.SIZE, at.MODE, at.UID, at.GID, at.MTIME, at.DEV_MAJOR, at.DEV_MINOR]

/** True for a block that keeps to the letter of USTAR: ASCII, and numbers that end in NUL. */
function isStrictUstar(block: Uint8Array): boolean {
  for (const byte of block) if (byte >= 0x80) return false
  return NUL_ENDED.every((field) => block[field.at + field.length - 1] === 0)
}

function sizeAt(block: Uint8Array, position: ArchivePosition): number {
  const value = numberAt(block, at.SIZE)
  if (value === undefined || (value === null && block[at.SIZE.at] !== 0)) {
    throw position.error('E_TAR_SIZE', `its size is no number: ${shown(block, at.SIZE)}`)
  }
  if (value !== null && (value < 0 || !Number.isSafeInteger(value))) {
    throw position.error(
      'E_TAR_SIZE',
      `its size is ${value < 0 ? 'negative' : 'beyond all reason'}: ${shown(block, at.SIZE)}`,
    )
  }
  return value ?? 0
}

/**
 * The number in a field: octal digits after spaces and before spaces or NULs, or two's complement after a byte of 0x80
 * or 0xff. Null when there is nothing, undefined when there is something else. Beyond what a number holds exactly it is
 * an infinity.
 */
export function numberAt(block: Uint8Array, { at: start, length }: Field): number | null | undefined {
  const end = start + length
  const first = block[start] ?? 0
  if (first === 0x80 || first === 0xff) return binaryNumber(block, start, end)
  let i = start
  while (i < end && block[i] === 0x20) i++
  let value = 0
  const digits = i
  for (; i < end; i++) {
    const digit = (block[i] ?? 0) - 0x30
    if (digit < 0 || digit > 7) break
    value = value * 8 + digit
  }
  const found = i > digits
  for (; i < end; i++) if (block[i] !== 0 && block[i] !== 0x20) return undefined
  return found ? value : null
}

function binaryNumber(block: Uint8Array, start: number, end: number): number {
  const negative = block[start] === 0xff
  let value = 0
  for (let i = start + 1; i < end; i++) value = value * 256 + (negative ? 0xff - (block[i] ?? 0) : (block[i] ?? 0))
  if (value >= Number.MAX_SAFE_INTEGER) return negative ? -Infinity : Infinity
  return negative ? -value - 1 : value
}

const SLASH = Buffer.from('/')
const NO_TEXT = Buffer.alloc(0)

function bytesAt(block: Uint8Array, field: Field): Buffer {
  const bytes = block.subarray(field.at, field.at + field.length)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** A field's bytes up to the first NUL. */
function textAt(block: Uint8Array, field: Field): Buffer {
  const bytes = bytesAt(block, field)
  const end = bytes.indexOf(0)
  return end < 0 ? bytes : bytes.subarray(0, end)
}

/** A user or group name; nothing when it is not text. */
export function ownerName(bytes: Buffer): string {
  const name = decodeUtf8(bytes) ?? ''
  return hasControl(name) ? '' : name
}

// oxlint-disable-next-line no-control-regex -- these are what it looks for
const CONTROL = /[\0-\x1f\x7f-\x9f]/

/** True when `text` has a character that moves a cursor rather than showing something: C0, DEL, C1. */
export function hasControl(text: string): boolean {
  return CONTROL.test(text)
}

const shown = (block: Uint8Array, field: Field): string => escaped(bytesAt(block, field).toString('latin1'))
