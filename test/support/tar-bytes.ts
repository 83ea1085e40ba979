/**
 * Tar archives byte by byte, sound or not: what no tar program would write can be written here. Independent of the writer
 * in `src`.
 */

/** A field's bytes as they are to stand in the header; a number becomes octal digits and a NUL. */
type FieldValue = number | string | Uint8Array

export interface HeaderFields {
  readonly name?: string | Uint8Array
  readonly mode?: FieldValue
  readonly uid?: FieldValue
  readonly gid?: FieldValue
  readonly size?: FieldValue
  readonly mtime?: FieldValue
  /** One character. */
  readonly type?: string
  readonly link?: string | Uint8Array
  /** Magic and version, eight bytes; empty for a header as old as Unix V7. */
  readonly magic?: string
  readonly uname?: string | Uint8Array
  readonly gname?: string | Uint8Array
  readonly prefix?: string
  /** How the checksum is made: rightly, one too high, or of signed bytes as some old programs did. */
  readonly checksum?: 'right' | 'wrong' | 'signed'
}

const BLOCK = 512

function bytesOf(value: FieldValue, length: number): Buffer {
  if (typeof value === 'number') return Buffer.from(`${value.toString(8).padStart(length - 1, '0')}\0`, 'latin1')
  return Buffer.from(value)
}

/** One header block. */
export function header(fields: HeaderFields): Buffer {
  const block = Buffer.alloc(BLOCK)
  const put = (value: FieldValue, at: number, length: number): void => {
    bytesOf(value, length).copy(block, at, 0, length)
  }
  put(fields.name ?? '', 0, 100)
  put(fields.mode ?? 0o644, 100, 8)
  put(fields.uid ?? 0, 108, 8)
  put(fields.gid ?? 0, 116, 8)
  put(fields.size ?? 0, 124, 12)
  put(fields.mtime ?? 0, 136, 12)
  put(fields.type ?? '0', 156, 1)
  put(fields.link ?? '', 157, 100)
  put(fields.magic ?? 'ustar\x0000', 257, 8)
  put(fields.uname ?? '', 265, 32)
  put(fields.gname ?? '', 297, 32)
  put(fields.prefix ?? '', 345, 155)
  const { checksum = 'right' } = fields
  block.fill(' ', 148, 156)
  let sum = checksum === 'wrong' ? 1 : 0
  for (const byte of block) sum += checksum === 'signed' && byte > 0x7f ? byte - 256 : byte
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8)
  return block
}

/** `data` filled up to whole blocks. */
export function padded(data: Uint8Array): Buffer {
  return Buffer.concat([data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)])
}

/** A header and its content. */
export function entry(fields: HeaderFields, content: string | Uint8Array = ''): Buffer {
  const data = Buffer.from(content)
  return Buffer.concat([header({ size: data.length, ...fields }), padded(data)])
}

export const directory = (name: string, fields: HeaderFields = {}): Buffer =>
  entry({ name, type: '5', mode: 0o755, ...fields })
export const symlink = (name: string, link: string): Buffer => entry({ name, type: '2', mode: 0o777, link })
export const hardlink = (name: string, link: string): Buffer => entry({ name, type: '1', link })

/** One PAX record with the length that it has. */
export function record(key: string, value: string | Uint8Array): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')])
  let length = rest.length
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length
  return Buffer.concat([Buffer.from(String(length)), rest])
}

/** A PAX header: `x` for the next entry, `g` for all that follow. */
export function pax(records: Readonly<Record<string, string | Uint8Array>>, type: 'x' | 'g' = 'x'): Buffer {
  const body = Object.entries(records).map(([key, value]) => record(key, value))
  return entry({ name: 'PaxHeaders/x', type }, Buffer.concat(body))
}

/** A GNU long name (`L`) or link (`K`). */
export function gnuLong(text: string | Uint8Array, type: 'L' | 'K' = 'L'): Buffer {
  const body = Buffer.concat([Buffer.from(text), Buffer.alloc(1)])
  return entry({ name: '././@LongLink', type, magic: 'ustar  \0' }, body)
}

/** Two blocks of zeros. */
export const END: Uint8Array = Buffer.alloc(2 * BLOCK)

export function archive(...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([...parts, END])
}

/** What makes an archive a module: without the hostile part, `trowel` takes it. */
export const MODULE_PARTS: readonly Uint8Array[] = [
  entry(
    { name: 'buildpack.toml' },
    'api = "0.10"\n\n[buildpack]\nid = "acme/hostile"\nversion = "1.0.0"\n\n[[stacks]]\nid = "*"\n',
  ),
  directory('bin'),
  entry({ name: 'bin/build', mode: 0o755 }, '#!/bin/sh\n'),
  entry({ name: 'bin/detect', mode: 0o755 }, '#!/bin/sh\n'),
]

/** A sound module's archive with these entries after its own. */
export function moduleArchive(...parts: readonly Uint8Array[]): Buffer {
  return archive(...MODULE_PARTS, ...parts)
}
