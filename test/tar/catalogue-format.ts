/** Group T, part two: the format, where readers disagree; what `readTar` decides. */
import { gzipSync } from 'node:zlib'
import type { ErrorCode } from '#src/errors.js'
import {
  END,
  MODULE_PARTS,
  archive,
  entry,
  gnuLong,
  header,
  moduleArchive,
  padded,
  pax,
  record,
} from '../support/tar-bytes.js'
import type { Outcome, Parts, Row } from './catalogue-row.js'

const row = (id: string, outcome: Outcome, about: string, make: () => Uint8Array, more: Partial<Row> = {}): Row => ({
  id,
  about,
  outcome,
  make,
  ...more,
})
const refused = (id: string, code: ErrorCode, about: string, ...parts: Parts): Row =>
  row(id, 'REJ', about, () => moduleArchive(...parts), { code })
const refusedBytes = (id: string, code: ErrorCode, about: string, make: () => Uint8Array): Row =>
  row(id, 'REJ', about, make, { code })
const accepted = (id: string, about: string, ...parts: Parts): Row =>
  row(id, 'ACC', about, () => moduleArchive(...parts))
const normal = (id: string, about: string, parts: Parts, same: Parts): Row =>
  row(id, 'NORM', about, () => moduleArchive(...parts), { same: () => moduleArchive(...same) })

const file = (name: string, content = 'x'): Buffer => entry({ name }, content)
/** A PAX header with this text for its records, right or wrong. */
const rawPax = (text: string | Uint8Array): Buffer => entry({ name: 'PaxHeaders/x', type: 'x' }, text)
const plain = (): Buffer => moduleArchive()
/** 2^62 in base 256. */
const HUGE = Buffer.from('800000004000000000000000', 'hex')
const ZEROS = (size: number): Buffer => Buffer.alloc(size)

export const FORMAT_ROWS: readonly Row[] = [
  ...['Z', 'V', 'M', 'D', 'N', 'A', 'X', '8'].map((type) =>
    refused('T-24', 'E_TAR_TYPE', `an entry of type ${type}`, entry({ name: 'f', type }, 'x')),
  ),
  refused('T-25', 'E_TAR_SPARSE', 'an old GNU sparse file', entry({ name: 'f', type: 'S', magic: 'ustar  \0' }, 'x')),
  ...[
    { 'GNU.sparse.size': '1099511627776', 'GNU.sparse.numblocks': '0', 'GNU.sparse.offset': '0' },
    { 'GNU.sparse.map': '0,1', 'GNU.sparse.size': '1099511627776' },
    { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '1099511627776' },
  ].map((records, minor) =>
    refused('T-25', 'E_TAR_SPARSE', `a PAX sparse file, form ${minor}`, pax(records), file('f')),
  ),
  refused('T-26', 'E_TAR_SIZE', 'a size of 2^62', entry({ name: 'f', size: HUGE }, 'x')),
  refused(
    'T-26',
    'E_TAR_LIMIT',
    'a size of 17 GiB',
    entry({ name: 'f', size: Buffer.from('800000000000000440000000', 'hex') }, 'x'),
  ),
  refused('T-27', 'E_TAR_SIZE', 'a negative size', entry({ name: 'f', size: Buffer.alloc(12, 255) }, 'x')),
  ...['zzzzzzzzzzz\0', '           \0', '1 2\0', '12x\0', '\x0000000000001', '0x10\0', '-1\0'].map((size) =>
    refused('T-28', 'E_TAR_SIZE', `the size ${JSON.stringify(size)}`, entry({ name: 'f', size }, 'x')),
  ),
  normal('T-28', 'a size after spaces', [entry({ name: 'f', size: '          1\0' }, 'x')], [file('f')]),
  ...['-1', '1e3', '0x10', '9999999999999999999', '', '+1', '1 '].map((size) =>
    refused('T-29', 'E_TAR_SIZE', `the PAX size ${JSON.stringify(size)}`, pax({ size }), entry({ name: 'f', size: 0 })),
  ),
  refused(
    'T-30',
    'E_TAR_PAX_CONFLICT',
    'a PAX size of 0, so that content becomes a header',
    pax({ size: '0' }),
    entry({ name: 'p' }, header({ name: 'smuggled' })),
  ),
  accepted(
    'T-30',
    'a PAX size over none',
    pax({ size: '1' }),
    header({ name: 'f', size: 0 }),
    padded(Buffer.from('x')),
  ),
  refused('T-31', 'E_TAR_PAX_ORDER', 'a PAX size before a GNU name', pax({ size: '2048' }), gnuLong('n'), file('f')),
  refused('T-31', 'E_TAR_PAX_ORDER', 'a PAX header before a GNU name', pax({ comment: 'c' }), gnuLong('n'), file('f')),
  refused('T-32', 'E_TAR_PAX_ORDER', 'two PAX headers', pax({ comment: 'a' }), pax({ comment: 'b' }), file('f')),
  refused(
    'T-32',
    'E_TAR_PAX_ORDER',
    'a global header after a PAX header',
    pax({ comment: 'a' }),
    pax({ comment: 'b' }, 'g'),
    file('f'),
  ),
  refused('T-32', 'E_TAR_PAX_ORDER', 'a PAX header before the end', pax({ comment: 'a' })),
  refused('T-32', 'E_TAR_PAX_ORDER', 'two GNU names', gnuLong('a'), gnuLong('b'), file('f')),
  ...[
    ['too long', '999 path=abc\n'],
    ['too short', '5 path=abc\n'],
    ['no newline', '12 path=abcd'],
    ['no equals sign', '8 path a\n'],
    ['length 0', '0 path=abc\n'],
    ['no digits', 'xx path=abc\n'],
    ['a sign', '+12 path=abc\n'],
    ['a leading zero', '013 path=abc\n'],
    ['no key', '6 =abc\n'],
    ['no length', ' path=abc\n'],
  ].map(([about = '', text = '']) =>
    refused('T-33', 'E_TAR_PAX', `a PAX record with ${about}`, rawPax(text), file('f')),
  ),
  refused('T-34', 'E_TAR_PAX', 'a PAX path with a NUL', pax({ path: 'a\0b' }), file('f')),
  normal('T-35', 'an empty PAX path', [pax({ path: '' }), file('f')], [file('f')]),
  normal('T-36', 'a global comment, as git writes it', [pax({ comment: 'c'.repeat(40) }, 'g'), file('f')], [file('f')]),
  ...['path', 'linkpath', 'size', 'uid', 'gid', 'mtime', 'VENDOR.key'].map((key) =>
    refused('T-37', 'E_TAR_PAX', `a global ${key}`, pax({ [key]: '1' }, 'g'), file('f')),
  ),
  refusedBytes('T-38', 'E_TAR_PAX_LIMIT', 'a PAX record of 20 MiB', () =>
    moduleArchive(pax({ comment: 'A'.repeat(20 << 20) }), file('f')),
  ),
  refusedBytes('T-38', 'E_TAR_PAX_LIMIT', '5000 global headers', () =>
    moduleArchive(...Array.from({ length: 5000 }, () => pax({ comment: 'c' }, 'g')), file('f')),
  ),
  refusedBytes('T-38', 'E_TAR_PAX_LIMIT', 'a million small records', () =>
    moduleArchive(rawPax(Buffer.concat(Array.from({ length: 1_000_000 }, (_, i) => record(`k${i}`, '')))), file('f')),
  ),
  refusedBytes('T-38', 'E_TAR_PAX_LIMIT', '17 headers of 1 MiB', () =>
    moduleArchive(
      ...Array.from({ length: 17 }, (_, i) => [pax({ comment: 'A'.repeat(1_048_000) }), file(`f${i}`)]).flat(),
    ),
  ),
  ...(['L', 'K'] as const).map((type) =>
    refusedBytes('T-39', 'E_TAR_PAX_LIMIT', `a GNU ${type} of 20 MiB`, () =>
      moduleArchive(gnuLong('A'.repeat(20 << 20), type), file('f')),
    ),
  ),
  refused('T-40', 'E_TAR_PAX_CONFLICT', 'a GNU name and another PAX path', gnuLong('a'), pax({ path: 'b' }), file('f')),
  accepted('T-40', 'a GNU name and the same PAX path', gnuLong('a'), pax({ path: 'a' }), file('f')),
  refusedBytes('T-50', 'E_TAR_TRUNCATED', 'an archive cut in a header', () => plain().subarray(0, 512 * 3 + 100)),
  refusedBytes('T-50', 'E_TAR_TRUNCATED', 'an archive cut in a content', () => plain().subarray(0, 512 + 20)),
  refusedBytes('T-50', 'E_TAR_TRUNCATED', 'an archive cut before padding', () => plain().subarray(0, 512 + 500)),
  refusedBytes('T-50', 'E_TAR_TRUNCATED', 'an archive without an end', () => plain().subarray(0, -1024)),
  refusedBytes('T-50', 'E_TAR_TRUNCATED', 'an archive cut in a PAX header', () =>
    Buffer.concat([...MODULE_PARTS, pax({ path: 'f' }).subarray(0, 520)]),
  ),
  refusedBytes('T-51', 'E_TAR_TRUNCATED', 'one block of zeros at the end', () => plain().subarray(0, -512)),
  row('T-51', 'WARN', 'one block of zeros at the end, in gzip', () => gzipSync(plain().subarray(0, -512)), {
    code: 'W_TAR_END',
    same: plain,
  }),
  refusedBytes('T-52', 'E_TAR_TRAILING', 'rubbish after the end', () =>
    Buffer.concat([plain(), Buffer.from('rubbish')]),
  ),
  refusedBytes('T-52', 'E_TAR_TRAILING', 'a second archive after the end', () =>
    Buffer.concat([plain(), archive(file('f'))]),
  ),
  row('T-53', 'ACC', 'zeros up to a record', () => Buffer.concat([plain(), ZEROS(10_240 - (plain().length % 10_240))])),
  row('T-53', 'ACC', 'zeros that are no whole block', () => Buffer.concat([plain(), ZEROS(100)])),
  row('T-53', 'ACC', '1 MiB of zeros', () => Buffer.concat([plain(), ZEROS(1 << 20)])),
  refusedBytes('T-53', 'E_TAR_TRAILING', 'more zeros than that', () => Buffer.concat([plain(), ZEROS((1 << 20) + 1)])),
  refused('T-54', 'E_TAR_TRAILING', 'a block of zeros between entries', ZEROS(512), file('f')),
  refused('T-55', 'E_TAR_CHECKSUM', 'a wrong checksum', entry({ name: 'f', checksum: 'wrong' }, 'x')),
  refusedBytes('T-55', 'E_TAR_CHECKSUM', 'a wrong checksum at the start', () =>
    archive(entry({ name: 'f', checksum: 'wrong' })),
  ),
  row('T-55', 'ACC', 'a checksum of signed bytes', () => moduleArchive(entry({ name: 'é', checksum: 'signed' }, 'x')), {
    same: () => moduleArchive(entry({ name: 'é' }, 'x')),
  }),
  refused(
    'T-56',
    'E_TAR_CHECKSUM',
    'a wrong checksum after good entries',
    file('a'),
    entry({ name: 'b', checksum: 'wrong' }),
    file('c'),
  ),
  accepted('T-57', 'a header of Unix V7', entry({ name: 'f', magic: '', type: '\0' }, 'x')),
  accepted('T-57', 'a header of GNU', entry({ name: 'f', magic: 'ustar  \0' }, 'x')),
  accepted('T-57', 'a header of USTAR without a version', entry({ name: 'f', magic: 'ustar\0\0\0' }, 'x')),
  refused('T-57', 'E_TAR_HEADER', 'a header with another magic', entry({ name: 'f', magic: 'mytar\x0000' }, 'x')),
  refusedBytes('T-58', 'E_NOT_TAR', 'nothing', () => ZEROS(0)),
  refusedBytes('T-58', 'E_NOT_TAR', 'only zeros', () => ZEROS(10_240)),
  refusedBytes('T-58', 'E_NOT_TAR', 'an archive of nothing', () => Buffer.from(END)),
  refusedBytes('T-58', 'E_NOT_TAR', 'a text', () => Buffer.from('hello\n'.repeat(300))),
  refusedBytes('T-58', 'E_NOT_TAR', 'a short text', () => Buffer.from('hello\n')),
  refusedBytes('T-58', 'E_NOT_TAR', 'a web page', () =>
    Buffer.from('<!DOCTYPE html>\n<html><body>Not found</body></html>\n'),
  ),
  ...['-1.5', '99999999999999999999999', '1.25', 'NaN', '-1', ''].map((mtime) =>
    normal('T-59', `the time ${JSON.stringify(mtime)}`, [pax({ mtime }), file('f')], [file('f')]),
  ),
  normal('T-59', 'a time before 1970', [entry({ name: 'f', mtime: Buffer.alloc(12, 255) }, 'x')], [file('f')]),
  normal('T-59', 'a time of 2^62', [entry({ name: 'f', mtime: HUGE }, 'x')], [file('f')]),
  normal(
    'T-60',
    'an owner beyond 2^31',
    [pax({ uid: '4294967296', gid: '99999999999999999999' }), file('f')],
    [file('f')],
  ),
  normal(
    'T-60',
    'an owner with control characters',
    [pax({ uname: 'a\u001b[31m', gname: 'b\n' }), file('f')],
    [file('f')],
  ),
  normal(
    'T-60',
    'an owner that is no text',
    [entry({ name: 'f', uname: Buffer.from('fffe', 'hex') }, 'x')],
    [file('f')],
  ),
  refused('T-61', 'E_TAR_HEADER', 'the mode 99999999', entry({ name: 'f', mode: '99999999' }, 'x')),
  normal('T-61', 'a mode that repeats the type', [entry({ name: 'f', mode: 0o100644 }, 'x')], [file('f')]),
  ...[
    'SCHILY.xattr.security.capability',
    'SCHILY.xattr.trusted.overlay.opaque',
    'LIBARCHIVE.xattr.security.capability',
    'LIBARCHIVE.xattr.security%2Ecapability',
    'RHT.security.selinux',
  ].map((key) =>
    refused('T-62', 'E_TAR_XATTR', `the attribute ${key}`, pax({ [key]: Buffer.from('0100ff02', 'hex') }), file('f')),
  ),
  ...[
    { key: 'SCHILY.xattr.user.note', value: 'note' },
    { key: 'LIBARCHIVE.xattr.user.note', value: 'note' },
    { key: 'SCHILY.acl.access', value: 'note' },
    { key: 'SCHILY.xattr.com.apple.provenance', value: Buffer.from('010200ff', 'hex') },
  ].map(({ key, value }) =>
    row('T-62', 'WARN', `the attribute ${key}`, () => moduleArchive(pax({ [key]: value }), file('f')), {
      code: 'W_TAR_XATTR',
    }),
  ),
]
