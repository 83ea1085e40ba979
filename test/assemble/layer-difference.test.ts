import fc from 'fast-check'
import { expect, test } from 'vitest'
import { factsOf, firstDifference, nameOfEntry, type EntryFacts } from '#src/assemble/layer-difference.js'
import { digestOf } from '#src/oci/digest.js'
import { LAYER_HEADER, type TarHeader } from '#src/tar/entry.js'

interface Listed {
  readonly header: TarHeader
  readonly content: string
}

const file = (name: string, content = '', header: Partial<TarHeader> = {}): Listed => ({
  header: { ...LAYER_HEADER, type: 'file', name, mode: 0o644, size: content.length, ...header },
  content,
})

function layer(entries: readonly Listed[]): ReadonlyMap<string, EntryFacts> {
  return new Map(
    entries.map(({ header, content }) => [nameOfEntry(header), factsOf(header, digestOf(Buffer.from(content)))]),
  )
}

const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'b/c', 'd', 'é'), { minLength: 1 })
const spelling = fc.record({
  slash: fc.constantFrom('', '/'),
  uname: fc.constantFrom('', 'root', 'me'),
  format: fc.constantFrom('ustar', 'pax', 'gnu', undefined),
  records: fc.constantFrom(undefined, new Map([['atime', '1.5']]), new Map([['path', 'other']])),
})

test('neither the order of entries nor how their headers are spelled is a difference', () => {
  fc.assert(
    fc.property(names, fc.array(spelling, { minLength: 5, maxLength: 5 }), (all, spellings) => {
      const plain = all.map((name) => file(name, name))
      const spelled = all.map((name, index) => {
        const { slash, ...more } = spellings[index]!
        return file(`${slash}${name}`, name, more)
      })
      expect(firstDifference(layer(plain), layer(spelled.toReversed()))).toBeUndefined()
    }),
  )
})

const DIFFERENT: readonly (readonly [Listed, string])[] = [
  [file('b', 'one', { type: 'directory', size: 0 }), 'has type file in the first and directory in the second'],
  [file('b', 'one', { mode: 0o755 }), 'has mode 0644 in the first and 0755 in the second'],
  [file('b', 'three'), 'has size 3 in the first and 5 in the second'],
  [file('b', 'one', { uid: 7 }), 'has owner 0:0 in the first and 7:0 in the second'],
  [file('b', 'one', { mtime: 1 }), 'has time 315532801 in the first and 1 in the second'],
  [file('b', 'two'), 'has the same 3 bytes of size, and other content'],
  [
    file('b', 'one', { records: new Map([['SCHILY.xattr.user.a', 'x']]) }),
    'has other extended attributes, or other records in its header',
  ],
  [file('a', 'one'), 'is only in the second'],
]

test.each(DIFFERENT)('%j differs', (other, problem) => {
  const first = [file('b', 'one'), file('z', 'one')]
  const second = problem.includes('only') ? [...first, other] : [other]
  expect(firstDifference(layer(first), layer(second))).toEqual({ name: other.header.name, problem })
  expect(firstDifference(layer(second), layer(first))?.name).toBe(other.header.name)
})

test('of several differences the first by name is told', () => {
  const [a, b] = [layer([file('b'), file('a')]), layer([file('b', 'x'), file('a', 'x')])]
  expect(firstDifference(a, b)?.name).toBe('a')
})
