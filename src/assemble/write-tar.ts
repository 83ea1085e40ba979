import { SEGMENT_BYTES } from '../tar/deflate.js'
import type { TarEntry } from '../tar/entry.js'
import { BLOCK_BYTES, paddingOf } from '../tar/fields.js'
import { headerBlocks, TRAILER } from '../tar/writer.js'

const ZEROS = new Uint8Array(BLOCK_BYTES)

/** Where an archive goes. */
export interface TarSink {
  /** Takes bytes, which are reused once it is done; a promise when it needs time before it can take more. */
  write(bytes: Uint8Array): Promise<void> | undefined
  /** A large file begins or ends here. */
  segment?(): void
}

/** Entries of a layer, in order. */
export type Entries = Iterable<TarEntry> | AsyncIterable<TarEntry>

/** Writes `entries` as an archive, in the one encoding that we have for them. */
export async function writeTar(entries: Entries, sink: TarSink): Promise<void> {
  for await (const entry of entries) {
    await write(headerBlocks(entry.header), sink)
    const { size } = entry.header
    if (size === 0) continue
    if (size >= SEGMENT_BYTES) sink.segment?.()
    await writeContent(entry, sink)
    if (size >= SEGMENT_BYTES) sink.segment?.()
    await write(ZEROS.subarray(0, paddingOf(size)), sink)
  }
  await write(TRAILER, sink)
}

async function writeContent({ header, content }: TarEntry, sink: TarSink): Promise<void> {
  let written = 0
  for await (const bytes of content) {
    written += bytes.length
    await write(bytes, sink)
  }
  if (written !== header.size) throw new Error(`${header.name} announced ${header.size} bytes and has ${written}`)
}

function write(bytes: Uint8Array, sink: TarSink): Promise<void> | undefined {
  return bytes.length === 0 ? undefined : sink.write(bytes)
}
