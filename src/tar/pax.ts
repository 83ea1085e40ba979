/**
 * PAX records: `LENGTH key=value\n`, where the length counts itself and everything up to the newline.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_03
 */

import { decodeUtf8 } from '../bytes.js'
import { hasControl } from './header.js'
import { escaped, quoted, type ArchivePosition } from './position.js'

/** Keys whose values are header fields. Records of these are made from the fields, never copied. */
export const FIELD_KEYS: ReadonlySet<string> = new Set([
  'atime',
  'ctime',
  'gid',
  'gname',
  'linkpath',
  'mtime',
  'path',
  'size',
  'uid',
  'uname',
])

/** What stands in the header of an entry whose real text is in a PAX record: the text without what is not ASCII. */
export function asciiOf(text: string): string {
  // oxlint-disable-next-line no-control-regex -- ASCII is what it is about
  return text.replace(/[^\x01-\x7f]/g, '')
}

/** One record in its only spelling; `value` as `parsePaxRecords` has it. */
export function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), bytesOfValue(value), Buffer.from('\n')])
  // Counting itself can make the length one digit longer, which can make it longer once more, not twice.
  let length = rest.length + String(rest.length).length
  length = rest.length + String(length).length
  return Buffer.concat([Buffer.from(String(length)), rest])
}

/** What is added to a byte of a value that is no text: such a lone surrogate stands in no text. */
const BYTE_MARK = 0xdc00

/** Bytes that are no UTF-8 as one lone surrogate each, so that they are written as they were read. */
function valueOfBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(BYTE_MARK + byte)).join('')
}

function bytesOfValue(value: string): Buffer {
  // latin1 keeps the lower half of each unit.
  return Buffer.from(value, value.charCodeAt(0) >> 8 === BYTE_MARK >> 8 ? 'latin1' : 'utf8')
}

/** Seconds since 1970, as `seconds` or `seconds.fraction`. */
const TIME = /^(-?)0*(\d+)(?:\.(\d*))?$/
/** Digits of a fraction that count: nanoseconds. */
const NANO_DIGITS = 9

/** A PAX time in its shortest spelling, nanoseconds being the finest; undefined when `text` is no time. */
export function canonicalTime(text: string): string | undefined {
  const match = TIME.exec(text)
  if (match === null) return undefined
  const [, sign = '', seconds = '', digits = ''] = match
  const fraction = digits.slice(0, NANO_DIGITS).replace(/0+$/, '')
  if (fraction !== '') return `${sign}${seconds}.${fraction}`
  return seconds === '0' ? '0' : `${sign}${seconds}`
}

/** Digits of a record's length that make sense under any limit. */
const LENGTH_DIGITS = 10
const SPACE = 0x20
const NEWLINE = 0x0a
const EQUALS = 0x3d

/**
 * The records of an extended header, as they stand there. The value of an attribute may be no text; `paxRecord` gives back its bytes.
 *
 * @throws CnbError when a length, a newline or a key is not what it must be, or a key comes twice
 */
export function parsePaxRecords(body: Buffer, position: ArchivePosition): Map<string, string> {
  const records = new Map<string, string>()
  for (let start = 0; start < body.length;) {
    const length = recordLength(body, start)
    const end = start + (length ?? 0)
    if (length === undefined || end > body.length || body[end - 1] !== NEWLINE) {
      throw position.error(
        'E_TAR_PAX',
        `the PAX record at byte ${start} of its header does not have the length it states`,
      )
    }
    const [key, value] = keyAndValue(body.subarray(body.indexOf(SPACE, start) + 1, end - 1), position)
    if (records.has(key)) throw position.error('E_TAR_PAX', `the PAX record ${quoted(key)} comes twice`, { value: key })
    records.set(key, value)
    start = end
  }
  return records
}

/** The length that the record at `start` states; undefined unless digits, a space and at least `k=\n` make it up. */
function recordLength(body: Buffer, start: number): number | undefined {
  const space = body.subarray(start, start + LENGTH_DIGITS).indexOf(SPACE)
  if (space < 1) return undefined
  const digits = body.toString('latin1', start, start + space)
  const length = Number(digits)
  return /^[1-9][0-9]*$/.test(digits) && length >= space + ' k=\n'.length ? length : undefined
}

/** Keys whose values name a file; those must be text for other reasons than the rest. */
const NAME_KEYS: ReadonlySet<string> = new Set(['linkpath', 'path'])

function keyAndValue(record: Buffer, position: ArchivePosition): [string, string] {
  const equals = record.indexOf(EQUALS)
  const key = equals < 1 ? undefined : decodeUtf8(record.subarray(0, equals))
  if (key === undefined || hasControl(key)) {
    throw position.error('E_TAR_PAX', `a PAX record has no key: ${escaped(record.toString('latin1', 0, 40))}`)
  }
  const bytes = record.subarray(equals + 1)
  const value = decodeUtf8(bytes) ?? (isAttribute(key) ? valueOfBytes(bytes) : undefined)
  if (value === undefined) {
    const code = NAME_KEYS.has(key) ? 'E_TAR_NAME_ENCODING' : 'E_TAR_PAX'
    throw position.error(code, `the PAX record ${quoted(key)} is not UTF-8`, { value: key })
  }
  if (FIELD_KEYS.has(key) && value.includes('\0')) {
    throw position.error('E_TAR_PAX', `the PAX record ${quoted(key)} has a NUL, where readers cut it or do not`, {
      value: key,
    })
  }
  return [key, value]
}

/** Prefixes of the keys that carry extended attributes and access lists. */
const ATTRIBUTE_KEYS = ['SCHILY.xattr.', 'LIBARCHIVE.xattr.', 'SCHILY.acl.', 'RHT.']

/** True when a record gives a file something beyond what its layer may give it: an extended attribute, an access list. */
export function isAttribute(key: string): boolean {
  return ATTRIBUTE_KEYS.some((prefix) => key.startsWith(prefix))
}

/**
 * True when an attribute grants powers: a capability, a label that the kernel trusts. libarchive writes the names
 * percent-encoded, Red Hat's tar has a key of its own for the security label.
 */
export function isPrivileged(key: string): boolean {
  const name = key.replace(/^(?:SCHILY\.xattr|LIBARCHIVE\.xattr|RHT)\./, '')
  const decoded = name.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return [name, decoded].some((spelling) => spelling.startsWith('security.') || spelling.startsWith('trusted.'))
}
