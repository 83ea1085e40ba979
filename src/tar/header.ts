import { decodeUtf8 } from '../bytes.js'
import type { TarFormat } from './entry.js'
import * as at from './fields.js'
import { GNU_MAGIC, sumOf, type BlockSum, type Field } from './fields.js'
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
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false
  return true
}

/** True when the checksum is right. Old writers summed signed bytes. */
export function hasChecksum(block: Uint8Array, { sum, high }: BlockSum = sumOf(block)): boolean {
  const stated = numberAt(block, at.CHECKSUM)
  return stated === sum || (high > 0 && stated === sum - 256 * high)
}

/** True when the block says that it is a tar header, whatever else is wrong with it. */
export function hasMagic(block: Uint8Array): boolean {
  return bytesAt(block, at.MAGIC).toString('latin1').startsWith('ustar')
}

/**
 * The fields of a block whose checksum is right.
 *
 * @param isAscii true when no byte of the block is 0x80 or above
 * @throws CnbError when a field is not what all readers would take it for
 */
export function decodeHeader(block: Uint8Array, isAscii: boolean, position: ArchivePosition): RawHeader {
  const name = textAt(block, at.NAME)
  position.name = name
  const kind = kindOf(block, position)
  const known = kind !== 'v7'
  if (known) {
    integerAt(block, at.DEV_MAJOR, 'device number', position)
    integerAt(block, at.DEV_MINOR, 'device number', position)
  }
  const prefix = kind === 'ustar' || kind === 'star' ? textAt(block, at.PREFIX) : NO_TEXT
  if (kind === 'star' && prefix.length > STAR_PREFIX_END - at.PREFIX.at) {
    throw position.error(
      'E_TAR_HEADER',
      'the name prefix of this variant of tar is read differently by different tools',
    )
  }
  const header: RawHeader = {
    flag: String.fromCharCode(block[at.TYPE.at] ?? 0),
    name: prefix.length === 0 ? name : Buffer.concat([prefix, SLASH, name]),
    linkname: textAt(block, at.LINKNAME),
    nameFills: name.length === at.NAME.length,
    mode: integerAt(block, at.MODE, 'mode', position),
    uid: integerAt(block, at.UID, 'owner', position),
    gid: integerAt(block, at.GID, 'group', position),
    size: sizeAt(block, position),
    mtime: integerAt(block, at.MTIME, 'time', position),
    uname: known ? ownerAt(block, at.UNAME) : '',
    gname: known ? ownerAt(block, at.GNAME) : '',
    atime: kind === 'gnu' ? timeAt(block, at.GNU_ATIME, position) : undefined,
    ctime: kind === 'gnu' ? timeAt(block, at.GNU_CTIME, position) : undefined,
    formats: kind === 'gnu' ? GNU : kind === 'ustar' && isAscii && endsNumbersInNul(block) ? USTAR : NO_FORMAT,
  }
  if (header.mode < 0) throw position.error('E_TAR_HEADER', `its mode is negative: ${shown(block, at.MODE)}`)
  position.name = header.name
  return header
}

function integerAt(block: Uint8Array, field: Field, what: string, position: ArchivePosition): number {
  const value = numberAt(block, field)
  if (value === undefined) throw position.error('E_TAR_HEADER', `its ${what} is no number: ${shown(block, field)}`)
  return value ?? 0
}

function timeAt(block: Uint8Array, field: Field, position: ArchivePosition): number | undefined {
  return block[field.at] === 0 ? undefined : integerAt(block, field, 'time', position)
}

type Kind = 'ustar' | 'gnu' | 'star' | 'v7'

function kindOf(block: Uint8Array, position: ArchivePosition): Kind {
  const magic = bytesAt(block, at.MAGIC).toString('latin1')
  // Some writers of USTAR leave the version out; no reader minds.
  if (magic.startsWith('ustar\0')) return block[at.STAR_TRAILER.at] === 0 ? 'ustar' : starOrUstar(block)
  if (magic === GNU_MAGIC) return 'gnu'
  if (magic === V7_MAGIC) return 'v7'
  throw position.error('E_TAR_HEADER', `no known tar format has the magic ${escaped(magic)}`)
}

function starOrUstar(block: Uint8Array): Kind {
  return bytesAt(block, at.STAR_TRAILER).toString('latin1') === STAR ? 'star' : 'ustar'
}

/** Fields that USTAR wants to end in NUL. */
const NUL_ENDED = [at.SIZE, at.MODE, at.UID, at.GID, at.MTIME, at.DEV_MAJOR, at.DEV_MINOR]

function endsNumbersInNul(block: Uint8Array): boolean {
  for (const { at: start, length } of NUL_ENDED) if (block[start + length - 1] !== 0) return false
  return true
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
function numberAt(block: Uint8Array, { at: start, length }: Field): number | null | undefined {
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
  if (block[field.at] === 0) return NO_TEXT
  const bytes = bytesAt(block, field)
  const end = bytes.indexOf(0)
  return end < 0 ? bytes : bytes.subarray(0, end)
}

/** A user or group name; nothing when it is no text. */
function ownerAt(block: Uint8Array, field: Field): string {
  const bytes = textAt(block, field)
  const name = bytes.length === 0 ? '' : (decodeUtf8(bytes) ?? '')
  return hasControl(name) ? '' : name
}

// oxlint-disable-next-line no-control-regex -- these are what it looks for
const CONTROL = /[\0-\x1f\x7f-\x9f]/

/** True when `text` has a character that moves a cursor rather than showing something: C0, DEL, C1. */
export function hasControl(text: string): boolean {
  return CONTROL.test(text)
}

const shown = (block: Uint8Array, field: Field): string => escaped(bytesAt(block, field).toString('latin1'))
