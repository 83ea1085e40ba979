/** Group G: what is around the archive. */
import * as zlib from 'node:zlib'
import type { ErrorCode } from '#src/errors.js'
import { entry, moduleArchive } from '../support/tar-bytes.js'
import type { Row } from './catalogue-row.js'

const refused = (id: string, code: ErrorCode, about: string, make: () => Uint8Array): Row => ({
  id,
  about,
  outcome: 'REJ',
  code,
  make,
})
const accepted = (id: string, about: string, make: () => Uint8Array): Row => ({
  id,
  about,
  outcome: 'ACC',
  make,
  same: plain,
})

const plain = (): Buffer => moduleArchive()
const zipped = (): Buffer => zlib.gzipSync(plain())
const flipped = (at: number): Buffer => {
  const bytes = zipped()
  const index = at < 0 ? bytes.length + at : at
  bytes[index] = (bytes[index] ?? 0) ^ 1
  return bytes
}

const FHCRC = 2
const FEXTRA = 4
const FNAME = 8
const FCOMMENT = 16
const RESERVED = 32

/** The archive in gzip with a header of one's own. */
function withHeader(flags: number, ...fields: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.from([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255]), ...fields, zipped().subarray(10)])
}
const text = (bytes: number): Buffer => Buffer.from(`${'n'.repeat(bytes)}\0`)
const extra = (bytes: number): Buffer => Buffer.concat([Buffer.from([bytes & 0xff, bytes >> 8]), Buffer.alloc(bytes)])
const headerSum = (wrong: number): Buffer => {
  const sum = (zlib.crc32(Buffer.from([0x1f, 0x8b, 8, FHCRC, 0, 0, 0, 0, 0, 255])) & 0xffff) ^ wrong
  return Buffer.from([sum & 0xff, sum >> 8])
}

/** zstd without compression: one frame of raw blocks. */
function zstd(bytes: Uint8Array): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(bytes.length)
  const parts: Uint8Array[] = [Buffer.from('28b52ffda0', 'hex'), size]
  const step = 1 << 16
  for (let at = 0; at < bytes.length; at += step) {
    const part = bytes.subarray(at, at + step)
    const last = at + step >= bytes.length ? 1 : 0
    const header = Buffer.alloc(3)
    header.writeUIntLE((part.length << 3) | last, 0, 3)
    parts.push(header, part)
  }
  return Buffer.concat(parts)
}
const hasZstd = 'createZstdDecompress' in zlib

/** The first bytes that give a compression away, and more that mean nothing. */
const fake = (hex: string): Buffer => Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(2000, 0x55)])

export const GZIP_ROWS: readonly Row[] = [
  refused('G-01', 'E_GZIP', 'compressed content that is cut off', () => zipped().subarray(0, -12)),
  refused('G-01', 'E_GZIP', 'a missing trailer', () => zipped().subarray(0, -8)),
  refused('G-01', 'E_GZIP', 'half a trailer', () => zipped().subarray(0, -4)),
  refused('G-01', 'E_GZIP', 'half a header', () => zipped().subarray(0, 6)),
  refused('G-01', 'E_GZIP', 'a wrong checksum', () => flipped(-8)),
  refused('G-01', 'E_GZIP', 'a wrong length', () => flipped(-4)),
  refused('G-01', 'E_GZIP', 'a flipped bit', () => flipped(10)),
  accepted('G-02', 'two members', () =>
    Buffer.concat([zlib.gzipSync(plain().subarray(0, 700)), zlib.gzipSync(plain().subarray(700))]),
  ),
  accepted('G-03', 'zeros after the last member', () => Buffer.concat([zipped(), Buffer.alloc(1024)])),
  refused('G-04', 'E_GZIP', 'rubbish after the last member', () => Buffer.concat([zipped(), Buffer.from('junk')])),
  refused('G-04', 'E_GZIP', 'rubbish after zeros', () =>
    Buffer.concat([zipped(), Buffer.alloc(512), Buffer.from('junk')]),
  ),
  accepted('G-05', 'an empty member first', () => Buffer.concat([zlib.gzipSync(''), zipped()])),
  refused('G-06', 'E_RATIO', '80 MiB of zeros', () =>
    zlib.gzipSync(moduleArchive(entry({ name: 'zeros' }, Buffer.alloc(80 << 20))), { level: 9 }),
  ),
  refused('G-06', 'E_GZIP_NESTED', 'gzip in gzip', () => zlib.gzipSync(zipped())),
  accepted('G-07', 'a name, a comment and more in the header', () =>
    withHeader(FEXTRA | FNAME | FCOMMENT, extra(300), text(1000), text(1000)),
  ),
  accepted('G-07', 'a name of 64 KiB', () => withHeader(FNAME, text(65_536))),
  refused('G-07', 'E_GZIP', 'a name of more', () => withHeader(FNAME, text(65_537))),
  refused('G-07', 'E_GZIP', 'a comment of 10 MiB', () => withHeader(FCOMMENT, text(10 << 20))),
  accepted('G-07', 'a header with its checksum', () => withHeader(FHCRC, headerSum(0))),
  refused('G-07', 'E_GZIP', 'a header with another checksum', () => withHeader(FHCRC, headerSum(1))),
  refused('G-07', 'E_GZIP', 'a flag that nobody defined', () => withHeader(RESERVED)),
  hasZstd
    ? accepted('G-08', 'zstd', () => zstd(plain()))
    : refused('G-08', 'E_COMPRESSION', 'zstd, where Node has none', () => zstd(plain())),
  ...Object.entries({
    xz: 'fd377a585a00',
    bzip2: '425a6839314159265359',
    lz4: '04224d18',
    lzip: '4c5a4950',
    compress: '1f9d90',
    zip: '504b0304',
    '7z': '377abcaf271c',
  }).map(([name, magic]) => refused('G-08', 'E_COMPRESSION', name, () => fake(magic))),
]
