import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '#src/bytes.js'
import { addressOf, findEntry, parseEntries, printEntry, type EntryList } from '#src/cnb/registry-entry.js'
import { parseRegistryId } from '#src/cnb/registry-id.js'
import { CnbError } from '#src/errors.js'
import { DEFAULT_LIMITS } from '#src/limits.js'
import { ADDRESS, line } from '../support/index-repository.js'

const id = parseRegistryId('acme/java')
const parse = (text: string): EntryList =>
  parseEntries(encodeUtf8(text), { id, file: 'test/ja/va/acme_java', limits: DEFAULT_LIMITS })

test('reads what pack writes', () => {
  const { entries } = parse(`${line('acme/java', '1.4.0')}\n${line('acme/java', '1.5.0', { yanked: true })}\n`)
  expect(entries).toEqual([
    { version: '1.4.0', isYanked: false, address: ADDRESS, line: 1 },
    { version: '1.5.0', isYanked: true, address: ADDRESS, line: 2 },
  ])
})

test('the last line may lack its end, and a file may be empty', () => {
  expect(parse(line('acme/java', '1.0.0')).entries).toHaveLength(1)
  expect(parse('').entries).toEqual([])
})

test('what was printed is read again', () => {
  fc.assert(
    fc.property(fc.string(), fc.boolean(), fc.string(), (version, isYanked, address) => {
      const text = printEntry(id, { version, isYanked, address })
      expect(text).not.toContain('\n')
      expect(parse(text).entries).toEqual([{ version, isYanked, address, line: 1 }])
    }),
  )
})

test('no bytes make the reader throw anything but E_INDEX', () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom('{', '}', '"ns"', ':', '\n', line('acme/java', '1.0.0')))
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      try {
        parse(pieces.join(''))
      } catch (error) {
        expect(error).toBeInstanceOf(CnbError)
        expect(error).toMatchObject({ code: 'E_INDEX', place: { file: 'test/ja/va/acme_java' } })
      }
    }),
  )
})

describe('one version on two lines', () => {
  test('is one when both say the same', () => {
    const list = parse(`${line('acme/java', '1.0.0')}\n${line('acme/java', '1.0.0', { more: 1 })}\n`)
    expect(findEntry(list, '1.0.0')).toMatchObject({ kind: 'entry', entry: { line: 1 } })
  })

  test.each([{ addr: `${ADDRESS.slice(0, -1)}1` }, { yanked: true }])('is refused when the other says %j', (other) => {
    const list = parse(
      `${line('acme/java', '1.0.0')}\n${line('acme/java', '1.0.0', other)}\n${line('acme/java', '2.0.0')}`,
    )
    expect(() => findEntry(list, '1.0.0')).toThrow(
      expect.objectContaining({ code: 'E_INDEX', place: expect.objectContaining({ line: 2 }) }),
    )
    expect(findEntry(list, '')).toMatchObject({ entry: { version: '2.0.0' } })
  })
})

test('an address is looked at only when it is wanted', () => {
  const [entry] = parse(line('acme/java', '1.0.0', { addr: 'registry.test/acme/java:1' })).entries
  if (entry === undefined) throw new Error('there is no entry')
  expect(() => addressOf(entry, 'file')).toThrow(expect.objectContaining({ code: 'E_INDEX' }))
})
