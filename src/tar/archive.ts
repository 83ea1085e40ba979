import { Readable } from 'node:stream'
import * as zlib from 'node:zlib'
import { CnbError } from '../errors.js'
import { ChunkReader, type Chunks } from './chunks.js'
import type { TarEntry } from './entry.js'
import { BLOCK_BYTES } from './fields.js'
import { gunzip, type DecompressOptions } from './gunzip.js'
import { RatioGuard } from './ratio.js'
import { readTar, type TarReadOptions } from './reader.js'
import { KIND_NAMES, sniff, type ContentKind } from './sniff.js'

/** How an archive turned out to be compressed. */
export type Compression = 'none' | 'gzip' | 'zstd'

/** Content without its compression. */
export interface Decompressed {
  readonly compression: Compression
  readonly content: AsyncIterable<Uint8Array>
  /** Closes the input, for who does not want the content after all: what nobody begins to read, nothing would close. */
  readonly close: () => Promise<void>
}

/** Compressions that we know by sight but do not undo. */
const OTHERS: ReadonlySet<ContentKind> = new Set(['xz', 'bzip2', 'lz4', 'lzma', 'lzip', 'compress', 'zip', '7z', 'rar'])

/**
 * Undoes the compression that the first bytes show; names are not looked at. What is not compressed passes through.
 *
 * @throws CnbError E_COMPRESSION for a compression that we cannot undo; the content throws E_GZIP, E_RATIO
 */
export async function decompress(input: Chunks, options: DecompressOptions): Promise<Decompressed> {
  const { kind, reader } = await peek(input)
  const close = (): Promise<void> => reader.close()
  const problem = unsupported(kind, options.file)
  if (problem !== undefined) {
    await close()
    throw problem
  }
  const stored = reader.rest()
  if (kind === 'gzip') return { compression: 'gzip', content: await notNested(gunzip(stored, options), options), close }
  if (kind === 'zstd') return { compression: 'zstd', content: unzstd(stored, options), close }
  return { compression: 'none', content: stored, close }
}

/**
 * The entries of a tar archive that may be compressed.
 *
 * @throws CnbError as `decompress` and `readTar` do
 */
export async function* readArchive(input: Chunks, options: TarReadOptions): AsyncGenerator<TarEntry, void, undefined> {
  const { compression, content } = await decompress(input, options)
  // gzip has the length and checksum of what it holds; the others need not.
  yield* readTar(content, compression === 'gzip' ? { ...options, proven: true } : options)
}

async function peek(input: Chunks): Promise<{ readonly kind: ContentKind; readonly reader: ChunkReader }> {
  const reader = new ChunkReader(input)
  try {
    const start = await reader.read(BLOCK_BYTES)
    reader.unread(start)
    return { kind: sniff(start), reader }
  } catch (error) {
    await reader.close()
    throw error
  }
}

async function notNested(input: Chunks, { file }: DecompressOptions): Promise<AsyncIterable<Uint8Array>> {
  const { kind, reader } = await peek(input)
  if (kind !== 'gzip') return reader.rest()
  await reader.close()
  throw new CnbError('E_GZIP_NESTED', `${file} is gzip inside gzip`, { place: { file }, hint: 'decompress it once' })
}

function unsupported(kind: ContentKind, file: string): CnbError | undefined {
  if (kind === 'zstd' && createZstdDecompress === undefined) {
    return new CnbError('E_COMPRESSION', `${file} is zstd, which this Node cannot read`, {
      place: { file },
      hint: 'use Node 22.15 or newer, or make it again with gzip',
    })
  }
  if (!OTHERS.has(kind)) return undefined
  const [name, hint] = KIND_NAMES[kind]
  return new CnbError('E_COMPRESSION', `${file} is ${name}, not a tar archive, plain or in gzip`, {
    place: { file },
    hint,
  })
}

/** Node has zstd since 22.15; its types here are those of 20. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: () => zlib.Gunzip }

async function* unzstd(input: Chunks, options: DecompressOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const { file } = options
  if (createZstdDecompress === undefined) throw new Error('this Node has no zstd')
  const reader = new ChunkReader(input)
  const guard = new RatioGuard(reader, options)
  try {
    const source = Readable.from(reader.rest())
    const stream = createZstdDecompress()
    source.once('error', (error) => stream.destroy(error))
    for await (const chunk of source.pipe(stream)) {
      guard.count(chunk as Uint8Array)
      yield chunk as Uint8Array
    }
  } catch (error) {
    if (error instanceof CnbError || !(error instanceof Error && 'code' in error && String(error.code).startsWith('Z')))
      throw error
    throw new CnbError('E_COMPRESSION', `${file}: the zstd content is damaged: ${error.message}`, {
      place: { file },
      cause: error,
    })
  } finally {
    await reader.close()
  }
}
