import type { TarEntry } from '../tar/entry.js'
import { BLOCK_BYTES } from '../tar/fields.js'
import { headerBlocks, paddingOf, TRAILER } from '../tar/writer.js'

const ZEROS = new Uint8Array(BLOCK_BYTES)

/** Takes bytes, which are reused once it is done; a promise when it needs time before it can take more. */
export type ByteSink = (bytes: Uint8Array) => Promise<void> | undefined

/** Entries of a layer, in order. */
export type Entries = Iterable<TarEntry> | AsyncIterable<TarEntry>

/** Writes `entries` as an archive, in the one encoding that we have for them. */
export async function writeTar(entries: Entries, sink: ByteSink): Promise<void> {
  for await (const entry of entries) {
    const pending = sink(headerBlocks(entry.header))
    if (pending !== undefined) await pending
    if (entry.header.size > 0) await writeContent(entry, sink)
  }
  await sink(TRAILER)
}

async function writeContent({ header, content }: TarEntry, sink: ByteSink): Promise<void> {
  let written = 0
  const write = (bytes: Uint8Array): Promise<void> | undefined => {
    written += bytes.length
    return sink(bytes)
  }
  if (Symbol.iterator in content) {
    for (const bytes of content) {
      const pending = write(bytes)
      // Awaiting what is ready costs as much as a small file.
      if (pending !== undefined) await pending
    }
  } else {
    for await (const bytes of content) await write(bytes)
  }
  if (written !== header.size) {
    throw new Error(`${header.name} announced ${header.size} bytes and has ${written}`)
  }
  const padding = paddingOf(header.size)
  if (padding > 0) await sink(ZEROS.subarray(0, padding))
}
