import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib'
import { CnbError } from '../errors.js'
import type { Limits } from '../limits.js'
import { ChunkReader, type Chunks } from './chunks.js'
import { RatioGuard } from './ratio.js'

/** What decompressing needs to know. */
export interface DecompressOptions {
  /** Names the input in messages. */
  readonly file: string
  readonly limits: Limits
}

/** Bytes of output at a time; with Node's default of 16 KiB inflating takes more than twice as long. */
const CHUNK_BYTES = 1 << 19
/** Bytes of input handed to zlib at a time. */
const INPUT_BYTES = 1 << 18
/** Bytes of names and comments in a member's header. */
const HEADER_BYTES = 1 << 16
/** Parallel compressors write a member for every 64 KiB or more; this many are 6 GiB. */
const MEMBERS = 100_000

const FLAG_HCRC = 2
const FLAG_EXTRA = 4
const FLAG_NAME = 8
const FLAG_COMMENT = 16
const FLAGS_RESERVED = 0xe0

/**
 * The content of gzip members, joined. Every header, checksum and length is checked; after the last member only zeros
 * may follow.
 *
 * @throws CnbError E_GZIP, E_RATIO
 * @see https://www.rfc-editor.org/rfc/rfc1952
 */
export async function* gunzip(input: Chunks, options: DecompressOptions): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new ChunkReader(input)
  const guard = new RatioGuard(reader, options)
  const refuse = (problem: string, cause?: unknown): CnbError =>
    new CnbError('E_GZIP', `${options.file}: ${problem} (at compressed byte ${reader.consumed})`, {
      place: { file: options.file },
      hint: 'the file is damaged or incomplete; fetch or make it again',
      cause,
    })
  try {
    for (let member = 1; ; member++) {
      if (member > MEMBERS) throw refuse(`there are more than ${MEMBERS} gzip members`)
      await readMemberHeader(reader, refuse)
      let checksum = 0
      let size = 0
      for await (const chunk of inflateMember(reader, refuse)) {
        checksum = crc32(chunk, checksum)
        size += chunk.length
        guard.count(chunk)
        yield chunk
      }
      await readMemberTrailer(reader, checksum, size, refuse)
      if (!(await hasNextMember(reader, refuse))) return
    }
  } finally {
    await reader.close()
  }
}

type Refuse = (problem: string, cause?: unknown) => CnbError

async function readMemberHeader(reader: ChunkReader, refuse: Refuse): Promise<void> {
  const header: Uint8Array[] = []
  const read = async (size: number): Promise<Buffer> => {
    const bytes = Buffer.from(await reader.read(size))
    if (bytes.length < size) throw refuse('the gzip header is cut off')
    header.push(bytes)
    return bytes
  }
  const [magic0, magic1, method, flags = 0] = await read(10)
  if (magic0 !== 0x1f || magic1 !== 0x8b) throw refuse('this is no gzip')
  if (method !== 8) throw refuse(`the gzip method ${method} is unknown`)
  if ((flags & FLAGS_RESERVED) !== 0) throw refuse('the gzip header has flags that nobody defined')
  if ((flags & FLAG_EXTRA) !== 0) await read((await read(2)).readUInt16LE())
  for (const flag of [FLAG_NAME, FLAG_COMMENT]) {
    if ((flags & flag) === 0) continue
    for (let length = 0; (await read(1))[0] !== 0; length++) {
      if (length >= HEADER_BYTES) throw refuse(`a text in the gzip header is longer than ${HEADER_BYTES} bytes`)
    }
  }
  if ((flags & FLAG_HCRC) === 0) return
  const expected = crc32(Buffer.concat(header)) & 0xffff
  if ((await read(2)).readUInt16LE() !== expected) throw refuse('the checksum of the gzip header is wrong')
}

async function readMemberTrailer(reader: ChunkReader, checksum: number, size: number, refuse: Refuse): Promise<void> {
  const trailer = Buffer.from(await reader.read(8))
  if (trailer.length < 8) throw refuse('the gzip trailer is cut off')
  if (trailer.readUInt32LE() !== checksum) throw refuse('the content does not have the checksum that gzip recorded')
  if (trailer.readUInt32LE(4) !== size % 2 ** 32) throw refuse('the content does not have the size that gzip recorded')
}

/** True when another member follows; false at the end, before which there may be zeros. */
async function hasNextMember(reader: ChunkReader, refuse: Refuse): Promise<boolean> {
  let first = await reader.read(1)
  if (first[0] === 0x1f) {
    reader.unread(first)
    return true
  }
  while (first.length > 0) {
    if (first.some((byte) => byte !== 0)) throw refuse('something other than gzip follows the content')
    first = (await reader.some(INPUT_BYTES)) ?? new Uint8Array()
  }
  return false
}

/** The content of one deflate stream. The reader stands behind it afterwards, at the trailer. */
async function* inflateMember(reader: ChunkReader, refuse: Refuse): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = createInflateRaw({ chunkSize: CHUNK_BYTES })
  const fed = feed(stream, reader)
  try {
    for await (const chunk of stream) yield chunk as Uint8Array
  } catch (error) {
    if (isZlibError(error)) throw refuse(`the compressed content is damaged: ${error.message}`, error)
    throw error
  }
  reader.unread(fed.unused())
}

const isZlibError = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')

/** Hands input to `stream` until that has its end; what it did not use can be asked for then. */
function feed(stream: InflateRaw, reader: ChunkReader): { unused(): Uint8Array } {
  let given = 0
  let last: Uint8Array = new Uint8Array()
  const run = async (): Promise<void> => {
    // A stream that leaves input lying has come to its end.
    while (stream.bytesWritten === given && !stream.destroyed) {
      const chunk = await reader.some(INPUT_BYTES)
      if (chunk === undefined) {
        stream.end()
        return
      }
      last = chunk
      given += chunk.length
      await new Promise<void>((resolve) => {
        stream.write(chunk, () => {
          resolve()
        })
      })
    }
  }
  run().catch((error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))))
  return { unused: () => last.subarray(last.length - (given - stream.bytesWritten)) }
}
