import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SameBytes } from '#src/assemble/same-bytes.js'

/** Cuts `bytes` at the given places. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b)
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end))
}

const cuts = fc.array(fc.nat(), { maxLength: 8 })

/** Lets both streams go by; after each piece of the first as many of the second as are covered by it. */
function compare(first: readonly Uint8Array[], second: readonly Uint8Array[]): boolean {
  const same = new SameBytes()
  const rest = [...second]
  let ahead = 0
  for (const piece of first) {
    same.expect(piece)
    ahead += piece.length
    while (rest[0] !== undefined && rest[0].length <= ahead) {
      ahead -= rest[0].length
      same.actual(rest.shift()!)
    }
  }
  for (const piece of rest) same.actual(piece)
  return same.end()
}

describe('two streams', () => {
  test('are the same when their bytes are, however they are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), cuts, cuts, (bytes, a, b) => {
        expect(compare(pieces(bytes, a), pieces(bytes, b))).toBe(true)
      }),
    )
  })

  test('are the same only then', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 20 }),
        fc.uint8Array({ maxLength: 20 }),
        cuts,
        cuts,
        (one, other, a, b) => {
          expect(compare(pieces(one, a), pieces(other, b))).toBe(Buffer.compare(one, other) === 0)
        },
      ),
    )
  })

  test('differ when one of them leaves much out, and nothing is kept of it', () => {
    const same = new SameBytes()
    for (let i = 0; i < 5; i++) same.expect(new Uint8Array(1 << 20))
    expect(same.differs).toBe(true)
    expect(same.end()).toBe(false)
  })
})
