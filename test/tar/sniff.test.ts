import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { readArchive } from '#src/tar/archive.js'
import { canonicalTime, parsePaxRecords, paxRecord } from '#src/tar/pax.js'
import { ArchivePosition, quoted } from '#src/tar/position.js'
import { KIND_NAMES, sniff } from '#src/tar/sniff.js'
import { archive, entry, moduleArchive, record } from '../support/tar-bytes.js'

describe('sniff', () => {
  test.each<[string, Uint8Array | string]>([
    ['empty', ''],
    ['zeros', Buffer.alloc(2000)],
    ['gzip', gzipSync('x')],
    ['tar', moduleArchive()],
    ['tar', archive(entry({ name: 'f', magic: '' }, 'x'))],
    ['tar', archive(entry({ name: 'BZh91AY.txt' }, 'a name like the magic of bzip2'))],
    ['html', '<!doctype html><p>'],
    ['html', '\n <HTML>'],
    ['xml', '<?xml version="1.0"?><Error/>'],
    ['json', '{"message":"Not Found"}'],
    ['lfs', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n'],
    ['text', 'api = "0.10"\n[buildpack]\n'],
    ['elf', Buffer.from('7f454c460201', 'hex')],
    ['unknown', Buffer.from('0102030405', 'hex')],
  ])('%s', (kind, bytes) => {
    expect(sniff(Buffer.from(bytes))).toBe(kind)
  })

  test('every kind has a name', () => {
    expect(Object.values(KIND_NAMES).every(([name]) => name !== '')).toBe(true)
  })

  test('a page in the place of an archive is called what it is', async () => {
    const entries = readArchive([Buffer.from('<!DOCTYPE html>')], { file: 'bp.tgz', limits: DEFAULT_LIMITS })
    await expect(entries.next()).rejects.toMatchObject({
      code: 'E_NOT_TAR',
      message: 'bp.tgz: this is no tar archive but an HTML page',
      hint: 'is the URL right, and does it need a login?',
    })
  })
})

describe('PAX records', () => {
  const text = fc.string({ unit: 'binary', maxLength: 120 })
  const key = text.filter((value) => value !== '' && !/[=\p{Cc}]/u.test(value))

  test('are read as they were written', () =>
    fc.assert(
      fc.property(fc.dictionary(key, text, { maxKeys: 5, noNullPrototype: true }), (records) => {
        const body = Buffer.concat(Object.entries(records).map(([name, value]) => paxRecord(name, value)))
        expect(Object.fromEntries(parsePaxRecords(body, new ArchivePosition('x')))).toEqual(records)
      }),
    ))

  test('of attributes may be any bytes, and are written as they were read', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (value) => {
        const key = 'SCHILY.xattr.user.note'
        const body = record(key, value)
        const [[, read = ''] = []] = parsePaxRecords(body, new ArchivePosition('x'))
        expect(paxRecord(key, read)).toEqual(body)
      }),
    ))

  test.each([
    ['a'.repeat(90), '99 path='],
    ['a'.repeat(91), '101 path='],
    ['a', '9 path=a'],
    ['aa', '11 path='],
  ])('count their own length (%#)', (value, start) => {
    const written = paxRecord('path', value).toString()
    expect(written.startsWith(start)).toBe(true)
    expect(written).toHaveLength(Number.parseInt(written, 10))
  })

  test.each([
    ['1', '1'],
    ['007.50', '7.5'],
    ['1.', '1'],
    ['1.0000000001', '1'],
    ['-0', '0'],
    ['-0.5', '-0.5'],
    ['-1.500', '-1.5'],
    ['1e3', undefined],
    ['NaN', undefined],
    ['', undefined],
    ['+1', undefined],
  ])('the time %s is %s', (spelled, canonical) => {
    expect(canonicalTime(spelled)).toBe(canonical)
  })
})

test('what is quoted cannot move a cursor', () => {
  expect(quoted('a\u001b[31m\n\u202e\u0085')).toBe(String.raw`"a\u001b[31m\n\u202e\u0085"`)
  expect(quoted('x'.repeat(300))).toHaveLength(203)
})
