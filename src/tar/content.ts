import type { TarEntry } from './entry.js'

/** The content of an entry, or as many bytes of it as are wanted, in memory of their own. */
export async function contentOf({ content }: Pick<TarEntry, 'content'>, most = Infinity): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let missing = most
  for await (const piece of content) {
    // The reader may use the memory of a piece again.
    pieces.push(Uint8Array.from(piece.subarray(0, missing)))
    missing -= piece.length
    if (missing <= 0) break
  }
  return Buffer.concat(pieces)
}
