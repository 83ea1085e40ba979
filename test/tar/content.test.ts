import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentOf } from '#src/tar/content.js'

/** Pieces in memory that is used again, as the reader of archives gives them. */
async function* reusing(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(Math.max(0, ...pieces.map(({ length }) => length)))
  for (const piece of pieces) {
    memory.set(piece)
    yield memory.subarray(0, piece.length)
  }
}

test('content is what was read, or the beginning of it, however it comes', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array()), fc.nat({ max: 40 }), async (pieces, most) => {
      const whole = Buffer.concat(pieces)
      expect(Buffer.from(await contentOf({ content: reusing(pieces) })).equals(whole)).toBe(true)
      const head = await contentOf({ content: reusing(pieces) }, most)
      expect(Buffer.from(head).equals(whole.subarray(0, most))).toBe(true)
    }),
  ))
