import { posix } from 'node:path'
import { compareBytes } from '../bytes.js'
import type { EntryType, TarHeader } from './entry.js'
import * as at from './fields.js'
import { BLOCK_BYTES, GNU_MAGIC, USTAR_MAGIC, paddingOf, sumOf, type Field } from './fields.js'
import { FIELD_KEYS, asciiOf, canonicalTime, paxRecord } from './pax.js'

/**
 * The canonical tar writer. Its bytes are those of Go's archive/tar, because the digests of layers that other tools
 * made, and ours, must be the same for the same content.
 */

/** What ends an archive: two blocks of zeros. */
export const TRAILER: Uint8Array = new Uint8Array(2 * BLOCK_BYTES)

const TYPE_FLAGS: Readonly<Record<EntryType, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
}

/**
 * All blocks that stand before the content of an entry: its header, and before that whatever extended headers it takes.
 *
 * An entry without a format is written as USTAR if that can hold it, else as PAX. A format that an entry was read in is
 * kept; where it cannot hold the entry any more (a longer name, say), PAX does.
 */
export function headerBlocks(header: TarHeader): Uint8Array {
  if (header.format === 'gnu') return fitsGnu(header) ? gnuBlocks(header) : paxBlocks(header)
  const name = ustarName(header.name)
  return name !== undefined && fitsUstar(header) ? ustarBlock(header, name) : paxBlocks(header)
}

const fitsOctal = (value: number, field: Field): boolean => value >= 0 && value < field.octalEnd

// oxlint-disable-next-line no-control-regex -- ASCII is what it is about
const ASCII = /^[\x01-\x7f]*$/
const fitsText = (text: string, field: Field): boolean => text.length <= field.length && ASCII.test(text)

/** True when USTAR can hold all of an entry but perhaps its name. */
function fitsUstar(header: TarHeader): boolean {
  return (
    (header.records === undefined || header.records.size === 0) &&
    Number.isInteger(header.mtime) &&
    fitsText(header.linkname, at.LINKNAME) &&
    fitsText(header.uname, at.UNAME) &&
    fitsText(header.gname, at.GNAME) &&
    fitsOctal(header.uid, at.UID) &&
    fitsOctal(header.gid, at.GID) &&
    fitsOctal(header.size, at.SIZE) &&
    fitsOctal(header.mtime, at.MTIME)
  )
}

function fitsGnu(header: TarHeader): boolean {
  return (
    Number.isInteger(header.mtime) &&
    Buffer.byteLength(header.uname) <= at.UNAME.length &&
    Buffer.byteLength(header.gname) <= at.GNAME.length
  )
}

interface SplitName {
  readonly prefix: string
  readonly name: string
}

/** A name as USTAR holds it, split at a slash if it is long; undefined when it cannot. */
function ustarName(name: string): SplitName | undefined {
  if (!ASCII.test(name)) return undefined
  if (name.length <= at.NAME.length) return { prefix: '', name }
  // The slash itself is not stored. The last one that leaves a prefix short enough is taken, but never the final one.
  const end = Math.min(name.length, at.PREFIX.length + 1)
  const cut = name.lastIndexOf('/', end === name.length && name.endsWith('/') ? end - 2 : end - 1)
  const rest = name.length - cut - 1
  if (cut <= 0 || rest === 0 || rest > at.NAME.length) return undefined
  return { prefix: name.slice(0, cut), name: name.slice(cut + 1) }
}

/** From Node's pool: a zeroed buffer of its own would cost more than all that is put into it. */
const emptyBlock = (): Buffer => Buffer.allocUnsafe(BLOCK_BYTES).fill(0)

function ustarBlock(header: TarHeader, { prefix, name }: SplitName): Uint8Array {
  const block = emptyBlock()
  block.write(name, at.NAME.at, 'latin1')
  if (header.linkname !== '') block.write(header.linkname, at.LINKNAME.at, 'latin1')
  if (header.uname !== '') block.write(header.uname, at.UNAME.at, 'latin1')
  if (header.gname !== '') block.write(header.gname, at.GNAME.at, 'latin1')
  if (prefix !== '') block.write(prefix, at.PREFIX.at, 'latin1')
  putNumbers(block, header, putOctal)
  return sealed(block, TYPE_FLAGS[header.type], USTAR_MAGIC)
}

function paxBlocks(header: TarHeader): Uint8Array {
  const block = emptyBlock()
  // Readers that know no PAX see this; what is lost here stands in the records.
  putText(block, at.NAME, Buffer.from(asciiOf(header.name), 'latin1'))
  putText(block, at.LINKNAME, Buffer.from(asciiOf(header.linkname), 'latin1'))
  putText(block, at.UNAME, Buffer.from(asciiOf(header.uname), 'latin1'))
  putText(block, at.GNAME, Buffer.from(asciiOf(header.gname), 'latin1'))
  putNumbers(block, header, putOctal)
  sealed(block, TYPE_FLAGS[header.type], USTAR_MAGIC)

  const records = [...recordsOf(header)].sort(([a], [b]) => compareBytes(a, b))
  if (records.length === 0) return block
  const body = Buffer.concat(records.map(([key, value]) => paxRecord(key, value)))
  return Buffer.concat([...extensionBlocks('x', USTAR_MAGIC, paxHeaderName(header.name), body), block])
}

function gnuBlocks(header: TarHeader): Uint8Array {
  const block = emptyBlock()
  const name = Buffer.from(header.name)
  const linkname = Buffer.from(header.linkname)
  putText(block, at.NAME, name)
  putText(block, at.LINKNAME, linkname)
  putText(block, at.UNAME, Buffer.from(header.uname))
  putText(block, at.GNAME, Buffer.from(header.gname))
  putNumbers(block, header, putGnuNumber)
  const atime = header.records?.get('atime')
  const ctime = header.records?.get('ctime')
  if (atime !== undefined) putGnuNumber(block, at.GNU_ATIME, Math.floor(Number(atime)))
  if (ctime !== undefined) putGnuNumber(block, at.GNU_CTIME, Math.floor(Number(ctime)))
  sealed(block, TYPE_FLAGS[header.type], GNU_MAGIC)

  const extensions: Uint8Array[] = []
  if (name.length > at.NAME.length) extensions.push(...longTextBlocks('L', name))
  if (linkname.length > at.LINKNAME.length) extensions.push(...longTextBlocks('K', linkname))
  return extensions.length === 0 ? block : Buffer.concat([...extensions, block])
}

const LONG_TEXT_NAME = '././@LongLink'
const NUL = Uint8Array.of(0)

const longTextBlocks = (flag: 'L' | 'K', text: Uint8Array): Uint8Array[] =>
  extensionBlocks(flag, GNU_MAGIC, LONG_TEXT_NAME, Buffer.concat([text, NUL]))

/** An entry that says more about the next one: header, body, padding. */
function extensionBlocks(flag: string, magic: string, name: string, body: Uint8Array): Uint8Array[] {
  const block = emptyBlock()
  block.write(name, at.NAME.at, 'latin1')
  putOctal(block, at.MODE, 0)
  putOctal(block, at.UID, 0)
  putOctal(block, at.GID, 0)
  putOctal(block, at.SIZE, body.length)
  putOctal(block, at.MTIME, 0)
  return [sealed(block, flag, magic), body, new Uint8Array(paddingOf(body.length))]
}

/** `a/b` gives `a/PaxHeaders.0/b`, in ASCII and short enough for its field. */
function paxHeaderName(name: string): string {
  const cut = name.lastIndexOf('/') + 1
  const joined = posix.join(name.slice(0, cut), 'PaxHeaders.0', name.slice(cut))
  return asciiOf(joined).slice(0, at.NAME.length).replace(/\/+$/, '')
}

/** The PAX records of an entry: what the header cannot hold, and what it was read with and still holds true. */
function recordsOf(header: TarHeader): Map<string, string> {
  const made = new Map<string, string>()
  const read = header.records
  const add = (key: string, value: string, fits: boolean): void => {
    if (!fits || read?.get(key) === value) made.set(key, value)
  }
  add('path', header.name, fitsText(header.name, at.NAME))
  add('linkpath', header.linkname, fitsText(header.linkname, at.LINKNAME))
  add('uname', header.uname, fitsText(header.uname, at.UNAME))
  add('gname', header.gname, fitsText(header.gname, at.GNAME))
  add('uid', String(header.uid), fitsOctal(header.uid, at.UID))
  add('gid', String(header.gid), fitsOctal(header.gid, at.GID))
  add('size', String(header.size), fitsOctal(header.size, at.SIZE))
  const mtime = header.format === undefined ? String(Math.round(header.mtime)) : timeOf(header)
  add('mtime', mtime, !mtime.includes('.') && fitsOctal(header.mtime, at.MTIME))
  for (const [key, value] of read ?? []) {
    if (!FIELD_KEYS.has(key)) made.set(key, value)
    // Only an entry that was read as PAX keeps these times; for any other they say nothing about the content.
    else if ((key === 'atime' || key === 'ctime') && header.format !== undefined) {
      const time = canonicalTime(value)
      if (time !== undefined) made.set(key, time)
    }
  }
  return made
}

/** The modification time as text; the record it came from knows more digits than the number does. */
function timeOf(header: TarHeader): string {
  const record = header.records?.get('mtime')
  if (Number.isInteger(header.mtime)) return String(header.mtime)
  if (record !== undefined && Number(record) === header.mtime) return canonicalTime(record) ?? String(header.mtime)
  return canonicalTime(header.mtime.toFixed(9)) ?? String(header.mtime)
}

type PutNumber = (block: Buffer, field: Field, value: number) => void

function putNumbers(block: Buffer, header: TarHeader, put: PutNumber): void {
  put(block, at.MODE, header.mode)
  put(block, at.UID, header.uid)
  put(block, at.GID, header.gid)
  put(block, at.SIZE, header.size)
  const mtime = header.format === undefined ? Math.round(header.mtime) : Math.floor(header.mtime)
  put(block, at.MTIME, mtime)
  put(block, at.DEV_MAJOR, 0)
  put(block, at.DEV_MINOR, 0)
}

const ZERO = 0x30

/** Octal digits that fill the field but for a NUL at its end; 0 if the number does not fit. */
function putOctal(block: Buffer, field: Field, value: number): void {
  let rest = fitsOctal(value, field) ? value : 0
  for (let i = field.at + field.length - 2; i >= field.at; i--) {
    block[i] = ZERO + (rest % 8)
    rest = Math.floor(rest / 8)
  }
}

/** Octal if it fits, else two's complement with the top bit of the first byte set. */
function putGnuNumber(block: Buffer, field: Field, value: number): void {
  if (fitsOctal(value, field)) return putOctal(block, field, value)
  let rest = BigInt(value)
  for (let i = field.at + field.length - 1; i >= field.at; i--) {
    block[i] = Number(rest & 0xffn)
    rest >>= 8n
  }
  block[field.at] = (block[field.at] ?? 0) | 0x80
}

/** Text cut to the field. A slash at the cut is taken off, or the entry would look like a directory. */
function putText(block: Buffer, field: Field, text: Uint8Array): void {
  block.set(text.subarray(0, field.length), field.at)
  const last = field.at + field.length - 1
  if (text.length <= field.length || block[last] !== SLASH) return
  let end = last
  while (end > field.at && block[end - 1] === SLASH) end--
  block[end] = 0
}

const SLASH = 0x2f

/** The checksum ends in NUL and a space. */
const CHECKSUM_DIGITS: Field = { ...at.CHECKSUM, length: at.CHECKSUM.length - 1 }

/** Type, magic and checksum: what a header gets last. */
function sealed(block: Buffer, flag: string, magic: string): Buffer {
  block.write(flag, at.TYPE.at, 'latin1')
  block.write(magic, at.MAGIC.at, 'latin1')
  putOctal(block, CHECKSUM_DIGITS, sumOf(block).sum)
  block[at.CHECKSUM.at + at.CHECKSUM.length - 1] = 0x20
  return block
}
