/** Headers and archives out of nothing, for properties. */
import * as fc from 'fast-check'
import type { TarHeader } from '#src/tar/entry.js'
import { paddingOf } from '#src/tar/fields.js'
import { TRAILER, headerBlocks } from '#src/tar/writer.js'

export interface Made {
  readonly header: TarHeader
  readonly content: Uint8Array
}

const part = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'abcXYZ.-_ 019'.split('')) }),
  fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom('é', '日', '😀', 'a', '\u0301') }),
  fc.integer({ min: 60, max: 160 }).map((length) => 'n'.repeat(length)),
)

/** Paths of all lengths that matter: short, around 100 bytes, splittable and not, not ASCII. */
const path = fc
  .array(
    part.filter((text) => !/^\.{1,2}$/.test(text)),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => parts.join('/'))

const id = fc.oneof(fc.constantFrom(0, 1000, 2_097_151, 2_097_152, 4_294_967_294), fc.nat())
const owner = fc.oneof(fc.constant(''), fc.constantFrom('root', 'grün', 'u'.repeat(33)))

const common = {
  name: path,
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: id,
  gid: id,
  uname: owner,
  gname: owner,
  mtime: fc.oneof(fc.constantFrom(0, 315_532_801, 8_589_934_591, 8_589_934_592), fc.nat()),
}

const file = fc
  .record({ ...common, content: fc.uint8Array({ maxLength: 1500 }) })
  .map(({ content, ...fields }): Made => ({
    header: { ...fields, type: 'file', linkname: '', size: content.length },
    content,
  }))
const link = fc
  .record({ ...common, type: fc.constantFrom('symlink' as const, 'hardlink' as const), linkname: path })
  .map((fields): Made => ({ header: { ...fields, size: 0 }, content: new Uint8Array() }))
const directory = fc.record(common).map((fields): Made => ({
  header: { ...fields, type: 'directory', linkname: '', size: 0 },
  content: new Uint8Array(),
}))

/** An entry of any type that a layer may have, without a format. */
const anyEntry: fc.Arbitrary<Made> = fc.oneof({ arbitrary: file, weight: 3 }, link, directory)

/** Entries with names of their own. */
export const anyEntries: fc.Arbitrary<Made[]> = fc.uniqueArray(anyEntry, {
  minLength: 1,
  maxLength: 8,
  selector: ({ header }) => header.name,
})

export function archiveOf(entries: readonly Made[]): Buffer {
  const parts = entries.flatMap(({ header, content }) => [
    headerBlocks(header),
    content,
    new Uint8Array(paddingOf(header.size)),
  ])
  return Buffer.concat([...parts, TRAILER])
}
